// Realtime methods over REST (administration reference §6.4, omnichannel reference §2.18).
#include <gtest/gtest.h>

#include "backend/embedded/ejson.h"
#include "backend/embedded/message.h"
#include "backend/embedded/room.h"
#include "chat_fixture.h"

namespace parley::backend::embedded {
namespace {

class Methods : public testing::Test {
 protected:
  explicit Methods(Edition edition = Edition::kPremium)
      : chats_(edition), ann_(chats_.AddAgent("ann")), boss_(chats_.AddUser("boss", {"admin"})) {
    room_ = chats_.RoomOf("1");
  }

  Answer CallText(const std::string& message, const std::string& user) {
    return chats_.Post("method.call/anything", Json::Of({{"message", message}}), user);
  }
  Answer Call(const std::string& method, Json::Array parameters, const std::string& user) {
    const Json sent = Json::Of({{"msg", "method"}, {"id", "7"}, {"method", method}, {"params", Json(parameters)}});
    return CallText(Print(sent), user);
  }
  // What stands in the envelope.
  static Json Inner(const Answer& answer) { return *ParseJson(answer.Text("message")); }
  static std::string Reason(const Answer& answer) {
    const Json inner = Inner(answer);
    const Json* message = inner.FindPath("error.message");
    return message == nullptr ? "" : std::string(message->AsString().value_or("?"));
  }

  ChatFixture chats_;
  std::string ann_, boss_, room_;
};

TEST_F(Methods, SendMessageAnswersTheMessageInItsEnvelope) {
  const Answer answer = Call("sendMessage", {Json::Of({{"rid", room_}, {"msg", "Hi"}, {"_id", "m1"}})}, ann_);
  ASSERT_EQ(answer.status, 200);
  EXPECT_TRUE(answer.body.Flag("success"));
  const Json inner = Inner(answer);
  EXPECT_EQ(inner.Text("msg"), "result");
  EXPECT_EQ(inner.Text("id"), "7");
  EXPECT_EQ(inner.FindPath("result._id")->AsString(), "m1");
  EXPECT_EQ(inner.FindPath("result.ts.$date")->AsInteger(), UnixMillis(chats_.clock().Now()));
  EXPECT_EQ(inner.FindPath("result.u.username")->AsString(), "ann");
  EXPECT_EQ(chats_.Stored<Message>("m1")->text, "Hi");
}

TEST_F(Methods, RefusalsAreErrorsOfMethods) {
  const Answer answer =
      Call("updateMessage",
           {Json::Of({{"_id", chats_.Say("1", room_, "x").Text("message._id")}, {"rid", room_}, {"msg", "y"}})}, ann_);
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(
      answer.Text("message"),
      R"({"msg":"result","id":"7","error":{"isClientSafe":true,"error":"error-action-not-allowed","reason":"Message editing not allowed","details":{"method":"updateMessage","action":"Message_editing"},"message":"Message editing not allowed [error-action-not-allowed]","errorType":"Meteor.Error"}})");
  EXPECT_FALSE(answer.body.Flag("success"));
}

TEST_F(Methods, UnknownMethodIsNotFound) {
  const Answer answer = Call("fly", {}, boss_);
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(
      answer.Text("message"),
      R"({"msg":"result","id":"7","error":{"isClientSafe":true,"error":404,"reason":"Method 'fly' not found","message":"Method 'fly' not found [404]","errorType":"Meteor.Error"}})");
}

TEST_F(Methods, TheNameInTheTextCountsAndPlainRefusalsSayNothing) {
  const Answer answer = Call("sendMessage", {Json::Of({{"rid", "x"}, {"msg", "Hi"}})}, ann_);
  EXPECT_EQ(answer.Text("message"), R"({"msg":"result","id":"7","error":{}})");
}

TEST_F(Methods, BrokenTextIsAnOrdinaryRefusal) {
  for (const char* text : {"{", "[]", "5", ""}) {
    const Answer answer = CallText(text, boss_);
    EXPECT_EQ(answer.status, 400) << text;
    EXPECT_NE(answer.error(), "") << text;
  }
  EXPECT_EQ(Reason(CallText("{}", boss_)), "Method 'undefined' not found [404]");
  EXPECT_EQ(chats_.Post("method.call/x", Json::MakeObject(), boss_).status, 400);
  EXPECT_EQ(chats_.Post("method.call/x", Json::Of({{"message", "{}"}})).status, 401);
}

TEST_F(Methods, ParametersOfAWrongShapeDoNotMatch) {
  EXPECT_EQ(Reason(Call("sendMessage", {}, ann_)), "Match failed [400]");
  EXPECT_EQ(Reason(Call("livechat:saveCustomField", {Json(), Json("x")}, boss_)), "Match failed [400]");
}

TEST_F(Methods, CustomFieldsAreSavedAndRemoved) {
  Json field = Json::Of({{"field", "plan"}, {"label", "Plan"}, {"scope", "visitor"}, {"visibility", "visible"}});
  EXPECT_EQ(Reason(Call("livechat:saveCustomField", {Json(), field}, boss_)), "Match failed [400]");
  field.Append("regexp", "");
  field.Append("searchable", false);
  const Answer saved = Call("livechat:saveCustomField", {Json(), field}, boss_);
  ASSERT_EQ(saved.status, 200);
  EXPECT_EQ(Inner(saved).FindPath("result._id")->AsString(), "plan");
  EXPECT_EQ(chats_.Get("livechat/custom-fields/plan", {}, ann_).Text("customField.label"), "Plan");
  EXPECT_EQ(Reason(Call("livechat:saveCustomField", {Json(), field}, boss_)),
            "Custom field name already exists [error-custom-field-name-already-exists]");
  EXPECT_EQ(Call("livechat:saveCustomField", {Json(), field}, ann_).status, 400);
  EXPECT_EQ(Reason(Call("livechat:saveCustomField", {Json(), field}, ann_)), "Not allowed [error-not-allowed]");
  EXPECT_EQ(Call("livechat:removeCustomField", {"plan"}, boss_).status, 200);
  EXPECT_TRUE(chats_.Get("livechat/custom-fields/plan", {}, ann_).body.Find("customField")->IsNull());
}

TEST_F(Methods, ChatsAreClosedReturnedAndRemoved) {
  EXPECT_EQ(Call("livechat:returnAsInquiry", {Json(room_)}, ann_).status, 200);
  EXPECT_FALSE(chats_.Stored<Room>(room_)->served_by);
  const Answer closed =
      Call("livechat:closeRoom",
           {Json(room_), Json("done"), Json::Of({{"clientAction", true}, {"tags", Json(Json::Array{"vip"})}})}, boss_);
  EXPECT_EQ(closed.Text("message"), R"({"msg":"result","id":"7","result":true})");
  EXPECT_FALSE(chats_.Stored<Room>(room_)->open);
  EXPECT_EQ(chats_.Stored<Room>(room_)->tags, std::vector<std::string>{"vip"});
  EXPECT_EQ(Call("livechat:removeRoom", {Json(room_)}, boss_).Text("message"), R"({"msg":"result","id":"7"})");
  EXPECT_FALSE(chats_.Stored<Room>(room_));
}

TEST_F(Methods, AgentsAreDescribed) {
  const std::string sales = chats_.AddDepartment("Sales", {});
  const Json::Array parameters = {Json(ann_), Json::Of({{"maxNumberSimultaneousChat", 3}}),
                                  Json(Json::Array{Json(sales)})};
  EXPECT_EQ(Call("livechat:saveAgentInfo", parameters, boss_).Text("message"),
            R"({"msg":"result","id":"7","result":true})");
  EXPECT_EQ(chats_.Get("livechat/agents/" + ann_ + "/departments", {}, boss_).Each("departments", "departmentId"),
            sales);
  EXPECT_EQ(Reason(Call("livechat:saveAgentInfo", parameters, ann_)), "Not allowed [error-not-allowed]");
  EXPECT_EQ(Reason(Call("livechat:saveAgentInfo", {Json(boss_), Json::MakeObject(), Json::MakeArray()}, boss_)),
            "User is not a livechat agent [error-user-is-not-agent]");
}

TEST_F(Methods, ChatsAreDescribed) {
  const std::string visitor = chats_.Stored<Room>(room_)->visitor.id;
  const Json guest = Json::Of({{"_id", visitor}});
  const auto save = [&](const std::string& room) {
    return Call("livechat:saveInfo", {guest, Json::Of({{"_id", room}, {"tags", Json(Json::Array{"vip"})}})}, boss_);
  };
  EXPECT_EQ(save(room_).Text("message"), R"({"msg":"result","id":"7","result":true})");
  EXPECT_EQ(chats_.Stored<Room>(room_)->tags, std::vector<std::string>{"vip"});
  EXPECT_EQ(Reason(save("nowhere")), "Invalid room [error-invalid-room]");
}

TEST_F(Methods, AgentsSwitchThemselvesOff) {
  EXPECT_EQ(Call("livechat:changeLivechatStatus", {Json::Of({{"status", "not-available"}})}, ann_).status, 200);
  EXPECT_EQ(chats_.Stored<User>(ann_)->status_livechat, "not-available");
}

TEST_F(Methods, ListsAreWholeOrSinceAMoment) {
  const Json all = Inner(Call("subscriptions/get", {}, ann_));
  ASSERT_EQ(all.Find("result")->size(), 1u);
  EXPECT_TRUE(all.Find("result")->AsArray()->front().FindPath("ts.$date"));
  const Json now = Json::Of({{"$date", UnixMillis(chats_.clock().Now())}});
  const Json since = Inner(Call("subscriptions/get", {now}, ann_));
  EXPECT_EQ(Print(*since.Find("result")), R"({"update":[],"remove":[]})");
  EXPECT_EQ(Inner(Call("rooms/get", {}, ann_)).Find("result")->size(), 1u);
  EXPECT_GT(Inner(Call("permissions/get", {}, ann_)).Find("result")->size(), 100u);
}

TEST_F(Methods, SettingsAreSavedByThoseWhoMay) {
  EXPECT_EQ(Call("saveSetting", {"Livechat_title", "Acme"}, boss_).status, 200);
  EXPECT_EQ(chats_.Get("settings/Livechat_title", {}, boss_).Text("value"), "Acme");
  const Json several = Json(Json::Array{Json::Of({{"_id", "Livechat_title"}, {"value", "Best"}})});
  const Answer refused = Call("saveSettings", {several}, ann_);
  EXPECT_EQ(Reason(refused), "Editing settings is not allowed [error-action-not-allowed]");
  EXPECT_EQ(Call("saveSettings", {several}, boss_).status, 200);
  EXPECT_EQ(chats_.Get("settings/Livechat_title", {}, boss_).Text("value"), "Best");
}

TEST_F(Methods, VisitorsWriteByTheirToken) {
  const Json message = Json::Of({{"token", "1"}, {"rid", room_}, {"msg", "Hello"}, {"_id", "v1"}});
  EXPECT_EQ(Call("sendMessageLivechat", {message}, ann_).status, 200);
  EXPECT_EQ(chats_.Stored<Message>("v1")->token, "1");
}

TEST_F(Methods, TokensAreMade) {
  const Json inner = Inner(Call("personalAccessTokens:generateToken", {Json::Of({{"tokenName", "t"}})}, boss_));
  EXPECT_EQ(inner.Text("result").size(), 43u);
}

TEST_F(Methods, TagsAreSavedAndRemoved) {
  const auto tags = [&](const char* member) {
    return chats_.Get("livechat/tags", Query({{"text", ""}}), boss_).Each("tags", member);
  };
  const Json made = Inner(Call("livechat:saveTag", {Json(), Json::Of({{"name", "vip"}}), Json::MakeArray()}, boss_));
  EXPECT_EQ(tags("name"), "vip");
  EXPECT_EQ(Call("livechat:saveTag", {Json(), Json::Of({{"name", "no list"}})}, boss_).status, 400);
  EXPECT_EQ(made.FindPath("result._id")->AsString(), tags("_id"));
  EXPECT_EQ(Reason(Call("livechat:removeTag", {"nowhere"}, boss_)), "Tag not found [tag-not-found]");
  EXPECT_EQ(Call("livechat:removeTag", {tags("_id")}, boss_).status, 200);
  EXPECT_EQ(tags("name"), "");
}

TEST_F(Methods, OneOfARouteThatIsNotBuiltSaysSo) {
  EXPECT_EQ(Call("livechat:addMonitor", {"max"}, boss_).status, 501);
}

class MethodsOfTheCommunity : public Methods {
 protected:
  MethodsOfTheCommunity() : Methods(Edition::kCommunity) {}
};

TEST_F(MethodsOfTheCommunity, PremiumOnesLackTheirLicence) {
  EXPECT_EQ(Reason(Call("livechat:saveTag", {Json(), Json::Of({{"name", "vip"}}), Json::MakeArray()}, boss_)),
            "This is an enterprise feature [error-action-not-allowed]");
}

TEST(Ejson, DatesAreConvertedBothWaysAndNothingElseIs) {
  const Json rest = Json::Of({{"ts", "2026-01-05T10:15:30.123Z"},
                              {"msg", "2026-01-05T10:15:30.123Z"},
                              {"v", Json::Of({{"lastMessageTs", "2026-01-05T10:15:30.000Z"}})},
                              {"lm", "never"}});
  const char* ejson =
      R"({"ts":{"$date":1767608130123},"msg":"2026-01-05T10:15:30.123Z","v":{"lastMessageTs":{"$date":1767608130000}},"lm":"never"})";
  EXPECT_EQ(Print(ToEjson(rest)), ejson);
  EXPECT_EQ(FromEjson(*ParseJson(ejson)), rest);
}

}  // namespace
}  // namespace parley::backend::embedded
