// JSON as a checked value.
//
// Purpose: parse what comes from outside without ever crashing, and shape answers. RapidJSON finds the values and
// prints the numbers; no other file includes it, and a wrong type is never more than a null pointer or an empty
// optional. Integers keep 64 bits; members keep their order; a duplicate member keeps the last value.
// Refuses to know: what any member means.
//
// Threading: a plain value.
// Tests: tests/unit/json/, tests/fuzz/json_fuzz.cc
#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.h"

namespace parley {

class Json {
 public:
  using Array = std::vector<Json>;
  using Member = std::pair<std::string, Json>;
  using Object = std::vector<Member>;
  enum class Kind { kNull, kBoolean, kInteger, kNumber, kString, kArray, kObject };

  Json() = default;  // null
  Json(std::nullptr_t) {}
  // Only a bool itself: pointers convert to bool, and none of them is meant to.
  template <std::same_as<bool> Boolean>
  Json(Boolean value) : value_(value) {}
  Json(int value) : value_(std::int64_t{value}) {}
  Json(long value) : value_(static_cast<std::int64_t>(value)) {}
  Json(long long value) : value_(static_cast<std::int64_t>(value)) {}
  Json(std::size_t value) : value_(static_cast<std::int64_t>(value)) {}
  Json(double value) : value_(value) {}
  Json(const char* value) : value_(std::string(value)) {}
  Json(std::string value) : value_(std::move(value)) {}
  Json(std::string_view value) : value_(std::string(value)) {}
  Json(Array value) : value_(std::move(value)) {}
  Json(Object value) : value_(std::move(value)) {}

  static Json MakeArray() { return Json(Array()); }
  static Json MakeObject() { return Json(Object()); }
  // Json::Of({{"success", true}, {"count", 3}}). Not inside a co_await expression: see
  // docs/decisions/0001-http-engine.md.
  static Json Of(std::initializer_list<Member> members) { return Json(Object(members)); }

  Kind kind() const { return static_cast<Kind>(value_.index()); }
  bool IsNull() const { return kind() == Kind::kNull; }
  bool IsBoolean() const { return kind() == Kind::kBoolean; }
  bool IsInteger() const { return kind() == Kind::kInteger; }
  bool IsNumber() const { return kind() == Kind::kInteger || kind() == Kind::kNumber; }
  bool IsString() const { return kind() == Kind::kString; }
  bool IsArray() const { return kind() == Kind::kArray; }
  bool IsObject() const { return kind() == Kind::kObject; }

  // The value when it is of that type, else empty. Never converts between texts and numbers.
  std::optional<bool> AsBoolean() const;
  std::optional<std::int64_t> AsInteger() const;  // also a number without fraction
  std::optional<double> AsNumber() const;
  std::optional<std::string_view> AsString() const;  // a view into this value

  // Null unless this is an array / object.
  const Array* AsArray() const { return std::get_if<Array>(&value_); }
  Array* AsArray() { return std::get_if<Array>(&value_); }
  const Object* AsObject() const { return std::get_if<Object>(&value_); }
  Object* AsObject() { return std::get_if<Object>(&value_); }

  // The member, or null when absent or when this is no object.
  const Json* Find(std::string_view name) const;
  Json* Find(std::string_view name);
  // Like Find, through objects: FindPath("v.token").
  const Json* FindPath(std::string_view dotted) const;
  // The text of a member; `fallback` when absent or of another type.
  std::string_view Text(std::string_view name, std::string_view fallback = {}) const;
  std::int64_t Integer(std::string_view name, std::int64_t fallback = 0) const;
  bool Flag(std::string_view name, bool fallback = false) const;

  // Sets or replaces a member; a null value becomes an object first. REQUIRES: null or object.
  Json& Set(std::string_view name, Json value);
  // Appends a member without looking for one of that name. REQUIRES: null or object, no member of that name yet.
  void Append(std::string_view name, Json value);
  bool Remove(std::string_view name);
  // Appends an element; a null value becomes an array first. REQUIRES: null or array.
  void Push(Json value);

  bool empty() const { return size() == 0; }
  std::size_t size() const;  // elements or members; 0 for everything else

  // Same kind and value; objects compare regardless of member order, 1 equals 1.0. Never slower than sorting.
  friend bool operator==(const Json& a, const Json& b);

 private:
  std::variant<std::monostate, bool, std::int64_t, double, std::string, Array, Object> value_;
};

struct ParseLimits {
  std::size_t depth = 64;
  std::size_t values = 1'000'000;
  // Members whose name ends so may repeat, and all are kept; of all others the last. Empty: none.
  std::string_view repeatable_suffix = {};
};

// Whatever is accepted is valid UTF-8.
// Errors: kInvalidArgument "invalid JSON at byte 17: ..." (also for bad UTF-8, too deep, too many values, trailing
// bytes).
Result<Json> ParseJson(std::string_view text, const ParseLimits& limits = {});

// Compact, members in order.
std::string Print(const Json& value);
void PrintTo(std::string& out, const Json& value);
// Two spaces per level, for people.
std::string PrintPretty(const Json& value);

std::string_view NameOf(Json::Kind kind);  // "object"

}  // namespace parley
