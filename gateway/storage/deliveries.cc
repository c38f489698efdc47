#include "storage/deliveries.h"

#include <algorithm>
#include <array>

namespace parley::storage {
namespace {

// In the order of DeliveryStatus.
constexpr std::array<std::string_view, 5> kStatuses = {"pending", "delivered", "dead", "canceled", "erased"};

}  // namespace

std::string_view NameOf(DeliveryStatus status) {
  return kStatuses[static_cast<std::size_t>(status)];
}

std::optional<DeliveryStatus> DeliveryStatusNamed(std::string_view name) {
  const auto* found = std::find(kStatuses.begin(), kStatuses.end(), name);
  if (found == kStatuses.end()) return std::nullopt;
  return static_cast<DeliveryStatus>(found - kStatuses.begin());
}

}  // namespace parley::storage
