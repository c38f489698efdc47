#include "demo/script.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace parley::demo {
namespace {

constexpr Time kNow = Time(std::chrono::milliseconds(1'790'000'000'000));
const std::int64_t kDay = DayOf(kNow) - 10;

std::vector<Script> ADay(std::uint64_t seed = 1) {
  return Scripts(seed, kNow).OfDay(kDay);
}

std::ptrdiff_t HowMany(const std::vector<Script>& scripts, bool (*which)(const Script&)) {
  return std::count_if(scripts.begin(), scripts.end(), which);
}

TEST(Scripts, OneSeedGivesOneDay) {
  const auto words = [](const std::vector<Script>& scripts) {
    std::vector<std::string> lines;
    for (const Script& script : scripts) {
      lines.push_back(std::to_string(UnixMillis(script.opened)) + script.guest.name + std::string(script.page));
    }
    return lines;
  };
  EXPECT_EQ(words(ADay(1)), words(ADay(1)));
  EXPECT_NE(words(ADay(1)), words(ADay(2)));
}

TEST(Scripts, WhatHappensIsInOrder) {
  for (const Script& script : ADay()) {
    Time before = script.taken.value_or(script.opened);
    ASSERT_GE(before, script.opened);
    for (std::size_t number = 0; number < script.lines.size(); ++number) {
      if (script.handover && script.handover->before_line == number) {
        EXPECT_GT(script.handover->at, before);
        EXPECT_NE(script.handover->to, script.agent);
        EXPECT_TRUE(script.lines[number].from_agent);
        before = script.handover->at;
      }
      EXPECT_GT(script.lines[number].at, before);
      before = script.lines[number].at;
    }
    if (script.page_seen) {
      EXPECT_GT(*script.page_seen, before);
    }
    if (script.rated) {
      EXPECT_GT(*script.rated, before);
    }
    EXPECT_GT(*script.ended, script.rated.value_or(before));
    if (script.order) {
      EXPECT_GT(script.order->at, *script.ended);
    }
    if (script.ticket && script.ticket->solved) {
      EXPECT_GT(*script.ticket->solved, *script.ticket->answered);
    }
  }
}

TEST(Scripts, WhoServesIsOfTheDeskAndAtWork) {
  const Scripts scripts(3, kNow);
  for (const Script& script : scripts.OfDay(kDay)) {
    const auto at_work = scripts.schedule().AtWork(script.conversation->desk, script.opened);
    const auto knows = [&](const Person* person) {
      return std::find(at_work.begin(), at_work.end(), person) != at_work.end();
    };
    if (script.agent != nullptr) {
      EXPECT_TRUE(knows(script.agent));
    }
    if (script.handover) {
      EXPECT_TRUE(knows(script.handover->to));
    }
  }
}

TEST(Scripts, ADayHasSomethingOfEverything) {
  const std::vector<Script> scripts = ADay();
  const auto all = static_cast<std::ptrdiff_t>(scripts.size());
  EXPECT_GT(HowMany(scripts, [](const Script& script) { return script.taken.has_value(); }), all / 25);
  EXPECT_GT(HowMany(scripts, [](const Script& script) { return script.agent == nullptr; }), 0);
  EXPECT_GT(HowMany(scripts, [](const Script& script) { return script.handover.has_value(); }), all / 100);
  EXPECT_GT(HowMany(scripts, [](const Script& script) { return script.page_seen.has_value(); }), all / 50);
  EXPECT_GT(HowMany(scripts, [](const Script& script) { return script.order.has_value(); }), all / 100);
  EXPECT_GT(HowMany(scripts, [](const Script& script) { return script.ticket.has_value(); }), all / 100);
  EXPECT_GT(HowMany(scripts, [](const Script& script) { return script.rated.has_value(); }), all / 2);
  std::set<std::string> guests;
  for (const Script& script : scripts) guests.insert(script.guest.token);
  EXPECT_LT(guests.size(), scripts.size()) << "somebody comes back";
  EXPECT_GT(guests.size(), scripts.size() / 2);
}

TEST(Scripts, NothingIsWrittenOrOrderedInTheFuture) {
  const Scripts scripts(1, kNow);
  for (std::int64_t day = DayOf(kNow) - 3; day < DayOf(kNow); ++day) {
    for (const Script& script : scripts.OfDay(day)) {
      if (script.order) {
        EXPECT_LE(script.order->at, kNow);
      }
      if (!script.ticket) continue;
      EXPECT_LE(script.ticket->at, kNow);
      EXPECT_LE(script.ticket->answered.value_or(kNow), kNow);
      EXPECT_LE(script.ticket->solved.value_or(kNow), kNow);
    }
  }
}

TEST(Scripts, TwoDifferentGuestsAreTalkingNow) {
  const std::vector<Script> open = Scripts(1, kNow).StillOpen();
  ASSERT_EQ(open.size(), 2u);
  EXPECT_NE(open[0].guest.token, open[1].guest.token);
  EXPECT_LT(open[0].opened, open[1].opened);
  for (const Script& script : open) {
    EXPECT_FALSE(script.ended);
    EXPECT_LE(script.lines.back().at, kNow);
  }
}

}  // namespace
}  // namespace parley::demo
