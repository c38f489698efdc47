#include "backend/embedded/verification.h"

#include <gtest/gtest.h>

#include "backend/embedded/room.h"
#include "chat_fixture.h"

namespace parley::backend::embedded {
namespace {

class Verification : public testing::Test {
 protected:
  explicit Verification(Edition edition = Edition::kPremium) : chats_(edition), ann_(chats_.AddAgent("ann")) {
    chats_.Pass(std::chrono::seconds(0));
  }

  Answer InquiryOf(const std::string& room) {
    return chats_.Get("livechat/inquiries.getOne", Query({{"roomId", room}}), ann_);
  }
  std::string StatusOf(const std::string& room) { return InquiryOf(room).Text("inquiry.status"); }
  Answer Take(const std::string& room) {
    return chats_.Post("livechat/inquiries.take", Json::Of({{"inquiryId", InquiryOf(room).Text("inquiry._id")}}), ann_);
  }
  void Acknowledge(const std::string& room) {
    const std::string contact = chats_.Stored<Room>(room)->contact_id;
    const Answer changed =
        chats_.Post("omnichannel/contacts.update", Json::Of({{"contactId", contact}, {"name", "Bob Ray"}}), ann_);
    ASSERT_EQ(changed.status, 200) << Print(changed.body);
  }

  ChatFixture chats_;
  std::string ann_;
};

class VerificationWithoutLicence : public Verification {
 protected:
  VerificationWithoutLicence() : Verification(Edition::kCommunity) {}
};

TEST_F(Verification, IsNotDemandedByDefault) {
  EXPECT_EQ(StatusOf(chats_.RoomOf("vt-1")), "taken");
}

TEST_F(Verification, AnUnknownContactIsKeptFromAgentsUntilSomebodyKnowsIt) {
  chats_.Set("Livechat_Block_Unknown_Contacts", true);
  const std::string room = chats_.RoomOf("vt-1");
  EXPECT_EQ(StatusOf(room), "verifying");
  chats_.Pass(std::chrono::seconds(10));
  EXPECT_EQ(StatusOf(room), "verifying") << "the queue leaves it alone";
  EXPECT_EQ(Take(room).error(), "[error-unknown-contact]");
  Acknowledge(room);
  EXPECT_EQ(Take(room).status, 200);
  EXPECT_EQ(StatusOf(room), "taken");
  chats_.Close(ann_, room);
  EXPECT_EQ(StatusOf(chats_.RoomOf("vt-1")), "taken") << "known from now on";
}

TEST_F(Verification, AnUnverifiedChannelIsKeptFromAgents) {
  chats_.Set("Livechat_Block_Unverified_Contacts", true);
  const std::string room = chats_.RoomOf("vt-1");
  EXPECT_EQ(StatusOf(room), "verifying");
  Acknowledge(room);
  EXPECT_EQ(Take(room).error(), "[error-unverified-contact]");
}

TEST_F(Verification, DemandedAloneItOnlyKeepsChatsFromBeingGivenAway) {
  for (const char* demand : {"once", "always"}) {
    chats_.Set("Livechat_Require_Contact_Verification", demand);
    const std::string room = chats_.RoomOf(demand);
    EXPECT_EQ(StatusOf(room), "verifying");
    EXPECT_EQ(Take(room).status, 200);
    EXPECT_EQ(StatusOf(room), "taken");
  }
}

TEST_F(Verification, AVerifiedChannelNeedsNoOtherProofUnlessEveryChatDoes) {
  const std::string room = chats_.RoomOf("vt-1");
  chats_.Close(ann_, room);
  Contact contact = *chats_.Stored<Contact>(chats_.Stored<Room>(room)->contact_id);
  contact.channels.front().verified = true;
  storage::Changes changes;
  SaveContact(contact, chats_.clock().Now(), changes);
  ASSERT_TRUE(test::Await(chats_.store().committer().Commit(std::move(changes))));

  chats_.Set("Livechat_Block_Unverified_Contacts", true);
  chats_.Set("Livechat_Require_Contact_Verification", "once");
  const std::string second = chats_.RoomOf("vt-1");
  EXPECT_EQ(StatusOf(second), "taken");
  EXPECT_EQ(chats_.Stored<Room>(second)->verified, true);
  chats_.Close(ann_, second);
  chats_.Set("Livechat_Require_Contact_Verification", "always");
  EXPECT_EQ(StatusOf(chats_.RoomOf("vt-1")), "verifying");
}

TEST_F(VerificationWithoutLicence, IsNeverDemanded) {
  chats_.Set("Livechat_Block_Unknown_Contacts", true);
  chats_.Set("Livechat_Block_Unverified_Contacts", true);
  chats_.Set("Livechat_Require_Contact_Verification", "always");
  EXPECT_EQ(StatusOf(chats_.RoomOf("vt-1")), "taken");
}

}  // namespace
}  // namespace parley::backend::embedded
