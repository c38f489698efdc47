#include "auth/credentials.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "support/test_store.h"

namespace parley::auth {
namespace {

using test::Await;
using testing::ElementsAre;

constexpr std::string_view kRefusal = "You have no rights to access this data. Check your API Key and/or username";

std::string Basic(const std::string& user, const std::string& secret) {
  return "Basic " + Base64Encode(user + ":" + secret);
}

std::string Bearer(const std::string& secret) {
  return "Bearer " + secret;
}

class Credentials : public testing::Test {
 protected:
  std::string Add(const std::string& login, CredentialKind kind, Role role = Role::kNormal,
                  std::vector<std::string> scopes = {}) {
    Result<std::string> secret = Await(credentials_.Add(login, role, kind, std::move(scopes)));
    EXPECT_TRUE(secret);
    return secret ? *secret : "";
  }

  // The login an Authorization header stands for, or the refusal.
  std::string Who(const std::string& header) {
    const Result<Principal> principal = Await(credentials_.Authenticate(header));
    if (principal) return principal->login;
    EXPECT_EQ(principal.error().http_status, 401);
    return principal.error().message;
  }

  // "login kind role" of every credential.
  std::vector<std::string> Listed() {
    std::vector<std::string> lines;
    const Result<std::vector<Credential>> listed = Await(credentials_.List());
    EXPECT_TRUE(listed);
    for (const Credential& credential : *listed)
      lines.push_back(credential.login + " " + std::string(NameOf(credential.kind)) + " " +
                      std::string(NameOf(credential.role)));
    return lines;
  }

  test::TestStore store_;
  CredentialStore credentials_{store_.documents(), store_.committer(), store_.clock(), store_.generator()};
};

TEST_F(Credentials, AKeyIsForBasicWithItsOwnLogin) {
  const std::string key = Add("john@acme.test", CredentialKind::kKey);
  EXPECT_EQ(key.size(), 32u);
  EXPECT_EQ(key.find_first_not_of("0123456789abcdef"), std::string::npos);
  EXPECT_EQ(Who(Basic("john@acme.test", key)), "john@acme.test");
  EXPECT_EQ(Who(Basic("JOHN@Acme.Test", key)), "john@acme.test");
  EXPECT_EQ(Who(Basic("jane@acme.test", key)), kRefusal);
  EXPECT_EQ(Who(Basic("", key)), kRefusal);
  EXPECT_EQ(Who(Bearer(key)), kRefusal);
}

TEST_F(Credentials, AnAccessTokenIsForBasicAndBearer) {
  const std::string token = Add("john@acme.test", CredentialKind::kPat);
  EXPECT_TRUE(token.starts_with("dal:"));
  EXPECT_EQ(Who(Bearer(token)), "john@acme.test");
  EXPECT_EQ(Who(Basic("john@acme.test", token)), "john@acme.test");
  EXPECT_EQ(Who(Basic("5c9f2b1e-0d6a-4f3b-9a67-0f2f1c6f7a11", token)), "john@acme.test");
  EXPECT_EQ(Who(Basic("jane@acme.test", token)), kRefusal);
  EXPECT_EQ(Who(Basic("", token)), kRefusal);
}

TEST_F(Credentials, ABearerTokenIsForBearerOnly) {
  const std::string token = Add("john@acme.test", CredentialKind::kBearer, Role::kOwner, {"tags_read"});
  EXPECT_EQ(Who(Bearer(token)), "john@acme.test");
  EXPECT_EQ(Who(Basic("john@acme.test", token)), kRefusal);
}

TEST_F(Credentials, SayWhatTheirHolderMay) {
  const std::string token = Add("john@acme.test", CredentialKind::kBearer, Role::kAdministrator, {"a", "b c"});
  const Result<Principal> principal = Await(credentials_.Authenticate(Bearer(token)));
  ASSERT_TRUE(principal);
  EXPECT_EQ(principal->role, Role::kAdministrator);
  EXPECT_THAT(principal->scopes, ElementsAre("a", "b c"));
}

TEST_F(Credentials, OnlyTheFirstColonSeparates) {
  ASSERT_TRUE(Await(credentials_.Put("john@acme.test", Role::kOwner, CredentialKind::kKey, "dal:a:b:secret")));
  EXPECT_EQ(Who(Basic("john@acme.test", "dal:a:b:secret")), "john@acme.test");
}

TEST_F(Credentials, HeadersThatCarryNoneAreRefused) {
  const std::string key = Add("john@acme.test", CredentialKind::kKey);
  const std::string right = Basic("john@acme.test", key);
  for (const std::string& header :
       {std::string(), std::string("Basic"), std::string("Basic "), std::string("Bearer"), std::string("Bearer "),
        std::string("Basic !!!"), "Basic " + Base64Encode("john@acme.test"), Basic("john@acme.test", ""),
        Basic("john@acme.test", key + "0"), Basic("john@acme.test", key.substr(1)), right.substr(6),
        "Digest " + right.substr(6), right + " x"})
    EXPECT_EQ(Who(header), kRefusal) << header;
}

TEST_F(Credentials, SchemesAndBlanksAreToleratedAsHttpDoes) {
  const std::string key = Add("john@acme.test", CredentialKind::kKey);
  const std::string encoded = Basic("john@acme.test", key).substr(6);
  EXPECT_EQ(Who("basic " + encoded), "john@acme.test");
  EXPECT_EQ(Who("BASIC   " + encoded + " "), "john@acme.test");
}

TEST_F(Credentials, AreKeptWithoutTheirSecret) {
  const std::string key = Add("john@acme.test", CredentialKind::kKey);
  const storage::Found found = *Await(store_.documents().Find(storage::Query(storage::Collection::kCredentials)));
  ASSERT_EQ(found.documents.size(), 1u);
  EXPECT_EQ(found.documents[0].id, Sha256Hex(key));
  EXPECT_EQ(Print(found.documents[0].body).find(key), std::string::npos);
}

TEST_F(Credentials, NeedAnAddressForALogin) {
  for (const char* login : {"", "john", "john@", "a:b@acme.test"}) {
    const Result<std::string> added = Await(credentials_.Add(login, Role::kOwner, CredentialKind::kKey, {}));
    ASSERT_FALSE(added) << login;
    EXPECT_EQ(added.error().http_status, 400);
    EXPECT_FALSE(Await(credentials_.Put(login, Role::kOwner, CredentialKind::kKey, "long enough"))) << login;
  }
  EXPECT_TRUE(Listed().empty());
}

TEST_F(Credentials, AreListedByLogin) {
  Add("b@acme.test", CredentialKind::kKey);
  Add("A@acme.test", CredentialKind::kBearer, Role::kOwner);
  EXPECT_THAT(Listed(), ElementsAre("a@acme.test bearer owner", "b@acme.test key normal"));
}

TEST_F(Credentials, RememberWhenTheyWereMade) {
  Add("john@acme.test", CredentialKind::kKey);
  EXPECT_EQ(Await(credentials_.List())->front().created, store_.clock().Now());
}

TEST_F(Credentials, PutGivesAKeyFromOutside) {
  ASSERT_TRUE(Await(credentials_.Put("Owner@acme.test", Role::kOwner, CredentialKind::kKey, "0123456789")));
  EXPECT_EQ(Who(Basic("owner@acme.test", "0123456789")), "owner@acme.test");
}

TEST_F(Credentials, PutAgainChangesNothing) {
  ASSERT_TRUE(Await(credentials_.Put("owner@acme.test", Role::kOwner, CredentialKind::kKey, "0123456789")));
  const Time made = Await(credentials_.List())->front().created;
  store_.clock().Advance(std::chrono::hours(1));
  ASSERT_TRUE(Await(credentials_.Put("owner@acme.test", Role::kOwner, CredentialKind::kKey, "0123456789")));
  EXPECT_THAT(Listed(), ElementsAre("owner@acme.test key owner"));
  EXPECT_EQ(Await(credentials_.List())->front().created, made);
}

TEST_F(Credentials, PutWithAnotherRoleIsAnUpdate) {
  ASSERT_TRUE(Await(credentials_.Put("owner@acme.test", Role::kNormal, CredentialKind::kKey, "0123456789")));
  ASSERT_TRUE(Await(credentials_.Put("owner@acme.test", Role::kOwner, CredentialKind::kKey, "0123456789")));
  EXPECT_THAT(Listed(), ElementsAre("owner@acme.test key owner"));
}

TEST_F(Credentials, PutRefusesShortKeys) {
  const Status refused = Await(credentials_.Put("owner@acme.test", Role::kOwner, CredentialKind::kKey, "1234567"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message, "the key must have at least 8 characters");
}

TEST_F(Credentials, ResetReplacesTheKeysOfOneLoginOnly) {
  const std::string old = Add("john@acme.test", CredentialKind::kKey);
  const std::string other_old = Add("john@acme.test", CredentialKind::kKey);
  const std::string token = Add("john@acme.test", CredentialKind::kPat);
  const std::string janes = Add("jane@acme.test", CredentialKind::kKey);

  const Result<std::string> fresh = Await(credentials_.Reset("John@acme.test", Role::kNormal));
  ASSERT_TRUE(fresh);
  EXPECT_EQ(Who(Basic("john@acme.test", *fresh)), "john@acme.test");
  EXPECT_EQ(Who(Basic("john@acme.test", old)), kRefusal);
  EXPECT_EQ(Who(Basic("john@acme.test", other_old)), kRefusal);
  EXPECT_EQ(Who(Bearer(token)), "john@acme.test");
  EXPECT_EQ(Who(Basic("jane@acme.test", janes)), "jane@acme.test");
}

TEST_F(Credentials, OfALoginAreRevokedTogether) {
  const std::string key = Add("john@acme.test", CredentialKind::kKey);
  const std::string token = Add("john@acme.test", CredentialKind::kPat);
  Add("jane@acme.test", CredentialKind::kKey);
  EXPECT_EQ(*Await(credentials_.Revoke("JOHN@acme.test")), 2);
  EXPECT_EQ(Who(Basic("john@acme.test", key)), kRefusal);
  EXPECT_EQ(Who(Bearer(token)), kRefusal);
  EXPECT_THAT(Listed(), ElementsAre("jane@acme.test key normal"));
  EXPECT_EQ(*Await(credentials_.Revoke("john@acme.test")), 0);
}

TEST_F(Credentials, AreRevokedByTheBeginningOfTheirId) {
  const std::string key = Add("john@acme.test", CredentialKind::kKey);
  Add("john@acme.test", CredentialKind::kKey);
  EXPECT_EQ(*Await(credentials_.Revoke(Sha256Hex(key).substr(0, 8))), 1);
  EXPECT_EQ(Listed().size(), 1u);
  EXPECT_EQ(*Await(credentials_.Revoke("00000000")), 0);
}

TEST_F(Credentials, AreNotRevokedByAShortPrefix) {
  Add("john@acme.test", CredentialKind::kKey);
  for (const char* prefix : {"", "a", "1234567"}) {
    const Result<std::int64_t> refused = Await(credentials_.Revoke(prefix));
    ASSERT_FALSE(refused) << prefix;
    EXPECT_EQ(refused.error().http_status, 400);
  }
  EXPECT_EQ(Listed().size(), 1u);
}

TEST(Names, OfRolesAndKindsReadBack) {
  for (const Role role : {Role::kNormal, Role::kAdministrator, Role::kOwner}) EXPECT_EQ(ParseRole(NameOf(role)), role);
  for (const CredentialKind kind : {CredentialKind::kKey, CredentialKind::kPat, CredentialKind::kBearer})
    EXPECT_EQ(ParseCredentialKind(NameOf(kind)), kind);
  EXPECT_EQ(ParseRole("Owner"), std::nullopt);
  EXPECT_EQ(ParseCredentialKind(""), std::nullopt);
}

}  // namespace
}  // namespace parley::auth
