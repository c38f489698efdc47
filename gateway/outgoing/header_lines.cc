#include "outgoing/header_lines.h"

#include "base/text.h"
#include "http/response_head.h"

namespace parley::outgoing {

HeaderLines::HeaderLines(std::initializer_list<std::pair<std::string_view, std::string_view>> headers) {
  for (const auto& [name, value] : headers) Add(name, value);
}

void HeaderLines::Add(std::string_view name, std::string_view value) {
  if (!http::AppendField(name, value, lines_) && !refused_) refused_ = name;
}

std::optional<std::string_view> HeaderLines::Find(std::string_view name) const {
  std::string_view rest = lines_;
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find("\r\n"));
    const std::size_t colon = line.find(':');
    if (EqualsIgnoreCase(line.substr(0, colon), name)) return line.substr(colon + 2);
    rest.remove_prefix(line.size() + 2);
  }
  return std::nullopt;
}

}  // namespace parley::outgoing
