#include "backend/embedded/record.h"

namespace parley::backend::embedded {

Json Pick(const Json& answer, const std::vector<std::string_view>& names) {
  Json picked = Json::MakeObject();
  for (const std::string_view name : names) {
    if (const Json* member = answer.Find(name)) picked.Append(name, *member);
  }
  return picked;
}

}  // namespace parley::backend::embedded
