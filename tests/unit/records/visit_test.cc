#include "records/visit.h"

#include <gmock/gmock.h>

#include "support/test_store.h"

namespace parley::records {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

class Visits : public testing::Test {
 protected:
  void See(const std::string& url, const std::string& visitor_id = {}, const std::string& title = "A page") {
    storage::Changes changes;
    ASSERT_TRUE(test::Await(NotePage(store_.documents(), store_.generator(), "vt-1", visitor_id,
                                     {url, title, store_.clock().Now()}, changes)));
    ASSERT_TRUE(test::Await(store_.committer().Commit(std::move(changes))));
  }
  void End(Time began) {
    storage::Changes changes;
    ASSERT_TRUE(test::Await(NoteChatEnd(store_.documents(), "vt-1", began, store_.clock().Now(), changes)));
    ASSERT_TRUE(test::Await(store_.committer().Commit(std::move(changes))));
  }
  std::optional<Visit> Stored() { return *test::Await(FindVisit(store_.documents(), "vt-1")); }
  static std::vector<std::string> Urls(const Visit& visit) {
    std::vector<std::string> urls;
    for (const SeenPage& page : visit.pages) urls.push_back(page.url);
    return urls;
  }

  test::TestStore store_;
};

TEST_F(Visits, PagesOfOneVisitFollowOneAnother) {
  const Time came = store_.clock().Now();
  See("/a");
  store_.clock().Advance(kVisitPause);
  See("/b");
  const Visit visit = *Stored();
  EXPECT_EQ(visit.visits, 1);
  EXPECT_EQ(visit.page_views, 2);
  EXPECT_EQ(visit.started, came);
  EXPECT_EQ(visit.seen, came + kVisitPause);
  EXPECT_EQ(Urls(visit), (std::vector<std::string>{"/a", "/b"}));
}

TEST_F(Visits, AfterALongPauseTheNextVisitBegins) {
  See("/a");
  store_.clock().Advance(kVisitPause + std::chrono::milliseconds(1));
  See("/b");
  const Visit visit = *Stored();
  EXPECT_EQ(visit.visits, 2);
  EXPECT_EQ(visit.page_views, 2) << "of both";
  EXPECT_EQ(visit.started, store_.clock().Now());
  EXPECT_EQ(Urls(visit), (std::vector<std::string>{"/b"}));
}

TEST_F(Visits, AChatsEndIsASignToo) {
  See("/a");
  const Time began = store_.clock().Now();
  store_.clock().Advance(hours(1));
  End(began);
  EXPECT_EQ(Stored()->chat_ended, store_.clock().Now());
  EXPECT_EQ(LastSignOf(*Stored()), store_.clock().Now());
  store_.clock().Advance(minutes(1));
  See("/b");
  EXPECT_EQ(Stored()->visits, 1) << "the visit went on while they talked";
  store_.clock().Advance(hours(1));
  See("/c");
  EXPECT_EQ(Stored()->visits, 2);
  EXPECT_FALSE(Stored()->chat_ended) << "of the visit before";
}

TEST_F(Visits, AChatFromElsewhereIsNoSign) {
  End(store_.clock().Now());
  EXPECT_FALSE(Stored());
  See("/a");
  store_.clock().Advance(hours(1));
  End(store_.clock().Now());
  EXPECT_FALSE(Stored()->chat_ended) << "the visit was over when it began";
}

TEST_F(Visits, ChatsThatEndTogetherDoNotConflict) {
  See("/a");
  const Time now = store_.clock().Now();
  storage::Changes changes;
  for (int i = 0; i < 2; ++i) ASSERT_TRUE(test::Await(NoteChatEnd(store_.documents(), "vt-1", now, now, changes)));
  EXPECT_TRUE(test::Await(store_.committer().Commit(std::move(changes))));
}

TEST_F(Visits, AStrangerHasAnIdThatStays) {
  See("/a");
  const std::string id = Stored()->visitor_id;
  EXPECT_EQ(id.size(), 24U);
  See("/b");
  EXPECT_EQ(Stored()->visitor_id, id);
  See("/c", "v1");
  EXPECT_EQ(Stored()->visitor_id, "v1") << "the token turned out to be somebody's";
}

TEST_F(Visits, StaySmallWhateverIsSeen) {
  for (std::size_t i = 0; i < kKeptPages + 5; ++i) See("/" + std::to_string(i));
  Visit visit = *Stored();
  EXPECT_EQ(visit.pages.size(), kKeptPages);
  EXPECT_EQ(visit.pages.front().url, "/5");
  EXPECT_EQ(visit.page_views, static_cast<std::int64_t>(kKeptPages) + 5);
  See(std::string(100'000, 'u'), {}, std::string(255, 't') + "\u00e9\u00e9");
  visit = *Stored();
  EXPECT_EQ(visit.pages.back().url.size(), 2048U);
  EXPECT_EQ(visit.pages.back().title, std::string(255, 't')) << "no half of a character";
}

TEST_F(Visits, WhoDoesNotComeBackIsForgotten) {
  See("/a");
  const Visit visit = *Stored();
  const Time remembered = store_.clock().Now() + kVisitorRemembered;
  const Time later = remembered + std::chrono::milliseconds(1);
  ASSERT_TRUE(test::Await(ForgetVisits(store_.stores(), remembered)));
  EXPECT_TRUE(Stored());
  EXPECT_FALSE(IsForgotten(visit, remembered));
  ASSERT_TRUE(test::Await(ForgetVisits(store_.stores(), later)));
  EXPECT_FALSE(Stored());
  EXPECT_TRUE(IsForgotten(visit, later));
}

}  // namespace
}  // namespace parley::records
