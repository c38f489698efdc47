#include "json/json.h"

// RapidJSON asserts on misuse; only its SAX reader and number printing are used here, on checked input.
#include <rapidjson/error/en.h>
#include <rapidjson/internal/dtoa.h>
#include <rapidjson/internal/itoa.h>
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <unordered_map>

#include "base/text.h"

namespace parley {
namespace {

// The value of a JSON number: an integer where it is one of 64 bits. Empty when it is too large.
// RapidJSON's own conversion reads beyond its table of powers for some numbers near the limits, so it only finds them.
std::optional<Json> NumberOf(std::string_view text) {
  if (const auto integer = ParseInteger(text)) return Json(*integer);
  if (const auto number = ParseNumber(text)) return Json(*number);
  // Out of range, but so small perhaps that zero is meant.
  const double nearest = std::strtod(std::string(text).c_str(), nullptr);
  if (!std::isfinite(nearest)) return std::nullopt;
  return Json(nearest);
}

// Builds a Json from RapidJSON's events. Returning false stops the reader.
class Builder : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, Builder> {
 public:
  explicit Builder(const ParseLimits& limits) : limits_(limits) {}

  bool Null() { return Put(Json()); }
  bool Bool(bool value) { return Put(Json(value)); }
  bool RawNumber(const char* text, rapidjson::SizeType length, bool) {
    std::optional<Json> number = NumberOf({text, length});
    if (!number) {
      complaint_ = "number too large";
      return false;
    }
    return Put(*std::move(number));
  }
  bool String(const char* text, rapidjson::SizeType length, bool) {
    return IsText({text, length}) && Put(Json(std::string(text, length)));
  }
  bool Key(const char* text, rapidjson::SizeType length, bool) {
    if (!IsText({text, length})) return false;
    keys_.emplace_back(text, length);
    return true;
  }
  bool StartObject() { return Open(Json::MakeObject()); }
  bool EndObject(rapidjson::SizeType) { return Close(); }
  bool StartArray() { return Open(Json::MakeArray()); }
  bool EndArray(rapidjson::SizeType) { return Close(); }

  Json Take() { return std::move(root_); }
  std::string_view complaint() const { return complaint_; }

 private:
  // The reader's own check passes over the escaped second half of a surrogate pair that stands alone.
  bool IsText(std::string_view text) {
    if (IsValidUtf8(text)) return true;
    complaint_ = "not valid UTF-8";
    return false;
  }

  bool Open(Json container) {
    if (open_.size() >= limits_.depth) {
      complaint_ = "nested too deeply";
      return false;
    }
    open_.push_back(std::move(container));
    return true;
  }

  bool Close() {
    Json finished = std::move(open_.back());
    open_.pop_back();
    if (Json::Object* object = finished.AsObject()) KeepLastOfEachName(*object);
    return Put(std::move(finished));
  }

  // Once per object and in linear time: a hostile object of many members must not cost a search for each.
  void KeepLastOfEachName(Json::Object& object) const {
    if (object.size() < 2) return;
    std::unordered_map<std::string_view, std::size_t> last;
    last.reserve(object.size());
    for (std::size_t i = 0; i < object.size(); ++i) last[object[i].first] = i;
    if (last.size() == object.size()) return;
    Json::Object kept;
    for (std::size_t i = 0; i < object.size(); ++i)
      if (last.at(object[i].first) == i || MayRepeat(object[i].first)) kept.push_back(object[i]);
    object = std::move(kept);
  }

  bool MayRepeat(std::string_view name) const {
    return !limits_.repeatable_suffix.empty() && name.ends_with(limits_.repeatable_suffix);
  }

  bool Put(Json value) {
    if (++values_ > limits_.values) {
      complaint_ = "too many values";
      return false;
    }
    if (open_.empty()) {
      root_ = std::move(value);
    } else if (open_.back().IsArray()) {
      open_.back().Push(std::move(value));
    } else {
      open_.back().Append(keys_.back(), std::move(value));
      keys_.pop_back();
    }
    return true;
  }

  const ParseLimits& limits_;
  Json root_;
  std::vector<Json> open_;
  std::vector<std::string> keys_;  // of the members being read, innermost last
  std::size_t values_ = 0;
  std::string_view complaint_;
};

void AppendInteger(std::string& out, std::int64_t value) {
  char digits[24];
  out.append(digits, rapidjson::internal::i64toa(value, digits));
}

void AppendNumber(std::string& out, double value) {
  // Whole numbers with all their digits: they are read back as integers, and must be the same ones then.
  if (const auto whole = Json(value).AsInteger()) return AppendInteger(out, *whole);
  // JSON has no infinities; null is what JavaScript prints.
  if (!std::isfinite(value)) {
    out += "null";
    return;
  }
  char digits[32];
  out.append(digits, rapidjson::internal::dtoa(value, digits, 324));
}

void AppendPretty(std::string& out, const Json& value, std::size_t indent) {
  const std::string margin(indent + 2, ' ');
  if (const Json::Array* array = value.AsArray(); array != nullptr && !array->empty()) {
    out += "[\n";
    for (const Json& item : *array) {
      out += margin;
      AppendPretty(out, item, indent + 2);
      out += &item == &array->back() ? "\n" : ",\n";
    }
    out += std::string(indent, ' ') + "]";
  } else if (const Json::Object* object = value.AsObject(); object != nullptr && !object->empty()) {
    out += "{\n";
    for (const Json::Member& member : *object) {
      out += margin;
      AppendJsonString(out, member.first);
      out += ": ";
      AppendPretty(out, member.second, indent + 2);
      out += &member == &object->back() ? "\n" : ",\n";
    }
    out += std::string(indent, ' ') + "}";
  } else {
    PrintTo(out, value);
  }
}

std::vector<const Json::Member*> SortedByName(const Json::Object& object) {
  std::vector<const Json::Member*> sorted;
  sorted.reserve(object.size());
  for (const Json::Member& member : object) sorted.push_back(&member);
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const Json::Member* a, const Json::Member* b) { return a->first < b->first; });
  return sorted;
}

bool SameMembers(const Json::Object& a, const Json::Object& b) {
  if (a.size() != b.size()) return false;
  // Most objects that are compared were made alike, so their members stand in the same order.
  const bool same_order = std::equal(a.begin(), a.end(), b.begin(),
                                     [](const Json::Member& x, const Json::Member& y) { return x.first == y.first; });
  if (same_order) return a == b;
  const auto left = SortedByName(a), right = SortedByName(b);
  return std::equal(left.begin(), left.end(), right.begin(),
                    [](const Json::Member* x, const Json::Member* y) { return *x == *y; });
}

// A refusal in our words' form: where, and RapidJSON's reason without its full stop.
Error Malformed(std::size_t offset, std::string_view reason) {
  if (reason.ends_with('.')) reason.remove_suffix(1);
  return InvalidArgument("invalid JSON at byte " + std::to_string(offset) + ": " + std::string(reason));
}

}  // namespace

std::optional<bool> Json::AsBoolean() const {
  if (const bool* value = std::get_if<bool>(&value_)) return *value;
  return std::nullopt;
}

std::optional<std::int64_t> Json::AsInteger() const {
  if (const std::int64_t* value = std::get_if<std::int64_t>(&value_)) return *value;
  if (const double* value = std::get_if<double>(&value_)) {
    constexpr double kLimit = 9.2e18;  // below 2^63, where the conversion is defined
    if (*value == std::floor(*value) && std::abs(*value) < kLimit) return static_cast<std::int64_t>(*value);
  }
  return std::nullopt;
}

std::optional<double> Json::AsNumber() const {
  if (const std::int64_t* value = std::get_if<std::int64_t>(&value_)) return static_cast<double>(*value);
  if (const double* value = std::get_if<double>(&value_)) return *value;
  return std::nullopt;
}

std::optional<std::string_view> Json::AsString() const {
  if (const std::string* value = std::get_if<std::string>(&value_)) return std::string_view(*value);
  return std::nullopt;
}

const Json* Json::Find(std::string_view name) const {
  return const_cast<Json*>(this)->Find(name);
}

Json* Json::Find(std::string_view name) {
  if (Object* object = AsObject())
    for (Member& member : *object)
      if (member.first == name) return &member.second;
  return nullptr;
}

const Json* Json::FindPath(std::string_view dotted) const {
  const Json* at = this;
  for (const std::string_view name : Split(dotted, '.')) {
    at = at->Find(name);
    if (at == nullptr) return nullptr;
  }
  return at;
}

std::string_view Json::Text(std::string_view name, std::string_view fallback) const {
  const Json* member = Find(name);
  return member != nullptr ? member->AsString().value_or(fallback) : fallback;
}

std::int64_t Json::Integer(std::string_view name, std::int64_t fallback) const {
  const Json* member = Find(name);
  return member != nullptr ? member->AsInteger().value_or(fallback) : fallback;
}

bool Json::Flag(std::string_view name, bool fallback) const {
  const Json* member = Find(name);
  return member != nullptr ? member->AsBoolean().value_or(fallback) : fallback;
}

Json& Json::Set(std::string_view name, Json value) {
  if (Json* member = Find(name)) {
    *member = std::move(value);
    return *member;
  }
  Append(name, std::move(value));
  return AsObject()->back().second;
}

void Json::Append(std::string_view name, Json value) {
  if (IsNull()) value_ = Object();
  std::get<Object>(value_).emplace_back(std::string(name), std::move(value));
}

bool Json::Remove(std::string_view name) {
  Object* object = AsObject();
  return object != nullptr && std::erase_if(*object, [&](const Member& member) { return member.first == name; }) > 0;
}

void Json::Push(Json value) {
  if (IsNull()) value_ = Array();
  std::get<Array>(value_).push_back(std::move(value));
}

std::size_t Json::size() const {
  if (const Array* array = AsArray()) return array->size();
  if (const Object* object = AsObject()) return object->size();
  return 0;
}

bool operator==(const Json& a, const Json& b) {
  if (a.IsNumber() && b.IsNumber()) {
    const auto left = a.AsInteger(), right = b.AsInteger();
    return left && right ? left == right : a.AsNumber() == b.AsNumber();
  }
  if (a.kind() != b.kind()) return false;
  return a.IsObject() ? SameMembers(*a.AsObject(), *b.AsObject()) : a.value_ == b.value_;
}

Result<Json> ParseJson(std::string_view text, const ParseLimits& limits) {
  constexpr unsigned kFlags = rapidjson::kParseIterativeFlag | rapidjson::kParseNumbersAsStringsFlag;
  rapidjson::MemoryStream stream(text.data(), text.size());
  rapidjson::EncodedInputStream<rapidjson::UTF8<>, rapidjson::MemoryStream> input(stream);
  Builder builder(limits);
  rapidjson::Reader reader;
  const rapidjson::ParseResult result = reader.Parse<kFlags>(input, builder);
  if (result.IsError()) {
    return Malformed(result.Offset(),
                     builder.complaint().empty() ? rapidjson::GetParseError_En(result.Code()) : builder.complaint());
  }
  // The reader takes a NUL byte for the end of the text.
  if (input.Tell() != text.size())
    return Malformed(input.Tell(), rapidjson::GetParseError_En(rapidjson::kParseErrorDocumentRootNotSingular));
  return builder.Take();
}

void PrintTo(std::string& out, const Json& value) {
  switch (value.kind()) {
    case Json::Kind::kNull:
      out += "null";
      break;
    case Json::Kind::kBoolean:
      out += *value.AsBoolean() ? "true" : "false";
      break;
    case Json::Kind::kInteger:
      AppendInteger(out, *value.AsInteger());
      break;
    case Json::Kind::kNumber:
      AppendNumber(out, *value.AsNumber());
      break;
    case Json::Kind::kString:
      AppendJsonString(out, *value.AsString());
      break;
    case Json::Kind::kArray: {
      out += '[';
      for (const Json& item : *value.AsArray()) {
        PrintTo(out, item);
        out += ',';
      }
      if (value.empty()) out += ',';
      out.back() = ']';
      break;
    }
    case Json::Kind::kObject: {
      out += '{';
      for (const Json::Member& member : *value.AsObject()) {
        AppendJsonString(out, member.first);
        out += ':';
        PrintTo(out, member.second);
        out += ',';
      }
      if (value.empty()) out += ',';
      out.back() = '}';
      break;
    }
  }
}

std::string Print(const Json& value) {
  constexpr std::size_t kUsual = 256;
  std::string out;
  if (value.IsObject() || value.IsArray()) out.reserve(kUsual);
  PrintTo(out, value);
  return out;
}

std::string PrintPretty(const Json& value) {
  std::string out;
  AppendPretty(out, value, 0);
  return out;
}

std::string_view NameOf(Json::Kind kind) {
  switch (kind) {
    case Json::Kind::kNull:
      return "null";
    case Json::Kind::kBoolean:
      return "boolean";
    case Json::Kind::kInteger:
      return "integer";
    case Json::Kind::kNumber:
      return "number";
    case Json::Kind::kString:
      return "string";
    case Json::Kind::kArray:
      return "array";
    case Json::Kind::kObject:
      return "object";
  }
  return "null";
}

}  // namespace parley
