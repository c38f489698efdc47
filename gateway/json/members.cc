#include "json/members.h"

namespace parley {

Json TextsJson(const std::vector<std::string>& texts) {
  Json list = Json::MakeArray();
  for (const std::string& text : texts) list.Push(text);
  return list;
}

std::vector<std::string> TextsOf(const Json* list) {
  std::vector<std::string> texts;
  if (list == nullptr || list->AsArray() == nullptr) return texts;
  for (const Json& text : *list->AsArray()) texts.emplace_back(text.AsString().value_or(""));
  return texts;
}

}  // namespace parley
