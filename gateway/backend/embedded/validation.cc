#include "backend/embedded/validation.h"

#include <algorithm>

#include "backend/embedded/coercion.h"
#include "base/text.h"
#include "base/time.h"

namespace parley::backend::embedded {
namespace {

using specs::IsOfType;
using specs::Schema;
using specs::Type;

std::optional<std::string> TypeViolation(const Schema& schema, const Json& value) {
  if (value.IsNull() && schema.nullable) return std::nullopt;
  if (schema.types.empty()) {
    if (IsOfType(schema.type, value)) return std::nullopt;
    return "must be " + std::string(NameOf(schema.type));
  }
  std::vector<std::string> names;
  for (const Type type : schema.types) {
    if (IsOfType(type, value)) return std::nullopt;
    names.emplace_back(NameOf(type));
  }
  return "must be " + Join(names, ",");
}

std::size_t CharactersOf(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

// How the published validator prints a limit: 5, not 5.000000.
std::string PrintNumber(double number) {
  return Print(number == static_cast<double>(static_cast<std::int64_t>(number))
                   ? Json(static_cast<std::int64_t>(number))
                   : Json(number));
}

std::optional<std::string> NumberViolation(const Schema& schema, double number) {
  if (schema.maximum && number > *schema.maximum) return "must be <= " + PrintNumber(*schema.maximum);
  if (schema.minimum && number < *schema.minimum) return "must be >= " + PrintNumber(*schema.minimum);
  return std::nullopt;
}

std::optional<std::string> TextViolation(const Schema& schema, std::string_view text) {
  const std::size_t length = CharactersOf(text);
  if (schema.max_length && length > *schema.max_length) {
    return "must NOT have more than " + std::to_string(*schema.max_length) + " characters";
  }
  if (schema.min_length && length < *schema.min_length) {
    return "must NOT have fewer than " + std::to_string(*schema.min_length) + " characters";
  }
  if (schema.form && !schema.form->Matches(text)) return "must match pattern \"" + schema.pattern + "\"";
  return std::nullopt;
}

std::optional<std::string> ArrayViolation(const Schema& schema, const Json::Array& list) {
  if (schema.max_items && list.size() > *schema.max_items) {
    return "must NOT have more than " + std::to_string(*schema.max_items) + " items";
  }
  if (schema.min_items && list.size() < *schema.min_items) {
    return "must NOT have fewer than " + std::to_string(*schema.min_items) + " items";
  }
  if (!schema.items) return std::nullopt;
  for (const Json& item : list) {
    if (auto violation = FirstViolation(*schema.items, item)) return violation;
  }
  return std::nullopt;
}

std::optional<std::string> ObjectViolation(const Schema& schema, const Json& object) {
  for (const specs::Property& property : schema.properties) {
    if (property.required && object.Find(property.name) == nullptr) {
      return "must have required property '" + property.name + "'";
    }
  }
  for (const auto& [name, value] : *object.AsObject()) {
    const specs::Property* property = schema.Find(name);
    if (property != nullptr) continue;
    if (!schema.additional_properties) return "must NOT have additional properties";
    if (!schema.additional_schema) continue;
    if (auto violation = FirstViolation(*schema.additional_schema, value)) return violation;
  }
  for (const specs::Property& property : schema.properties) {
    const Json* value = object.Find(property.name);
    if (value == nullptr) continue;
    if (auto violation = FirstViolation(*property.schema, *value)) return violation;
  }
  return std::nullopt;
}

std::optional<std::string> KindViolation(const Schema& schema, const Json& value) {
  if (value.IsNumber()) return NumberViolation(schema, *value.AsNumber());
  if (value.IsString()) return TextViolation(schema, *value.AsString());
  if (value.IsArray()) return ArrayViolation(schema, *value.AsArray());
  if (value.IsObject()) return ObjectViolation(schema, value);
  return std::nullopt;
}

// What one parameter was given: "a=1", "a[]=1", "a[0]=1", "a[key]=1".
struct Given {
  std::string name;
  std::vector<std::pair<std::string, std::string>> values;  // what stood in the brackets, and the value
  bool bracketed = false;

  void Add(std::string_view key, const std::string& value) {
    const auto bracket = key.ends_with(']') ? key.find('[') : std::string_view::npos;
    const bool has_bracket = bracket != std::string_view::npos;
    bracketed = bracketed || has_bracket;
    values.emplace_back(has_bracket ? key.substr(bracket + 1, key.size() - bracket - 2) : std::string_view(), value);
  }
};

bool IsPosition(std::string_view key) {
  return key.empty() || ParseInteger(key).has_value();
}

// Texts, lists of texts, objects of texts.
Json Unconverted(const Given& given) {
  if (!given.bracketed && given.values.size() == 1) return Json(given.values.front().second);
  const bool list =
      std::all_of(given.values.begin(), given.values.end(), [](const auto& value) { return IsPosition(value.first); });
  Json result = list ? Json::MakeArray() : Json::MakeObject();
  for (const auto& [key, value] : given.values) {
    if (list) {
      result.Push(Json(value));
    } else {
      result.Set(key, Json(value));
    }
  }
  return result;
}

std::vector<Given> Grouped(const std::vector<std::pair<std::string, std::string>>& pairs) {
  std::vector<Given> grouped;
  for (const auto& [key, value] : pairs) {
    const std::string name = key.substr(0, key.ends_with(']') ? key.find('[') : std::string::npos);
    auto found = std::find_if(grouped.begin(), grouped.end(), [&](const Given& given) { return given.name == name; });
    if (found == grouped.end()) found = grouped.insert(grouped.end(), Given{name, {}, false});
    found->Add(key, value);
  }
  return grouped;
}

}  // namespace

std::optional<std::string> FirstViolation(const Schema& schema, const Json& value) {
  if (auto violation = TypeViolation(schema, value)) return violation;
  if (auto violation = KindViolation(schema, value)) return violation;
  const auto& allowed = schema.enumeration;
  if (!allowed.empty() && std::find(allowed.begin(), allowed.end(), value) == allowed.end()) {
    return "must be equal to one of the allowed values";
  }
  return std::nullopt;
}

Json ConvertQuery(const specs::Operation& operation, const std::vector<std::pair<std::string, std::string>>& pairs) {
  Json query = Json::MakeObject();
  for (const Given& given : Grouped(pairs)) {
    const specs::Parameter* parameter = operation.FindParameter(given.name);
    Json value = Unconverted(given);
    const bool known = parameter != nullptr && parameter->in == specs::In::kQuery && parameter->schema;
    if (known) Coerce(*parameter->schema, Source::kQuery, value);
    if (known && parameter->lenient && value.IsString() && FirstViolation(*parameter->schema, value)) {
      if (!parameter->required) continue;
      value = Json(false);
    }
    query.Append(given.name, std::move(value));
  }
  return query;
}

std::optional<std::string> FirstQueryViolation(const specs::Operation& operation, const Json& query) {
  bool takes_any = true;
  for (const specs::Parameter& parameter : operation.parameters) {
    if (parameter.in != specs::In::kQuery) continue;
    takes_any = false;
    if (parameter.required && query.Find(parameter.name) == nullptr) {
      return "must have required property '" + parameter.name + "'";
    }
  }
  if (takes_any) return std::nullopt;
  for (const auto& [name, value] : *query.AsObject()) {
    const specs::Parameter* parameter = operation.FindParameter(name);
    if (parameter == nullptr || parameter->in != specs::In::kQuery) return "must NOT have additional properties";
  }
  for (const auto& [name, value] : *query.AsObject()) {
    if (auto violation = FirstViolation(*operation.FindParameter(name)->schema, value)) return violation;
  }
  return std::nullopt;
}

}  // namespace parley::backend::embedded
