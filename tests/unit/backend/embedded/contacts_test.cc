#include <gtest/gtest.h>

#include "backend/embedded/contact.h"
#include "backend/embedded/room.h"
#include "chat_fixture.h"

namespace parley::backend::embedded {
namespace {

class Contacts : public testing::Test {
 protected:
  explicit Contacts(Edition edition = Edition::kPremium)
      : chats_(edition), ann_(chats_.AddAgent("ann")), boss_(chats_.AddUser("boss", {"livechat-manager"})) {}

  Answer Create(const Json& contact) { return chats_.Post("omnichannel/contacts", contact, ann_); }
  static Json Bob() {
    return Json::Of({{"name", "Bob Ray"},
                     {"emails", Json(Json::Array{"bob@x.test", "ray@y.test"})},
                     {"phones", Json(Json::Array{"+1555"})}});
  }
  static Json With(Json object, const char* member, Json value) {
    object.Set(member, std::move(value));
    return object;
  }
  std::string CreateBob() { return Create(Bob()).Text("contactId"); }
  Answer Read(const std::string& id) {
    return chats_.Get("omnichannel/contacts.get", Query({{"contactId", id}}), ann_);
  }
  Answer Update(const std::string& id, Json changes) {
    changes.Set("contactId", Json(id));
    return chats_.Post("omnichannel/contacts.update", changes, ann_);
  }
  Answer Settle(const std::string& id, Json changes) {
    changes.Set("contactId", Json(id));
    return chats_.Post("omnichannel/contacts.conflicts", changes, ann_);
  }
  Answer Search(const std::string& query = {}) { return chats_.Get("omnichannel/contacts.search", query, ann_); }
  Answer Exists(const std::string& query) { return chats_.Get("omnichannel/contacts.checkExistence", query, ann_); }
  void Define(const char* name, Json more) {
    Json field = Json::Of({{"field", name}, {"label", name}, {"scope", "visitor"}, {"visibility", "visible"}});
    for (const auto& [member, value] : *more.AsObject()) field.Set(member, value);
    ASSERT_EQ(chats_.Post("livechat/custom-fields.save", Json::Of({{"customFieldData", field}}), boss_).status, 200);
  }
  std::string ContactOf(const std::string& room_id) { return chats_.Stored<Room>(room_id)->contact_id; }

  ChatFixture chats_;
  std::string ann_, boss_;
};

class CommunityContacts : public Contacts {
 protected:
  CommunityContacts() : Contacts(Edition::kCommunity) {}
};

// ---- making and reading ---------------------------------------------------------------------------------------------

TEST_F(Contacts, AreMadeAsTheyAreSentAndReadBack) {
  const std::string id = CreateBob();
  EXPECT_EQ(id.size(), 24u);
  const Answer read = Read(id);
  EXPECT_EQ(read.Text("contact.name"), "Bob Ray");
  EXPECT_EQ(read.Each("contact.emails", "address"), "bob@x.test ray@y.test");
  EXPECT_EQ(read.Each("contact.phones", "phoneNumber"), "+1555");
  EXPECT_FALSE(read.body.FindPath("contact")->Flag("unknown"));
  EXPECT_TRUE(read.body.FindPath("contact")->Flag("preRegistration"));
  EXPECT_EQ(Print(*read.body.FindPath("contact.channels")), "[]");
  for (const char* unset :
       {"contact.contactManager", "contact.lastChat", "contact.conflictingFields", "contact.keys"}) {
    EXPECT_EQ(read.body.FindPath(unset), nullptr) << unset;
  }
}

TEST_F(Contacts, MayShareAddressesAndHaveNone) {
  EXPECT_NE(CreateBob(), CreateBob());
  const Answer bare = Create(Json::Of({{"name", "x"}, {"emails", Json::MakeArray()}, {"phones", Json::MakeArray()}}));
  EXPECT_EQ(bare.status, 200);
}

TEST_F(Contacts, NeedAnAgentAsManager) {
  EXPECT_EQ(Create(With(Bob(), "contactManager", "nobody")).error(), "error-contact-manager-not-found");
  EXPECT_EQ(Create(With(Bob(), "contactManager", boss_)).error(), "error-contact-manager-not-found");
  chats_.SetAvailable(ann_, false);
  const Answer made = Create(With(Bob(), "contactManager", ann_));
  EXPECT_EQ(Read(made.Text("contactId")).Text("contact.contactManager"), ann_);
}

TEST_F(Contacts, FollowTheDefinitionsOfVisitorFields) {
  Define("plan", Json::Of({{"required", true}, {"regexp", "^(gold|iron)$"}, {"label", "Plan"}}));
  Define("city", Json::MakeObject());
  const auto with = [&](Json fields) { return Create(With(Bob(), "customFields", std::move(fields))); };
  EXPECT_EQ(Create(Bob()).error(), "Invalid value for Plan field");
  EXPECT_EQ(with(Json::Of({{"plan", " "}})).error(), "Invalid value for Plan field");
  EXPECT_EQ(with(Json::Of({{"plan", "wood"}})).error(), "Invalid value for Plan field");
  EXPECT_EQ(with(Json::Of({{"plan", "gold"}, {"size", "L"}})).error(), "Custom field size is not allowed");
  const Answer made = with(Json::Of({{"plan", " gold "}, {"city", " "}}));
  EXPECT_EQ(Print(*Read(made.Text("contactId")).body.FindPath("contact.customFields")), R"({"plan":"gold"})");
}

TEST_F(Contacts, SayWhatIsWrongWithARequest) {
  EXPECT_EQ(Create(Json::MakeObject()).error(), "must have required property 'name' [invalid-params]");
  EXPECT_EQ(Create(With(Bob(), "age", Json(5))).error(), "must NOT have additional properties [invalid-params]");
  const Json twice(Json::Array{"a@x.test", "b@x.test", "a@x.test"});
  EXPECT_EQ(Create(With(Bob(), "emails", twice)).error(),
            "must NOT have duplicate items (items ## 2 and 0 are identical) [invalid-params]");
}

TEST_F(Contacts, UnknownOnesAreNotFound) {
  for (const char* query : {"contactId=none", ""}) {
    const Answer answer = chats_.Get("omnichannel/contacts.get", query, ann_);
    EXPECT_EQ(answer.status, 404);
    EXPECT_EQ(answer.error(), "Resource not found");
  }
}

TEST_F(Contacts, AreForThoseWithThePermission) {
  const std::string user = chats_.AddUser("uma", {});
  for (const char* path :
       {"omnichannel/contacts.get", "omnichannel/contacts.search", "omnichannel/contacts.checkExistence",
        "omnichannel/contacts.channels", "omnichannel/contacts.history"}) {
    EXPECT_EQ(chats_.Get(path, "contactId=x").status, 401) << path;
    EXPECT_EQ(chats_.Get(path, "contactId=x", user).status, 403) << path;
  }
  for (const char* path : {"omnichannel/contacts", "omnichannel/contacts.update", "omnichannel/contacts.conflicts",
                           "omnichannel/contacts.delete", "omnichannel/contacts.block"}) {
    EXPECT_EQ(chats_.Post(path, Json::MakeObject(), user).status, 403) << path;
  }
  EXPECT_EQ(chats_.Post("omnichannel/contacts.delete", Json::Of({{"contactId", "x"}}), ann_).status, 403);
}

// ---- changing -------------------------------------------------------------------------------------------------------

TEST_F(Contacts, ChangeInWhatIsSentAlone) {
  const std::string id = CreateBob();
  EXPECT_EQ(Update("none", Json::MakeObject()).error(), "error-contact-not-found");
  const Answer changed = Update(id, Json::Of({{"name", "Robert"}, {"emails", Json()}, {"contactManager", ann_}}));
  EXPECT_EQ(changed.Text("contact.name"), "Robert");
  EXPECT_EQ(changed.Each("contact.emails", "address"), "bob@x.test ray@y.test");
  EXPECT_EQ(changed.Text("contact.contactManager"), ann_);
  const Answer cleared = Update(id, Json::Of({{"emails", Json::MakeArray()}, {"contactManager", ""}}));
  EXPECT_EQ(Print(*cleared.body.FindPath("contact.emails")), "[]");
  EXPECT_EQ(cleared.body.FindPath("contact.contactManager"), nullptr);
  EXPECT_EQ(Update(id, Json::Of({{"contactManager", "nobody"}})).error(), "error-contact-manager-not-found");
}

TEST_F(Contacts, ReplacedCustomFieldsKeepTheValuesOfForgottenOnes) {
  Define("plan", Json::MakeObject());
  Define("city", Json::MakeObject());
  const std::string id =
      Create(With(Bob(), "customFields", Json::Of({{"plan", "gold"}, {"city", "Oslo"}}))).Text("contactId");
  chats_.Post("livechat/custom-fields.delete", Json::Of({{"customFieldId", "plan"}}), boss_);
  const Answer changed = Update(id, Json::Of({{"customFields", Json::Of({{"city", "Bergen"}})}}));
  EXPECT_EQ(Print(*changed.body.FindPath("contact.customFields")), R"({"city":"Bergen","plan":"gold"})");
}

TEST_F(Contacts, ANewNameReachesTheChats) {
  const std::string first = chats_.RoomOf("vt-1");
  chats_.Close(ann_, first);
  const std::string second = chats_.RoomOf("vt-1");
  ASSERT_EQ(ContactOf(first), ContactOf(second));
  const Answer changed = Update(ContactOf(second), Json::Of({{"name", "Robert Ray"}}));
  EXPECT_FALSE(changed.body.FindPath("contact")->Flag("unknown"));
  for (const std::string& room : {first, second}) EXPECT_EQ(chats_.Stored<Room>(room)->display_name, "Robert Ray");
  const Answer inquiry = chats_.Get("livechat/inquiries.getOne", Query({{"roomId", second}}), ann_);
  EXPECT_EQ(inquiry.Text("inquiry.name"), "Robert Ray");
  chats_.Post("livechat/visitor.status", Json::Of({{"token", "vt-1"}, {"status", "away"}}));
  EXPECT_EQ(chats_.Stored<Room>(second)->display_name, "Robert Ray") << "a visitor's status is no new name";
}

TEST_F(Contacts, NothingSaidLeavesAContactUnknown) {
  const std::string id = ContactOf(chats_.RoomOf("vt-1"));
  EXPECT_TRUE(Update(id, Json::MakeObject()).body.FindPath("contact")->Flag("unknown"));
  EXPECT_FALSE(Update(id, Json::Of({{"wipeConflicts", false}})).body.FindPath("contact")->Flag("unknown"));
}

// ---- contradictions -------------------------------------------------------------------------------------------------

TEST_F(Contacts, ContradictionsAreSettledOneByOneOrAllAtOnce) {
  Define("plan", Json::MakeObject());
  const std::string id = ContactOf(chats_.RoomOf("vt-1"));
  EXPECT_EQ(Settle("none", Json::MakeObject()).error(), "error-contact-not-found");
  EXPECT_EQ(Settle(id, Json::MakeObject()).error(), "error-contact-has-no-conflicts");
  Update(id, Json::Of({{"name", "Robert"}, {"customFields", Json::Of({{"plan", "gold"}})}}));
  const auto contradict = [&] {
    chats_.Post("livechat/visitor", Json::Of({{"visitor", Json::Of({{"token", "vt-1"}, {"name", "Rob"}})}}));
    chats_.Post("livechat/custom.field",
                Json::Of({{"token", "vt-1"}, {"key", "plan"}, {"value", "iron"}, {"overwrite", false}}));
  };
  contradict();
  EXPECT_EQ(Read(id).Each("contact.conflictingFields", "field"), "name customFields.plan");
  EXPECT_EQ(Settle(id, Json::Of({{"contactManager", "nobody"}})).error(), "error-contact-manager-not-found");
  const Answer named = Settle(id, Json::Of({{"name", "Rob"}}));
  EXPECT_EQ(named.Text("result.name"), "Rob");
  EXPECT_EQ(named.Each("result.conflictingFields", "field"), "customFields.plan");
  const Answer settled = Settle(id, Json::Of({{"customFields", Json::Of({{"plan", "iron"}})}}));
  EXPECT_EQ(settled.Text("result.customFields.plan"), "iron");
  EXPECT_EQ(Print(*settled.body.FindPath("result.conflictingFields")), "[]");

  Update(id, Json::Of({{"name", "Robert"}}));
  contradict();
  EXPECT_EQ(Settle(id, Json::Of({{"wipeConflicts", true}})).Text("result.name"), "Robert");
  EXPECT_EQ(Settle(id, Json::Of({{"wipeConflicts", true}})).error(), "error-contact-has-no-conflicts");
}

// ---- lists ----------------------------------------------------------------------------------------------------------

TEST_F(Contacts, AreFoundByPartsOfNameAddressAndNumber) {
  Create(With(Bob(), "contactManager", ann_));
  Create(Json::Of({{"name", "Cia"}, {"emails", Json::MakeArray()}, {"phones", Json(Json::Array{"+4711"})}}));
  for (const char* part : {"bob", "RAY@Y", "555"}) {
    EXPECT_EQ(Search(Query({{"searchText", part}})).Each("contacts", "name"), "Bob Ray") << part;
  }
  EXPECT_EQ(Search("searchText=nobody").body.Integer("total"), 0);
  const Answer all = Search();
  EXPECT_EQ(all.Each("contacts", "name"), "Bob Ray Cia");
  EXPECT_EQ(all.Each("contacts", "contactManager.username"), "ann -");
  EXPECT_EQ(all.body.Integer("count"), 50) << "what was asked for";
  const Answer page = Search(Query({{"count", "1"}, {"offset", "1"}, {"sort", R"({"name":-1})"}}));
  EXPECT_EQ(page.Each("contacts", "name"), "Bob Ray");
  EXPECT_EQ(page.body.Integer("total"), 2);
  EXPECT_EQ(page.body.Integer("count"), 1);
}

TEST_F(Contacts, UnknownOnesAreListedOnRequest) {
  CreateBob();
  chats_.RoomOf("vt-1");
  EXPECT_EQ(Search().Each("contacts", "name"), "Bob Ray");
  EXPECT_EQ(Search("unknown=true").Each("contacts", "name"), "Bob");
}

TEST_F(Contacts, ExistByExactlyOneKey) {
  const std::string id = CreateBob();
  for (const auto& [query, exists] : std::vector<std::pair<std::string, bool>>{{"email=ray%40y.test", true},
                                                                               {"email=Ray%40y.test", false},
                                                                               {"email=ray%40y", false},
                                                                               {"phone=%2B1555", true},
                                                                               {"phone=1555", false},
                                                                               {"contactId=" + id, true},
                                                                               {"contactId=none", false}}) {
    EXPECT_EQ(Exists(query).body.Flag("exists"), exists) << query;
  }
  EXPECT_EQ(
      Exists("").error(),
      "must have required property 'contactId'\n must have required property 'email'\n must have required property "
      "'phone'\n must match exactly one schema in oneOf [invalid-params]");
  for (const char* wrong : {"email=", "email=x", "phone=%20", "phone=1&email=a%40b", "name=x"}) {
    EXPECT_TRUE(Exists(wrong).error().ends_with("must match exactly one schema in oneOf [invalid-params]")) << wrong;
  }
}

TEST_F(Contacts, ChangedAddressesAreFoundAtOnceAndOldOnesNoMore) {
  const std::string id = CreateBob();
  Update(id, Json::Of({{"emails", Json(Json::Array{"new@x.test"})}}));
  EXPECT_TRUE(Exists("email=new%40x.test").body.Flag("exists"));
  EXPECT_FALSE(Exists("email=bob%40x.test").body.Flag("exists"));
}

TEST_F(Contacts, HistoryShowsTheClosedChats) {
  const std::string first = chats_.RoomOf("vt-1");
  chats_.Close(ann_, first);
  chats_.clock().Advance(std::chrono::seconds(1));
  const std::string second = chats_.RoomOf("vt-1");
  chats_.Close(ann_, second);
  chats_.RoomOf("vt-1");
  const auto history = [&](const std::string& more) {
    return chats_.Get("omnichannel/contacts.history", "contactId=" + ContactOf(first) + more, ann_);
  };
  EXPECT_EQ(history("").Each("history", "_id"), second + " " + first);
  EXPECT_EQ(history("").body.Integer("total"), 2);
  EXPECT_EQ(history("&count=1&offset=1").Each("history", "_id"), first);
  EXPECT_EQ(history("&source=widget").body.Integer("total"), 0);
  EXPECT_EQ(history("&source=api").body.Integer("total"), 2);
  EXPECT_EQ(chats_.Get("omnichannel/contacts.history", "contactId=none", ann_).error(), "error-contact-not-found");
}

TEST_F(CommunityContacts, HistoryTakesNoNoteOfTheSource) {
  const std::string room = chats_.RoomOf("vt-1");
  chats_.Close(ann_, room);
  const std::string query = "source=widget&contactId=" + ContactOf(room);
  EXPECT_EQ(chats_.Get("omnichannel/contacts.history", query, ann_).Each("history", "_id"), room);
}

// ---- erasing --------------------------------------------------------------------------------------------------------

TEST_F(Contacts, ErasingTakesVisitorsAndChatsAlong) {
  const std::string room = chats_.RoomOf("vt-1");
  const std::string id = ContactOf(room);
  const auto erase = [&](const std::string& contact) {
    return chats_.Post("omnichannel/contacts.delete", Json::Of({{"contactId", contact}}), boss_);
  };
  EXPECT_EQ(erase("none").error(), "error-contact-not-found");
  EXPECT_EQ(erase(id).error(), "error-contact-has-open-rooms");
  chats_.Close(ann_, room);
  EXPECT_EQ(Print(erase(id).body), R"({"success":true})");
  EXPECT_EQ(Read(id).status, 404);
  EXPECT_EQ(erase(id).error(), "error-contact-not-found");
  EXPECT_EQ(chats_.Get("livechat/visitor/vt-1").error(), "[invalid-token]");
  EXPECT_FALSE(chats_.LedgerOf(room));
  EXPECT_FALSE(chats_.Stored<Room>(room));
  EXPECT_FALSE(Exists("email=vt-1%40x.test").body.Flag("exists"));
  EXPECT_TRUE(Exists("contactId=" + id).body.Flag("exists")) << "there was one";
  const std::string left = Print(ToDocument(*chats_.Stored<Contact>(id)));
  EXPECT_EQ(left.find("Bob"), std::string::npos) << left;
  EXPECT_EQ(left.find("vt-1"), std::string::npos) << left;
  EXPECT_EQ(*test::Await(chats_.store().documents().Count(storage::Query(storage::Collection::kContactKeys))), 0);
}

TEST_F(Contacts, AVisitorIsForgottenWithItsContact) {
  const std::string room = chats_.RoomOf("vt-1");
  const std::string id = ContactOf(room);
  chats_.Close(ann_, room);
  EXPECT_EQ(chats_.Delete("livechat/visitor/vt-1").status, 200);
  EXPECT_EQ(Read(id).status, 404);
  EXPECT_NE(ContactOf(chats_.RoomOf("vt-1")), id);
}

// ---- blocking -------------------------------------------------------------------------------------------------------

Json ChannelOf(const std::string& visitor_id, const char* type = "api") {
  return Json::Of({{"visitor", Json::Of({{"visitorId", visitor_id}, {"source", Json::Of({{"type", type}})}})}});
}

TEST_F(Contacts, ABlockedChannelIsClosedAndStaysSo) {
  const std::string room = chats_.RoomOf("vt-1");
  const Json channel = ChannelOf(chats_.Stored<Room>(room)->visitor.id);
  EXPECT_EQ(chats_.Post("omnichannel/contacts.unblock", channel, ann_).error(), "error-contact-not-found");
  EXPECT_EQ(Print(chats_.Post("omnichannel/contacts.block", channel, ann_).body), R"({"success":true})");
  const std::optional<Room> closed = chats_.Stored<Room>(room);
  EXPECT_FALSE(closed->open);
  EXPECT_EQ(closed->closed_by->username, "ann");
  EXPECT_EQ(closed->last_message->message.text, "This channel has been blocked");
  EXPECT_EQ(chats_.Post("omnichannel/contacts.block", channel, ann_).error(), "error-contact-not-found");
  EXPECT_EQ(chats_.OpenRoom("vt-1").error(), "error-contact-channel-blocked");
  EXPECT_EQ(chats_.Say("vt-1", room, "Hello?").error(), "error-contact-channel-blocked");
  const Answer channels = chats_.Get("omnichannel/contacts.channels", "contactId=" + closed->contact_id, ann_);
  EXPECT_TRUE(channels.body.Find("channels")->AsArray()->front().Flag("blocked"));
  EXPECT_EQ(chats_.Post("omnichannel/contacts.unblock", channel, ann_).status, 200);
  EXPECT_EQ(chats_.OpenRoom("vt-1").status, 200);
  EXPECT_EQ(chats_.Say("vt-1", room, "Hello?").error(), "room-closed");
}

TEST_F(Contacts, OnlyAChannelOfAContactIsBlocked) {
  const std::string visitor = chats_.Stored<Room>(chats_.RoomOf("vt-1"))->visitor.id;
  EXPECT_EQ(chats_.Post("omnichannel/contacts.block", ChannelOf("none"), ann_).error(), "error-contact-not-found");
  EXPECT_EQ(chats_.Post("omnichannel/contacts.block", ChannelOf(visitor, "sms"), ann_).error(),
            "error-contact-not-found");
  EXPECT_EQ(chats_.Post("omnichannel/contacts.block", Json::MakeObject(), ann_).error(),
            "must have required property 'visitor' [invalid-params]");
}

TEST_F(CommunityContacts, ChannelsAreBlockedWithALicenceOnly) {
  const std::string room = chats_.RoomOf("vt-1");
  for (const char* path : {"omnichannel/contacts.block", "omnichannel/contacts.unblock"}) {
    const Answer answer = chats_.Post(path, ChannelOf(chats_.Stored<Room>(room)->visitor.id), ann_);
    EXPECT_EQ(answer.status, 400);
    EXPECT_EQ(answer.error(), "This is an enterprise feature [error-action-not-allowed]");
  }
  EXPECT_TRUE(chats_.Stored<Room>(room)->open);
}

}  // namespace
}  // namespace parley::backend::embedded
