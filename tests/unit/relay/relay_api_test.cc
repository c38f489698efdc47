#include "relay/relay_api.h"

#include "relay_fixture.h"

namespace parley::relay::test {
namespace {

using http::Method;
using std::chrono::seconds;
using testing::StartsWith;

class RelayApiTest : public RelayFixture {
 protected:
  void SetUp() override { services_.Say(200, "ok"); }

  http::Response Send(Method method, const std::string& path, const std::string& body = {},
                      const std::string& query = {}) {
    const std::string full = std::string(RelayApi::kRoot) + path;
    http::Request request;
    request.method = method;
    request.path = full;
    request.query = query;
    request.body = body;
    return Await(api_.Handle(request));
  }
  Json Ok(Method method, const std::string& path, const std::string& body = {}, const std::string& query = {}) {
    const http::Response response = Send(method, path, body, query);
    EXPECT_EQ(response.status, 200) << response.body;
    return *ParseJson(response.body);
  }
  std::string Refused(Method method, const std::string& path, const std::string& body = {},
                      const std::string& query = {}) {
    const http::Response response = Send(method, path, body, query);
    EXPECT_GE(response.status, 400) << response.body;
    const Json answer = *ParseJson(response.body);
    return std::to_string(response.status) + " " + std::string(answer.Text("error"));
  }
  std::string Made(const std::string& body = R"({"url":"https://a.test/x","events":["chat.closed"]})") {
    return std::string(Ok(Method::kPost, "endpoints", body).Text("id"));
  }
  std::string SecretOf(const std::string& id, std::size_t place = 0) {
    const Json secrets = Ok(Method::kGet, "endpoints/" + id + "/secret");
    return std::string(secrets.Find("secrets")->AsArray()->at(place).Text("secret"));
  }

  int woken_ = 0;
  RelayApi api_{{store_.stores(), projector_, store_.clock(), store_.generator(), services_, counted_},
                {livechat_, rocketchat_, neutral_},
                seconds(10),
                [this] { ++woken_; }};
};

TEST_F(RelayApiTest, AnEndpointIsMadeShownChangedAndRemoved) {
  const Json made = Ok(Method::kPost, "endpoints", R"({"url":"https://u:p@a.test/x","events":["chat.closed"]})");
  const std::string id(made.Text("id"));
  EXPECT_EQ(made.Text("url"), "https://a.test/x");
  EXPECT_THAT(std::string(made.Text("secret")), StartsWith("whsec_"));
  EXPECT_EQ(SecretOf(id), made.Text("secret"));
  EXPECT_EQ(Ok(Method::kPatch, "endpoints/" + id, R"({"ordered":true})").Flag("ordered"), true);
  const Json list = Ok(Method::kGet, "endpoints");
  EXPECT_EQ(list.Find("endpoints")->size(), 1u);
  EXPECT_EQ(list.Find("endpoints")->AsArray()->at(0).Integer("pending", -1), 0);
  EXPECT_TRUE(Ok(Method::kDelete, "endpoints/" + id).Flag("removed"));
  EXPECT_EQ(Refused(Method::kGet, "endpoints/" + id), "404 endpoint " + id + " not found");
  EXPECT_EQ(Refused(Method::kDelete, "endpoints/" + id), "404 endpoint " + id + " not found");
}

TEST_F(RelayApiTest, GroupsMayBeLiveChatsNumbers) {
  ASSERT_TRUE(Await(store_.ids().Issue(storage::IdKind::kGroup, {"d1"})));
  const Json made = Ok(Method::kPost, "endpoints", R"({"url":"https://a.test","groups":[1,0,"d2"]})");
  EXPECT_EQ(Print(*made.Find("groups")), R"(["d1","","d2"])");
  EXPECT_EQ(Refused(Method::kPost, "endpoints", R"({"url":"https://a.test","groups":[9]})"),
            "400 groups must hold ids of existing groups");
}

TEST_F(RelayApiTest, WhatMayNotBeCalledIsNotRegistered) {
  EXPECT_THAT(Refused(Method::kPost, "endpoints", R"({"url":"http://private.test/x"})"),
              StartsWith("400 url is at an address that may not be called"));
  const std::string id = Made();
  EXPECT_THAT(Refused(Method::kPatch, "endpoints/" + id, R"({"url":"http://private.test/x"})"),
              StartsWith("400 url is at an address that may not be called"));
}

TEST_F(RelayApiTest, SecretsOverlapWhileTheyAreRotated) {
  const std::string id = Made();
  const std::string old = SecretOf(id);
  Ok(Method::kPost, "endpoints/" + id + "/rotate", R"({"overlap_seconds":60})");
  EXPECT_NE(SecretOf(id), old);
  EXPECT_EQ(SecretOf(id, 1), old);
  HoldChat("room1");
  Settle();
  EXPECT_NE(parley::test::HeaderOf(services_.requests().back(), "webhook-signature").find(" v1,"), std::string::npos);
  Wait(seconds(60));
  HoldChat("room2");
  Settle();
  EXPECT_EQ(parley::test::HeaderOf(services_.requests().back(), "webhook-signature").find(" v1,"), std::string::npos);
  EXPECT_EQ(Refused(Method::kPost, "endpoints/" + id + "/rotate", R"({"secret":"x"})"),
            "400 secret must be whsec_ and base64 of 24 to 64 bytes");
  EXPECT_EQ(Refused(Method::kPost, "endpoints/" + id + "/rotate", R"({"overlap_seconds":0})"),
            "400 overlap_seconds must be a whole number from 1 to 2592000");
}

TEST_F(RelayApiTest, DisablingKeepsWhatWaits) {
  const std::string id = Made();
  services_.Say(500, "");
  HoldChat("room1");
  Settle();
  EXPECT_FALSE(Ok(Method::kPost, "endpoints/" + id + "/disable", R"({"reason":"maintenance"})").Flag("enabled"));
  EXPECT_EQ(Ok(Method::kGet, "endpoints/" + id).Text("disabled_reason"), "maintenance");
  services_.Say(200, "");
  Wait(std::chrono::hours(1));
  Settle();
  EXPECT_EQ(Fates(), "chat.closed pending");
  EXPECT_TRUE(Ok(Method::kPost, "endpoints/" + id + "/enable").Flag("enabled"));
  EXPECT_EQ(woken_, 2);
  Settle();
  EXPECT_EQ(Fates(), "chat.closed delivered");
}

TEST_F(RelayApiTest, ATestIsSentAtOnceAndIsNoDelivery) {
  const std::string id = Made();
  services_.Say(202, "hello");
  const Json answer = Ok(Method::kPost, "endpoints/" + id + "/test");
  EXPECT_TRUE(answer.Flag("delivered"));
  EXPECT_EQ(answer.Integer("status"), 202);
  EXPECT_EQ(answer.Text("response"), "hello");
  EXPECT_EQ(Sent()[0].Text("type"), "chat.closed");
  EXPECT_THAT(parley::test::HeaderOf(services_.requests()[0], "webhook-signature"), StartsWith("v1,"));
  EXPECT_EQ(Fates(), "");
  services_.Say(PermissionDenied("the service's address may not be called"));
  const Json refused = Ok(Method::kPost, "endpoints/" + id + "/test");
  EXPECT_FALSE(refused.Flag("delivered"));
  EXPECT_EQ(refused.Text("error"), "the service's address may not be called");
  EXPECT_EQ(Refused(Method::kPost, "endpoints/" + id + "/test", R"({"event":"chat.sung"})"),
            "400 event must be among chat.closed");
}

TEST_F(RelayApiTest, DeliveriesAreListedFilteredAndShown) {
  const std::string id = Made();
  services_.SayInTurn({CalledServices::Of(500, "oops"), CalledServices::Of(200, "")});
  HoldChat("room1");
  Settle();
  HoldChat("room2");
  Settle();
  const Json all = Ok(Method::kGet, "deliveries");
  ASSERT_EQ(all.Find("deliveries")->size(), 2u);
  const Json pending = Ok(Method::kGet, "deliveries", "", "status=pending&endpoint=" + id);
  ASSERT_EQ(pending.Find("deliveries")->size(), 1u);
  const Json delivery = pending.Find("deliveries")->AsArray()->at(0);
  EXPECT_EQ(delivery.Text("subject"), "room1");
  EXPECT_EQ(delivery.Text("reason"), "answered 500");
  const std::string path = "deliveries/" + std::string(delivery.Text("id"));
  EXPECT_EQ(ParseJson(Ok(Method::kGet, path).Text("body"))->Text("type"), "chat.closed");
  const Json attempts = Ok(Method::kGet, path + "/attempts");
  const Json attempt = attempts.Find("attempts")->AsArray()->at(0);
  EXPECT_EQ(attempt.Integer("status"), 500);
  EXPECT_EQ(attempt.Text("response"), "oops");
  EXPECT_EQ(Ok(Method::kGet, "deliveries", "", "limit=1").Find("deliveries")->size(), 1u);
  EXPECT_EQ(Ok(Method::kGet, "deliveries", "", "before=" + std::to_string(delivery.Integer("sequence")))
                .Find("deliveries")
                ->size(),
            0u);
  EXPECT_EQ(Refused(Method::kGet, "deliveries", "", "status=lost"),
            "400 status must be one of pending, delivered, dead, canceled, erased");
  EXPECT_EQ(Refused(Method::kGet, "deliveries", "", "limit=0"), "400 limit must be a whole number from 1 to 500");
  EXPECT_EQ(Refused(Method::kGet, "deliveries", "", "since=yesterday"),
            "400 since must be a moment such as 2026-01-05T10:15:30Z");
  EXPECT_EQ(Refused(Method::kGet, "deliveries/msg_none"), "404 delivery msg_none not found");
}

TEST_F(RelayApiTest, OneDeliveryIsSentAgain) {
  Made();
  HoldChat("room1");
  Settle();
  const std::string id = Deliveries().at(0).id;
  EXPECT_EQ(Ok(Method::kPost, "deliveries/" + id + "/resend").Text("status"), "pending");
  Settle();
  EXPECT_EQ(services_.requests().size(), 2u);
  EXPECT_EQ(parley::test::HeaderOf(services_.requests()[1], "webhook-id"), id);
  EXPECT_EQ(Refused(Method::kPost, "deliveries/msg_none/resend"), "404 delivery msg_none not found");
  storage::Changes erase;
  erase.ledger.emplace_back(storage::RemoveLedgerChat{"room1"});
  ASSERT_TRUE(Commit(std::move(erase)));
  EXPECT_EQ(Refused(Method::kPost, "deliveries/" + id + "/resend"),
            "400 the delivery was erased and cannot be sent again");
}

TEST_F(RelayApiTest, ATimeIsReplayed) {
  const std::string id = Made();
  HoldChat("room1");
  Settle();
  const Json count =
      Ok(Method::kPost, "replay", R"({"endpoint":")" + id + R"(","since":"2026-01-05T10:00:00Z","limit":"10"})");
  EXPECT_EQ(count.Integer("queued"), 1);
  EXPECT_FALSE(count.Flag("more", true));
  Settle();
  EXPECT_EQ(services_.requests().size(), 2u);
  EXPECT_EQ(Refused(Method::kPost, "replay", R"({"endpoint":"x"})"), "400 since is required");
  EXPECT_EQ(Refused(Method::kPost, "replay", R"({"since":"2026-01-05"})"), "400 endpoint is required");
  EXPECT_EQ(Refused(Method::kPost, "replay", R"({"since":"2026-01-05","endpoint":"x"})"), "404 endpoint x not found");
  EXPECT_EQ(Refused(Method::kPost, "replay", R"({"since":"2026-01-05","endpoint":")" + id + R"(","limit":100000})"),
            "400 limit must be a whole number from 1 to 10000");
}

TEST_F(RelayApiTest, WhatIsNotThereIsSaidSo) {
  EXPECT_EQ(Refused(Method::kGet, "nothing"), "404 this path not found");
  EXPECT_EQ(Refused(Method::kGet, ""), "404 this path not found");
  EXPECT_EQ(Refused(Method::kPut, "endpoints"), "404 this path not found");
  EXPECT_THAT(Refused(Method::kPost, "endpoints", "{"), StartsWith("400 invalid JSON"));
  EXPECT_EQ(Refused(Method::kPost, "endpoints", "[]"), "400 the body must be a JSON object");
}

}  // namespace
}  // namespace parley::relay::test
