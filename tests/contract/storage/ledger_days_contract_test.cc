// The archive by days: totals and deep pages are those of every chat counted and walked one by one.
#include <gmock/gmock.h>

#include <algorithm>
#include <random>

#include "contract/storage/engines.h"
#include "storage/ledger.h"

namespace parley::storage::test {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

constexpr Time kFirstDay = Time(std::chrono::days(20'000));
constexpr std::int64_t kDays = 12;

struct Known {
  Time started;
  bool ended;
};

class LedgerDaysContract : public StorageContract {
 protected:
  // Chats all over the days, some of which still run; several at the edges of days.
  void Fill(int chats) {
    std::mt19937_64 random(5);
    for (int number = 0; number < chats; ++number) {
      const bool at_midnight = number % 7 == 0;
      const Time day = kFirstDay + hours(24) * static_cast<std::int64_t>(random() % kDays);
      Begin("r" + std::to_string(number), day + milliseconds(at_midnight ? 0 : random() % 86'400'000));
      if (number % 3 != 0) End("r" + std::to_string(number));
    }
    Commit();
  }

  void Begin(const std::string& id, Time started) {
    LedgerChat chat;
    chat.id = id;
    chat.started = started;
    changes_.ledger.emplace_back(UpsertLedgerChat{std::move(chat)});
    known_[id].started = started;
  }
  void End(const std::string& id) {
    changes_.ledger.emplace_back(CloseLedgerChat{id, known_[id].started + hours(1)});
    known_[id].ended = true;
  }
  void Remove(const std::string& id) {
    changes_.ledger.emplace_back(RemoveLedgerChat{id});
    known_.erase(id);
  }
  void Commit() {
    const Status committed = StorageContract::Commit(std::exchange(changes_, {}));
    ASSERT_TRUE(committed) << committed.error().detail;
  }

  // Newest first.
  std::vector<std::string> Expected(const ChatFilter& filter) const {
    std::vector<std::pair<Time, std::string>> matches;
    for (const auto& [id, chat] : known_) {
      const bool in_time =
          (!filter.from || chat.started >= *filter.from) && (!filter.until || chat.started < *filter.until);
      if (in_time && (filter.include_pending || chat.ended)) matches.emplace_back(chat.started, id);
    }
    std::sort(matches.rbegin(), matches.rend());
    std::vector<std::string> ids;
    for (auto& [started, id] : matches) ids.push_back(std::move(id));
    return ids;
  }

  ChatPage List(const ChatFilter& filter, std::int64_t offset, std::int64_t limit) {
    Result<ChatPage> page = Await(ledger().List(filter, offset, limit));
    if (!page) {
      ADD_FAILURE() << page.error().message << " " << page.error().detail;
      return {};
    }
    return *std::move(page);
  }

  // Page by page; the total of each is that of all.
  std::vector<std::string> Paged(const ChatFilter& filter, std::int64_t limit) {
    std::vector<std::string> ids;
    for (std::int64_t offset = 0;; offset += limit) {
      const ChatPage page = List(filter, offset, limit);
      EXPECT_EQ(page.total, static_cast<std::int64_t>(Expected(filter).size()));
      if (page.chats.empty()) return ids;
      for (const LedgerChat& chat : page.chats) ids.push_back(chat.id);
    }
  }

  void ExpectTrue() {
    std::vector<std::optional<Time>> edges = {std::nullopt};
    for (const hours edge :
         {hours(-30), hours(0), hours(7), hours(24), hours(31), hours(100), hours(24 * 11), hours(999)})
      edges.emplace_back(kFirstDay + edge);
    for (const bool pending : {false, true}) {
      for (const auto& from : edges) {
        for (const auto& until : edges) {
          ChatFilter filter;
          filter.include_pending = pending;
          filter.from = from;
          filter.until = until;
          EXPECT_EQ(Paged(filter, 37), Expected(filter));
        }
      }
    }
  }

 private:
  Changes changes_;
  std::map<std::string, Known> known_;
};

TEST_P(LedgerDaysContract, EveryPageOfEveryIntervalIsThere) {
  Fill(150);
  ExpectTrue();
}

TEST_P(LedgerDaysContract, CountsFollowWhateverChangesAChat) {
  Fill(60);
  for (const char* id : {"r3", "r9", "r15"}) End(id);    // ended later
  for (const char* id : {"r4", "r6", "r7"}) Remove(id);  // ended and running ones erased
  Begin("r5", kFirstDay + hours(24 * 3 + 1));            // known to have begun on another day
  Begin("r8", kFirstDay + hours(24 * 20));
  Begin("late", kFirstDay - hours(24 * 5));
  Commit();
  ExpectTrue();
}

TEST_P(LedgerDaysContract, CountsAreKept) {
  Fill(60);
  Reopen();
  ExpectTrue();
  Remove("r10");
  Commit();
  Reopen();
  ExpectTrue();
}

TEST_P(LedgerDaysContract, ByDaysTheArchiveHasNoEnd) {
  Changes changes;
  const std::int64_t all = kNewestListed + 500;
  for (std::int64_t number = 0; number < all; ++number) {
    LedgerChat chat;
    chat.id = "r" + std::to_string(100'000 + number);
    chat.started = kFirstDay + std::chrono::seconds(1'000 * number);  // most of a year
    chat.ended = chat.started;
    chat.department = "d1";
    changes.ledger.emplace_back(UpsertLedgerChat{std::move(chat)});
  }
  ASSERT_TRUE(StorageContract::Commit(std::move(changes)));
  const ChatPage last = List({}, all - 1, 25);
  EXPECT_EQ(last.total, all);
  ASSERT_EQ(last.chats.size(), 1u);
  EXPECT_EQ(last.chats.front().id, "r100000");
  for (const std::int64_t offset : {0, 1'000, 7'777, 13'000, 20'001, 25'400}) {
    EXPECT_EQ(List({}, offset, 25).chats.front().id, "r" + std::to_string(100'000 + all - 1 - offset));
  }

  ChatFilter of_department;
  of_department.department = "d1";
  EXPECT_EQ(List(of_department, 0, 25).total, kNewestListed);
  EXPECT_EQ(List(of_department, kNewestListed, 25).chats.size(), 0u);
}

INSTANTIATE_TEST_SUITE_P(AllEngines, LedgerDaysContract, testing::ValuesIn(AllEngines()), NameOfEngine);

}  // namespace
}  // namespace parley::storage::test
