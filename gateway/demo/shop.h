// What the founding of the company leaves behind for those who hold its chats and for those who compose them.
//
// Threading: plain values.
#pragma once

#include <array>
#include <map>
#include <string>
#include <string_view>

#include "base/text.h"
#include "demo/company.h"
#include "json/json.h"

namespace parley::demo {

struct GoalRecord {
  std::string id, name, type;
};

struct Shop {
  std::map<std::string_view, std::string> user_ids;  // by user name
  std::array<std::string, kDesks> department_ids;
  GoalRecord order_goal, sale_goal;  // reached by a page, and by a sale

  const std::string& IdOf(const Person& person) const { return user_ids.at(person.username); }
  const std::string& IdOf(Desk desk) const { return department_ids[static_cast<std::size_t>(desk)]; }
};

inline constexpr std::string_view kUserAgent = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0";

inline std::string AddressOf(const Person& person) {
  return std::string(person.username) + "@ashandalder.example";
}

// As the widget tells of a page.
inline Json PageInfo(std::string_view url) {
  return Json::Of({{"change", "url"}, {"title", "Ash & Alder"}, {"location", Json::Of({{"href", url}})}});
}

}  // namespace parley::demo
