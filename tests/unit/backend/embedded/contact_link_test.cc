#include "backend/embedded/contact_link.h"

#include <gtest/gtest.h>

#include "backend/embedded/room.h"
#include "chat_fixture.h"

namespace parley::backend::embedded {
namespace {

class ContactLink : public testing::Test {
 protected:
  ContactLink() : ann_(chats_.AddAgent("ann")) {}

  Answer Register(const Json& visitor) { return chats_.Post("livechat/visitor", Json::Of({{"visitor", visitor}})); }
  std::string MakeContact(const std::string& name, const std::string& email, const std::string& manager = {}) {
    Json contact =
        Json::Of({{"name", name}, {"emails", Json(Json::Array{Json(email)})}, {"phones", Json(Json::Array{"+1555"})}});
    if (!manager.empty()) contact.Set("contactManager", Json(manager));
    return chats_.Post("omnichannel/contacts", contact, ann_).Text("contactId");
  }
  Answer Read(const std::string& id) {
    return chats_.Get("omnichannel/contacts.get", Query({{"contactId", id}}), ann_);
  }
  Room Open(const std::string& token) { return *chats_.Stored<Room>(chats_.RoomOf(token)); }
  std::int64_t CountContacts() {
    return *test::Await(chats_.store().documents().Count(storage::Query(Contact::kCollection)));
  }

  ChatFixture chats_;
  std::string ann_;
};

TEST_F(ContactLink, RegisteringMakesNoContactTheFirstChatDoes) {
  Register(Json::Of({{"token", "vt-1"}, {"name", "Bob"}, {"email", "bob@x.test"}}));
  EXPECT_EQ(CountContacts(), 0);
  const Room room = Open("vt-1");
  const Answer read = Read(room.contact_id);
  EXPECT_EQ(read.Text("contact.name"), "Bob");
  EXPECT_TRUE(read.body.FindPath("contact")->Flag("unknown"));
  EXPECT_EQ(read.Each("contact.emails", "address"), "bob@x.test");
  EXPECT_EQ(read.Text("contact.lastChat._id"), room.id);
  const Json& channel = read.body.FindPath("contact.channels")->AsArray()->front();
  EXPECT_EQ(channel.Text("name"), "api");
  EXPECT_EQ(Print(*channel.Find("visitor")), R"({"visitorId":")" + room.visitor.id + R"(","source":{"type":"api"}})");
  EXPECT_EQ(channel.Find("lastChat")->Text("_id"), room.id);
  EXPECT_FALSE(channel.Flag("verified"));
  EXPECT_EQ(room.verified, false);
  const Answer visitor = chats_.Get("livechat/visitor/vt-1");
  EXPECT_EQ(visitor.Text("visitor.lastChat._id"), room.id);
}

TEST_F(ContactLink, LaterChatsOfTheSameChannelAreTheSameContacts) {
  const Room first = Open("vt-1");
  chats_.Close(ann_, first.id);
  const Room second = Open("vt-1");
  EXPECT_EQ(second.contact_id, first.contact_id);
  EXPECT_EQ(Read(first.contact_id).Text("contact.lastChat._id"), second.id);
  EXPECT_EQ(CountContacts(), 1);
  EXPECT_NE(Open("vt-2").contact_id, first.contact_id);
}

TEST_F(ContactLink, TwoSourcesOfAVisitorAreTwoContacts) {
  const Room api = Open("vt-1");
  chats_.Close(ann_, api.id);
  Request request(http::Method::kGet, "livechat/room");
  request.query = "token=vt-1";
  request.headers = {{"Cookie", "rc_room_type=l; rc_is_widget=t"}};
  const Response answer = *test::Await(chats_.backend().Call(request));
  ASSERT_EQ(answer.status, 200) << answer.body;
  const std::string contact_id(ParseJson(answer.body)->FindPath("room.contactId")->AsString().value());
  EXPECT_NE(contact_id, api.contact_id);
  EXPECT_EQ(Read(contact_id).Each("contact.channels", "name"), "widget");
}

// ---- chats from before there were contacts ---------------------------------------------------------------------------

class OlderThanContacts : public ContactLink {
 protected:
  OlderThanContacts() { chats_.Set("Livechat_Routing_Method", "Manual_Selection"); }

  // A chat of the visitor as stores of older versions have it.
  Room OpenAsOfOld(const std::string& token) {
    const Room made = Open(token);
    Room room = made;
    room.contact_id.clear();
    room.verified.reset();
    Contact contact = *chats_.Stored<Contact>(made.contact_id);
    contact.channels.clear();
    contact.emails.clear();
    storage::Changes changes;
    Save(room, chats_.clock().Now(), changes);
    SaveContact(contact, chats_.clock().Now(), changes);
    EXPECT_TRUE(test::Await(chats_.store().committer().Commit(std::move(changes))));
    return room;
  }
  Answer Info(const Room& room) { return chats_.Get("rooms.info", Query({{"roomId", room.id}}), manager_); }

  const std::string manager_ = chats_.AddUser("max", {"livechat-manager"});
};

TEST_F(OlderThanContacts, GetTheirContactWhenTheyAreRead) {
  const Room room = OpenAsOfOld("vt-1");
  const std::string contact = Info(room).Text("room.contactId");
  EXPECT_FALSE(contact.empty());
  EXPECT_EQ(Read(contact).Each("contact.channels", "name"), "api");
  EXPECT_EQ(Info(room).Text("room.contactId"), contact) << "once and for all";
  EXPECT_EQ(chats_.Get("channels.info", Query({{"roomId", room.id}}), manager_).Text("channel.contactId"), contact);
}

TEST_F(OlderThanContacts, GetTheirContactWhenTheyAreTaken) {
  const Room room = OpenAsOfOld("vt-1");
  const Answer inquiry = chats_.Get("livechat/inquiries.getOne", Query({{"roomId", room.id}}), ann_);
  const Json take = Json::Of({{"inquiryId", inquiry.Text("inquiry._id")}});
  ASSERT_EQ(chats_.Post("livechat/inquiries.take", take, ann_).status, 200);
  const Room taken = *chats_.Stored<Room>(room.id);
  EXPECT_EQ(taken.served_by->agent_id, ann_);
  EXPECT_FALSE(taken.contact_id.empty());
}

TEST_F(OlderThanContacts, BelongToTheContactOfTheNextChat) {
  const Room old = OpenAsOfOld("vt-1");
  chats_.Close(manager_, old.id);
  const Room next = Open("vt-1");
  EXPECT_EQ(chats_.Stored<Room>(old.id)->contact_id, next.contact_id);
  const Answer history = chats_.Get("omnichannel/contacts.history", Query({{"contactId", next.contact_id}}), ann_);
  EXPECT_EQ(history.Each("history", "_id"), old.id);
}

TEST_F(OlderThanContacts, BelongToTheContactThatWaitedForTheirVisitorAndAreCalledAsItIs) {
  const Room old = OpenAsOfOld("vt-1");
  const std::string waiting = MakeContact("Robert Ray", "vt-1@x.test");
  EXPECT_EQ(Info(old).Text("room.contactId"), waiting);
  EXPECT_EQ(Info(old).Text("room.fname"), "Robert Ray");
}

TEST_F(OlderThanContacts, HaveNoneWhenTheVisitorIsGone) {
  const Room room = OpenAsOfOld("vt-1");
  Visitor visitor = *chats_.Stored<Visitor>(room.visitor.id);
  storage::Changes changes;
  Remove(visitor, changes);
  ASSERT_TRUE(test::Await(chats_.store().committer().Commit(std::move(changes))));
  const Answer shown = Info(room);
  EXPECT_EQ(shown.status, 200);
  EXPECT_EQ(shown.Text("room.contactId"), "");
}

TEST_F(ContactLink, APreRegisteredContactWaitsForItsVisitor) {
  const std::string id = MakeContact("Robert Ray", "vt-1@x.test");
  const Room room = Open("vt-1");
  EXPECT_EQ(room.contact_id, id);
  EXPECT_EQ(room.display_name, "Robert Ray") << "the chat is called as the contact is";
  EXPECT_EQ(room.visitor.name, "Bob");
  const Answer read = Read(id);
  EXPECT_FALSE(read.body.FindPath("contact")->Flag("preRegistration", true));
  EXPECT_EQ(read.Each("contact.conflictingFields", "value"), "Bob");
  EXPECT_EQ(CountContacts(), 1);
}

TEST_F(ContactLink, APreRegisteredContactIsFoundByNumberToo) {
  const std::string id = MakeContact("Robert Ray", "other@x.test");
  Register(Json::Of({{"token", "vt-1"}, {"phone", "+1555"}}));
  EXPECT_EQ(Open("vt-1").contact_id, id);
  Register(Json::Of({{"token", "vt-2"}, {"email", "other@x.test"}}));
  EXPECT_NE(Open("vt-2").contact_id, id) << "its visitor has come already";
}

TEST_F(ContactLink, WhatAVisitorSaysLaterReachesTheContact) {
  const std::string id = Open("vt-1").contact_id;
  Register(Json::Of({{"token", "vt-1"}, {"name", "Robert"}, {"phone", "+1777"}, {"email", "rob@x.test"}}));
  const Answer read = Read(id);
  EXPECT_EQ(read.Text("contact.name"), "Robert");
  EXPECT_EQ(read.Each("contact.emails", "address"), "vt-1@x.test rob@x.test");
  EXPECT_EQ(read.Each("contact.phones", "phoneNumber"), "+1777");
  EXPECT_EQ(read.body.FindPath("contact.conflictingFields"), nullptr);
}

TEST_F(ContactLink, AVisitorOfAManagedAddressKnowsTheManager) {
  MakeContact("Robert Ray", "vt-1@x.test", ann_);
  chats_.SetAvailable(ann_, false);
  EXPECT_EQ(Register(Json::Of({{"token", "vt-0"}, {"email", "vt-1@x.test"}})).body.FindPath("visitor.contactManager"),
            nullptr);
  chats_.SetAvailable(ann_, true);
  const Answer registered = Register(Json::Of({{"token", "vt-1"}, {"email", "vt-1@x.test"}}));
  EXPECT_EQ(registered.Text("visitor.contactManager.username"), "ann");
  EXPECT_EQ(registered.Text("visitor.contactManager._id"), ann_);
}

TEST_F(ContactLink, AnAgentsAnswerCountsForTheMonth) {
  const Room room = Open("vt-1");
  ASSERT_EQ(chats_.SayAs(ann_, room.id, "Hello").status, 200);
  const std::string month = IsoTime(chats_.clock().Now()).substr(0, 7);
  const std::optional<Contact> contact = chats_.Stored<Contact>(room.contact_id);
  EXPECT_EQ(contact->activity, std::vector<std::string>{month});
  EXPECT_EQ(chats_.Stored<Room>(room.id)->visitor.activity, std::vector<std::string>{month});
  const Answer inquiry = chats_.Get("livechat/inquiries.getOne", Query({{"roomId", room.id}}), ann_);
  EXPECT_EQ(Print(*inquiry.body.FindPath("inquiry.v.activity")), "[\"" + month + "\"]");
}

TEST_F(ContactLink, ValuesOfVisitorFieldsReachTheContactAsFarAsTheyFit) {
  const std::string boss = chats_.AddUser("boss", {"livechat-manager"});
  const Json plan = Json::Of({{"field", "plan"},
                              {"label", "Plan"},
                              {"scope", "visitor"},
                              {"visibility", "visible"},
                              {"required", true},
                              {"regexp", "^gold$"}});
  chats_.Post("livechat/custom-fields.save", Json::Of({{"customFieldData", plan}}), boss);
  const auto enter = [&](const char* token, const char* value) {
    const Json field = Json::Of({{"key", "plan"}, {"value", value}, {"overwrite", true}});
    Register(Json::Of({{"token", token}, {"customFields", Json(Json::Array{field})}}));
    return Read(Open(token).contact_id);
  };
  EXPECT_EQ(enter("vt-1", "gold").Text("contact.customFields.plan"), "gold");
  EXPECT_EQ(Print(*enter("vt-2", "iron").body.FindPath("contact.customFields")), "{}");
}

TEST_F(ContactLink, WhoIsNoAgentAnyMoreLooksAfterNobody) {
  MakeContact("Robert Ray", "vt-1@x.test", ann_);
  Register(Json::Of({{"token", "vt-1"}, {"email", "vt-1@x.test"}}));
  ASSERT_EQ(chats_.Get("livechat/visitor/vt-1").Text("visitor.contactManager.username"), "ann");
  const std::string admin = chats_.AddUser("root", {"admin"});
  ASSERT_EQ(chats_.Delete("livechat/users/agent/" + ann_, Json(), admin).status, 200);
  EXPECT_EQ(chats_.Get("livechat/visitor/vt-1").body.FindPath("visitor.contactManager"), nullptr);
}

}  // namespace
}  // namespace parley::backend::embedded
