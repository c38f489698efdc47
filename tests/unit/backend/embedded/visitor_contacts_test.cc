#include <gtest/gtest.h>

#include "backend/embedded/room.h"
#include "chat_fixture.h"

namespace parley::backend::embedded {
namespace {

class VisitorContacts : public testing::Test {
 protected:
  VisitorContacts() : ann_(chats_.AddAgent("ann")), boss_(chats_.AddUser("boss", {"livechat-manager"})) {}

  Answer SaveVisitor(const Json& visitor) { return chats_.Post("omnichannel/contact", visitor, ann_); }
  Answer Read(const std::string& id) { return chats_.Get("omnichannel/contact", Query({{"contactId", id}}), ann_); }
  Answer Search(const std::vector<std::pair<std::string, std::string>>& query) {
    return chats_.Get("omnichannel/contact.search", Query(query), ann_);
  }
  void Define(const char* name, Json more) {
    Json field = Json::Of({{"field", name}, {"label", name}, {"scope", "visitor"}, {"visibility", "visible"}});
    for (const auto& [member, value] : *more.AsObject()) field.Set(member, value);
    chats_.Post("livechat/custom-fields.save", Json::Of({{"customFieldData", field}}), boss_);
  }

  ChatFixture chats_;
  std::string ann_, boss_;
};

TEST_F(VisitorContacts, AreVisitorsFoundByTokenThenByMail) {
  const Answer made = SaveVisitor(Json::Of({{"token", "vt-1"}, {"name", "Bob"}, {"email", " Bob@X.test "}}));
  const std::string id = made.Text("contact");
  EXPECT_EQ(id.size(), 24u);
  EXPECT_EQ(Read(id).Text("contact.username"), "guest-1");
  EXPECT_EQ(Read(id).Each("contact.visitorEmails", "address"), "bob@x.test");
  EXPECT_EQ(SaveVisitor(Json::Of({{"token", "vt-1"}, {"name", "Bob"}, {"email", "bob@x.test"}})).Text("contact"), id);
  EXPECT_EQ(SaveVisitor(Json::Of({{"token", "vt-2"}, {"name", "Bob"}, {"email", "bob@x.test"}})).Text("contact"), id);
  EXPECT_EQ(Read(id).Text("contact.token"), "vt-2");
  EXPECT_NE(SaveVisitor(Json::Of({{"token", "vt-3"}, {"name", "Cia"}})).Text("contact"), id);
}

TEST_F(VisitorContacts, AreReplacedAsAWholeButForAPhoneNotSent) {
  Define("plan", Json::MakeObject());
  const std::string id = SaveVisitor(Json::Of({{"token", "1"},
                                               {"name", "Bob"},
                                               {"email", "bob@x.test"},
                                               {"phone", "+1555"},
                                               {"contactManager", Json::Of({{"username", "ann"}})},
                                               {"customFields", Json::Of({{"plan", "gold"}, {"other", "x"}})}}))
                             .Text("contact");
  EXPECT_EQ(Read(id).Text("contact.contactManager.username"), "ann");
  EXPECT_EQ(Print(*Read(id).body.FindPath("contact.livechatData")), R"({"plan":"gold"})");
  SaveVisitor(Json::Of({{"token", "1"}, {"name", "Rob"}}));
  const Answer left = Read(id);
  EXPECT_EQ(left.Text("contact.name"), "Rob");
  EXPECT_EQ(left.Each("contact.phone", "phoneNumber"), "+1555");
  for (const char* gone : {"contact.visitorEmails", "contact.contactManager", "contact.livechatData.plan"}) {
    EXPECT_EQ(left.body.FindPath(gone), nullptr) << gone;
  }
  SaveVisitor(Json::Of({{"token", "1"}, {"name", "Rob"}, {"phone", ""}}));
  EXPECT_EQ(Read(id).body.FindPath("contact.phone"), nullptr);
}

TEST_F(VisitorContacts, ANewNameReachesTheChatsNotTheContact) {
  const std::string closed = chats_.RoomOf("vt-1");
  chats_.Close(ann_, closed);
  const std::string open = chats_.RoomOf("vt-1");
  SaveVisitor(Json::Of({{"token", "vt-1"}, {"name", "Robert"}}));
  EXPECT_EQ(chats_.Stored<Room>(closed)->display_name, "Robert");
  EXPECT_EQ(chats_.Stored<Room>(open)->display_name, "Robert");
  const std::string contact = chats_.Stored<Room>(open)->contact_id;
  EXPECT_EQ(chats_.Get("omnichannel/contacts.get", "contactId=" + contact, ann_).Text("contact.name"), "Bob");
}

TEST_F(VisitorContacts, SayWhatIsWrong) {
  const Json bob = Json::Of({{"token", "1"}, {"name", "Bob"}});
  const auto with = [&](const char* member, Json value) {
    Json visitor = bob;
    visitor.Set(member, std::move(value));
    return SaveVisitor(visitor).error();
  };
  const auto manager = [](const char* name) { return Json::Of({{"username", name}}); };
  EXPECT_EQ(SaveVisitor(Json::Of({{"name", "Bob"}})).error(), "Match error: Missing key 'token'");
  EXPECT_EQ(with("token", ""), "Invalid visitor token [error-invalid-contact-data]");
  EXPECT_EQ(with("age", 5), "Match error: Unknown key in field age");
  EXPECT_EQ(with("customFields", "x"),
            "Match error: Failed Match.OneOf, Match.Maybe or Match.Optional validation in field customFields");
  EXPECT_EQ(with("contactManager", Json::MakeObject()),
            "Match error: Failed Match.OneOf, Match.Maybe or Match.Optional validation in field contactManager");
  EXPECT_EQ(with("contactManager", manager("nobody")),
            "No user found with username nobody [error-contact-manager-not-found]");
  EXPECT_EQ(with("contactManager", manager("boss")),
            "The contact manager must have the role \"livechat-agent\" [error-invalid-contact-manager]");
  Define("plan", Json::Of({{"required", true}, {"label", "Plan"}}));
  EXPECT_EQ(SaveVisitor(bob).error(), "Invalid value for Plan field");
  EXPECT_EQ(chats_.Post("omnichannel/contact", bob).status, 401);
  EXPECT_EQ(chats_.Post("omnichannel/contact", bob, chats_.AddUser("uma", {})).status, 403);
}

TEST_F(VisitorContacts, ATakenUserNameIsRefused) {
  const Json first = Json::Of({{"token", "1"}, {"name", "Bob"}, {"username", "bob"}});
  EXPECT_EQ(Read(SaveVisitor(first).Text("contact")).Text("contact.username"), "bob");
  const Answer second = SaveVisitor(Json::Of({{"token", "2"}, {"name", "Rob"}, {"username", "bob"}}));
  EXPECT_EQ(second.status, 400);
  EXPECT_NE(second.error().find("duplicate key"), std::string::npos) << second.error();
  EXPECT_EQ(SaveVisitor(first).status, 200) << "a known visitor keeps the name";
}

TEST_F(VisitorContacts, AreReadByVisitorId) {
  EXPECT_TRUE(Read("none").body.Find("contact")->IsNull());
  EXPECT_EQ(chats_.Get("omnichannel/contact", {}, ann_).error(), "Match error: Missing key 'contactId'");
  const std::string id = SaveVisitor(Json::Of({{"token", "1"}, {"name", "Bob"}})).Text("contact");
  chats_.Delete("livechat/visitor/1");
  EXPECT_TRUE(Read(id).body.Find("contact")->IsNull());
}

TEST_F(VisitorContacts, AreSearchedByMailPhoneAndSearchableFields) {
  Define("plan", Json::Of({{"searchable", true}}));
  Define("hidden", Json::MakeObject());
  const std::string bob = SaveVisitor(Json::Of({{"token", "1"},
                                                {"name", "Bob"},
                                                {"email", "bob@x.test"},
                                                {"phone", "+1555"},
                                                {"customFields", Json::Of({{"plan", "Gold"}, {"hidden", "x"}})}}))
                              .Text("contact");
  EXPECT_EQ(Search({{"email", "bob@x.test"}}).Text("contact._id"), bob);
  EXPECT_EQ(Search({{"phone", "+1555"}}).Text("contact._id"), bob);
  EXPECT_EQ(Search({{"custom", R"({"plan":"ol"})"}}).Text("contact._id"), bob);
  EXPECT_TRUE(Search({{"custom", R"({"plan":"ol"})"}, {"phone", "+1"}}).body.Find("contact")->IsNull());
  EXPECT_TRUE(Search({{"custom", R"({"hidden":"x"})"}}).body.Find("contact")->IsNull());
  EXPECT_EQ(Search({}).error(), "[error-invalid-params]");
  EXPECT_EQ(Search({{"custom", "{}"}}).error(), "[error-invalid-params]");
  EXPECT_EQ(Search({{"custom", "{"}}).error(), "[error-invalid-params-custom]");
}

}  // namespace
}  // namespace parley::backend::embedded
