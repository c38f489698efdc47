#include "mapping/writer.h"

#include <array>
#include <charconv>

namespace parley::mapping {
namespace {

// For each byte: 0 when it is written as it is, else the letter after the backslash ('u' for \u00xx).
constexpr std::array<char, 256> MakeEscapes() {
  std::array<char, 256> escapes{};
  for (int c = 0; c < 0x20; ++c) escapes[static_cast<std::size_t>(c)] = 'u';
  escapes['\b'] = 'b';
  escapes['\f'] = 'f';
  escapes['\n'] = 'n';
  escapes['\r'] = 'r';
  escapes['\t'] = 't';
  escapes['"'] = '"';
  escapes['\\'] = '\\';
  return escapes;
}
constexpr std::array<char, 256> kEscapes = MakeEscapes();

void AppendEscape(std::string& out, unsigned char c) {
  constexpr std::string_view kHex = "0123456789abcdef";
  out += '\\';
  out += kEscapes[c];
  if (kEscapes[c] != 'u') return;
  out += "00";
  out += kHex[c >> 4];
  out += kHex[c & 15];
}

template <class Number>
void AppendNumber(std::string& out, Number number) {
  char digits[32];
  out.append(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
}

void AppendList(std::string& out, const Value& list) {
  char separator = '[';
  for (const Value& item : list.items()) {
    if (item.missing()) continue;
    out += separator;
    AppendJson(out, item);
    separator = ',';
  }
  if (separator == '[') out += '[';
  out += ']';
}

void AppendObject(std::string& out, const Object& object) {
  char separator = '{';
  for (const Field& field : object.view()) {
    if (field.value.missing()) continue;
    out += separator;
    AppendText(out, field.name);
    out += ':';
    AppendJson(out, field.value);
    separator = ',';
  }
  if (separator == '{') out += '{';
  out += '}';
}

}  // namespace

void AppendText(std::string& out, std::string_view text) {
  out += '"';
  std::size_t from = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (kEscapes[c] == 0) continue;
    out.append(text, from, i - from);
    AppendEscape(out, c);
    from = i + 1;
  }
  out.append(text, from, text.size() - from);
  out += '"';
}

void AppendJson(std::string& out, const Value& value) {
  using Kind = Value::Kind;
  switch (value.kind()) {
    case Kind::kText:
      return AppendText(out, value.text());
    case Kind::kInteger:
      return AppendNumber(out, value.integer());
    case Kind::kNumber:
      return AppendNumber(out, value.number());
    case Kind::kBoolean:
      out += value.boolean() ? "true" : "false";
      return;
    case Kind::kList:
      return AppendList(out, value);
    case Kind::kObject:
      return AppendObject(out, value.object());
    case Kind::kMissing:
    case Kind::kNull:
    case Kind::kRow:
      out += "null";
      return;
  }
}

}  // namespace parley::mapping
