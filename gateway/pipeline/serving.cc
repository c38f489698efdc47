#include "pipeline/serving.h"

namespace parley::pipeline {
namespace {

void AppendLabels(const std::string& face, const specs::Spec& spec, Serving& serving,
                  std::vector<metrics::OperationLabels>& labels) {
  for (const specs::Operation& operation : spec.operations) {
    serving.metrics_index[&operation] = labels.size();
    labels.push_back({face, operation.id, std::string(http::NameOf(operation.method)), operation.path});
  }
}

}  // namespace

std::string_view NameOf(Served served) {
  switch (served) {
    case Served::kNative:
      return "native";
    case Served::kTranslated:
      return "translated";
    case Served::kLocal:
      return "local";
    case Served::kPlanned:
      return "planned";
    case Served::kUnsupported:
      return "unsupported";
  }
  return "planned";
}

Served Serving::HowServed(const specs::Operation& operation) const {
  const auto at = served.find(&operation);
  return at == served.end() ? Served::kPlanned : at->second;
}

std::vector<metrics::OperationLabels> MetricsLabels(Serving& serving) {
  std::vector<metrics::OperationLabels> labels = {{"none", "unmatched", "", ""}};
  AppendLabels("livechat", *serving.livechat_spec, serving, labels);
  AppendLabels("rocketchat", *serving.rocketchat_spec, serving, labels);
  return labels;
}

}  // namespace parley::pipeline
