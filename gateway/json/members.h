// What members of documents and answers often are: lists of texts, and moments as UTC milliseconds.
//
// Threading: pure functions. Tests: tests/unit/json/members_test.cc
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "json/json.h"

namespace parley {

Json TextsJson(const std::vector<std::string>& texts);
// Of a list; empty when there is none. An element that is no text is an empty one.
std::vector<std::string> TextsOf(const Json* list);
inline std::vector<std::string> TextsOf(const Json& object, std::string_view member) {
  return TextsOf(object.Find(member));
}

inline Json Millis(Time time) {
  return Json(static_cast<long long>(UnixMillis(time)));
}

}  // namespace parley
