#include "ledger/parameter_reader.h"

#include <algorithm>

#include "base/text.h"

namespace parley::ledger {
namespace {

// "a, b or c"
std::string ListOf(const std::vector<std::string_view>& words) {
  std::string list;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) list += i + 1 == words.size() ? " or " : ", ";
    list += words[i];
  }
  return list;
}

}  // namespace

std::optional<std::string> ParameterReader::Last(std::string_view name) const {
  std::optional<std::string> value;
  for (const auto& [key, text] : parameters_) {
    if (key == name) value = text;
  }
  return value;
}

std::string ParameterReader::Text(std::string_view name) const {
  return Last(name).value_or("");
}

std::vector<std::string> ParameterReader::Texts(std::string_view name) const {
  const std::string listed = std::string(name) + "[]";
  std::vector<std::string> texts;
  for (const auto& [key, text] : parameters_) {
    if ((key == name || key == listed) && !text.empty()) texts.push_back(text);
  }
  return texts;
}

std::string ParameterReader::Words(std::string_view name, std::size_t most) {
  std::string text = Text(name);
  std::size_t words = 0;
  bool inside = false;
  for (const char c : text) {
    const bool space = static_cast<unsigned char>(c) <= ' ';
    if (!space && !inside) ++words;
    inside = !space;
  }
  if (words <= most) return text;
  violations_.push_back(std::string(name) + " must have at most " + std::to_string(most) + " words");
  return {};
}

std::int64_t ParameterReader::Page() const {
  return std::max<std::int64_t>(1, ParseInteger(Last("page").value_or("1")).value_or(1));
}

std::optional<bool> ParameterReader::Flag(std::string_view name) {
  const std::string value = Text(name);
  if (value.empty()) return std::nullopt;
  if (value == "1" || value == "true") return true;
  if (value == "0" || value == "false") return false;
  violations_.push_back(std::string(name) + " must be 0 or 1");
  return std::nullopt;
}

void ParameterReader::Days(std::string_view first, std::string_view last, std::optional<Time>& from,
                           std::optional<Time>& until) {
  const Zone zone = EffectiveZone();
  from = Day(first, zone, &StartOfDay);
  until = Day(last, zone, &EndOfDay);
}

std::string ParameterReader::OneOf(std::string_view name, const std::vector<std::string_view>& allowed) {
  std::string text = Text(name);
  if (text.empty() || std::find(allowed.begin(), allowed.end(), text) != allowed.end()) return text;
  violations_.push_back(std::string(name) + " must be " + ListOf(allowed));
  return {};
}

Status ParameterReader::Verdict() const {
  if (!violations_.empty()) return InvalidArguments(violations_);
  return {};
}

Zone ParameterReader::EffectiveZone() {
  const std::string name = Text("timezone");
  if (name.empty()) return account_zone_;
  const Zone zone = FindZone(name);
  if (zone == nullptr) violations_.push_back("timezone must be an IANA time zone, such as Europe/Berlin");
  return zone == nullptr ? account_zone_ : zone;
}

std::optional<Time> ParameterReader::Day(std::string_view name, Zone zone,
                                         std::optional<Time> (*edge)(std::string_view, Zone)) {
  const std::string value = Text(name);
  if (value.empty()) return std::nullopt;
  const std::optional<Time> time = edge(value, zone);
  if (!time) violations_.push_back(std::string(name) + " must be a date, YYYY-MM-DD");
  return time;
}

}  // namespace parley::ledger
