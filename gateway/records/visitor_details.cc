#include "records/visitor_details.h"

namespace parley::records {

Json CustomVariables(const Json& livechat_data) {
  const Json::Object* fields = livechat_data.AsObject();
  if (fields == nullptr) return {};
  Json variables = Json::MakeArray();
  for (const auto& [key, value] : *fields) {
    if (!key.starts_with(kDetailsPrefix)) variables.Push(Json::Of({{"key", key}, {"value", value}}));
  }
  return variables.empty() ? Json() : variables;
}

}  // namespace parley::records
