// Headers as they stand in HTTP: lines in one text, "Name: value" each.
//
//   HeaderLines headers = {{"Accept", "application/json"}};
//   headers.Add("X-Token", token);
//   headers.Get("x-token");
//
// Purpose: a call's headers are written once and sent as they are. What is no header is not added, and told.
// Threading: plain values. Tests: tests/unit/outgoing/header_lines_test.cc
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace parley::outgoing {

class HeaderLines {
 public:
  HeaderLines() = default;
  HeaderLines(std::initializer_list<std::pair<std::string_view, std::string_view>> headers);

  void Add(std::string_view name, std::string_view value);
  // The value of the first of that name, case ignored; nothing when there is none.
  std::optional<std::string_view> Find(std::string_view name) const;
  // Likewise; empty when there is none.
  std::string_view Get(std::string_view name) const { return Find(name).value_or(std::string_view()); }

  const std::string& lines() const& { return lines_; }  // "\r\n" ends each
  std::string lines() && { return std::move(lines_); }
  // The name of the first one that could not be added; nothing when all could.
  const std::optional<std::string>& refused() const { return refused_; }
  void Reserve(std::size_t bytes) { lines_.reserve(bytes); }

 private:
  std::string lines_;
  std::optional<std::string> refused_;
};

}  // namespace parley::outgoing
