#include "specs/validate.h"

#include <algorithm>
#include <regex>
#include <utility>

#include "base/text.h"
#include "base/time.h"

namespace parley::specs {
namespace {

std::string WithArticle(std::string_view noun) {
  const bool vowel = !noun.empty() && std::string_view("aeiou").find(noun.front()) != std::string_view::npos;
  return (vowel ? "an " : "a ") + std::string(noun);
}

std::string Described(const Json& value) {
  return value.IsNull() ? "null" : WithArticle(NameOf(value.kind()));
}

bool Fits(const Schema& schema, const Json& value) {
  if (schema.types.empty()) return IsOfType(schema.type, value);
  return std::any_of(schema.types.begin(), schema.types.end(), [&](Type type) { return IsOfType(type, value); });
}

std::string ExpectedTypes(const Schema& schema) {
  if (schema.types.empty()) return WithArticle(NameOf(schema.type));
  std::vector<std::string> names;
  for (const Type type : schema.types) names.push_back(WithArticle(NameOf(type)));
  return Join(names, " or ");
}

bool IsArchiveDate(const std::string& text) {
  static const std::regex kForm(
      "(Mon|Tue|Wed|Thu|Fri|Sat|Sun), [01][0-9]/[0-3][0-9]/[0-9]{2} [01][0-9]:[0-5][0-9]:[0-5][0-9] [ap]m");
  return text.size() < 64 && std::regex_match(text, kForm);
}

bool IsUri(std::string_view text) {
  const std::size_t scheme = text.find("://");
  return scheme != std::string_view::npos && scheme > 0 && scheme + 3 < text.size() &&
         text.find_first_of(" \t\r\n<>\"") == std::string_view::npos;
}

// What a text of this format must be; empty when it is, or when the format is only a hint.
std::string_view FormatFault(std::string_view format, const std::string& text) {
  if (format == "email" && !LooksLikeEmail(text)) return "must be a correct e-mail address";
  if (format == "date" && !IsDate(text)) return "must be a date of the form YYYY-MM-DD";
  if (format == "date-time" && !ParseIsoTime(text)) return "must be an ISO 8601 date and time";
  if (format == "uri" && !IsUri(text)) return "must be an absolute URL";
  if (format == "timezone" && FindZone(text) == nullptr) return "must be the name of a time zone";
  if (format == "archive-date" && !IsArchiveDate(text)) return "must be a date like Wed, 01/23/13 11:40:53 am";
  return "";
}

// Characters, not bytes: UTF-8 continuation bytes are left out.
std::size_t LengthOf(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

std::string Plain(double number) {
  return Print(Json(number));
}

class Validator {
 public:
  explicit Validator(const ValidateOptions& options) : options_(options) {}

  void Check(const Schema& schema, const Json& value, const std::string& path) {
    if (violations_.size() >= options_.most) return;
    if (value.IsNull() && (schema.nullable || (schema.type == Type::kAny && schema.types.empty()))) return;
    if (!Fits(schema, value)) return Add(path, "must be " + ExpectedTypes(schema) + ", not " + Described(value));
    CheckEnumeration(schema, value, path);
    if (value.IsString()) CheckText(schema, std::string(*value.AsString()), path);
    if (value.IsNumber()) CheckNumber(schema, *value.AsNumber(), path);
    if (const Json::Array* items = value.AsArray()) CheckItems(schema, *items, path);
    if (const Json::Object* members = value.AsObject()) CheckMembers(schema, value, *members, path);
  }

  std::vector<Violation> Take() { return std::move(violations_); }

 private:
  void Add(const std::string& path, std::string rule) {
    if (violations_.size() < options_.most) violations_.push_back({path, std::move(rule)});
  }

  void CheckEnumeration(const Schema& schema, const Json& value, const std::string& path) {
    const auto& allowed = schema.enumeration;
    if (allowed.empty() || std::find(allowed.begin(), allowed.end(), value) != allowed.end()) return;
    std::vector<std::string> texts;
    for (const Json& candidate : allowed)
      texts.push_back(candidate.IsString() ? std::string(*candidate.AsString()) : Print(candidate));
    Add(path, "must be one of: " + Join(texts, ", "));
  }

  void CheckText(const Schema& schema, const std::string& text, const std::string& path) {
    const std::size_t length = schema.min_length || schema.max_length ? LengthOf(text) : 0;
    if (schema.min_length && length < *schema.min_length)
      Add(path, *schema.min_length == 1 ? "must not be empty"
                                        : "must have at least " + std::to_string(*schema.min_length) + " characters");
    if (schema.max_length && length > *schema.max_length)
      Add(path, "must have at most " + std::to_string(*schema.max_length) + " characters");
    if (const std::string_view fault = FormatFault(schema.format, text); !fault.empty()) Add(path, std::string(fault));
    if (schema.form && !schema.form->Matches(text)) Add(path, "must match " + schema.pattern);
  }

  void CheckNumber(const Schema& schema, double number, const std::string& path) {
    if (schema.minimum && number < *schema.minimum) Add(path, "must be at least " + Plain(*schema.minimum));
    if (schema.maximum && number > *schema.maximum) Add(path, "must be at most " + Plain(*schema.maximum));
  }

  void CheckItems(const Schema& schema, const Json::Array& items, const std::string& path) {
    if (schema.min_items && items.size() < *schema.min_items)
      Add(path, "must have at least " + std::to_string(*schema.min_items) + " items");
    if (schema.max_items && items.size() > *schema.max_items)
      Add(path, "must have at most " + std::to_string(*schema.max_items) + " items");
    if (schema.items == nullptr) return;
    for (std::size_t at = 0; at < items.size(); ++at)
      Check(*schema.items, items[at], path + "[" + std::to_string(at) + "]");
  }

  void CheckMembers(const Schema& schema, const Json& object, const Json::Object& members, const std::string& path) {
    for (const Property& property : schema.properties)
      if (property.required && object.Find(property.name) == nullptr) Add(Below(path, property.name), "is required");
    for (const auto& [name, member] : members) {
      if (const Property* property = schema.Find(name))
        Check(*property->schema, member, Below(path, name));
      else if (schema.additional_schema != nullptr)
        Check(*schema.additional_schema, member, Below(path, name));
      else if (!schema.additional_properties || (options_.closed && !schema.properties.empty()))
        Add(Below(path, name), "is not described");
    }
  }

  static std::string Below(const std::string& path, const std::string& name) {
    return path.empty() ? name : path + "." + name;
  }

  const ValidateOptions& options_;
  std::vector<Violation> violations_;
};

}  // namespace

std::vector<Violation> Validate(const Schema& schema, const Json& value, const ValidateOptions& options) {
  Validator validator(options);
  validator.Check(schema, value, "");
  return validator.Take();
}

std::string Format(const Violation& violation) {
  return (violation.path.empty() ? "the value" : violation.path) + " " + violation.rule;
}

}  // namespace parley::specs
