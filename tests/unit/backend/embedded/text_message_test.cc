#include "backend/embedded/text_message.h"

#include <gtest/gtest.h>

namespace parley::backend::embedded {
namespace {

const Json kFromTwilio = Json::Of({{"From", "+15550100"}, {"To", "+15550199"}, {"Body", "Hi"}});

TEST(TextMessage, EachProviderHasItsOwnNames) {
  const Json voxtelesys = Json::Of({{"from", "1"}, {"to", "2"}, {"body", "Hi"}});
  const Json mobex = Json::Of({{"from", "1"}, {"to", "2"}, {"content", "Hi"}});
  EXPECT_EQ(ReadTextMessage(TextProvider::kTwilio, kFromTwilio)->from, "+15550100");
  EXPECT_EQ(ReadTextMessage(TextProvider::kTwilio, kFromTwilio)->to, "+15550199");
  EXPECT_EQ(ReadTextMessage(TextProvider::kVoxtelesys, voxtelesys)->text, "Hi");
  EXPECT_EQ(ReadTextMessage(TextProvider::kMobex, mobex)->text, "Hi");
  EXPECT_FALSE(ReadTextMessage(TextProvider::kMobex, voxtelesys));
  EXPECT_FALSE(ReadTextMessage(TextProvider::kVoxtelesys, kFromTwilio));
}

TEST(TextMessage, NeedsNumbersAndTextAsTexts) {
  for (const char* name : {"From", "To", "Body"}) {
    Json without = kFromTwilio;
    without.Remove(name);
    EXPECT_FALSE(ReadTextMessage(TextProvider::kTwilio, without)) << name;
    Json number = kFromTwilio;
    number.Set(name, Json(15550100));
    EXPECT_FALSE(ReadTextMessage(TextProvider::kTwilio, number)) << name;
  }
  Json from_nobody = kFromTwilio;
  from_nobody.Set("From", "");
  EXPECT_FALSE(ReadTextMessage(TextProvider::kTwilio, from_nobody));
}

TEST(TextMessage, TellsWhereItComesFrom) {
  Json sent = kFromTwilio;
  sent.Set("FromCountry", "NO");
  sent.Set("FromCity", "");
  sent.Set("FromZip", "0150");
  sent.Set("Latitude", "59.91");
  sent.Set("Longitude", "10.75");
  const auto text = ReadTextMessage(TextProvider::kTwilio, sent);
  const std::vector<std::pair<std::string, std::string>> origin = {{"country", "NO"}, {"zip", "0150"}};
  EXPECT_EQ(text->origin, origin);
  EXPECT_EQ(Print(text->location), R"({"type":"Point","coordinates":[10.75,59.91]})");
  EXPECT_TRUE(ReadTextMessage(TextProvider::kTwilio, kFromTwilio)->location.IsNull());
}

TEST(TextMessage, CountsItsFiles) {
  Json sent = kFromTwilio;
  sent.Set("NumMedia", "2");
  EXPECT_EQ(ReadTextMessage(TextProvider::kTwilio, sent)->media, 2);
  sent.Set("NumMedia", "many");
  EXPECT_EQ(ReadTextMessage(TextProvider::kTwilio, sent)->media, 0);
  const Json media(Json::Array{"https://x.test/1.png"});
  const Json voxtelesys = Json::Of({{"from", "1"}, {"to", "2"}, {"body", ""}, {"media", media}});
  EXPECT_EQ(ReadTextMessage(TextProvider::kVoxtelesys, voxtelesys)->media, 1);
}

// Computed with `openssl dgst -sha1 -hmac 12345 -binary | base64` over the address and the sorted form.
TEST(TwilioSignature, CoversTheAddressAndTheSortedForm) {
  const std::string url = "https://chat.acme.test/api/v1/livechat/sms-incoming/twilio?department=sales";
  const auto sign = [&](std::vector<std::pair<std::string, std::string>> form) {
    return TwilioSignature("12345", url, std::move(form));
  };
  EXPECT_EQ(sign({{"To", "+18005551212"}, {"Body", "Hi there"}, {"From", "+14158675310"}}),
            "b2hrRIjiQQWWiXYiTYg8aQXeeWY=");
  EXPECT_EQ(sign({{"Body", "Hi there"}, {"From", "+14158675310"}, {"To", "+18005551212"}}),
            sign({{"To", "+18005551212"}, {"Body", "Hi there"}, {"From", "+14158675310"}}));
  EXPECT_NE(sign({{"Body", "Hi"}}), sign({{"Body", "Ho"}}));
}

TEST(TextAnswer, IsInTheProvidersOwnForm) {
  EXPECT_EQ(AcceptText(TextProvider::kTwilio).bytes, "<Response></Response>");
  EXPECT_EQ(AcceptText(TextProvider::kTwilio).content_type, "text/xml");
  EXPECT_EQ(AcceptText(TextProvider::kMobex).bytes, "ACK/Jasmin");
  EXPECT_EQ(Print(AcceptText(TextProvider::kVoxtelesys).body), R"({"success":true})");
  EXPECT_EQ(RefuseText(TextProvider::kTwilio, "a<b & c").bytes,
            "<Response><Message>a&lt;b &amp; c</Message></Response>");
  EXPECT_EQ(RefuseText(TextProvider::kTwilio, "x").status, 200);
  EXPECT_EQ(Print(RefuseText(TextProvider::kVoxtelesys, "x").body), R"({"success":false,"error":"x"})");
}

}  // namespace
}  // namespace parley::backend::embedded
