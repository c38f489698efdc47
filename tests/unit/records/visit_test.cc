#include "records/visit.h"

#include <gmock/gmock.h>

#include "base/time.h"
#include "support/test_store.h"

namespace parley::records {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

class Visits : public testing::Test {
 protected:
  // What a page changes, not committed yet.
  storage::Changes Page(const std::string& visitor_id = {}, bool in_chat = false) {
    const Time now = store_.clock().Now();
    const Viewer viewer{"vt-1", visitor_id, in_chat};
    storage::Changes changes;
    SaveVisit(*test::Await(JoinVisit(store_.documents(), store_.generator(), viewer, now)), changes);
    return changes;
  }
  Status Commit(storage::Changes changes) { return test::Await(store_.committer().Commit(std::move(changes))); }
  void See(const std::string& visitor_id = {}, bool in_chat = false) { ASSERT_TRUE(Commit(Page(visitor_id, in_chat))); }
  // The message of a page, which whoever sees it keeps beside the visit.
  void Keep(const std::string& url, const std::string& title = "A page", const std::string& token = "vt-1") {
    const Json page = Json::Of({{"title", title}, {"location", Json::Of({{"href", url}})}});
    storage::Changes changes;
    changes.Insert(storage::Collection::kMessages, store_.generator().ObjectId(),
                   Json::Of({{"ts", UnixMillis(store_.clock().Now())},
                             {"navigation", Json::Of({{"page", page}, {"token", token}})}}));
    ASSERT_TRUE(Commit(std::move(changes)));
  }
  void End(Time began) {
    storage::Changes changes;
    ASSERT_TRUE(test::Await(NoteChatEnd(store_.documents(), "vt-1", began, store_.clock().Now(), changes)));
    ASSERT_TRUE(Commit(std::move(changes)));
  }
  void StartChat() {
    storage::Changes changes;
    ASSERT_TRUE(test::Await(NoteChatStart(store_.documents(), "vt-1", changes)));
    ASSERT_TRUE(Commit(std::move(changes)));
  }
  std::optional<Visit> Stored() { return *test::Await(FindVisit(store_.documents(), "vt-1")); }
  std::vector<SeenPage> Pages() { return *test::Await(FindPages(store_.documents(), *Stored())); }
  std::vector<std::string> Urls() {
    std::vector<std::string> urls;
    for (const SeenPage& page : Pages()) urls.push_back(page.url);
    return urls;
  }
  std::string UrlAt(Time at) {
    const auto page = *test::Await(FindPageAt(store_.documents(), *Stored(), at));
    return page ? page->url : "none";
  }

  test::TestStore store_;
};

TEST_F(Visits, PagesOfOneVisitFollowOneAnother) {
  const Time came = store_.clock().Now();
  See();
  store_.clock().Advance(kVisitPause);
  See();
  const Visit visit = *Stored();
  EXPECT_EQ(visit.visits, 1);
  EXPECT_EQ(visit.started, came);
  EXPECT_EQ(visit.seen, came + kVisitPause);
}

TEST_F(Visits, AfterALongPauseTheNextVisitBegins) {
  See();
  store_.clock().Advance(kVisitPause + std::chrono::milliseconds(1));
  See();
  const Visit visit = *Stored();
  EXPECT_EQ(visit.visits, 2);
  EXPECT_EQ(visit.started, store_.clock().Now());
}

TEST_F(Visits, AChatsEndIsASignToo) {
  See();
  const Time began = store_.clock().Now();
  store_.clock().Advance(hours(1));
  End(began);
  EXPECT_EQ(Stored()->chat_ended, store_.clock().Now());
  EXPECT_EQ(LastSignOf(*Stored()), store_.clock().Now());
  store_.clock().Advance(minutes(1));
  See();
  EXPECT_EQ(Stored()->visits, 1) << "the visit went on while they talked";
  store_.clock().Advance(hours(1));
  See();
  EXPECT_EQ(Stored()->visits, 2);
  EXPECT_FALSE(Stored()->chat_ended) << "of the visit before";
}

TEST_F(Visits, AChatFromElsewhereIsNoSign) {
  End(store_.clock().Now());
  EXPECT_FALSE(Stored());
  See();
  store_.clock().Advance(hours(1));
  End(store_.clock().Now());
  EXPECT_FALSE(Stored()->chat_ended) << "the visit was over when it began";
}

TEST_F(Visits, ChatsThatEndTogetherDoNotConflict) {
  See();
  const Time now = store_.clock().Now();
  storage::Changes changes;
  for (int i = 0; i < 2; ++i) ASSERT_TRUE(test::Await(NoteChatEnd(store_.documents(), "vt-1", now, now, changes)));
  EXPECT_TRUE(Commit(std::move(changes)));
}

TEST_F(Visits, AStrangerHasAnIdThatStays) {
  See();
  const std::string id = Stored()->visitor_id;
  EXPECT_EQ(id.size(), 24U);
  See();
  EXPECT_EQ(Stored()->visitor_id, id);
  See("v1");
  EXPECT_EQ(Stored()->visitor_id, "v1") << "the token turned out to be somebody's";
}

TEST_F(Visits, PagesOfTheSameMomentAreAllWritten) {
  See();
  store_.clock().Advance(kNotedEvery);
  storage::Changes one = Page(), other = Page();
  EXPECT_FALSE(other.empty());
  EXPECT_TRUE(Commit(std::move(one)));
  EXPECT_TRUE(Commit(std::move(other))) << "nothing to decide anew";
}

TEST_F(Visits, APageSoonAfterAnotherLeavesTheRecordAlone) {
  See();
  store_.clock().Advance(kNotedEvery - std::chrono::milliseconds(1));
  EXPECT_TRUE(Page().empty());
  EXPECT_FALSE(Page("v1").empty()) << "the token turned out to be somebody's";
  EXPECT_FALSE(Page({}, true).empty()) << "that ends the browsing";
  store_.clock().Advance(std::chrono::milliseconds(1));
  EXPECT_FALSE(Page().empty());
}

TEST_F(Visits, TheFirstPagesOfTheSameMomentMakeUpOneId) {
  storage::Changes one = Page(), other = Page();
  EXPECT_TRUE(Commit(std::move(one)));
  const std::string id = Stored()->visitor_id;
  const Status second = Commit(std::move(other));
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::kConflict);
  See();
  EXPECT_EQ(Stored()->visitor_id, id);
}

TEST_F(Visits, ABrowsingIsPagesWithNoChatInBetween) {
  See();
  const std::string first = BrowsingIdOf(*Stored());
  store_.clock().Advance(kVisitPause);
  See();
  EXPECT_EQ(BrowsingIdOf(*Stored()), first);
  EXPECT_TRUE(IsBrowsing(*Stored(), store_.clock().Now() + kVisitPause));
  EXPECT_FALSE(IsBrowsing(*Stored(), store_.clock().Now() + kVisitPause + std::chrono::milliseconds(1)));
  StartChat();
  EXPECT_FALSE(IsBrowsing(*Stored(), store_.clock().Now()));
  See();
  const std::string second = BrowsingIdOf(*Stored());
  EXPECT_NE(second, first);
  EXPECT_EQ(Stored()->visits, 1) << "a chat does not end the visit";
  See({}, true);
  EXPECT_FALSE(IsBrowsing(*Stored(), store_.clock().Now())) << "that page was seen in a chat";
  See();
  const std::string third = BrowsingIdOf(*Stored());
  EXPECT_NE(third, second);
  store_.clock().Advance(kVisitPause + std::chrono::milliseconds(1));
  See();
  EXPECT_NE(BrowsingIdOf(*Stored()), third);
}

TEST_F(Visits, ABrowsingKnowsItsGreetings) {
  See();
  Visit visit = *Stored();
  visit.browsing->greetings = {"g1", "g2"};
  visit.changed = true;
  storage::Changes changes;
  SaveVisit(visit, changes);
  ASSERT_TRUE(Commit(std::move(changes)));
  See();
  EXPECT_EQ(Stored()->browsing->greetings, (std::vector<std::string>{"g1", "g2"}));
  StartChat();
  See();
  EXPECT_TRUE(Stored()->browsing->greetings.empty());
}

TEST_F(Visits, WhoComesBackForgottenHasNoBrowsingOfBefore) {
  See();
  const std::string before = BrowsingIdOf(*Stored());
  store_.clock().Advance(kVisitorRemembered + hours(1));
  ASSERT_TRUE(test::Await(ForgetVisits(store_.stores(), store_.clock().Now())));
  See();
  EXPECT_NE(BrowsingIdOf(*Stored()), before);
}

TEST_F(Visits, TheirPagesAreTheLatestMessagesOfThem) {
  Keep("/of-an-earlier-visit");
  store_.clock().Advance(hours(1));
  See();
  const Time first = store_.clock().Now();
  for (std::int64_t i = 0; i < kShownPages + 5; ++i) {
    Keep("/" + std::to_string(i));
    store_.clock().Advance(std::chrono::seconds(1));
  }
  Keep("/of-another", "A page", "vt-2");
  const std::vector<std::string> urls = Urls();
  EXPECT_EQ(urls.size(), static_cast<std::size_t>(kShownPages));
  EXPECT_EQ(urls.front(), "/5");
  EXPECT_EQ(urls.back(), "/" + std::to_string(kShownPages + 4));
  EXPECT_EQ(Pages().back().at, first + std::chrono::seconds(kShownPages + 4));
  EXPECT_EQ(*test::Await(CountPages(store_.documents(), *Stored())), kShownPages + 6) << "earlier visits included";
  EXPECT_EQ(UrlAt(first), "/0");
  EXPECT_EQ(UrlAt(first + std::chrono::milliseconds(1'999)), "/1");
  EXPECT_EQ(UrlAt(first - std::chrono::milliseconds(1)), "none") << "an earlier visit is not this one";
}

TEST_F(Visits, VeryLongAddressesAndTitlesAreCut) {
  See();
  Keep(std::string(100'000, 'u'), std::string(255, 't') + "\u00e9\u00e9");
  const std::vector<SeenPage> pages = Pages();
  ASSERT_EQ(pages.size(), 1U);
  EXPECT_EQ(pages[0].url.size(), 2048U);
  EXPECT_EQ(pages[0].title, std::string(255, 't')) << "no half of a character";
}

TEST_F(Visits, WhoDoesNotComeBackIsForgotten) {
  See();
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
