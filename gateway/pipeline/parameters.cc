#include "pipeline/parameters.h"

#include <algorithm>

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

// One bad list must not be answered with a million sentences.
bool Full(const Violations& violations) {
  return violations.size() >= kMostViolations;
}

Json Refuse(Violations& violations, const std::string& name, const std::string& rule) {
  std::string text = name + " " + rule;
  // A member that may stand in the query or in the body is looked at in both.
  const bool said = std::find(violations.begin(), violations.end(), text) != violations.end();
  if (!Full(violations) && !said) violations.push_back(std::move(text));
  return {};
}

void CheckCharacters(std::string_view text, const std::string& name, Violations& violations) {
  if (!IsValidUtf8(text)) Refuse(violations, name, "must be valid UTF-8");
  if (text.find('\0') != std::string_view::npos) Refuse(violations, name, "must not contain a NUL character");
}

// A value no schema describes: only its texts are looked at.
void CheckFreeForm(const Json& value, const std::string& name, Violations& violations) {
  if (Full(violations)) return;
  if (const auto text = value.AsString()) CheckCharacters(*text, name, violations);
  if (const Json::Array* items = value.AsArray())
    for (const Json& item : *items) CheckFreeForm(item, name, violations);
  if (const Json::Object* members = value.AsObject())
    for (const Json::Member& member : *members) {
      CheckCharacters(member.first, name, violations);
      CheckFreeForm(member.second, name, violations);
    }
}

std::optional<Json> ToInteger(const Json& value) {
  if (const auto integer = value.AsInteger()) return Json(*integer);
  const auto text = value.AsString();
  if (!text) return std::nullopt;
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

// A flag that is written 0 or 1 may be a word as well. Other integers may not: no group is called true.
std::optional<Json> WordAsFlag(const Schema& schema, const Json& value) {
  if (schema.type != Type::kInteger || schema.enumeration.empty() || value.IsNumber()) return std::nullopt;
  const auto flag = ToBoolean(value);
  if (!flag) return std::nullopt;
  return Json(*flag->AsBoolean() ? 1 : 0);
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

void CheckLength(const Schema& schema, std::string_view text, const std::string& name, Violations& violations) {
  if (!schema.min_length && !schema.max_length) return;
  const std::size_t length = CountCharacters(text);
  if (schema.min_length && length < *schema.min_length)
    Refuse(violations, name,
           *schema.min_length == 1 ? "must not be empty"
                                   : "must have at least " + std::to_string(*schema.min_length) + " characters");
  else if (schema.max_length && length > *schema.max_length)
    Refuse(violations, name, "must have at most " + std::to_string(*schema.max_length) + " characters");
}

void CheckText(const Schema& schema, std::string_view text, const std::string& name, Violations& violations) {
  const std::size_t before = violations.size();
  CheckCharacters(text, name, violations);
  CheckLength(schema, text, name, violations);
  if (violations.size() > before) return;
  if (schema.format == "email" && !LooksLikeEmail(text)) Refuse(violations, name, "must be a correct e-mail address");
  if (schema.format == "date" && !IsDate(text)) Refuse(violations, name, "must be a date of the form YYYY-MM-DD");
  if (schema.format == "timezone" && FindZone(text) == nullptr)
    Refuse(violations, name, "must be an IANA time zone name");
  if (schema.form && !schema.form->Matches(text)) Refuse(violations, name, "has the wrong form");
}

void CheckNumber(const Schema& schema, double number, const std::string& name, Violations& violations) {
  if (schema.minimum && number < *schema.minimum)
    Refuse(violations, name, "must be at least " + Print(Json(*schema.minimum)));
  else if (schema.maximum && number > *schema.maximum)
    Refuse(violations, name, "must be at most " + Print(Json(*schema.maximum)));
}

void CheckScalar(const Schema& schema, const Json& value, const std::string& name, Violations& violations) {
  if (!schema.enumeration.empty() &&
      std::find(schema.enumeration.begin(), schema.enumeration.end(), value) == schema.enumeration.end()) {
    Refuse(violations, name, "must be one of: " + ListOf(schema.enumeration));
    return;
  }
  if (const auto number = value.AsNumber()) CheckNumber(schema, *number, name, violations);
  if (const auto text = value.AsString()) CheckText(schema, *text, name, violations);
}

// `schema` null: anything.
Json CoerceDescribed(const SchemaPtr& schema, const Json& value, const std::string& name, Violations& violations) {
  if (schema) return Coerce(*schema, value, name, violations);
  CheckFreeForm(value, name, violations);
  return value;
}

Json CoerceArray(const Schema& schema, const Json& value, const std::string& name, Violations& violations) {
  if (value.IsObject()) return Refuse(violations, name, Article(Type::kArray));
  // Clients send one value where a list is expected, and an empty text for an empty list.
  const Json::Array single = value.AsString() == "" ? Json::Array{} : Json::Array{value};
  const Json::Array& items = value.IsArray() ? *value.AsArray() : single;
  Json list = Json::MakeArray();
  for (std::size_t i = 0; i < items.size() && !Full(violations); ++i) {
    const std::string item_name = name + "[" + std::to_string(i) + "]";
    list.Push(CoerceDescribed(schema.items, items[i], item_name, violations));
  }
  if (schema.min_items && items.size() < *schema.min_items)
    Refuse(violations, name, "must have at least " + std::to_string(*schema.min_items) + " items");
  if (schema.max_items && items.size() > *schema.max_items)
    Refuse(violations, name, "must have at most " + std::to_string(*schema.max_items) + " items");
  return list;
}

// An object whose members have names of the client's choice.
Json CoerceMap(const Schema& schema, const Json& value, const std::string& prefix, Violations& violations) {
  Json object = Json::MakeObject();
  for (const Json::Member& member : *value.AsObject()) {
    if (Full(violations)) break;
    CheckCharacters(member.first, prefix + member.first, violations);
    object.Append(member.first,
                  CoerceDescribed(schema.additional_schema, member.second, prefix + member.first, violations));
  }
  return object;
}

Json CoerceObject(const Schema& schema, const Json& value, const std::string& prefix, Violations& violations) {
  if (schema.properties.empty() && schema.additional_properties) return CoerceMap(schema, value, prefix, violations);
  Json object = Json::MakeObject();
  for (const Property& property : schema.properties) {
    const std::string name = prefix + property.name;
    const Json* given = value.Find(property.name);
    if (given != nullptr && !given->IsNull()) {
      object.Append(property.name, Coerce(*property.schema, *given, name, violations));
    } else if (property.schema->default_value) {
      object.Append(property.name, *property.schema->default_value);
    } else if (property.required) {
      Refuse(violations, name, "is required");
    }
  }
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

using Pairs = std::vector<std::pair<std::string, std::string>>;

// `what`: "the query string" or "the body".
Result<Pairs> DecodePairs(std::string_view text, const std::string& what) {
  // Looked at before anything is copied: a body of nothing but separators would fill the memory with names.
  if (static_cast<std::size_t>(std::count(text.begin(), text.end(), '&')) > kMostNames)
    return InvalidArgument(what + " has more than " + std::to_string(kMostNames) + " parameters");
  std::optional<Pairs> pairs = http::ParseQuery(text);
  if (!pairs) return InvalidArgument(what + " has a broken percent escape");
  for (const auto& [name, value] : *pairs)
    if (!IsValidUtf8(name)) return InvalidArgument(what + " has a parameter name that is not valid UTF-8");
  return *std::move(pairs);
}

std::string_view HeadOf(std::string_view name) {
  return Trim(name.substr(0, name.find('[')));
}

// What the operation takes under a name or its alias, in the query or the body; null for a name it does not know.
const Schema* SchemaOf(const Operation& operation, std::string_view name) {
  const auto alias = operation.aliases.find(std::string(name));
  if (alias != operation.aliases.end()) name = alias->second;
  const Property* property = operation.body ? operation.body->Find(name) : nullptr;
  if (property != nullptr) return property->schema.get();
  const Parameter* parameter = operation.FindParameter(name);
  return parameter != nullptr ? parameter->schema.get() : nullptr;
}

// Unknown names are ignored however they are written; a list may be a name that repeats: tag=a&tag=b.
void SettleNames(const Operation& operation, Pairs& pairs) {
  std::erase_if(pairs, [&](const auto& pair) { return SchemaOf(operation, HeadOf(pair.first)) == nullptr; });
  for (auto& [name, value] : pairs) {
    const bool bare = name.find('[') == std::string::npos;
    if (bare && SchemaOf(operation, Trim(name))->type == Type::kArray) name = std::string(Trim(name)) + "[]";
  }
}

Result<Json> DecodeQuery(const Operation& operation, std::string_view query) {
  Result<Pairs> pairs = DecodePairs(query, "the query string");
  if (!pairs) return pairs.error();
  SettleNames(operation, *pairs);
  // "date_from=" means the filter was left empty in a form.
  std::erase_if(*pairs, [](const auto& pair) { return pair.second.empty(); });
  Result<Json> tree = TreeOf(*pairs);
  if (tree) ApplyAliases(operation, *tree);
  return tree;
}

std::string MediaType(std::string_view content_type) {
  return Lower(Trim(content_type.substr(0, content_type.find(';'))));
}

Result<Json> ParseJsonBody(const Operation& operation, std::string_view body) {
  ParseLimits limits;
  limits.repeatable_suffix = "[]";  // {"tag[]": "a", "tag[]": "b"} stands in published samples and means both
  Result<Json> parsed = ParseJson(body, limits);
  if (!parsed) return parsed;
  if (!parsed->IsObject()) return InvalidArgument("the body must be a JSON object");
  std::erase_if(*parsed->AsObject(),
                [&](const Json::Member& member) { return SchemaOf(operation, HeadOf(member.first)) == nullptr; });
  return TreeOf(*std::move(parsed));
}

Result<Json> ParseFormBody(const Operation& operation, std::string_view body) {
  Result<Pairs> pairs = DecodePairs(body, "the body");
  if (!pairs) return pairs.error();
  SettleNames(operation, *pairs);
  return TreeOf(*pairs);
}

Result<Json> ParseBody(const Operation& operation, std::string_view content_type, std::string_view body) {
  const std::string media_type = MediaType(content_type);
  if (Trim(body).empty()) return Json::MakeObject();
  if (media_type == "application/json") return ParseJsonBody(operation, body);
  if (media_type.empty() || media_type == "application/x-www-form-urlencoded") return ParseFormBody(operation, body);
  return InvalidArgument("Content-Type must be application/json or application/x-www-form-urlencoded");
}

Result<Json> DecodeBody(const Operation& operation, const RawParameters& raw) {
  Result<Json> tree = ParseBody(operation, raw.content_type, raw.body);
  if (tree) ApplyAliases(operation, *tree);
  return tree;
}

// What a path names but is not of its type cannot exist.
Status AddPath(const Operation& operation, const RawParameters& raw, Json& in) {
  for (const auto& [name, text] : raw.path) {
    const Parameter* parameter = operation.FindParameter(name);
    Violations unfit;
    Json value = CoerceDescribed(parameter != nullptr ? parameter->schema : nullptr, Json(text), name, unfit);
    if (!unfit.empty()) return NotFound(operation.resource);
    in.Set(name, std::move(value));
  }
  return {};
}

void AddQuery(const Operation& operation, const Json& query, Json& in, Violations& violations) {
  for (const Parameter& parameter : operation.parameters) {
    if (parameter.in != specs::In::kQuery || in.Find(parameter.name) != nullptr) continue;
    const Json* given = query.Find(parameter.name);
    Violations unfit;
    std::optional<Json> value;
    if (given != nullptr) value = Coerce(*parameter.schema, *given, parameter.name, unfit);
    if (given == nullptr || (parameter.lenient && !unfit.empty())) value = parameter.schema->default_value;
    if (!parameter.lenient) violations.insert(violations.end(), unfit.begin(), unfit.end());
    if (value) in.Set(parameter.name, std::move(*value));
    if (given == nullptr && parameter.required && !parameter.schema->default_value)
      Refuse(violations, parameter.name, "is required");
  }
}

// A form with a file in it is read by its operation.
bool TakesFile(const Schema& body) {
  return std::any_of(body.properties.begin(), body.properties.end(),
                     [](const Property& property) { return property.schema->format == "binary"; });
}

Status AddBody(const Operation& operation, const RawParameters& raw, const Json& query, Json& in,
               Violations& violations) {
  Result<Json> body = DecodeBody(operation, raw);
  if (!body) return body.error();
  // Some documented samples put a body parameter into the query string of a POST.
  for (const Json::Member& member : *query.AsObject())
    if (operation.body->Find(member.first) != nullptr && body->Find(member.first) == nullptr)
      body->Append(member.first, member.second);
  Json members = CoerceObject(*operation.body, *body, "", violations);
  for (Json::Member& member : *members.AsObject())
    if (!raw.path.contains(member.first)) in.Set(member.first, std::move(member.second));
  return {};
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
    CheckFreeForm(value, name, violations);
    const bool fits = schema.types.empty() || std::any_of(schema.types.begin(), schema.types.end(),
                                                          [&](Type type) { return ToScalar(type, value).has_value(); });
    return fits ? value : Refuse(violations, name, Article(schema.types.front()));
  }
  std::optional<Json> scalar = WordAsFlag(schema, value);
  if (!scalar) scalar = ToScalar(schema.type, value);
  if (!scalar) return Refuse(violations, name, Article(schema.type));
  CheckScalar(schema, *scalar, name, violations);
  return *scalar;
}

Result<Json> DecodeParameters(const Operation& operation, const RawParameters& raw) {
  Json in = Json::MakeObject();
  Violations violations;
  if (Status added = AddPath(operation, raw, in); !added) return added.error();
  const Result<Json> query = DecodeQuery(operation, raw.query);
  if (!query) return query.error();
  AddQuery(operation, *query, in, violations);
  if (operation.body && !TakesFile(*operation.body))
    if (Status added = AddBody(operation, raw, *query, in, violations); !added) return added.error();
  if (!violations.empty()) return InvalidArguments(std::move(violations));
  return in;
}

}  // namespace parley::pipeline
