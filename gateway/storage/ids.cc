#include "storage/ids.h"

#include <array>

#include "base/text.h"

namespace parley::storage {
namespace {

struct KindInfo {
  IdKind kind;
  std::string_view name;
  bool integer;
};

constexpr std::array kKinds = {
    KindInfo{IdKind::kGroup, "group", true},
    KindInfo{IdKind::kChat, "chat", false},
    KindInfo{IdKind::kVisitor, "visitor", false},
    KindInfo{IdKind::kTicket, "ticket", false},
    KindInfo{IdKind::kGoal, "goal", true},
    KindInfo{IdKind::kGreeting, "greeting", true},
    KindInfo{IdKind::kCannedResponse, "canned_response", true},
    KindInfo{IdKind::kMessage, "message", true},
};

}  // namespace

std::string_view NameOf(IdKind kind) {
  return kKinds[static_cast<std::size_t>(kind)].name;
}

std::optional<IdKind> ParseIdKind(std::string_view name) {
  for (const KindInfo& info : kKinds) {
    if (info.name == name) return info.kind;
  }
  return std::nullopt;
}

bool IsIntegerKind(IdKind kind) {
  return kKinds[static_cast<std::size_t>(kind)].integer;
}

}  // namespace parley::storage
