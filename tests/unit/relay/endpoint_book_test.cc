#include "relay/endpoint_book.h"

#include "relay/signature.h"
#include "relay_fixture.h"

namespace parley::relay::test {
namespace {

using testing::ElementsAre;

class EndpointBookTest : public RelayFixture {
 protected:
  std::vector<Endpoint> Load() { return *Await(book_.Load()); }
  void Set(const std::string& setting, Json value) {
    storage::Changes changes;
    Json body;
    body.Set("value", std::move(value));
    body.Set("_updatedAt", UnixMillis(Now()));
    changes.Put(Collection::kSettings, setting, std::move(body));
    ASSERT_TRUE(Commit(std::move(changes)));
  }
  // As a commit is for others as long as it is on disk but not answered yet.
  void RemoveUncounted(Collection collection, const std::string& id) {
    auto opened =
        storage::OpenStore("sqlite:" + store_.directory().File("parley.db"), store_.clock(), store_.generator());
    ASSERT_TRUE(opened);
    const std::unique_ptr<storage::Store> other = *std::move(opened);
    {
      auto stores = other->OpenShard(parley::test::Loop().get_executor());
      ASSERT_TRUE(stores);
      storage::Changes changes;
      changes.Remove(collection, id);
      ASSERT_TRUE(Await((*stores)->committer().Commit(std::move(changes))));
    }
    other->Stop();
  }
};

TEST_F(EndpointBookTest, ReadsWhereverTheyWereRegistered) {
  AddWebhook("w1", "chat_ended", R"(["chat","visitor"])", "https://a.test/x");
  Wait(std::chrono::seconds(1));
  Set("Livechat_webhookUrl", " https://b.test/rc ");
  Set("Livechat_webhook_on_close", true);
  Set("Livechat_webhook_on_start", false);
  Set("Livechat_secret_token", "s3cret");
  Set("Livechat_http_timeout", 700);
  Wait(std::chrono::seconds(1));
  Register();
  const std::vector<Endpoint> endpoints = Load();
  ASSERT_EQ(endpoints.size(), 3u);
  EXPECT_EQ(endpoints[0].id, "w1");
  EXPECT_EQ(endpoints[0].origin, Origin::kLiveChat);
  EXPECT_THAT(endpoints[0].types, ElementsAre("chat_ended"));
  EXPECT_THAT(endpoints[0].data_types, ElementsAre("chat", "visitor"));
  EXPECT_EQ(endpoints[1].id, kSettingsEndpoint);
  EXPECT_EQ(endpoints[1].url, "https://b.test/rc");
  EXPECT_EQ(endpoints[1].dialect, DialectKind::kRocketChat);
  EXPECT_THAT(endpoints[1].types, ElementsAre("LivechatEdit", "LivechatSession"));
  EXPECT_EQ(endpoints[1].token, "s3cret");
  EXPECT_EQ(endpoints[1].standard_timeout, std::chrono::milliseconds(700));
  EXPECT_EQ(endpoints[2].origin, Origin::kAdmin);
  EXPECT_EQ(endpoints[2].since, Now());
}

TEST_F(EndpointBookTest, EachHasASigningSecretThatStays) {
  AddWebhook("w1", "chat_ended");
  const std::vector<Endpoint> first = Load();
  ASSERT_EQ(first[0].secrets.size(), 1u);
  EXPECT_TRUE(IsSecret(first[0].secrets[0].key));
  EXPECT_EQ(Load()[0].secrets[0].key, first[0].secrets[0].key);
}

TEST_F(EndpointBookTest, WhatIsAmendedIsKeptWhateverTheRegistry) {
  AddWebhook("w1", "chat_ended");
  const std::string registered = Register(DialectKind::kLiveChat, {"chat_started"}).id;
  for (const std::string& id : {std::string("w1"), registered}) {
    Amend(id, [&](Endpoint& endpoint) {
      endpoint.ordered = true;
      endpoint.concurrency = 3;
      endpoint.per_second = 2.5;
      endpoint.retry = RetryKind::kLiveChat;
      endpoint.timeout = std::chrono::milliseconds(1'500);
      endpoint.enabled = false;
      endpoint.disabled_reason = "because";
      endpoint.failing_since = Now();
      endpoint.secrets.push_back({"whsec_x", Now()});
      return Status();
    });
    const Endpoint read = Read(id);
    EXPECT_TRUE(read.ordered);
    EXPECT_EQ(read.concurrency, 3);
    EXPECT_EQ(read.per_second, 2.5);
    EXPECT_EQ(read.retry, RetryKind::kLiveChat);
    EXPECT_EQ(read.timeout, std::chrono::milliseconds(1'500));
    EXPECT_FALSE(read.enabled);
    EXPECT_EQ(read.disabled_reason, "because");
    EXPECT_EQ(read.failing_since, Now());
    EXPECT_EQ(read.secrets.size(), 2u);
    EXPECT_EQ(read.secrets[1].until, Now());
  }
  EXPECT_THAT(Read(registered).types, ElementsAre("chat_started"));
  EXPECT_THAT(Read("w1").types, ElementsAre("chat_ended"));
}

TEST_F(EndpointBookTest, OnlyThoseOfTheAdminApiAreRemovedHere) {
  AddWebhook("w1", "chat_ended");
  const std::string id = Register().id;
  EXPECT_TRUE(Await(book_.Remove(id)));
  EXPECT_EQ(Await(book_.Remove(id)).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(Await(book_.Remove("w1")).error().message,
            "the endpoint is registered by DELETE /webhooks/{id} and is removed there");
  EXPECT_EQ(Load().size(), 1u);
}

TEST_F(EndpointBookTest, WhatIsKeptOfARemovedWebhookGoes) {
  AddWebhook("w1", "chat_ended");
  AddWebhook("w2", "chat_ended");
  const std::string registered = Register().id;
  Set("Livechat_webhookUrl", "https://b.test/rc");
  Load();
  const std::string secret = Read(std::string(kSettingsEndpoint)).secrets[0].key;
  RemoveWebhook("w1");
  Set("Livechat_webhookUrl", "");
  Load();
  const auto kept = Await(store_.documents().Find(storage::Query(Collection::kRelayEndpoints)));
  std::vector<std::string> ids;
  for (const storage::Document& document : kept->documents) ids.push_back(document.id);
  EXPECT_THAT(ids, testing::UnorderedElementsAre("w2", registered, kSettingsEndpoint));
  Set("Livechat_webhookUrl", "https://b.test/rc");
  EXPECT_EQ(Read(std::string(kSettingsEndpoint)).secrets[0].key, secret) << "its receiver knows it";
}

TEST_F(EndpointBookTest, WhatAnotherBookChangesIsSeen) {
  EndpointBook other(store_.stores(), store_.clock(), store_.generator());
  const std::string id = Register().id;
  ASSERT_EQ(Load().size(), 1u);
  const EndpointBook::Amendment disable = [](Endpoint& endpoint) {
    endpoint.enabled = false;
    return Status();
  };
  ASSERT_TRUE(Await(other.Amend(id, disable)));
  EXPECT_FALSE(Load()[0].enabled);
  AddWebhook("w1", "chat_ended");
  EXPECT_EQ(Load().size(), 2u);
  ASSERT_TRUE(Await(other.Remove(id)));
  EXPECT_EQ(Load().size(), 1u);
}

// With every commit it is asked who there is: the registries are read, and secrets opened, when they were written.
TEST_F(EndpointBookTest, IsReadAgainOnlyAfterAWrite) {
  AddWebhook("w1", "chat_ended");
  Load();
  ASSERT_EQ(Load().size(), 1u);
  RemoveUncounted(Collection::kWebhooks, "w1");
  EXPECT_EQ(Load().size(), 1u);
  Set("Livechat_webhook_on_start", true);
  EXPECT_TRUE(Load().empty());
}

TEST_F(EndpointBookTest, WhatIsRemovedMeanwhileIsNotBroughtBack) {
  const std::string id = Register().id;
  ASSERT_EQ(Load().size(), 1u);
  RemoveUncounted(Collection::kRelayEndpoints, id);
  const EndpointBook::Amendment nothing = [](Endpoint& /*endpoint*/) { return Status(); };
  const Result<Endpoint> amended = Await(book_.Amend(id, nothing));
  ASSERT_FALSE(amended);
  EXPECT_EQ(amended.error().code, ErrorCode::kNotFound);
  EXPECT_FALSE(*Await(store_.documents().Get(Collection::kRelayEndpoints, id)));
}

TEST_F(EndpointBookTest, CredentialsAreNotShown) {
  EXPECT_EQ(Redacted("https://user:pa@ss@a.test:8443/x?y@z"), "https://a.test:8443/x?y@z");
  EXPECT_EQ(Redacted("https://a.test/x@y"), "https://a.test/x@y");
  EXPECT_EQ(HostOf("https://user:pass@A.test:8443/x"), "a.test:8443");
}

}  // namespace
}  // namespace parley::relay::test
