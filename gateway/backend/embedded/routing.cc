#include "backend/embedded/routing.h"

#include <algorithm>
#include <tuple>

namespace parley::backend::embedded {

RoutingMethod ParseRoutingMethod(std::string_view setting) {
  if (setting == "Auto_Selection") return RoutingMethod::kAutoSelection;
  if (setting == "External") return RoutingMethod::kExternal;
  if (setting == "Load_Balancing") return RoutingMethod::kLoadBalancing;
  if (setting == "Load_Rotation") return RoutingMethod::kLoadRotation;
  return RoutingMethod::kManualSelection;
}

bool AssignsByItself(RoutingMethod method) {
  return method != RoutingMethod::kManualSelection;
}

Json RoutingConfig(RoutingMethod method) {
  const bool waits = method == RoutingMethod::kManualSelection;
  return Json::Of({{"previewRoom", waits},
                   {"showConnecting", waits},
                   {"showQueue", waits},
                   {"showQueueLink", method == RoutingMethod::kAutoSelection},
                   {"returnQueue", waits},
                   {"enableTriggerAction", !waits},
                   {"autoAssignAgent", !waits}});
}

const Candidate* ChooseAgent(const std::vector<Candidate>& candidates) {
  const auto rank = [](const Candidate& candidate) {
    return std::tie(candidate.picks, candidate.order, candidate.username);
  };
  const auto first = std::min_element(candidates.begin(), candidates.end(),
                                      [&](const Candidate& a, const Candidate& b) { return rank(a) < rank(b); });
  return first == candidates.end() ? nullptr : &*first;
}

}  // namespace parley::backend::embedded
