// The words of the demo: people, departments and conversations. Data only.
#pragma once

#include <array>
#include <optional>
#include <span>
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

// Customers are put together from these; the shop has more of them than anybody would write down.
std::span<const std::string_view> FirstNames();
std::span<const std::string_view> LastNames();
std::span<const std::string_view> Pages();  // on which chats begin

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

// What visitors write beside their marks, good and bad.
std::span<const std::string_view> Praise();
std::span<const std::string_view> Complaints();

struct Ware {
  std::string_view name;
  std::string_view price;  // in euros
};
std::span<const Ware> Wares();

// Mail that becomes a ticket, and what it is answered.
struct Letter {
  Desk desk;
  std::string_view subject, message, answer;
  std::string_view tag;
};
std::span<const Letter> Letters();

// What agents find prepared.
struct Prepared {
  std::string_view shortcut, text;
  std::optional<Desk> desk;  // none: everybody's
};
std::span<const Prepared> CannedResponses();

// The pages goals and greetings look at.
inline constexpr std::string_view kOrderedPage = "https://ashandalder.example/order/thank-you";
inline constexpr std::string_view kSalePage = "https://ashandalder.example/sale";

}  // namespace parley::demo
