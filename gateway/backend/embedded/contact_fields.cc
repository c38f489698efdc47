#include "backend/embedded/contact_fields.h"

#include "base/text.h"

namespace parley::backend::embedded {
namespace {

// The trimmed text of a field; empty when it is absent or no text.
std::string ValueOf(const CustomField& field, const Json& values) {
  const Json* value = values.Find(field.id);
  return std::string(Trim(value == nullptr ? std::string_view() : value->AsString().value_or("")));
}

Failure InvalidValue(const CustomField& field) {
  return Fail("Invalid value for " + (field.label.empty() ? field.id : field.label) + " field");
}

}  // namespace

Outcome<Json> CheckContactFields(const std::vector<CustomField>& fields, const Json& values, UnknownFields unknown) {
  Json kept = Json::MakeObject();
  for (const CustomField& field : fields) {
    const std::string value = ValueOf(field, values);
    if (value.empty()) {
      if (field.required.value_or(false)) return InvalidValue(field);
      continue;
    }
    if (!Fits(field, value)) return InvalidValue(field);
    kept.Append(field.id, Json(value));
  }
  if (unknown == UnknownFields::kIgnored || values.AsObject() == nullptr) return kept;
  for (const auto& [key, value] : *values.AsObject()) {
    if (FindField(fields, key) == nullptr) return Fail("Custom field " + key + " is not allowed");
  }
  return kept;
}

Json FittingContactFields(const std::vector<CustomField>& fields, const Json& values) {
  Json kept = Json::MakeObject();
  for (const CustomField& field : fields) {
    const std::string value = ValueOf(field, values);
    if (!value.empty() && Fits(field, value)) kept.Append(field.id, Json(value));
  }
  return kept;
}

}  // namespace parley::backend::embedded
