#include "demo/script.h"

#include <algorithm>

#include "base/text.h"
#include "demo/dice.h"

namespace parley::demo {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

// Subjects of chance.
constexpr std::uint64_t kChat = 11, kGuest = 12, kOpenChat = 13;

constexpr std::uint64_t kGuestsPerWeek = 2'000;
constexpr std::int64_t kDaysPerWeek = 7;
constexpr std::uint64_t kMostChatsPerDay = 1'000;

// ---- parts of a chat ------------------------------------------------------------------------------------------------

// One of the conversations somebody at work can have.
const Conversation& Choose(Dice& dice, const Schedule& schedule, Time at) {
  const std::vector<Conversation>& all = Conversations();
  const std::uint64_t first = dice.Below(all.size());
  for (std::size_t step = 0; step < all.size(); ++step) {
    const Conversation& conversation = all[(first + step) % all.size()];
    if (!schedule.AtWork(conversation.desk, at).empty()) return conversation;
  }
  return all[first];
}

const Person* ChoosePerson(Dice& dice, const std::vector<const Person*>& people, const Person* except = nullptr) {
  std::vector<const Person*> others;
  for (const Person* person : people) {
    if (person != except) others.push_back(person);
  }
  return others.empty() ? nullptr : others[dice.Below(others.size())];
}

// The lines of the conversation, each after a moment of reading and typing. Answers when the last was said.
Time Speak(Dice& dice, std::size_t lines, Time begun, Script& script) {
  Time at = begun;
  for (std::size_t number = 0; number < std::min(lines, script.conversation->lines.size()); ++number) {
    const Line& line = script.conversation->lines[number];
    at += line.from_agent ? dice.Seconds(12, 75) : dice.Seconds(6, 50);
    script.lines.push_back({at, line.from_agent, line.text});
  }
  return at;
}

// Before an answer that is not the first, when somebody else of the desk is there.
void HandOver(Dice& dice, const Schedule& schedule, Script& script) {
  const Person* to = ChoosePerson(dice, schedule.AtWork(script.conversation->desk, script.opened), script.agent);
  for (std::size_t number = script.lines.size(); to != nullptr && number-- > 2;) {
    if (!script.lines[number].from_agent) continue;
    script.handover = Handover{number, script.lines[number].at - seconds(5), to};
    return;
  }
}

// Three of four guests rate; most are content.
void Rate(Dice& dice, Time ended, Script& script) {
  constexpr std::string_view kMarks[] = {"5", "5", "4", "5", "4", "2", "", ""};
  script.mark = dice.Of<std::string_view>(kMarks);
  if (script.mark.empty()) return;
  script.rated = ended - seconds(3);
  if (dice.Percent(20)) script.remark = dice.Of(script.mark == "2" ? Complaints() : Praise());
}

void Buy(Dice& dice, Time now, Script& script) {
  if (dice.Percent(8)) script.page_seen = script.lines.back().at + seconds(2);
  const Time at = *script.ended + dice.Seconds(60, 40 * 60);
  if (!script.page_seen || !dice.Percent(60) || at > now) return;
  script.order = Order{at, "AA-" + std::to_string(20'000 + dice.Below(70'000)), dice.Of(Wares())};
}

// Later the same day something is left to say, and it is said by mail.
void Write(Dice& dice, Time now, Script& script) {
  if (!dice.Percent(3)) return;
  TicketScript ticket;
  ticket.letter = &dice.Of(Letters());
  ticket.at = *script.ended + dice.Seconds(30 * 60, 6 * 3600);
  const Time answered = ticket.at + dice.Seconds(20 * 60, 26 * 3600);
  const Time solved = answered + dice.Seconds(10 * 60, 70 * 3600);
  std::vector<const Person*> people;
  for (const Person& person : Staff()) {
    if (std::find(person.desks.begin(), person.desks.end(), ticket.letter->desk) != person.desks.end())
      people.push_back(&person);
  }
  ticket.agent = ChoosePerson(dice, people);
  const bool is_left = dice.Percent(4);
  if (ticket.at > now) return;
  if (answered <= now) ticket.answered = answered;
  if (solved <= now && !is_left) ticket.solved = solved;
  script.ticket = ticket;
}

}  // namespace

// ---- guests ---------------------------------------------------------------------------------------------------------

Guest Scripts::GuestOf(std::int64_t week, std::uint64_t number) const {
  Dice dice(seed_, kGuest, static_cast<std::uint64_t>(week) * kGuestsPerWeek + number);
  const std::string first(dice.Of(FirstNames()));
  const std::string last(dice.Of(LastNames()));
  const std::string account = std::to_string(week) + "-" + std::to_string(number);
  Guest guest;
  guest.name = first + " " + last;
  guest.token = "demo-" + Lower(first) + "-" + account;
  guest.email = Lower(first) + "." + Lower(last) + "." + account + "@mail.example";
  // Nobody shares a number with another: visitors are known by it.
  guest.phone = "+49 40 " + std::to_string(10'000'000 + static_cast<std::uint64_t>(week) * kGuestsPerWeek + number);
  guest.address = "203.0.113." + std::to_string(1 + dice.Below(250));
  return guest;
}

// ---- chats ----------------------------------------------------------------------------------------------------------

Script Scripts::Ended(std::int64_t day, std::size_t number, Time opened) const {
  Dice dice(seed_, kChat, static_cast<std::uint64_t>(day) * kMostChatsPerDay + number);
  Script script;
  // Some come back often, most never.
  const double regular = dice.Fraction();
  script.guest = GuestOf(day / kDaysPerWeek, static_cast<std::uint64_t>(regular * regular * kGuestsPerWeek));
  script.page = dice.Of(Pages());
  script.opened = opened;
  script.conversation = &Choose(dice, schedule_, opened);
  if (dice.Percent(1)) {  // nobody comes, and the guest gives up
    script.lines.push_back({opened + dice.Seconds(5, 40), false, script.conversation->lines.front().text});
    script.ended = script.lines.back().at + dice.Seconds(60, 8 * 60);
    script.ended_by_guest = true;
    return script;
  }
  // Whoever serves a chat was at work when it began: holding it later, in the order of openings, nobody else is known.
  script.agent = ChoosePerson(dice, schedule_.AtWork(script.conversation->desk, opened));
  Time begun = opened;
  if (dice.Percent(9)) {
    begun += dice.Seconds(15, 4 * 60);
    script.taken = begun;
  }
  const Time spoken = Speak(dice, script.conversation->lines.size(), begun, script);
  if (dice.Percent(5)) HandOver(dice, schedule_, script);
  script.ended = spoken + dice.Seconds(5, 60);
  script.ended_by_guest = script.conversation->tags.empty();
  Rate(dice, *script.ended, script);
  Buy(dice, now_, script);
  Write(dice, now_, script);
  return script;
}

std::vector<Script> Scripts::OfDay(std::int64_t day) const {
  const std::vector<Time> openings = schedule_.OpeningsOf(day);
  std::vector<Script> scripts;
  scripts.reserve(openings.size());
  for (std::size_t number = 0; number < openings.size(); ++number) {
    scripts.push_back(Ended(day, number, openings[number]));
  }
  return scripts;
}

std::vector<Script> Scripts::StillOpen() const {
  constexpr std::size_t kLines = 3;
  std::vector<Script> scripts;
  for (const std::uint64_t number : {2, 1}) {
    Dice dice(seed_, kOpenChat, number);
    Script script;
    // Of no week that was: those who are talking now have not been here before.
    script.guest = GuestOf(0, number);
    script.page = dice.Of(Pages());
    script.conversation = &Conversations()[dice.Below(Conversations().size())];
    script.opened = now_ - minutes(4) * number;
    // Everybody comes when the demo begins.
    std::vector<const Person*> people;
    for (const Person& person : Staff()) {
      if (std::find(person.desks.begin(), person.desks.end(), script.conversation->desk) != person.desks.end())
        people.push_back(&person);
    }
    script.agent = ChoosePerson(dice, people);
    (void)Speak(dice, kLines, script.opened, script);
    scripts.push_back(std::move(script));
  }
  return scripts;
}

}  // namespace parley::demo
