#include "storage/sealing.h"

#include <gmock/gmock.h>

#include "support/test_store.h"

namespace parley::storage {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class Sealing : public testing::Test {
 protected:
  Json Sealed(Collection collection, const std::string& id, Json body) {
    SealSecrets(InfoOf(collection), id, body, box_);
    return body;
  }
  Result<Json> Opened(Collection collection, const std::string& id, Json body) {
    if (Status opened = OpenSecrets(InfoOf(collection), id, body, box_); !opened) return opened.error();
    return body;
  }

  test::TemporaryDirectory directory_;
  const secrets::Keyring keys_ = secrets::Keyring::Make();
  secrets::SecretBox box_{directory_.File("key"), keys_};
};

TEST_F(Sealing, SecretsOfEveryTypeAreSealedAndTheRestIsNot) {
  const Json body = *ParseJson(
      R"({"url":"https://u:p@a.test","types":["x"],"token":"t0ken","headers":{"Authorization":"Bearer b34rer"},
    "secrets":[{"key":"whsec_1","until":5},{"key":"whsec_2"}],"ordered":true})");
  const Json sealed = Sealed(Collection::kRelayEndpoints, "e1", body);
  EXPECT_THAT(Print(sealed), AllOf(HasSubstr(R"("types":["x"])"), HasSubstr(R"("ordered":true)")));
  for (const char* secret : {"u:p", "t0ken", "b34rer", "Authorization", "whsec_"}) {
    EXPECT_THAT(Print(sealed), Not(HasSubstr(secret)));
  }
  EXPECT_EQ(*Opened(Collection::kRelayEndpoints, "e1", sealed), body);
}

TEST_F(Sealing, MembersWithinObjectsToo) {
  const Json body = *ParseJson(R"({"smtp":{"server":"mail.test","password":"p1"},"imap":{"password":"p2"}})");
  const Json sealed = Sealed(Collection::kEmailInboxes, "i1", body);
  EXPECT_EQ(sealed.FindPath("smtp.server")->AsString(), "mail.test");
  EXPECT_NE(sealed.FindPath("smtp.password")->Text("$sealed"), "");
  EXPECT_EQ(*Opened(Collection::kEmailInboxes, "i1", sealed), body);
}

TEST_F(Sealing, NothingIsNoSecret) {
  for (const char* text :
       {R"({})", R"({"url":"","token":null,"headers":{},"secrets":[]})", R"({"smtp":"no object"})"}) {
    const Json body = *ParseJson(text);
    EXPECT_EQ(Sealed(Collection::kRelayEndpoints, "e1", body), body);
    EXPECT_EQ(Sealed(Collection::kEmailInboxes, "e1", body), body);
  }
}

TEST_F(Sealing, OfSettingsOnlyThoseThatAreSecrets) {
  const Json body = *ParseJson(R"({"value":"v","editor":"code"})");
  EXPECT_EQ(Sealed(Collection::kSettings, "Livechat_title", body), body);
  EXPECT_NE(Sealed(Collection::kSettings, "SMTP_Password", body), body);
}

TEST_F(Sealing, AValueThatLooksSealedIsAValue) {
  const Json body = *ParseJson(R"({"value":{"$sealed":"s1.00000000.AAAA"}})");
  const Json sealed = Sealed(Collection::kSettings, "SMTP_Password", body);
  EXPECT_NE(sealed, body);
  EXPECT_EQ(*Opened(Collection::kSettings, "SMTP_Password", sealed), body);
}

TEST_F(Sealing, OpensWhereItWasSealedOnly) {
  const Json sealed = Sealed(Collection::kWebhooks, "w1", *ParseJson(R"({"token":"t","url":"u"})"));
  const Result<Json> elsewhere = Opened(Collection::kWebhooks, "w2", sealed);
  ASSERT_FALSE(elsewhere);
  EXPECT_EQ(elsewhere.error().origin, ErrorOrigin::kStorage);
  EXPECT_THAT(elsewhere.error().detail, AllOf(HasSubstr("webhooks w2"), HasSubstr("belongs to another record")));
  EXPECT_FALSE(Opened(Collection::kRelayEndpoints, "w1", sealed));
  Json exchanged = sealed;
  exchanged.Set("url", *sealed.Find("token"));
  EXPECT_FALSE(Opened(Collection::kWebhooks, "w1", exchanged));
}

TEST_F(Sealing, TellsTheKeyOfEachSecret) {
  Json body = *ParseJson(R"({"token":"t","url":"u"})");
  EXPECT_THAT(KeysOfSecrets(InfoOf(Collection::kWebhooks), "w1", body), ElementsAre("", ""));
  body = Sealed(Collection::kWebhooks, "w1", body);
  body.Set("url", "plain");
  EXPECT_THAT(KeysOfSecrets(InfoOf(Collection::kWebhooks), "w1", body), ElementsAre(keys_.newest(), ""));
  EXPECT_THAT(KeysOfSecrets(InfoOf(Collection::kRooms), "r1", body), IsEmpty());
}

}  // namespace
}  // namespace parley::storage
