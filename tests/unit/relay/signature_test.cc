#include "relay/signature.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace parley::relay {
namespace {

const Time kNow = FromUnixMillis(1'614'265'330'500);
constexpr const char* kSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

outgoing::HeaderLines SignatureHeaders(const std::vector<Secret>& secrets, const std::string& id, Time at,
                                       std::string_view body) {
  outgoing::HeaderLines headers;
  AddSignature(secrets, id, at, body, headers);
  return headers;
}

std::string SignatureOf(const std::vector<Secret>& secrets, Time at) {
  return std::string(SignatureHeaders(secrets, "msg_1", at, "{}").Get("webhook-signature"));
}

// The example of the Standard Webhooks specification.
TEST(Signature, IsThatOfTheSpecificationsExample) {
  const auto headers =
      SignatureHeaders({{kSecret, {}}}, "msg_p5jXN8AQM9LWM0D4loKWxJek", kNow, R"({"test": 2432232314})");
  EXPECT_EQ(headers.Get("webhook-id"), "msg_p5jXN8AQM9LWM0D4loKWxJek");
  EXPECT_EQ(headers.Get("webhook-timestamp"), "1614265330");
  EXPECT_EQ(headers.Get("webhook-signature"), "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

TEST(Signature, EverySecretInForceSigns) {
  const std::string other = "whsec_" + Base64Encode(std::string(32, 'x'));
  const std::vector<Secret> secrets = {{other, {}}, {kSecret, kNow + std::chrono::seconds(1)}};
  EXPECT_EQ(SignatureOf(secrets, kNow), SignatureOf({{other, {}}}, kNow) + " " + SignatureOf({{kSecret, {}}}, kNow));
  const Time later = kNow + std::chrono::seconds(1);
  EXPECT_EQ(SignatureOf(secrets, later), SignatureOf({{other, {}}}, later));
}

TEST(Signature, WithoutASecretThereIsNone) {
  EXPECT_EQ(SignatureHeaders({}, "msg_1", kNow, "{}").lines(), "");
  EXPECT_EQ(SignatureHeaders({{kSecret, kNow}}, "msg_1", kNow, "{}").lines(), "");
}

TEST(Signature, NewSecretsAreSecretsAndDiffer) {
  const auto ids = MakeSeededIdGenerator(3);
  const std::string secret = NewSecret(*ids);
  EXPECT_TRUE(IsSecret(secret)) << secret;
  EXPECT_NE(secret, NewSecret(*ids));
}

TEST(Signature, SecretsHaveAPrefixAndEnoughBytes) {
  EXPECT_TRUE(IsSecret(kSecret));
  for (const std::string& text :
       {std::string(), std::string("whsec_"), std::string("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),
        "whsec_" + Base64Encode(std::string(23, 'x')), "whsec_" + Base64Encode(std::string(65, 'x')),
        std::string("whsec_!!!!MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")})
    EXPECT_FALSE(IsSecret(text)) << text;
}

}  // namespace
}  // namespace parley::relay
