#include "resources/merge_patch.h"

namespace parley::resources {

void MergePatch(Json& target, const Json& patch) {
  const Json::Object* members = patch.AsObject();
  if (members == nullptr) {
    target = patch;
    return;
  }
  if (!target.IsObject()) target = Json::MakeObject();
  for (const auto& [name, value] : *members) {
    if (value.IsNull()) {
      target.Remove(name);
      continue;
    }
    Json* member = target.Find(name);
    Json merged = member == nullptr ? Json() : std::move(*member);
    MergePatch(merged, value);
    target.Set(name, std::move(merged));
  }
}

}  // namespace parley::resources
