#include "backend/embedded/routing.h"

#include <algorithm>
#include <tuple>

namespace parley::backend::embedded {

RoutingMethod ParseRoutingMethod(std::string_view setting) {
  return setting == "Auto_Selection" ? RoutingMethod::kAutoSelection : RoutingMethod::kManualSelection;
}

Json RoutingConfig(RoutingMethod method) {
  const bool waits = method == RoutingMethod::kManualSelection;
  return Json::Of({{"previewRoom", waits},
                   {"showConnecting", waits},
                   {"showQueue", waits},
                   {"showQueueLink", !waits},
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
