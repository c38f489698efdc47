#include "relay/signature.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace parley::relay {
namespace {

const Time kNow = FromUnixMillis(1'614'265'330'500);
constexpr const char* kSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

std::string Header(const std::vector<std::pair<std::string, std::string>>& headers, std::string_view name) {
  for (const auto& [header, value] : headers)
    if (header == name) return value;
  return "none";
}

// The example of the Standard Webhooks specification.
TEST(Signature, IsThatOfTheSpecificationsExample) {
  const auto headers =
      SignatureHeaders({{kSecret, {}}}, "msg_p5jXN8AQM9LWM0D4loKWxJek", kNow, R"({"test": 2432232314})");
  EXPECT_EQ(Header(headers, "webhook-id"), "msg_p5jXN8AQM9LWM0D4loKWxJek");
  EXPECT_EQ(Header(headers, "webhook-timestamp"), "1614265330");
  EXPECT_EQ(Header(headers, "webhook-signature"), "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

TEST(Signature, EverySecretInForceSigns) {
  const std::string other = "whsec_" + Base64Encode(std::string(32, 'x'));
  const std::vector<Secret> secrets = {{other, {}}, {kSecret, kNow + std::chrono::seconds(1)}};
  const std::string both = Header(SignatureHeaders(secrets, "msg_1", kNow, "{}"), "webhook-signature");
  const std::string one = Header(SignatureHeaders({{other, {}}}, "msg_1", kNow, "{}"), "webhook-signature");
  const std::string old = Header(SignatureHeaders({{kSecret, {}}}, "msg_1", kNow, "{}"), "webhook-signature");
  EXPECT_EQ(both, one + " " + old);
  const Time later = kNow + std::chrono::seconds(1);
  EXPECT_EQ(Header(SignatureHeaders(secrets, "msg_1", later, "{}"), "webhook-signature"),
            Header(SignatureHeaders({{other, {}}}, "msg_1", later, "{}"), "webhook-signature"));
}

TEST(Signature, WithoutASecretThereIsNone) {
  EXPECT_TRUE(SignatureHeaders({}, "msg_1", kNow, "{}").empty());
  EXPECT_TRUE(SignatureHeaders({{kSecret, kNow}}, "msg_1", kNow, "{}").empty());
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
