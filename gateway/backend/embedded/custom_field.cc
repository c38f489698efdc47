#include "backend/embedded/custom_field.h"

#include <algorithm>
#include <regex>

namespace parley::backend::embedded {

Awaitable<Result<std::vector<CustomField>>> FindCustomFields(storage::DocumentStore& documents, std::string scope) {
  storage::Query query(CustomField::kCollection);
  query.where.emplace_back("scope", storage::Match::kEquals, Json(std::move(scope)));
  auto found = co_await Find<CustomField>(documents, std::move(query));
  if (!found) co_return found.error();
  co_return std::move(found->list);
}

const CustomField* FindField(const std::vector<CustomField>& fields, std::string_view name) {
  const auto found =
      std::find_if(fields.begin(), fields.end(), [&](const CustomField& field) { return field.id == name; });
  return found == fields.end() ? nullptr : &*found;
}

bool Fits(const CustomField& field, const std::string& value) {
  // The library's matcher recurses once per character.
  constexpr std::size_t kLongestChecked = 1000;
  if (field.regexp.value_or("").empty()) return true;
  if (value.size() > kLongestChecked) return false;
  try {
    return std::regex_search(value, std::regex(*field.regexp, std::regex::ECMAScript));
  } catch (const std::regex_error&) {
    return true;
  }
}

void MergeFields(const std::vector<CustomField>& fields, const Json& values, Json& data) {
  if (values.AsObject() == nullptr) return;
  for (const auto& [name, value] : *values.AsObject()) {
    if (FindField(fields, name) == nullptr || !value.IsString()) continue;
    if (value.AsString()->empty()) {
      data.Remove(name);
    } else {
      data.Set(name, value);
    }
  }
  if (data.empty()) data = Json();
}

}  // namespace parley::backend::embedded
