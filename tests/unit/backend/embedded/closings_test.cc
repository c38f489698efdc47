// Whoever ends a chat, the same happens with it (omnichannel reference §2.4).
#include <gtest/gtest.h>

#include <functional>

#include "backend/embedded/mail_queue.h"
#include "backend/embedded/room.h"
#include "chat_fixture.h"

namespace parley::backend::embedded {
namespace {

using std::chrono::minutes;

struct Ending {
  const char* name;
  // Ends Bob's chat, which ann serves unless everybody waits.
  std::function<void(ChatFixture&, const std::string& room, const std::string& admin)> end;
  bool waiting = false;
};

class Closings : public testing::TestWithParam<Ending> {
 protected:
  Closings() {
    Department sales = *chats_.Stored<Department>(chats_.AddDepartment("Sales", {chats_.AddAgent("ann")}));
    sales.closing_tags = {"sales"};
    chats_.Change(sales);
    chats_.Set("SMTP_Host", "mail.acme.test");
    chats_.Set("From_Email", "support@acme.test");
    chats_.Set("Livechat_transcript_send_always", true);
    if (GetParam().waiting) chats_.Set("Livechat_Routing_Method", "Manual_Selection");
  }

  ChatFixture chats_;
};

TEST_P(Closings, TagsOfTheDepartmentAndTheTranscript) {
  const std::string admin = chats_.AddUser("boss", {"admin"});
  const std::string room_id = chats_.OpenRoom("1", "Bob", "Sales").Text("room._id");
  chats_.Say("1", room_id, "Where is my order?");
  GetParam().end(chats_, room_id, admin);
  const auto room = chats_.Stored<Room>(room_id);
  ASSERT_FALSE(room->open);
  EXPECT_EQ(room->tags, std::vector<std::string>{"sales"});
  EXPECT_EQ(room->transcript_request.Text("email"), "1@x.test");
  const Services services = chats_.services();
  ASSERT_TRUE(test::Await(SendPromisedMails(services)));
  ASSERT_EQ(chats_.mails().mails().size(), 1u);
  EXPECT_TRUE(chats_.mails().mails().front().Says("Where is my order?"));
}

const Ending kEndings[] = {
    {"ByItsAgent",
     [](ChatFixture& chats, const std::string& room, const std::string&) { chats.Close("ann-id", room); }},
    {"ByItsVisitor",
     [](ChatFixture& chats, const std::string& room, const std::string&) {
       chats.Post("livechat/room.close", Json::Of({{"rid", room}, {"token", "1"}}));
     }},
    {"AsItsAgentStaysAway",
     [](ChatFixture& chats, const std::string&, const std::string&) {
       chats.Post("users.setStatus", Json::Of({{"status", "online"}}), "ann-id");
       chats.Set("Livechat_agent_leave_action", "close");
       chats.Post("livechat/agent.status", Json::Of({{"status", "not-available"}}), "ann-id");
       chats.Pass(minutes(1));
     }},
    {"AsItsAgentIsDeactivated",
     [](ChatFixture& chats, const std::string&, const std::string& admin) {
       chats.Post("users.setActiveStatus", Json::Of({{"userId", "ann-id"}, {"activeStatus", false}}), admin);
     }},
    {"AsItsChannelIsBlocked",
     [](ChatFixture& chats, const std::string& room, const std::string& admin) {
       const Json visitor =
           Json::Of({{"visitorId", chats.Stored<Room>(room)->visitor.id}, {"source", Json::Of({{"type", "api"}})}});
       chats.Post("omnichannel/contacts.block", Json::Of({{"visitor", visitor}}), admin);
     }},
    {"AsItWaitedTooLong",
     [](ChatFixture& chats, const std::string&, const std::string&) {
       chats.Set("Livechat_max_queue_wait_time", 2);
       chats.Pass(minutes(2));
     },
     true},
};

INSTANTIATE_TEST_SUITE_P(Endings, Closings, testing::ValuesIn(kEndings),
                         [](const auto& tested) { return std::string(tested.param.name); });

}  // namespace
}  // namespace parley::backend::embedded
