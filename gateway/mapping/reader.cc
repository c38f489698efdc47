#include "mapping/reader.h"

#include <simdjson.h>

#include <algorithm>

namespace parley::mapping {
namespace {

namespace ondemand = simdjson::ondemand;

constexpr int kMaxDepth = 64;

// ---- texts

std::optional<unsigned> Hex4(std::string_view raw, std::size_t at) {
  if (at + 4 > raw.size()) return std::nullopt;
  unsigned value = 0;
  for (std::size_t i = at; i < at + 4; ++i) {
    const char c = raw[i];
    const int digit = c >= '0' && c <= '9'   ? c - '0'
                      : c >= 'a' && c <= 'f' ? c - 'a' + 10
                      : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                             : -1;
    if (digit < 0) return std::nullopt;
    value = value * 16 + static_cast<unsigned>(digit);
  }
  return value;
}

char* AppendUtf8(char* out, unsigned point) {
  const auto put = [&out](unsigned byte) { *out++ = static_cast<char>(byte); };
  if (point < 0x80) {
    put(point);
  } else if (point < 0x800) {
    put(0xC0 | point >> 6);
    put(0x80 | (point & 63));
  } else if (point < 0x10000) {
    put(0xE0 | point >> 12);
    put(0x80 | (point >> 6 & 63));
    put(0x80 | (point & 63));
  } else {
    put(0xF0 | point >> 18);
    put(0x80 | (point >> 12 & 63));
    put(0x80 | (point >> 6 & 63));
    put(0x80 | (point & 63));
  }
  return out;
}

// The character of the \u escape whose digits begin at `at`, which is moved behind it.
std::optional<unsigned> UnicodeEscape(std::string_view raw, std::size_t& at) {
  constexpr unsigned kReplacement = 0xFFFD;
  const auto first = Hex4(raw, at);
  if (!first) return std::nullopt;
  at += 4;
  if (*first < 0xD800 || *first > 0xDFFF) return first;
  if (*first > 0xDBFF || raw.substr(at, 2) != "\\u") return kReplacement;
  const auto second = Hex4(raw, at + 2);
  if (!second) return std::nullopt;
  if (*second < 0xDC00 || *second > 0xDFFF) return kReplacement;
  at += 6;
  return 0x10000 + ((*first - 0xD800) << 10) + (*second - 0xDC00);
}

char SimpleEscape(char letter) {
  switch (letter) {
    case '"':
    case '\\':
    case '/':
      return letter;
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    default:
      return '\0';
  }
}

}  // namespace

std::optional<std::string_view> Unescape(std::string_view raw, Arena& arena) {
  char* const begin = arena.Array<char>(raw.size() + 4);  // an escape is never shorter than its UTF-8
  char* out = begin;
  for (std::size_t i = 0; i < raw.size();) {
    if (raw[i] != '\\') {
      *out++ = raw[i++];
      continue;
    }
    if (i + 1 >= raw.size()) return std::nullopt;
    const char letter = raw[i + 1];
    i += 2;
    if (letter == 'u') {
      const auto point = UnicodeEscape(raw, i);
      if (!point) return std::nullopt;
      out = AppendUtf8(out, *point);
    } else if (const char plain = SimpleEscape(letter)) {
      *out++ = plain;
    } else {
      return std::nullopt;
    }
  }
  return std::string_view(begin, static_cast<std::size_t>(out - begin));
}

int RowPlan::Slot(const std::vector<std::string>& path) {
  std::size_t level = 0;
  for (std::size_t i = 0;; ++i) {
    const auto has_name = [&](const Entry& entry) { return entry.name == path[i]; };
    auto entry = std::find_if(levels[level].begin(), levels[level].end(), has_name);
    if (entry == levels[level].end()) {
      levels[level].push_back({path[i]});
      entry = std::prev(levels[level].end());
    }
    if (i + 1 == path.size()) {
      if (entry->slot < 0) {
        entry->slot = static_cast<int>(slots.size());
        slots.push_back(path);
      }
      return entry->slot;
    }
    if (entry->child < 0) {
      const int child = static_cast<int>(levels.size());
      entry->child = child;
      levels.emplace_back();
      level = static_cast<std::size_t>(child);
    } else {
      level = static_cast<std::size_t>(entry->child);
    }
  }
}

// ---- reading

struct Reader::Parser {
  ondemand::parser parser;
};

namespace {

// One pass over one document. Every function returns false on a document that is not JSON.
class Pass {
 public:
  Pass(const char* begin, const char* end, Arena& arena) : begin_(begin), end_(end), arena_(arena) {}

  // Works on values and, for a document that is a single value, on documents.
  template <class Source>
  bool ReadAny(Source&& source, Value& out, int depth) {
    ondemand::json_type type;
    if (depth > kMaxDepth || arena_.exhausted() || source.type().get(type)) return false;
    switch (type) {
      case ondemand::json_type::object:
        return ReadObject(source, out, depth);
      case ondemand::json_type::array:
        return ReadList(source, out, depth);
      case ondemand::json_type::string:
        return ReadText(source, out);
      case ondemand::json_type::number:
        return ReadNumber(source, out);
      case ondemand::json_type::boolean:
        return ReadBoolean(source, out);
      case ondemand::json_type::null:
        return ReadNull(source, out);
    }
    return false;
  }

  bool ReadPage(ondemand::document& document, const RowPlan& plan, Page& page) {
    ondemand::json_type type;
    if (document.type().get(type)) return false;
    if (type == ondemand::json_type::array) return true;
    ondemand::object object;
    if (document.get_object().get(object)) return false;
    for (auto result : object) {
      ondemand::field field;
      std::string_view name;
      if (std::move(result).get(field) || !KeyOf(field, name)) return false;
      if (name == plan.list) {
        page.rows.clear();
        if (!ReadRows(field.value(), plan, page)) return false;
      } else if (name == "total") {
        Value total;
        if (!ReadAny(field.value(), total, 1)) return false;
        if (total.kind() == Value::Kind::kInteger) page.total = total.integer();
      } else if (name == "success") {
        Value success;
        if (!ReadAny(field.value(), success, 1)) return false;
        page.refused = success.kind() == Value::Kind::kBoolean && !success.boolean();
      }
    }
    return true;
  }

 private:
  template <class Source>
  bool ReadObject(Source&& source, Value& out, int depth) {
    ondemand::object object;
    if (source.get_object().get(object)) return false;
    Collector<Field> fields(arena_);
    for (auto result : object) {
      ondemand::field field;
      Field read;
      if (std::move(result).get(field) || !KeyOf(field, read.name)) return false;
      if (!ReadAny(field.value(), read.value, depth + 1)) return false;
      fields.Add(read);
    }
    out = MakeObject(fields.view(), arena_);
    return true;
  }

  template <class Source>
  bool ReadList(Source&& source, Value& out, int depth) {
    ondemand::array array;
    if (source.get_array().get(array)) return false;
    Collector<Value> items(arena_);
    for (auto result : array) {
      ondemand::value item;
      Value value;
      if (std::move(result).get(item) || !ReadAny(item, value, depth + 1)) return false;
      items.Add(value);
    }
    out = Value::List(items.view());
    return true;
  }

  bool ReadRows(ondemand::value value, const RowPlan& plan, Page& page) {
    ondemand::json_type type;
    if (value.type().get(type)) return false;
    page.has_list = type == ondemand::json_type::array;
    ondemand::array array;
    if (!page.has_list) return true;
    if (value.get_array().get(array)) return false;
    for (auto result : array) {
      ondemand::value item;
      if (std::move(result).get(item) || arena_.exhausted()) return false;
      if (item.type().get(type)) return false;
      if (type == ondemand::json_type::null) continue;  // left out, as every item without a value
      Value* slots = arena_.Array<Value>(plan.slots.size());
      std::fill_n(slots, plan.slots.size(), Value());
      if (type == ondemand::json_type::object && !ReadSlots(item, plan, plan.levels[0], slots)) return false;
      page.rows.push_back(slots);
    }
    return true;
  }

  bool ReadSlots(ondemand::value value, const RowPlan& plan, const RowPlan::Level& level, Value* slots) {
    ondemand::object object;
    if (value.get_object().get(object)) return false;
    for (auto result : object) {
      ondemand::field field;
      std::string_view name;
      if (std::move(result).get(field) || !KeyOf(field, name)) return false;
      for (const RowPlan::Entry& entry : level) {
        if (entry.name != name) continue;
        if (!ReadEntry(field.value(), plan, entry, slots)) return false;
        break;
      }
    }
    return true;
  }

  bool ReadEntry(ondemand::value value, const RowPlan& plan, const RowPlan::Entry& entry, Value* slots) {
    if (entry.child < 0) return ReadAny(value, slots[entry.slot], 1);
    const RowPlan::Level& children = plan.levels[static_cast<std::size_t>(entry.child)];
    if (entry.slot < 0) {
      Forget(plan, children, slots);  // of two members with one name the last wins
      ondemand::json_type type;
      if (value.type().get(type)) return false;
      return type != ondemand::json_type::object || ReadSlots(value, plan, children, slots);
    }
    // Wanted whole and in parts: the parts are looked up in the whole.
    if (!ReadAny(value, slots[entry.slot], 1)) return false;
    FillFrom(slots[entry.slot], plan, children, slots);
    return true;
  }

  void Forget(const RowPlan& plan, const RowPlan::Level& level, Value* slots) {
    for (const RowPlan::Entry& entry : level) {
      if (entry.slot >= 0) slots[entry.slot] = Value();
      if (entry.child >= 0) Forget(plan, plan.levels[static_cast<std::size_t>(entry.child)], slots);
    }
  }

  void FillFrom(const Value& whole, const RowPlan& plan, const RowPlan::Level& level, Value* slots) {
    for (const RowPlan::Entry& entry : level) {
      const Value* found = whole.is_object() ? whole.object().Find(entry.name) : nullptr;
      const Value part = found == nullptr ? Value() : *found;
      if (entry.slot >= 0) slots[entry.slot] = part;
      if (entry.child >= 0) FillFrom(part, plan, plan.levels[static_cast<std::size_t>(entry.child)], slots);
    }
  }

  bool KeyOf(ondemand::field& field, std::string_view& name) { return TextAt(field.key().raw(), name); }

  template <class Source>
  bool ReadText(Source&& source, Value& out) {
    ondemand::raw_json_string raw;
    std::string_view text;
    if (source.get_raw_json_string().get(raw) || !TextAt(raw.raw(), text)) return false;
    out = Value::Text(text);
    return true;
  }

  // `raw` stands behind the opening quote. Texts without escapes are not copied.
  bool TextAt(const char* raw, std::string_view& text) {
    if (raw < begin_ || raw >= end_) return false;
    const char* quote = raw;
    bool escaped = false;
    for (;; ++quote) {
      quote = static_cast<const char*>(std::memchr(quote, '"', static_cast<std::size_t>(end_ - quote)));
      if (quote == nullptr) return false;
      std::size_t backslashes = 0;
      while (quote - backslashes > raw && quote[-1 - static_cast<std::ptrdiff_t>(backslashes)] == '\\') ++backslashes;
      if (backslashes % 2 == 0) break;
      escaped = true;
    }
    text = {raw, static_cast<std::size_t>(quote - raw)};
    if (!escaped && text.find('\\') == std::string_view::npos) return true;
    const auto plain = Unescape(text, arena_);
    if (plain) text = *plain;
    return plain.has_value();
  }

  template <class Source>
  bool ReadNumber(Source&& source, Value& out) {
    ondemand::number number;
    if (source.get_number().get(number)) return false;
    out = number.is_int64() ? Value::Integer(number.get_int64()) : Value::Number(number.as_double());
    return true;
  }

  template <class Source>
  bool ReadBoolean(Source&& source, Value& out) {
    bool flag = false;
    if (source.get_bool().get(flag)) return false;
    out = Value::Boolean(flag);
    return true;
  }

  template <class Source>
  bool ReadNull(Source&& source, Value& out) {
    out = Value::Null();
    return IsNull(source.is_null());
  }
  static bool IsNull(bool is_null) { return is_null; }
  static bool IsNull(simdjson::simdjson_result<bool> is_null) {
    bool value = false;
    return !std::move(is_null).get(value) && value;
  }

  const char* begin_;
  const char* end_;
  Arena& arena_;
};

std::optional<ondemand::document> Iterate(ondemand::parser& parser, std::string& bytes) {
  if (bytes.capacity() < bytes.size() + simdjson::SIMDJSON_PADDING)
    bytes.reserve(bytes.size() + simdjson::SIMDJSON_PADDING);
  ondemand::document document;
  const simdjson::padded_string_view view(bytes.data(), bytes.size(), bytes.capacity());
  if (parser.iterate(view).get(document)) return std::nullopt;
  return document;
}

}  // namespace

Reader::Reader() : parser_(std::make_unique<Parser>()) {}
Reader::~Reader() = default;

std::optional<Value> Reader::Read(std::string& bytes, Arena& arena) {
  auto document = Iterate(parser_->parser, bytes);
  if (!document) return std::nullopt;
  Value value;
  Pass pass(bytes.data(), bytes.data() + bytes.size(), arena);
  if (!pass.ReadAny(*document, value, 0)) return std::nullopt;
  // Anything but the end behind the value is an error.
  if (!document->current_location().error()) return std::nullopt;
  return value;
}

std::optional<Page> Reader::ReadRows(std::string& bytes, const RowPlan& plan, Arena& arena) {
  auto document = Iterate(parser_->parser, bytes);
  if (!document) return std::nullopt;
  Page page;
  Pass pass(bytes.data(), bytes.data() + bytes.size(), arena);
  if (!pass.ReadPage(*document, plan, page)) return std::nullopt;
  return page;
}

}  // namespace parley::mapping
