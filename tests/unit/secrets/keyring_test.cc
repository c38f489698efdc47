#include "secrets/keyring.h"

#include <gmock/gmock.h>

#include <set>

#include "base/text.h"

namespace parley::secrets {
namespace {

using testing::ElementsAre;

constexpr std::string_view kForm = "s1.";
const std::string kPlace = "webhooks\ntoken\nw1";

// A key that never changes, so that what was sealed by an earlier program is known to open.
constexpr std::string_view kKnownKey = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n";

std::string OpenedBy(const Keyring& keys, std::string_view sealed, std::string_view place = kPlace) {
  const Result<std::string> plain = keys.Open(sealed, place);
  return plain ? *plain : "refused: " + plain.error().message;
}

TEST(Keyring, WhatIsSealedOpens) {
  const Keyring keys = Keyring::Make();
  for (const std::string& plain :
       {std::string("whsec_c2VjcmV0"), std::string(), std::string(5'000, 'x'), std::string("\0zero\xff", 6)}) {
    const std::string sealed = keys.Seal(plain, kPlace);
    EXPECT_EQ(KeyNameOf(sealed), keys.newest());
    EXPECT_EQ(OpenedBy(keys, sealed), plain);
    EXPECT_TRUE(plain.empty() || sealed.find(plain) == std::string::npos);
  }
}

// The text was made by another implementation of AES-256-GCM.
TEST(Keyring, TheFormatStays) {
  const Result<Keyring> keys = Keyring::Parse(kKnownKey);
  ASSERT_TRUE(keys);
  EXPECT_EQ(keys->newest(), "870b91e8");
  EXPECT_EQ(OpenedBy(*keys, "s1.870b91e8.ZGVmZ2hpamtsbW5vI3WxERfJJftdEDqcJtd9cNMq/9AhFKMUybPe7Q=="), "known secret");
}

TEST(Keyring, NoTwoSealedTextsAreAlike) {
  const Keyring keys = Keyring::Make();
  std::set<std::string> nonces;
  for (int i = 0; i < 1'000; ++i) {
    const std::string sealed = keys.Seal("the same", kPlace);
    nonces.insert(Base64Decode(sealed.substr(sealed.rfind('.') + 1))->substr(0, 12));
  }
  EXPECT_EQ(nonces.size(), 1'000u);
}

TEST(Keyring, AChangedByteAnywhereIsRefused) {
  const Keyring keys = Keyring::Make();
  const std::string sealed = keys.Seal("secret", kPlace);
  const std::size_t begin = sealed.rfind('.') + 1;
  const std::string bytes = *Base64Decode(sealed.substr(begin));
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    std::string changed = bytes;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_THAT(OpenedBy(keys, sealed.substr(0, begin) + Base64Encode(changed)),
                "refused: a secret cannot be opened: it was changed, or belongs to another record")
        << i;
  }
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    EXPECT_FALSE(keys.Open(sealed.substr(0, begin) + Base64Encode(bytes.substr(0, length)), kPlace)) << length;
  }
}

TEST(Keyring, AnotherPlaceIsRefused) {
  const Keyring keys = Keyring::Make();
  const std::string sealed = keys.Seal("secret", kPlace);
  for (const char* place : {"webhooks\ntoken\nw2", "webhooks\nurl\nw1", "settings\ntoken\nw1", ""}) {
    EXPECT_FALSE(keys.Open(sealed, place)) << place;
  }
}

TEST(Keyring, AnotherKeyIsNamedWhereItIsMissing) {
  const Keyring mine = Keyring::Make(), others = Keyring::Make();
  const std::string sealed = others.Seal("secret", kPlace);
  EXPECT_EQ(OpenedBy(mine, sealed),
            "refused: a secret cannot be opened: it was sealed with the key " + others.newest());
  // Nor does it help to say that it was mine.
  const std::string renamed = ReplaceAll(sealed, others.newest(), mine.newest());
  EXPECT_FALSE(mine.Open(renamed, kPlace));
}

TEST(Keyring, WhatIsNoSealedTextIsRefused) {
  const Keyring keys = Keyring::Make();
  for (const std::string& text :
       {std::string(), std::string("s1."), std::string("whsec_x"), "s2." + keys.newest() + ".AAAA",
        std::string(kForm) + keys.newest(), std::string(kForm) + keys.newest() + ".", "s1." + keys.newest() + ".%%%"}) {
    EXPECT_FALSE(keys.Open(text, kPlace)) << text;
  }
}

TEST(Keyring, ANewKeySealsAndTheOldOneOpens) {
  const Keyring before = Keyring::Make();
  const std::string old = before.Seal("secret", kPlace);
  const Keyring after = before.WithNewKey();
  EXPECT_THAT(after.names(), ElementsAre(after.newest(), before.newest()));
  EXPECT_NE(after.newest(), before.newest());
  EXPECT_EQ(OpenedBy(after, old), "secret");
  const std::string fresh = after.Seal("secret", kPlace);
  EXPECT_EQ(KeyNameOf(fresh), after.newest());
  EXPECT_FALSE(before.Open(fresh, kPlace));
  EXPECT_FALSE(after.OnlyNewest().Open(old, kPlace));
  EXPECT_EQ(OpenedBy(after.OnlyNewest(), fresh), "secret");
}

TEST(Keyring, IsReadAsItIsPrinted) {
  const Keyring keys = Keyring::Make().WithNewKey();
  const Result<Keyring> read = Keyring::Parse(keys.Print());
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->names(), keys.names());
  EXPECT_EQ(OpenedBy(*read, keys.Seal("secret", kPlace)), "secret");
}

TEST(Keyring, WhatIsNoKeyIsRefusedWithoutShowingIt) {
  const std::string key(Trim(kKnownKey));
  const std::pair<std::string, std::string> cases[] = {
      {"", "there is no key in it"},
      {"# nothing\n\n", "there is no key in it"},
      {"hunter2\n", "line 1 is not base64 of 32 bytes"},
      {"# a\n" + key + "\nAAECAwQF\n", "line 3 is not base64 of 32 bytes"},
      {key + "\r\n" + key, "line 2 has a key that is there already"},
  };
  for (const auto& [text, message] : cases) {
    const Result<Keyring> keys = Keyring::Parse(text);
    ASSERT_FALSE(keys) << text;
    EXPECT_EQ(keys.error().message, message);
  }
}

}  // namespace
}  // namespace parley::secrets
