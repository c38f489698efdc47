#include "backend/embedded/arguments.h"

#include <algorithm>
#include <string>

namespace parley::backend::embedded {
namespace {

std::string_view TypeName(const Json& value) {
  switch (value.kind()) {
    case Json::Kind::kNull:
      return "null";
    case Json::Kind::kBoolean:
      return "boolean";
    case Json::Kind::kInteger:
    case Json::Kind::kNumber:
      return "number";
    case Json::Kind::kString:
      return "string";
    default:
      return "object";
  }
}

std::string In(std::string_view field) {
  return field.empty() ? std::string() : " in field " + std::string(field);
}

std::string PathOf(std::string_view field, std::string_view key) {
  return field.empty() ? std::string(key) : std::string(field) + "." + std::string(key);
}

bool Contains(std::initializer_list<std::string_view> keys, std::string_view key) {
  return std::find(keys.begin(), keys.end(), key) != keys.end();
}

}  // namespace

std::optional<Failure> FirstMismatch(const Json& object, const ExpectedTexts& expected, std::string_view field) {
  for (const std::string_view key : expected.required) {
    const Json* value = object.Find(key);
    if (value == nullptr) return FailMatch("Missing key '" + std::string(key) + "'" + In(field));
    if (!value->IsString()) {
      return FailMatch("Expected string, got " + std::string(TypeName(*value)) + In(PathOf(field, key)));
    }
  }
  for (const std::string_view key : expected.optional) {
    const Json* value = object.Find(key);
    if (value != nullptr && !value->IsString() && !value->IsNull()) {
      return FailMatch("Failed Match.OneOf, Match.Maybe or Match.Optional validation" + In(PathOf(field, key)));
    }
  }
  if (expected.others_allowed || object.AsObject() == nullptr) return std::nullopt;
  for (const auto& [key, value] : *object.AsObject()) {
    if (!Contains(expected.required, key) && !Contains(expected.optional, key)) {
      return FailMatch("Unknown key" + In(PathOf(field, key)));
    }
  }
  return std::nullopt;
}

}  // namespace parley::backend::embedded
