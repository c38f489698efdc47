#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>

#include "backend/embedded/contact.h"
#include "backend/embedded/room.h"
#include "backend/embedded/text_message.h"
#include "chat_fixture.h"

namespace parley::backend::embedded {
namespace {

using Form = std::vector<std::pair<std::string, std::string>>;

constexpr const char* kPhone = "+15550100";
constexpr const char* kShop = "+15550199";
constexpr const char* kToken = "token-of-twilio";

class TextMessages : public testing::Test {
 protected:
  TextMessages() : ann_(chats_.AddAgent("ann")) {
    chats_.Set("SMS_Enabled", true);
    chats_.Set("SMS_Twilio_authToken", kToken);
  }

  static Form FormOf(const std::string& text) { return {{"From", kPhone}, {"To", kShop}, {"Body", text}}; }

  // As Twilio posts it to `base`, which is what its signature covers.
  static Request FromTwilio(const Form& form, const std::string& query = {},
                            const std::string& base = "https://chat.acme.test") {
    Request request(http::Method::kPost, "livechat/sms-incoming/twilio");
    request.query = query;
    request.content_type = "application/x-www-form-urlencoded";
    request.body = http::FormatQuery(form);
    const std::string url = base + "/api/v1/" + request.path + (query.empty() ? "" : "?" + query);
    request.headers = {{"host", "chat.acme.test"}, {"x-twilio-signature", TwilioSignature(kToken, url, form)}};
    return request;
  }

  Response Send(const Request& request) { return *test::Await(chats_.backend().Call(request)); }
  Awaitable<int> Deliver(const Request& request) {
    const Result<Response> answer = co_await chats_.backend().Call(request);
    co_return answer ? answer->status : 0;
  }
  Response Text(const std::string& text) { return Send(FromTwilio(FormOf(text))); }
  Response SendJson(const std::string& service, const Json& body) {
    Request request(http::Method::kPost, "livechat/sms-incoming/" + service);
    request.content_type = "application/json";
    request.body = Print(body);
    return Send(request);
  }
  static std::string ErrorOf(const Response& answer) { return std::string(ParseJson(answer.body)->Text("error")); }

  std::vector<Room> Rooms() {
    storage::Query query(Room::kCollection);
    query.sort.emplace_back("ts");
    return test::Await(Find<Room>(chats_.store().documents(), std::move(query)))->list;
  }
  std::vector<Visitor> Visitors() {
    return test::Await(Find<Visitor>(chats_.store().documents(), storage::Query(Visitor::kCollection)))->list;
  }
  Answer MessagesIn(const Room& room) {
    return chats_.Get("livechat/" + room.id + "/messages", Query({{"sort", R"({"ts":1})"}}), ann_);
  }

  ChatFixture chats_;
  std::string ann_;
};

TEST_F(TextMessages, OpenAChatOfTheNumber) {
  const Response answer = Text("Is it <ready>?");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.content_type, "text/xml");
  EXPECT_EQ(answer.body, "<Response></Response>");

  const Room room = Rooms().at(0);
  EXPECT_EQ(Print(room.source), R"({"type":"sms","alias":"twilio","destination":"+15550199"})");
  EXPECT_EQ(room.extra.FindPath("sms.from")->AsString(), kShop);
  EXPECT_EQ(room.served_by->agent_id, ann_);
  EXPECT_EQ(room.visitor.username, "15550100");
  EXPECT_EQ(room.visitor.phones.at(0).number, kPhone);
  EXPECT_EQ(MessagesIn(room).Each("messages", "msg"), "Is it <ready>?");
  EXPECT_FALSE(MessagesIn(room).body.FindPath("messages")->AsArray()->front().Text("token").empty())
      << "it is the visitor's";
  const Answer shown = chats_.Get("rooms.info", Query({{"roomId", room.id}}), ann_);
  EXPECT_EQ(shown.Text("room.sms.from"), kShop);
  EXPECT_EQ(chats_.LedgerOf(room.id)->channel, "sms");
}

TEST_F(TextMessages, GoOnInTheOpenChatAndBeginAnotherAfterIt) {
  Text("One");
  Text("Two");
  ASSERT_EQ(Rooms().size(), 1u);
  EXPECT_EQ(MessagesIn(Rooms()[0]).Each("messages", "msg"), "One Two");
  chats_.Close(ann_, Rooms()[0].id);
  Text("Three");
  ASSERT_EQ(Rooms().size(), 2u);
  EXPECT_EQ(Rooms()[1].visitor.id, Rooms()[0].visitor.id);
  EXPECT_EQ(Rooms()[1].contact_id, Rooms()[0].contact_id);
  EXPECT_EQ(Visitors().size(), 1u);
}

TEST_F(TextMessages, AreOfTheVisitorWhoRegisteredWithTheNumber) {
  chats_.Post("livechat/visitor",
              Json::Of({{"visitor", Json::Of({{"token", "vt-1"}, {"name", "Bob"}, {"phone", kPhone}})}}));
  const std::string by_widget = chats_.Get("livechat/room", "token=vt-1").Text("room._id");
  Text("Hi");
  ASSERT_EQ(Visitors().size(), 1u);
  const std::vector<Room> rooms = Rooms();
  ASSERT_EQ(rooms.size(), 2u) << "what is texted stays apart from what is typed";
  const Room& texted = rooms[0].id == by_widget ? rooms[1] : rooms[0];
  EXPECT_EQ(texted.visitor.token, "vt-1");
  EXPECT_EQ(texted.display_name, "Bob");
}

TEST_F(TextMessages, TwoAtOnceFromANewNumberAreOneVisitorInOneChat) {
  const std::vector<Request> requests = {FromTwilio(FormOf("One")), FromTwilio(FormOf("Two"))};
  int answered = 0;
  for (const Request& request : requests) {
    boost::asio::co_spawn(test::Loop(), Deliver(request), [&](std::exception_ptr, int status) {
      EXPECT_EQ(status, 200);
      ++answered;
    });
  }
  test::Loop().restart();
  while (answered < 2) test::Loop().run_one();
  EXPECT_EQ(Visitors().size(), 1u);
  ASSERT_EQ(Rooms().size(), 1u);
  const std::string said = MessagesIn(Rooms()[0]).Each("messages", "msg");
  EXPECT_TRUE(said == "One Two" || said == "Two One") << said;
}

TEST_F(TextMessages, ANumberWhoseDigitsAreTakenGetsAGuestName) {
  Text("Hi");
  Form other = FormOf("Ho");
  other[0].second = "1-555-0100";
  Send(FromTwilio(other));
  ASSERT_EQ(Visitors().size(), 2u);
  const std::string names = Visitors()[0].username + " " + Visitors()[1].username;
  EXPECT_NE(names.find("guest-"), std::string::npos) << names;
}

TEST_F(TextMessages, NeedTwiliosSignature) {
  const Form form = FormOf("Hi");
  Request unsigned_request = FromTwilio(form);
  unsigned_request.headers.pop_back();
  EXPECT_EQ(ErrorOf(Send(unsigned_request)), "Invalid request");
  Request changed = FromTwilio(form);
  changed.body = http::FormatQuery(FormOf("Ho"));
  EXPECT_EQ(ErrorOf(Send(changed)), "Invalid request");
  EXPECT_EQ(ErrorOf(Send(FromTwilio(form, "", "https://elsewhere.test"))), "Invalid request");
  Request as_json = FromTwilio({});
  as_json.content_type = "application/json";
  as_json.body = R"({"From":"+15550100","To":"+15550199","Body":"Hi"})";
  EXPECT_EQ(ErrorOf(Send(as_json)), "Invalid request") << "the signature covers no JSON";
  EXPECT_EQ(Rooms().size(), 0u);
  EXPECT_EQ(Send(FromTwilio(form, "", "http://chat.acme.test")).status, 200) << "a proxy may end the encryption";
}

TEST_F(TextMessages, WithoutATokenNothingIsBelieved) {
  chats_.Set("SMS_Twilio_authToken", "");
  Request request = FromTwilio(FormOf("Hi"));
  request.headers[1].second =
      TwilioSignature("", "https://chat.acme.test/api/v1/livechat/sms-incoming/twilio", FormOf("Hi"));
  EXPECT_EQ(ErrorOf(Send(request)), "Invalid request");
}

TEST_F(TextMessages, OnlyTheConfiguredServiceIsServed) {
  const Json body = Json::Of({{"from", kPhone}, {"to", kShop}, {"body", "Hi"}, {"content", "Hi"}});
  EXPECT_EQ(ErrorOf(SendJson("voxtelesys", body)), "Invalid service");
  EXPECT_EQ(ErrorOf(SendJson("pigeon", body)), "Invalid service");
  chats_.Set("SMS_Service", "voxtelesys");
  EXPECT_EQ(ErrorOf(Text("Hi")), "Invalid service");
  EXPECT_EQ(SendJson("voxtelesys", body).body, R"({"success":true})");
  EXPECT_EQ(SendJson("Voxtelesys", body).status, 200);
  chats_.Set("SMS_Service", "mobex");
  EXPECT_EQ(SendJson("mobex", body).body, "ACK/Jasmin");
  EXPECT_EQ(ErrorOf(SendJson("mobex", Json::MakeObject())), "Invalid data");
  chats_.Set("SMS_Enabled", false);
  EXPECT_EQ(ErrorOf(SendJson("mobex", body)), "error-sms-service-disabled");
}

TEST_F(TextMessages, GoToTheDepartmentOfTheAddressElseOfTheSettings) {
  const std::string sales = chats_.AddDepartment("Sales", {ann_});
  const std::string support = chats_.AddDepartment("Support", {ann_});
  chats_.Set("SMS_Default_Omnichannel_Department", "Support");
  Text("Hi");
  EXPECT_EQ(Rooms().at(0).department, support);
  Send(FromTwilio(FormOf("Hi"), "department=" + sales));
  ASSERT_EQ(Rooms().size(), 2u) << "one chat a department";
  Send(FromTwilio(FormOf("Hi again"), "department=" + sales));
  Send(FromTwilio(FormOf("Hi"), "department=nothing"));
  EXPECT_EQ(Rooms().size(), 2u) << "an unknown one is none";
}

TEST_F(TextMessages, TellWhereTheNumberIsFromWhereThereAreFields) {
  for (const auto& [name, scope] : {std::pair("country", "visitor"), std::pair("city", "room")}) {
    const Json field = Json::Of({{"field", name},
                                 {"label", name},
                                 {"scope", scope},
                                 {"visibility", "visible"},
                                 {"regexp", ""},
                                 {"searchable", false}});
    const std::string manager = chats_.AddUser(std::string("manager-") + name, {"livechat-manager"});
    const Answer saved = chats_.Post("livechat/custom-fields.save",
                                     Json::Of({{"customFieldId", Json()}, {"customFieldData", field}}), manager);
    ASSERT_EQ(saved.status, 200) << Print(saved.body);
  }
  Form form = FormOf("Hi");
  form.insert(form.end(), {{"FromCountry", "NO"}, {"FromCity", "OSLO"}, {"FromZip", "0150"}});
  Send(FromTwilio(form));
  EXPECT_EQ(Print(Visitors().at(0).livechat_data), R"({"country":"NO"})");
  EXPECT_EQ(Print(Rooms().at(0).livechat_data), R"({"city":"OSLO"})");
  form[3].second = "SE";
  Send(FromTwilio(form));
  EXPECT_EQ(Visitors().at(0).livechat_data.Text("country"), "SE");
  EXPECT_EQ(chats_.Stored<Contact>(Rooms().at(0).contact_id)->custom_fields.Text("country"), "SE");
}

TEST_F(TextMessages, FilesAreMissedButTheTextIsKept) {
  Form form = FormOf("See the picture");
  form.insert(form.end(), {{"NumMedia", "1"}, {"MediaUrl0", "https://x.test/1"}, {"MediaContentType0", "image/png"}});
  EXPECT_EQ(Send(FromTwilio(form)).status, 200);
  const Answer messages = MessagesIn(Rooms().at(0));
  EXPECT_EQ(messages.Each("messages", "msg"), "See the picture");
  const Json& attachment = messages.body.FindPath("messages")->AsArray()->front().Find("attachments")->AsArray()->at(0);
  EXPECT_EQ(attachment.Text("title"), "Attachment not fetched");
}

TEST_F(TextMessages, AreRefusedByTheApiWhenNobodyTakesChatsAndByTheProviderWhenTooLong) {
  chats_.Set("Message_MaxAllowedSize", 5);
  EXPECT_EQ(Text("123456").body, "<Response><Message>Message size exceeds Message_MaxAllowedSize</Message></Response>");
  EXPECT_EQ(Rooms().size(), 0u);
  chats_.SetAvailable(ann_, false);
  const Response refused = Text("Hi");
  EXPECT_EQ(refused.status, 400);
  EXPECT_EQ(ErrorOf(refused), "Sorry, no online agents [no-agent-online]");
}

TEST_F(TextMessages, AddressesInTheTextAreKept) {
  Text("Write to bob@visitors.test");
  EXPECT_EQ(Visitors().at(0).emails.at(0).address, "bob@visitors.test");
  Text("or to bobby@visitors.test");
  EXPECT_EQ(Visitors().at(0).emails.size(), 2u);
}

}  // namespace
}  // namespace parley::backend::embedded
