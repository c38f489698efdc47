#include "demo/demo.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/own_loop.h"
#include "specs/loader.h"
#include "storage/store.h"
#include "support/test_store.h"

namespace parley::demo {
namespace {

using testing::IsEmpty;
using testing::Not;

constexpr Time kNow = Time(std::chrono::milliseconds(1'790'000'000'000));

const specs::Spec& RocketChatSpec() {
  static const specs::Spec spec = [] {
    Problems problems;
    return specs::LoadSpec(PARLEY_SOURCE_DIR "/specs/rocketchat-livechat.yaml", problems);
  }();
  return spec;
}

Options WithChats(std::int64_t chats, std::uint64_t seed = 1) {
  Options options;
  options.chats = chats;
  options.seed = seed;
  options.now = kNow;
  options.admin_username = "admin";
  options.admin_password = "of-the-administrator";
  options.agent_password = "of-the-agents";
  return options;
}

struct Built {
  std::vector<storage::LedgerChat> chats;  // newest first
  std::vector<std::string> livechat_ids;   // of those that have one
};

Built BuiltFor(const Options& options) {
  const test::TemporaryDirectory directory;
  const std::string url = "sqlite:" + directory.File("parley.db");
  const Status built = BuildCompany(url, RocketChatSpec(), options);
  if (!built) throw std::runtime_error(built.error().message + " " + built.error().detail);

  const SystemClock clock;
  const std::unique_ptr<IdGenerator> ids = MakeSeededIdGenerator(2);
  OwnLoop loop;
  const auto store = storage::OpenStore(url, clock, *ids);
  if (!store) throw std::runtime_error(store.error().message);
  const auto stores = (*store)->OpenShard(loop.executor());
  storage::ChatFilter all;
  all.include_pending = true;
  Result<storage::ChatPage> page = loop.Run((*stores)->ledger().List(std::move(all), 0, 1000));
  Result<std::vector<storage::IdPair>> pairs = loop.Run((*stores)->ids().Export());
  (*store)->Stop();
  if (!page) throw std::runtime_error(page.error().message);
  if (!pairs) throw std::runtime_error(pairs.error().message);
  Built company{std::move(page->chats), {}};
  for (const storage::IdPair& pair : *pairs) {
    if (pair.kind == storage::IdKind::kChat) company.livechat_ids.push_back(pair.livechat_id + " " + pair.backend_id);
  }
  return company;
}

std::vector<storage::LedgerChat> ChatsOf(const Options& options) {
  return BuiltFor(options).chats;
}

std::vector<std::string> Summary(const std::vector<storage::LedgerChat>& chats) {
  std::vector<std::string> lines;
  for (const storage::LedgerChat& chat : chats) {
    std::string line = std::to_string(UnixMillis(chat.started)) + " " + chat.visitor.name;
    for (const storage::LedgerEntry& entry : chat.entries) line += "|" + entry.text;
    lines.push_back(std::move(line));
  }
  return lines;
}

// Of fifty chats the last ten are held by calls, the others composed.
Options PartlyComposed(std::int64_t chats = 50, std::uint64_t seed = 1) {
  Options options = WithChats(chats, seed);
  options.held = 10;
  return options;
}

TEST(DemoCompany, HasTheChatsAskedForTheLastTwoStillOpen) {
  const std::vector<storage::LedgerChat> chats = ChatsOf(WithChats(14));
  ASSERT_EQ(chats.size(), 14u);
  for (std::size_t at = 0; at < chats.size(); ++at) EXPECT_EQ(chats[at].ended.has_value(), at >= 2) << at;
}

TEST(DemoCompany, EveryChatHasADepartmentAndWordsAndWhoeverTookItAnAgent) {
  for (const storage::LedgerChat& chat : ChatsOf(PartlyComposed())) {
    EXPECT_EQ(chat.agents.empty(), !chat.taken);
    EXPECT_THAT(chat.department, Not(IsEmpty()));
    EXPECT_GE(chat.entries.size(), chat.taken ? 3u : 1u);
  }
}

TEST(DemoCompany, ThePastIsComposedAndTheLastChatsAreHeld) {
  const std::vector<storage::LedgerChat> chats = ChatsOf(PartlyComposed());
  ASSERT_EQ(chats.size(), 50u);
  for (std::size_t at = 0; at < chats.size(); ++at) EXPECT_EQ(chats[at].ended.has_value(), at >= 2) << at;
  EXPECT_EQ(Summary(chats), Summary(ChatsOf(WithChats(50)))) << "one tells the same as the other";
}

TEST(DemoCompany, ALongerPastHasTheShorterOneInIt) {
  std::vector<std::string> longer = Summary(ChatsOf(PartlyComposed(90)));
  longer.resize(50);
  EXPECT_EQ(longer, Summary(ChatsOf(PartlyComposed(50))));
}

TEST(DemoCompany, TheMakingCanBeWatchedAndEnded) {
  const test::TemporaryDirectory directory;
  Options options = PartlyComposed();
  std::vector<std::int64_t> told;
  options.on_progress = [&](std::int64_t done) {
    told.push_back(done);
    return done < 45 ? Status() : Status(Conflict("enough"));
  };
  const Status built = BuildCompany("sqlite:" + directory.File("parley.db"), RocketChatSpec(), options);
  ASSERT_FALSE(built);
  EXPECT_EQ(built.error().message, "enough");
  EXPECT_THAT(told, testing::ElementsAre(38, 39, 40, 41, 42, 43, 44, 45)) << "thirty-eight in one batch";
}

TEST(DemoCompany, NothingHappensInTheFuture) {
  for (const storage::LedgerChat& chat : ChatsOf(PartlyComposed())) {
    for (const storage::LedgerEntry& entry : chat.entries) EXPECT_LE(entry.at, kNow);
    EXPECT_LE(chat.ended.value_or(kNow), kNow);
  }
}

TEST(DemoCompany, WhatTheDiskCannotHoldIsNotBegun) {
  EXPECT_TRUE(CheckSpace(1'000'000, 13'000'000'000));
  const Status refused = CheckSpace(1'000'000, 5'000'000'000);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message, "1000000 chats take up to 12200 MB, and 5000 MB are free");
}

TEST(DemoCompany, OneSeedGivesOneCompanyToTheLastId) {
  const auto with_ids = [](const Options& options) {
    const Built company = BuiltFor(options);
    std::vector<std::string> lines = Summary(company.chats);
    for (const storage::LedgerChat& chat : company.chats) lines.push_back(chat.id + chat.visitor.id);
    EXPECT_EQ(company.livechat_ids.size(), company.chats.size());
    lines.insert(lines.end(), company.livechat_ids.begin(), company.livechat_ids.end());
    return lines;
  };
  EXPECT_EQ(with_ids(PartlyComposed(50, 5)), with_ids(PartlyComposed(50, 5)));
  EXPECT_NE(Summary(ChatsOf(PartlyComposed(50, 5))), Summary(ChatsOf(PartlyComposed(50, 6))));
}

}  // namespace
}  // namespace parley::demo
