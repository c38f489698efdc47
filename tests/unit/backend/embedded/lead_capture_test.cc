// Lead capture: a side effect of a visitor's message (omnichannel reference §2.5).
#include "backend/embedded/lead_capture.h"

#include <gtest/gtest.h>

#include "chat_fixture.h"

namespace parley::backend::embedded {
namespace {

class LeadCapture : public testing::Test {
 protected:
  LeadCapture() : ann_(chats_.AddAgent("ann")), room_(chats_.RoomOf("1")) {}

  // The visitor after saying it: addresses, of which the first was given at registering, then numbers.
  std::string After(const std::string& text) {
    EXPECT_EQ(chats_.Say("1", room_, text).status, 200);
    const Answer visitor = chats_.Get("livechat/visitor/1");
    std::string known;
    const std::pair<const char*, const char*> lists[] = {{"visitor.visitorEmails", "address"},
                                                         {"visitor.phone", "phoneNumber"}};
    for (const auto& [list, member] : lists) {
      if (visitor.body.FindPath(list) != nullptr) known += visitor.Each(list, member) + ";";
    }
    return known;
  }

  ChatFixture chats_;
  std::string ann_, room_;
};

TEST_F(LeadCapture, KeepsTheAddressesInAMessageOnce) {
  EXPECT_EQ(After("Hello"), "1@x.test;");
  EXPECT_EQ(After("Write to Bob@Acme.test, or b2@acme.test."), "1@x.test bob@acme.test b2@acme.test;");
  EXPECT_EQ(After("I said BOB@acme.test"), "1@x.test bob@acme.test b2@acme.test;");
}

TEST_F(LeadCapture, KeepsNumbers) {
  EXPECT_EQ(After("call (11) 98765-4321 now"), "1@x.test;(11) 98765-4321;");
}

TEST_F(LeadCapture, FollowsThePatternsOfTheSettings) {
  chats_.Set("Livechat_lead_email_regex", "");
  chats_.Set("Livechat_lead_phone_regex", "[0-9]{3}");
  EXPECT_EQ(After("bob@acme.test 123"), "1@x.test;123;");
  chats_.Set("Livechat_lead_phone_regex", "(");
  EXPECT_EQ(After("456"), "1@x.test;123;");
}

TEST_F(LeadCapture, LeavesWhatAgentsSayAlone) {
  chats_.SayAs(ann_, room_, "I am ann@acme.test");
  EXPECT_EQ(After("Hello"), "1@x.test;");
}

}  // namespace
}  // namespace parley::backend::embedded
