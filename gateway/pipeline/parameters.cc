#include "pipeline/parameters.h"

#include <algorithm>
#include <regex>

#include "base/text.h"
#include "base/time.h"
#include "pipeline/bracket_names.h"

namespace parley::pipeline {
namespace {

using specs::Operation;
using specs::Parameter;
using specs::Property;
using specs::Schema;
using specs::SchemaPtr;
using specs::Type;

using Violations = std::vector<std::string>;

std::string Article(Type type) {
  switch (type) {
    case Type::kBoolean:
      return "must be true or false";
    case Type::kInteger:
      return "must be an integer";
    case Type::kNumber:
      return "must be a number";
    case Type::kString:
      return "must be a text";
    case Type::kArray:
      return "must be a list";
    case Type::kObject:
      return "must be an object";
    case Type::kAny:
      break;
  }
  return "is not acceptable";
}

Json Refuse(Violations& violations, const std::string& name, const std::string& rule) {
  violations.push_back(name + " " + rule);
  return {};
}

std::optional<Json> ToInteger(const Json& value) {
  if (const auto integer = value.AsInteger()) return Json(*integer);
  if (const auto flag = value.AsBoolean()) return Json(*flag ? 1 : 0);
  const auto text = value.AsString();
  if (!text) return std::nullopt;
  if (*text == "true" || *text == "false") return Json(*text == "true" ? 1 : 0);
  if (const auto integer = ParseInteger(Trim(*text))) return Json(*integer);
  return std::nullopt;
}

std::optional<Json> ToNumber(const Json& value) {
  if (value.IsNumber()) return value;
  const auto text = value.AsString();
  const auto number = text ? ParseNumber(Trim(*text)) : std::nullopt;
  if (!number) return std::nullopt;
  return Json(*number);
}

std::optional<Json> ToBoolean(const Json& value) {
  if (value.IsBoolean()) return value;
  if (const auto integer = value.AsInteger(); integer && (*integer == 0 || *integer == 1)) return Json(*integer == 1);
  const auto text = value.AsString();
  if (text && (*text == "true" || *text == "1")) return Json(true);
  if (text && (*text == "false" || *text == "0")) return Json(false);
  return std::nullopt;
}

std::optional<Json> ToText(const Json& value) {
  if (value.IsString()) return value;
  if (value.IsNumber() || value.IsBoolean()) return Json(Print(value));
  return std::nullopt;
}

std::optional<Json> ToScalar(Type type, const Json& value) {
  switch (type) {
    case Type::kInteger:
      return ToInteger(value);
    case Type::kNumber:
      return ToNumber(value);
    case Type::kBoolean:
      return ToBoolean(value);
    case Type::kString:
      return ToText(value);
    default:
      return value;
  }
}

std::string ListOf(const std::vector<Json>& values) {
  std::vector<std::string> texts;
  for (const Json& value : values) texts.push_back(value.IsString() ? std::string(*value.AsString()) : Print(value));
  return Join(texts, ", ");
}

void CheckText(const Schema& schema, std::string_view text, const std::string& name, Violations& violations) {
  const auto refuse = [&](const std::string& rule) { violations.push_back(name + " " + rule); };
  if (!IsValidUtf8(text)) return refuse("must be valid UTF-8");
  if (schema.min_length && text.size() < *schema.min_length)
    return refuse(*schema.min_length == 1 ? "must not be empty"
                                          : "must have at least " + std::to_string(*schema.min_length) + " characters");
  if (schema.max_length && text.size() > *schema.max_length)
    return refuse("must have at most " + std::to_string(*schema.max_length) + " characters");
  if (schema.format == "email" && !LooksLikeEmail(text)) return refuse("must be a correct e-mail address");
  if (schema.format == "date" && !StartOfDay(text, FindZone("UTC")))
    return refuse("must be a date of the form YYYY-MM-DD");
  if (schema.format == "timezone" && FindZone(text) == nullptr) return refuse("must be an IANA time zone name");
  if (!schema.pattern.empty() && !std::regex_search(text.begin(), text.end(), std::regex(schema.pattern)))
    return refuse("has the wrong form");
}

void CheckScalar(const Schema& schema, const Json& value, const std::string& name, Violations& violations) {
  if (!schema.enumeration.empty() &&
      std::find(schema.enumeration.begin(), schema.enumeration.end(), value) == schema.enumeration.end()) {
    violations.push_back(name + " must be one of: " + ListOf(schema.enumeration));
    return;
  }
  if (const auto number = value.AsNumber()) {
    if (schema.minimum && *number < *schema.minimum)
      violations.push_back(name + " must be at least " + Print(Json(*schema.minimum)));
    else if (schema.maximum && *number > *schema.maximum)
      violations.push_back(name + " must be at most " + Print(Json(*schema.maximum)));
  }
  if (const auto text = value.AsString()) CheckText(schema, *text, name, violations);
}

Json CoerceArray(const Schema& schema, const Json& value, const std::string& name, Violations& violations) {
  if (value.IsObject()) return Refuse(violations, name, Article(Type::kArray));
  // Clients send one value where a list is expected, and an empty text for an empty list.
  const Json::Array single = value.AsString() == "" ? Json::Array{} : Json::Array{value};
  const Json::Array& items = value.IsArray() ? *value.AsArray() : single;
  Json list = Json::MakeArray();
  for (std::size_t i = 0; i < items.size(); ++i) {
    const std::string item_name = name + "[" + std::to_string(i) + "]";
    list.Push(schema.items ? Coerce(*schema.items, items[i], item_name, violations) : items[i]);
  }
  if (schema.min_items && list.size() < *schema.min_items)
    violations.push_back(name + " must have at least " + std::to_string(*schema.min_items) + " items");
  if (schema.max_items && list.size() > *schema.max_items)
    violations.push_back(name + " must have at most " + std::to_string(*schema.max_items) + " items");
  return list;
}

Json CoerceObject(const Schema& schema, const Json& value, const std::string& prefix, Violations& violations) {
  Json object = Json::MakeObject();
  for (const Property& property : schema.properties) {
    const std::string name = prefix + property.name;
    const Json* given = value.Find(property.name);
    if (given != nullptr && !given->IsNull()) {
      object.Append(property.name, Coerce(*property.schema, *given, name, violations));
    } else if (property.schema->default_value) {
      object.Append(property.name, *property.schema->default_value);
    } else if (property.required) {
      violations.push_back(name + " is required");
    }
  }
  if (schema.properties.empty() && schema.additional_properties) return value;
  return object;
}

void ApplyAliases(const Operation& operation, Json& parameters) {
  for (const auto& [alias, name] : operation.aliases) {
    if (parameters.Find(name) != nullptr) continue;
    if (Json* value = parameters.Find(alias)) {
      Json moved = std::move(*value);
      parameters.Set(name, std::move(moved));
    }
  }
}

Result<Json> DecodeQuery(const Operation& operation, std::string_view query) {
  auto pairs = http::ParseQuery(query);
  if (!pairs) return InvalidArgument("the query string has a broken percent escape");
  // "date_from=" means the filter was left empty in a form.
  std::erase_if(*pairs, [](const auto& pair) { return pair.second.empty(); });
  Result<Json> tree = TreeOf(*pairs);
  if (tree) ApplyAliases(operation, *tree);
  return tree;
}

std::string MediaType(std::string_view content_type) {
  return Lower(Trim(content_type.substr(0, content_type.find(';'))));
}

Result<Json> DecodeBody(const Operation& operation, std::string_view content_type, std::string_view body) {
  Result<Json> tree = Json::MakeObject();
  const std::string media_type = MediaType(content_type);
  if (Trim(body).empty()) return tree;
  if (media_type == "application/json") {
    Result<Json> parsed = ParseJson(body);
    if (!parsed) return parsed;
    if (!parsed->IsObject()) return InvalidArgument("the body must be a JSON object");
    tree = TreeOf(std::move(*parsed));
  } else if (media_type.empty() || media_type == "application/x-www-form-urlencoded") {
    const auto pairs = http::ParseQuery(body);
    if (!pairs) return InvalidArgument("the body has a broken percent escape");
    tree = TreeOf(*pairs);
  } else {
    return InvalidArgument("Content-Type must be application/json or application/x-www-form-urlencoded");
  }
  if (tree) ApplyAliases(operation, *tree);
  return tree;
}

}  // namespace

Json Coerce(const Schema& schema, const Json& value, const std::string& name, Violations& violations) {
  if (schema.type == Type::kArray) return CoerceArray(schema, value, name, violations);
  if (schema.type == Type::kObject) {
    if (value.IsArray() && value.empty()) return Json::MakeObject();  // PHP clients encode {} as []
    if (!value.IsObject()) return Refuse(violations, name, Article(Type::kObject));
    return CoerceObject(schema, value, name.empty() ? "" : name + ".", violations);
  }
  if (schema.type == Type::kAny) {
    if (schema.types.empty() || std::any_of(schema.types.begin(), schema.types.end(),
                                            [&](Type type) { return ToScalar(type, value).has_value(); }))
      return value;
    return Refuse(violations, name, Article(schema.types.front()));
  }
  const std::optional<Json> scalar = ToScalar(schema.type, value);
  if (!scalar) return Refuse(violations, name, Article(schema.type));
  CheckScalar(schema, *scalar, name, violations);
  return *scalar;
}

Result<Json> DecodeParameters(const Operation& operation, const RawParameters& raw) {
  Json in = Json::MakeObject();
  Violations violations;
  for (const auto& [name, text] : raw.path) {
    const Parameter* parameter = operation.FindParameter(name);
    Violations unfit;
    Json value = parameter != nullptr ? Coerce(*parameter->schema, Json(text), name, unfit) : Json(text);
    if (!unfit.empty()) return NotFound(operation.resource);
    in.Set(name, std::move(value));
  }

  Result<Json> query = DecodeQuery(operation, raw.query);
  if (!query) return query;
  for (const Parameter& parameter : operation.parameters) {
    if (parameter.in != specs::In::kQuery) continue;
    const Json* given = query->Find(parameter.name);
    Violations unfit;
    std::optional<Json> value;
    if (given != nullptr) value = Coerce(*parameter.schema, *given, parameter.name, unfit);
    if (given == nullptr || (parameter.lenient && !unfit.empty())) value = parameter.schema->default_value;
    if (!parameter.lenient) violations.insert(violations.end(), unfit.begin(), unfit.end());
    if (value) in.Set(parameter.name, std::move(*value));
    if (given == nullptr && parameter.required && !parameter.schema->default_value)
      violations.push_back(parameter.name + " is required");
  }

  if (operation.body) {
    Result<Json> body = DecodeBody(operation, raw.content_type, raw.body);
    if (!body) return body;
    // Some documented samples put a body parameter into the query string of a POST.
    for (const Json::Member& member : *query->AsObject())
      if (operation.body->Find(member.first) != nullptr && body->Find(member.first) == nullptr)
        body->Append(member.first, member.second);
    Json members = CoerceObject(*operation.body, *body, "", violations);
    for (Json::Member& member : *members.AsObject()) in.Set(member.first, std::move(member.second));
  }
  if (!violations.empty()) return InvalidArguments(std::move(violations));
  return in;
}

}  // namespace parley::pipeline
