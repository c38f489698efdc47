#include "mapping/ids.h"

#include <algorithm>

namespace parley::mapping {
namespace {

struct KindName {
  IdKind kind;
  std::string_view name;
  bool integer;
};
constexpr KindName kKindNames[kIdKinds] = {
    {IdKind::kGroup, "group", true},
    {IdKind::kChat, "chat", false},
    {IdKind::kVisitor, "visitor", false},
    {IdKind::kTicket, "ticket", false},
    {IdKind::kGoal, "goal", true},
    {IdKind::kGreeting, "greeting", true},
    {IdKind::kCannedResponse, "canned_response", true},
    {IdKind::kMessage, "message", true},
};

}  // namespace

std::string_view NameOf(IdKind kind) {
  return kKindNames[static_cast<std::size_t>(kind)].name;
}

std::optional<IdKind> ParseIdKind(std::string_view name) {
  for (const KindName& known : kKindNames)
    if (known.name == name) return known.kind;
  return std::nullopt;
}

bool IsIntegerKind(IdKind kind) {
  return kKindNames[static_cast<std::size_t>(kind)].integer;
}

const std::string* IdCache::Find(IdDirection direction, IdKind kind, std::string_view id) const {
  const Map& map = maps_[Slot(direction, kind)];
  const auto found = map.find(id);
  return found == map.end() ? nullptr : &found->second;
}

void IdCache::Remember(IdKind kind, const std::string& livechat_id, const std::string& backend_id) {
  Map& to_livechat = maps_[Slot(IdDirection::kToLiveChat, kind)];
  Map& to_backend = maps_[Slot(IdDirection::kToBackend, kind)];
  if (to_livechat.size() >= kMost) {
    to_livechat.clear();
    to_backend.clear();
  }
  to_livechat.emplace(backend_id, livechat_id);
  to_backend.emplace(livechat_id, backend_id);
}

const std::string* IdNeeds::Find(IdDirection direction, IdKind kind, std::string_view id, bool& never) {
  never = false;
  if (const std::string* known = cache_.Find(direction, kind, id)) return known;
  const std::size_t slot = Slot(direction, kind);
  if (never_[slot].find(id) == never_[slot].end()) {
    wanted_ = true;
    wanted_batches_[slot].Note(id);
  } else if (direction == IdDirection::kToLiveChat) {
    unissued_ = true;
    Unissued(kind).Note(id);
  } else {
    never = true;
  }
  return nullptr;
}

void IdNeeds::BeginPass() {
  if (!anything_noted()) return;
  wanted_ = unissued_ = false;
  for (IdBatch& batch : wanted_batches_) batch.Take();
  for (IdBatch& batch : unissued_batches_) batch.Take();
}

}  // namespace parley::mapping
