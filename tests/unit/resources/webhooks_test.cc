#include "resources/webhooks.h"

#include "local_fixture.h"

namespace parley::resources {
namespace {

using testing::MatchesRegex;

class WebhooksTest : public LocalFixture {
 protected:
  std::string Register(const std::string& event, const std::string& data_types,
                       const std::string& url = "https://hooks.acme.test/lc") {
    Wait();
    return Post("local/webhooks",
                R"({"event_type":")" + event + R"(","data_types":)" + data_types + R"(,"url":")" + url + "\"}");
  }
};

TEST_F(WebhooksTest, EachEventTakesItsDataTypesInTheOrderSent) {
  const std::pair<const char*, const char*> allowed[] = {
      {"chat_started", R"(["pre_chat_survey","visitor","chat"])"},
      {"chat_ended", R"(["chat","visitor","pre_chat_survey"])"},
      {"chat_changed", R"(["visitor","chat"])"},
      {"visitor_queued", R"(["visitor"])"},
      {"ticket_created", R"(["ticket"])"},
      {"canned_response_changed", R"(["canned_response"])"},
  };
  for (const auto& [event, data_types] : allowed) {
    const std::string made = Register(event, data_types);
    EXPECT_EQ(TextAt(made, "webhook.event_type"), event) << made;
    EXPECT_EQ(TextAt(made, "webhook.data_types"), data_types);
  }
  EXPECT_EQ(Each(Get("local/webhooks"), "webhooks", "event_type"),
            "chat_started chat_ended chat_changed visitor_queued ticket_created canned_response_changed");
}

TEST_F(WebhooksTest, DataOfAnotherEventIsRefused) {
  EXPECT_EQ(Register("chat_changed", R"(["chat","pre_chat_survey"])"),
            "error: data_types must be among chat, visitor for chat_changed;");
  EXPECT_EQ(Register("visitor_queued", R"(["chat"])"), "error: data_types must be among visitor for visitor_queued;");
  EXPECT_EQ(Register("ticket_created", R"(["chat"])"), "error: data_types must be among ticket for ticket_created;");
  EXPECT_EQ(Register("canned_response_changed", R"(["ticket"])"),
            "error: data_types must be among canned_response for canned_response_changed;");
  EXPECT_EQ(Get("local/webhooks"), R"({"webhooks":[]})");
}

TEST_F(WebhooksTest, EveryViolationIsNamed) {
  EXPECT_EQ(Register("chat_sung", R"(["chat"])", "ftp://x.test"),
            "error: event_type must be one of chat_started, chat_ended, chat_changed, visitor_queued, ticket_created, "
            "canned_response_changed; url must be an http or https address;");
}

TEST_F(WebhooksTest, IdAndTokenAre32HexDigits) {
  const std::string made = Register("chat_ended", R"(["chat"])");
  EXPECT_THAT(TextAt(made, "webhook.id"), MatchesRegex("[0-9a-f]{32}"));
  EXPECT_THAT(TextAt(made, "webhook.token"), MatchesRegex("[0-9a-f]{32}"));
  EXPECT_NE(TextAt(made, "webhook.id"), TextAt(made, "webhook.token"));
}

TEST_F(WebhooksTest, AddressesAreHttpWithAHost) {
  for (const char* url :
       {"http://a.test", "HTTPS://a.test/x?y=1#z", "https://user:p%40ss@a.test:8443/x", "http://[::1]:8080/x"})
    EXPECT_EQ(TextAt(Register("chat_ended", "[]", url), "webhook.url"), url);
  for (const char* url : {"", "a.test", "//a.test", "ftp://a.test", "http://", "http:///x", "http://:80/",
                          "http://u:p@/x", "http://a.test/ x", "javascript:alert(1)"})
    EXPECT_EQ(Register("chat_ended", "[]", url), "error: url must be an http or https address;") << url;
}

TEST_F(WebhooksTest, AddressesThatMayNotBeCalledAreRefused) {
  EXPECT_EQ(Register("chat_ended", "[]", "http://private.acme.test/x"),
            "error: url is at an address that may not be called; the option outgoing.allow names networks and hosts "
            "that may;");
  EXPECT_EQ(Get("local/webhooks"), R"({"webhooks":[]})");
}

TEST_F(WebhooksTest, RemovedIsGone) {
  const std::string id = TextAt(Register("chat_ended", R"(["chat"])"), "webhook.id");
  storage::Changes changes;
  changes.Put(storage::Collection::kRelayEndpoints, id, *ParseJson(R"({"disabled":true})"));
  ASSERT_TRUE(test::Await(store_.committer().Commit(std::move(changes))));
  EXPECT_EQ(Delete("local/webhooks/" + id), "{}");
  EXPECT_EQ(Delete("local/webhooks/" + id), "404");
  EXPECT_TRUE(Stored(storage::Collection::kRelayEndpoints, id).IsNull()) << "what was kept of it as an endpoint";
  EXPECT_EQ(Get("local/webhooks"), R"({"webhooks":[]})");
}

}  // namespace
}  // namespace parley::resources
