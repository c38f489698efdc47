#include "backend/embedded/coercion.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"

namespace parley::backend::embedded {
namespace {

using specs::IsOfType;
using specs::Schema;
using specs::Type;

constexpr double kLargestExact = 9007199254740992;  // 2^53

std::vector<Type> WantedTypes(const Schema& schema) {
  if (!schema.types.empty()) return schema.types;
  return {schema.type};
}

bool Fits(const Schema& schema, const Json& value) {
  if (value.IsNull() && schema.nullable) return true;
  const auto wanted = WantedTypes(schema);
  return std::any_of(wanted.begin(), wanted.end(), [&](Type type) { return IsOfType(type, value); });
}

std::optional<double> HexadecimalNumber(std::string_view digits) {
  if (digits.empty() || digits.size() > 12) return std::nullopt;
  double number = 0;
  for (const char c : digits) {
    const std::size_t value = std::string_view("0123456789abcdef").find(Lower(std::string_view(&c, 1)));
    if (value == std::string_view::npos) return std::nullopt;
    number = number * 16 + static_cast<double>(value);
  }
  return number;
}

// A text as JavaScript reads it as a number; nothing but space is 0, nothing at all is none.
std::optional<double> NumberIn(std::string_view text) {
  if (text.empty()) return std::nullopt;
  std::string_view trimmed = Trim(text);
  if (trimmed.empty()) return 0;
  if (trimmed.starts_with("0x") || trimmed.starts_with("0X")) return HexadecimalNumber(trimmed.substr(2));
  if (trimmed.starts_with('+')) trimmed.remove_prefix(1);
  if (trimmed.starts_with('+')) return std::nullopt;
  return ParseNumber(trimmed);
}

std::optional<double> AsNumber(const Json& value) {
  if (value.IsNull()) return 0;
  if (const auto flag = value.AsBoolean()) return *flag ? 1 : 0;
  if (const auto text = value.AsString()) return NumberIn(*text);
  return value.AsNumber();
}

std::optional<Json> ToNumber(const Json& value, bool whole) {
  const auto number = AsNumber(value);
  if (!number) return std::nullopt;
  const bool is_whole = std::trunc(*number) == *number;
  if (whole && !is_whole) return std::nullopt;
  if (is_whole && std::abs(*number) <= kLargestExact) return Json(static_cast<std::int64_t>(*number));
  return Json(*number);
}

std::optional<Json> ToText(const Json& value) {
  if (value.IsNull()) return Json("");
  if (value.IsBoolean() || value.IsNumber()) return Json(Print(value));
  return std::nullopt;
}

std::optional<Json> ToBoolean(const Json& value) {
  if (value.IsNull() || value == Json(0) || value == Json("false")) return Json(false);
  if (value == Json(1) || value == Json("true")) return Json(true);
  return std::nullopt;
}

std::optional<Json> ToList(const Json& value, Source source) {
  if (source != Source::kQuery || value.IsObject()) return std::nullopt;
  return Json(Json::Array{value});
}

std::optional<Json> To(Type type, Source source, const Json& value) {
  switch (type) {
    case Type::kString:
      return ToText(value);
    case Type::kInteger:
    case Type::kNumber:
      return ToNumber(value, type == Type::kInteger);
    case Type::kBoolean:
      return ToBoolean(value);
    case Type::kArray:
      return ToList(value, source);
    default:
      return std::nullopt;
  }
}

bool CountsAsNull(const Json& value) {
  return value == Json("") || value == Json(0) || value == Json(false);
}

void CoerceItself(const Schema& schema, Source source, Json& value) {
  if (Fits(schema, value)) return;
  const auto wanted = WantedTypes(schema);
  const Json::Array* list = value.AsArray();
  if (source == Source::kQuery && list != nullptr && list->size() == 1) {
    Json only = list->front();
    value = std::move(only);
    if (Fits(schema, value)) return;
  }
  for (const Type type : wanted) {
    if (value.IsArray() || value.IsObject()) return;
    if (auto converted = To(type, source, value)) {
      value = *std::move(converted);
      return;
    }
  }
  if (schema.nullable && CountsAsNull(value)) value = Json();
}

}  // namespace

void CoerceContent(const Schema& schema, Source source, Json& value) {
  if (Json::Array* list = value.AsArray()) {
    if (!schema.items) return;
    for (Json& element : *list) Coerce(*schema.items, source, element);
  }
  if (Json::Object* object = value.AsObject()) {
    for (auto& [name, member] : *object) {
      const specs::Property* property = schema.Find(name);
      const Schema* described = property != nullptr ? property->schema.get() : schema.additional_schema.get();
      if (described != nullptr) Coerce(*described, source, member);
    }
  }
}

void Coerce(const Schema& schema, Source source, Json& value) {
  CoerceItself(schema, source, value);
  CoerceContent(schema, source, value);
}

}  // namespace parley::backend::embedded
