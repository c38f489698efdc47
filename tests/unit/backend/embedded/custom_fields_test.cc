#include <gtest/gtest.h>

#include "chat_fixture.h"

namespace parley::backend::embedded {
namespace {

class CustomFields : public testing::Test {
 protected:
  CustomFields() : ann_(chats_.AddAgent("ann")), boss_(chats_.AddUser("boss", {"livechat-manager"})) {}

  Answer Define(const Json& field, const Json& id = {}) {
    Json body = Json::Of({{"customFieldData", field}});
    if (!id.IsNull()) body.Append("customFieldId", id);
    return chats_.Post("livechat/custom-fields.save", body, boss_);
  }
  static Json Field(const char* name, const char* scope) {
    return Json::Of({{"field", name}, {"label", name}, {"scope", scope}, {"visibility", "visible"}});
  }
  Answer SetValue(const char* key, const char* value, bool overwrite = true) {
    return chats_.Post("livechat/custom.field",
                       Json::Of({{"token", "1"}, {"key", key}, {"value", value}, {"overwrite", overwrite}}));
  }

  ChatFixture chats_;
  std::string ann_, boss_;
};

TEST_F(CustomFields, AreDefinedChangedAndRemoved) {
  const Answer made = Define(Field("plan", "visitor"));
  EXPECT_EQ(made.Text("customField._id"), "plan");
  EXPECT_EQ(Define(Field("plan", "visitor")).error(), "Custom Field already exists");
  EXPECT_EQ(Define(Field("x", "visitor"), "none").error(), "Custom Field Not found");
  EXPECT_EQ(Define(Field("a b", "visitor")).status, 400);
  EXPECT_EQ(Define(Field("plan", "visitor"), "plan").body.FindPath("customField._id"), nullptr);
  EXPECT_EQ(chats_.Get("livechat/custom-fields", {}, ann_).Each("customFields", "_id"), "plan");
  const Json remove = Json::Of({{"customFieldId", "plan"}});
  EXPECT_EQ(chats_.Post("livechat/custom-fields.delete", remove, boss_).status, 200);
  EXPECT_EQ(chats_.Post("livechat/custom-fields.delete", remove, boss_).error(), "Custom field not found");
  EXPECT_TRUE(chats_.Get("livechat/custom-fields/plan", {}, ann_).body.Find("customField")->IsNull());
}

TEST_F(CustomFields, OfAVisitorFollowTheirDefinition) {
  Json plan = Field("plan", "visitor");
  plan.Set("regexp", "^(gold|silver)$");
  Define(plan);
  const std::string room = chats_.RoomOf("1");
  EXPECT_EQ(SetValue("unknown", "x").error(), "invalid-custom-field");
  EXPECT_EQ(SetValue("plan", "iron").error(), "Invalid value for plan field");
  EXPECT_EQ(Print(SetValue("plan", "gold").body),
            R"({"field":{"key":"plan","value":"gold","overwrite":true},"success":true})");
  SetValue("plan", "silver", false);
  EXPECT_EQ(chats_.Get("livechat/visitor/1").Text("visitor.livechatData.plan"), "gold");
  EXPECT_EQ(Print(chats_.LedgerOf(room)->visitor.custom_variables), R"([{"key":"plan","value":"gold"}])");
}

TEST_F(CustomFields, ThatAreRequiredAreMissedOnlyInAList) {
  Json plan = Field("plan", "visitor");
  plan.Set("required", true);
  Define(plan);
  const auto enter = [&](Json visitor) {
    visitor.Set("token", "1");
    return chats_.Post("livechat/visitor", Json::Of({{"visitor", visitor}}));
  };
  EXPECT_EQ(enter(Json::MakeObject()).status, 200);
  Json other = Json::Of({{"key", "other"}, {"value", "x"}, {"overwrite", true}});
  EXPECT_EQ(enter(Json::Of({{"customFields", Json(Json::Array{other})}})).error(),
            "Missing required custom fields: plan");
}

}  // namespace
}  // namespace parley::backend::embedded
