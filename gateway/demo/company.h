// The words of the demo: people, departments and conversations. Data only.
#pragma once

#include <array>
#include <string_view>
#include <vector>

namespace parley::demo {

enum class Desk { kSales, kSupport, kBilling };
inline constexpr std::size_t kDesks = 3;

struct DeskInfo {
  std::string_view name;
  std::string_view email;
};
const std::array<DeskInfo, kDesks>& Desks();  // by Desk

// How an agent is found when the demo begins.
enum class Mood { kAccepting, kPaused, kAway };

struct Person {
  std::string_view username;
  std::string_view name;
  std::vector<Desk> desks;
  Mood mood;
  std::string_view job_title;
};
// The first is the owner.
const std::vector<Person>& Staff();

struct Customer {
  std::string_view name;
  std::string_view phone;
  std::string_view page;  // on which the chat begins
};
const std::vector<Customer>& Customers();

struct Line {
  bool from_agent;
  std::string_view text;
};

struct Conversation {
  Desk desk;
  std::vector<std::string_view> tags;
  std::vector<Line> lines;
  std::string_view closing_comment;
};
const std::vector<Conversation>& Conversations();

}  // namespace parley::demo
