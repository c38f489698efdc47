#include "mapping/functions.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "base/text.h"
#include "base/time.h"

namespace parley::mapping {
namespace {

using Context = FunctionContext;
using Kind = Value::Kind;

Value Wrong(Context& context) {
  context.wrong_type = true;
  return {};
}

Value CopiedText(Context& context, std::string_view text) {
  return Value::Text(context.arena.Copy(text));
}

Value Listed(std::span<const Value> items) {
  return Value::List(items);
}

// ---- text

Value LowerText(Context& context, const Value& input, const Value&, const ItemFunction*) {
  return input.is_text() ? CopiedText(context, Lower(input.text())) : Wrong(context);
}

Value TrimText(Context& context, const Value& input, const Value&, const ItemFunction*) {
  return input.is_text() ? Value::Text(Trim(input.text())) : Wrong(context);
}

Value ToText(Context& context, const Value& input, const Value&, const ItemFunction*) {
  const auto text = AsPlainText(input, context.arena);
  return text ? Value::Text(*text) : Wrong(context);
}

Value Nonempty(Context& context, const Value& input, const Value&, const ItemFunction*) {
  if (!input.is_text()) return Wrong(context);
  return input.text().empty() ? Value() : input;
}

Value JoinTexts(Context& context, const Value& input, const Value& separator, const ItemFunction*) {
  if (!input.is_list() || !separator.is_text()) return Wrong(context);
  std::string joined;
  bool first = true;
  for (const Value& item : input.items()) {
    if (item.absent()) continue;
    const auto text = AsPlainText(item, context.arena);
    if (!text) return Wrong(context);
    if (!first) joined += separator.text();
    joined += *text;
    first = false;
  }
  return CopiedText(context, joined);
}

Value SplitText(Context& context, const Value& input, const Value& separator, const ItemFunction*) {
  if (!input.is_text() || !separator.is_text() || separator.text().empty()) return Wrong(context);
  Collector<Value> parts(context.arena);
  std::string_view rest = input.text();
  for (;;) {
    const std::size_t at = rest.find(separator.text());
    parts.Add(Value::Text(rest.substr(0, at)));
    if (at == std::string_view::npos) return Listed(parts.view());
    rest.remove_prefix(at + separator.text().size());
  }
}

// ---- numbers

Value ToNumber(Context& context, const Value& input, const Value&, const ItemFunction*) {
  if (input.is_number()) return input;
  if (input.kind() == Kind::kBoolean) return Value::Integer(input.boolean() ? 1 : 0);
  if (!input.is_text()) return Wrong(context);
  if (const auto integer = ParseInteger(Trim(input.text()))) return Value::Integer(*integer);
  const auto number = ParseNumber(Trim(input.text()));
  return number ? Value::Number(*number) : Wrong(context);
}

Value Round(Context& context, const Value& input, const Value&, const ItemFunction*) {
  if (input.kind() == Kind::kInteger) return input;
  if (!input.is_number() || std::abs(input.number()) > 9e15) return Wrong(context);
  return Value::Integer(std::llround(input.number()));
}

Value Flag(Context&, const Value& input, const Value&, const ItemFunction*) {
  return Value::Integer(input.kind() == Kind::kBoolean && input.boolean() ? 1 : 0);
}

// ---- lists

Value Map(Context& context, const Value& input, const Value&, const ItemFunction* each) {
  if (!input.is_list()) return Wrong(context);
  Collector<Value> results(context.arena);
  for (const Value& item : input.items()) {
    const Value result = item.absent() ? Value() : (*each)(item);
    if (!result.missing()) results.Add(result);
  }
  return Listed(results.view());
}

Value Where(Context& context, const Value& input, const Value&, const ItemFunction* each) {
  if (!input.is_list()) return Wrong(context);
  Collector<Value> kept(context.arena);
  for (const Value& item : input.items())
    if (!item.absent() && (*each)(item).Truth()) kept.Add(item);
  return Listed(kept.view());
}

// The first item for which the argument's truth is `wanted`; the end when there is none.
std::span<const Value>::iterator FirstWith(const Value& list, const ItemFunction& each, bool wanted) {
  return std::find_if(list.items().begin(), list.items().end(),
                      [&](const Value& item) { return !item.absent() && each(item).Truth() == wanted; });
}

Value Find(Context& context, const Value& input, const Value&, const ItemFunction* each) {
  if (!input.is_list()) return Wrong(context);
  const auto found = FirstWith(input, *each, true);
  return found == input.items().end() ? Value() : *found;
}

Value Any(Context& context, const Value& input, const Value&, const ItemFunction* each) {
  if (!input.is_list()) return Wrong(context);
  return Value::Boolean(FirstWith(input, *each, true) != input.items().end());
}

Value All(Context& context, const Value& input, const Value&, const ItemFunction* each) {
  if (!input.is_list()) return Wrong(context);
  return Value::Boolean(FirstWith(input, *each, false) == input.items().end());
}

Value After(Context& context, const Value& input, const Value&, const ItemFunction* each) {
  if (!input.is_list()) return Wrong(context);
  const auto found = FirstWith(input, *each, true);
  if (found == input.items().end()) return input;
  return Listed({found + 1, input.items().end()});
}

// Missing keys last; texts and numbers are not compared with one another.
bool SortsBefore(const Value& a, const Value& b) {
  const auto rank = [](const Value& value) { return value.is_number() ? 0 : value.is_text() ? 1 : 2; };
  if (rank(a) != rank(b)) return rank(a) < rank(b);
  return Compare(a, b).value_or(0) < 0;
}

Value Sort(Context& context, const Value& input, const Value&, const ItemFunction* each) {
  if (!input.is_list()) return Wrong(context);
  struct Keyed {
    Value key;
    Value item;
  };
  std::vector<Keyed> keyed;
  for (const Value& item : input.items())
    if (!item.absent()) keyed.push_back({(*each)(item), item});
  std::stable_sort(keyed.begin(), keyed.end(),
                   [](const Keyed& a, const Keyed& b) { return SortsBefore(a.key, b.key); });
  Value* items = context.arena.Array<Value>(keyed.size());
  for (std::size_t i = 0; i < keyed.size(); ++i) items[i] = keyed[i].item;
  return Listed({items, keyed.size()});
}

Value First(Context& context, const Value& input, const Value&, const ItemFunction*) {
  if (!input.is_list()) return Wrong(context);
  return input.items().empty() ? Value() : Read(input.items().front());
}

Value Last(Context& context, const Value& input, const Value&, const ItemFunction*) {
  if (!input.is_list()) return Wrong(context);
  return input.items().empty() ? Value() : Read(input.items().back());
}

Value Count(Context& context, const Value& input, const Value&, const ItemFunction*) {
  if (input.absent()) return Value::Integer(0);
  if (input.is_object()) return Value::Integer(input.object().size);
  return input.is_list() ? Value::Integer(static_cast<std::int64_t>(input.items().size())) : Wrong(context);
}

Value Unique(Context& context, const Value& input, const Value&, const ItemFunction*) {
  if (!input.is_list()) return Wrong(context);
  Collector<Value> kept(context.arena);
  for (const Value& item : input.items()) {
    const auto same = [&](const Value& other) { return Equal(item, other); };
    if (!item.absent() && std::none_of(kept.view().begin(), kept.view().end(), same)) kept.Add(item);
  }
  return Listed(kept.view());
}

Value With(Context& context, const Value& input, const Value& added, const ItemFunction*) {
  if (!input.is_list()) return Wrong(context);
  if (added.missing()) return input;
  Value* items = context.arena.Array<Value>(input.items().size() + 1);
  *std::copy(input.items().begin(), input.items().end(), items) = added;
  return Listed({items, input.items().size() + 1});
}

Value ToList(Context& context, const Value& input, const Value&, const ItemFunction*) {
  if (input.is_list()) return input;
  if (input.absent()) return Listed({});
  Value* item = context.arena.Array<Value>(1);
  *item = input;
  return Listed({item, 1});
}

Value Entries(Context& context, const Value& input, const Value&, const ItemFunction*) {
  if (!input.is_object()) return Wrong(context);
  Collector<Value> entries(context.arena);
  for (const Field& field : input.object().view()) {
    if (field.value.absent()) continue;
    const std::array<Field, 2> entry = {{{"key", Value::Text(field.name)}, {"value", field.value}}};
    entries.Add(MakeObject(entry, context.arena));
  }
  return Listed(entries.view());
}

// ---- time

Value Unix(Context& context, const Value& input, const Value&, const ItemFunction*) {
  const auto millis = ParseMoment(input);
  return millis ? Value::Integer(UnixSeconds(FromUnixMillis(*millis))) : Wrong(context);
}

Value Iso(Context& context, const Value& input, const Value&, const ItemFunction*) {
  const auto millis = ParseMoment(input);
  return millis ? CopiedText(context, IsoTime(FromUnixMillis(*millis))) : Wrong(context);
}

Value InZone(Context& context, const Value& input, const Value& zone_name, std::string (*format)(Time, Zone)) {
  const auto millis = ParseMoment(input);
  const Zone zone = zone_name.is_text() ? FindZone(zone_name.text()) : nullptr;
  return millis && zone != nullptr ? CopiedText(context, format(FromUnixMillis(*millis), zone)) : Wrong(context);
}

Value ArchiveDateIn(Context& context, const Value& input, const Value& zone, const ItemFunction*) {
  return InZone(context, input, zone, &ArchiveDate);
}

Value StampIn(Context& context, const Value& input, const Value& zone, const ItemFunction*) {
  return InZone(context, input, zone, &StampDate);
}

Value Since(Context& context, const Value& input, const Value& start, const ItemFunction*) {
  if (start.absent()) return {};
  const auto to = ParseMoment(input);
  const auto from = ParseMoment(start);
  if (!to || !from) return Wrong(context);
  return Value::Integer(UnixSeconds(FromUnixMillis(*to)) - UnixSeconds(FromUnixMillis(*from)));
}

// ---- domain

// `taken`: user names that must be avoided, by "-2", "-3" and so on.
Value Username(Context& context, const Value& input, const Value& taken, const ItemFunction*) {
  if (!input.is_text()) return Wrong(context);
  const std::string base = UsernameFromLogin(input.text());
  const auto is_taken = [&](const std::string& name) {
    if (!taken.is_list()) return false;
    return std::any_of(taken.items().begin(), taken.items().end(),
                       [&](const Value& other) { return other.is_text() && EqualsIgnoreCase(other.text(), name); });
  };
  std::string name = base;
  for (int i = 2; is_taken(name); ++i) name = base + "-" + std::to_string(i);
  return CopiedText(context, name);
}

bool Holds(const Value& texts, std::string_view text) {
  const auto items = texts.items();
  return std::any_of(items.begin(), items.end(),
                     [&](const Value& other) { return other.is_text() && other.text() == text; });
}

// The first of the texts that is not among `taken`; when all are, the first with "-2", "-3" and so on behind it.
Value Unused(Context& context, const Value& input, const Value& taken, const ItemFunction*) {
  if (!input.is_list() || !taken.is_list()) return Wrong(context);
  for (const Value& text : input.items())
    if (text.is_text() && !Holds(taken, text.text())) return text;
  if (input.items().empty() || !input.items().front().is_text()) return {};
  const std::string first(input.items().front().text());
  for (int i = 2;; ++i) {
    const std::string numbered = first + "-" + std::to_string(i);
    if (!Holds(taken, numbered)) return CopiedText(context, numbered);
  }
}

// Different texts have different keys: "_" begins what stands for a byte.
Value KeyOf(Context& context, const Value& input, const Value&, const ItemFunction*) {
  if (!input.is_text()) return Wrong(context);
  constexpr std::string_view kHexDigits = "0123456789abcdef";
  std::string key;
  for (const char c : input.text()) {
    const bool is_kept = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
    const auto byte = static_cast<unsigned char>(c);
    key += is_kept ? std::string(1, c) : std::string{'_', kHexDigits[byte >> 4], kHexDigits[byte & 15]};
  }
  return CopiedText(context, key);
}

using A = ArgumentKind;

// Sorted by name.
constexpr Function kFunctions[] = {
    {"after", A::kItem, After},
    {"all", A::kItem, All},
    {"any", A::kItem, Any},
    {"archive_date", A::kHere, ArchiveDateIn},
    {"count", A::kNone, Count, true},
    {"entries", A::kNone, Entries},
    {"find", A::kItem, Find},
    {"first", A::kNone, First},
    {"flag", A::kNone, Flag, true},
    {"iso", A::kNone, Iso},
    {"join", A::kHere, JoinTexts},
    {"key", A::kNone, KeyOf},
    {"last", A::kNone, Last},
    {"list", A::kNone, ToList, true},
    {"lower", A::kNone, LowerText},
    {"map", A::kItem, Map},
    {"nonempty", A::kNone, Nonempty},
    {"number", A::kNone, ToNumber},
    {"round", A::kNone, Round},
    {"since", A::kHere, Since},
    {"sort", A::kItem, Sort},
    {"split", A::kHere, SplitText},
    {"stamp", A::kHere, StampIn},
    {"text", A::kNone, ToText},
    {"trim", A::kNone, TrimText},
    {"unique", A::kNone, Unique},
    {"unix", A::kNone, Unix},
    {"unused", A::kHere, Unused},
    {"username", A::kOptionalHere, Username},
    {"where", A::kItem, Where},
    {"with", A::kHere, With},
};

}  // namespace

const Function* FindFunction(std::string_view name) {
  const auto* found = std::find_if(std::begin(kFunctions), std::end(kFunctions),
                                   [&](const Function& function) { return function.name == name; });
  return found == std::end(kFunctions) ? nullptr : found;
}

std::vector<std::string> IdFunctionNames() {
  return {"backend_id", "livechat_id", "secret_for"};
}

std::vector<std::string> FunctionNames() {
  std::vector<std::string> names = IdFunctionNames();
  for (const Function& function : kFunctions) names.emplace_back(function.name);
  std::sort(names.begin(), names.end());
  return names;
}

std::optional<std::int64_t> ParseMoment(const Value& value) {
  if (value.is_object()) {
    const Value* date = value.object().Find("$date");
    return date == nullptr || date->is_object() ? std::nullopt : ParseMoment(*date);
  }
  if (value.is_text()) {
    const auto time = ParseIsoTime(value.text());
    return time ? std::optional(UnixMillis(*time)) : std::nullopt;
  }
  constexpr double kLatest = 2e14;  // the year 8307
  if (!value.is_number() || std::abs(value.number()) > kLatest) return std::nullopt;
  const auto number = static_cast<std::int64_t>(value.number());
  if (std::abs(number) >= 100'000'000'000) return number;
  return number * 1000;
}

}  // namespace parley::mapping
