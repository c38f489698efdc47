#include "backend/embedded/password.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "support/await.h"

namespace parley::backend::embedded {
namespace {

using parley::test::Await;

TEST(Passwords, HashIsSaltedAndVerified) {
  Passwords passwords(PasswordCost::kMinimal);
  const std::string digest = Sha256Hex("secret");
  const auto first = Await(passwords.Hash(digest));
  const auto second = Await(passwords.Hash(digest));
  ASSERT_TRUE(first && second);
  EXPECT_NE(*first, *second);
  EXPECT_TRUE(*Await(passwords.Verify(*first, digest)));
  EXPECT_FALSE(*Await(passwords.Verify(*first, Sha256Hex("Secret"))));
}

TEST(Passwords, NothingMatchesAMissingOrBrokenHash) {
  Passwords passwords(PasswordCost::kMinimal);
  EXPECT_FALSE(*Await(passwords.Verify("", Sha256Hex(""))));
  EXPECT_FALSE(*Await(passwords.Verify("nonsense", Sha256Hex(""))));
}

}  // namespace
}  // namespace parley::backend::embedded
