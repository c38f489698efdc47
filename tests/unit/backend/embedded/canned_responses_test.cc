#include <gtest/gtest.h>

#include "backend/embedded/canned_response.h"
#include "chat_fixture.h"

namespace parley::backend::embedded {
namespace {

class CannedResponses : public testing::Test {
 protected:
  static Json Response(const std::string& shortcut, const std::string& scope, const std::string& department = {}) {
    Json body = Json::Of({{"shortcut", shortcut}, {"text", "Text of " + shortcut}, {"scope", scope}});
    if (!department.empty()) body.Set("departmentId", department);
    return body;
  }
  Answer Save(const Json& body, const std::string& as) { return chats_.Post("canned-responses", body, as); }
  std::string List(const std::string& as, const std::string& query = {}) {
    return chats_.Get("canned-responses", query, as).Each("cannedResponses", "shortcut");
  }
  std::string IdOf(const std::string& shortcut) {
    return chats_.Get("canned-responses", Query({{"shortcut", shortcut}}), manager_).Each("cannedResponses", "_id");
  }

  ChatFixture chats_;
  const std::string manager_ = chats_.AddUser("mia", {"livechat-manager"});
  const std::string monitor_ = chats_.AddUser("max", {"livechat-monitor"});
  const std::string ann_ = chats_.AddAgent("ann");
  const std::string ben_ = chats_.AddAgent("ben");
  const std::string sales_ = chats_.AddDepartment("Sales", {ann_});
};

TEST_F(CannedResponses, AreReadBackAsTheyWereSaved) {
  Json body = Response("hi", "department", sales_);
  body.Set("tags", Json(Json::Array{"greet"}));
  EXPECT_EQ(Print(Save(body, manager_).body), R"({"success":true})");
  const Json shown = *chats_.Get("canned-responses/" + IdOf("hi"), {}, manager_).body.Find("cannedResponse");
  EXPECT_EQ(Print(Pick(shown, {"shortcut", "text", "scope", "tags", "departmentId"})),
            R"({"shortcut":"hi","text":"Text of hi","scope":"department","tags":["greet"],"departmentId":"sales-id"})");
  EXPECT_EQ(Print(*shown.Find("createdBy")), R"({"_id":"mia-id","username":"mia"})");
  for (const char* hidden : {"modifiedAt", "modifiedBy", "shortcutChosen"})
    EXPECT_EQ(shown.Find(hidden), nullptr) << hidden;
}

TEST_F(CannedResponses, AgentsSeeEverybodysTheirDepartmentsAndTheirOwn) {
  Save(Response("all", "global"), manager_);
  Save(Response("sales", "department", sales_), manager_);
  Save(Response("anns", "user"), ann_);
  Save(Response("bens", "user"), ben_);
  EXPECT_EQ(List(manager_), "all anns bens sales");
  EXPECT_EQ(List(ann_), "all anns sales");
  EXPECT_EQ(List(ben_), "all bens");
  EXPECT_EQ(chats_.Get("canned-responses.get", {}, ben_).Each("responses", "shortcut"), "all bens");
  EXPECT_EQ(chats_.Get("canned-responses/" + IdOf("anns"), {}, ann_).status, 200);
  const Answer hidden = chats_.Get("canned-responses/" + IdOf("anns"), {}, ben_);
  EXPECT_EQ(hidden.status, 404);
  EXPECT_EQ(hidden.error(), "Resource not found");
}

TEST_F(CannedResponses, AreFilteredAndPaged) {
  Json tagged = Response("b-two", "global");
  tagged.Set("tags", Json(Json::Array{"x", "y"}));
  Save(tagged, manager_);
  Save(Response("a-one", "global"), manager_);
  Save(Response("c-three", "department", sales_), manager_);
  EXPECT_EQ(List(manager_), "a-one b-two c-three");
  EXPECT_EQ(List(manager_, Query({{"shortcut", "a"}})), "") << "exactly";
  EXPECT_EQ(List(manager_, Query({{"text", "THREE"}})), "c-three");
  EXPECT_EQ(List(manager_, Query({{"scope", "department"}})), "c-three");
  EXPECT_EQ(List(manager_, Query({{"departmentId", sales_}})), "c-three");
  EXPECT_EQ(List(manager_, Query({{"createdBy", ann_}})), "");
  EXPECT_EQ(List(manager_, Query({{"createdBy", manager_}, {"tags[]", "y"}})), "b-two");
  const Answer page = chats_.Get("canned-responses", Query({{"count", "1"}, {"offset", "1"}}), manager_);
  EXPECT_EQ(page.Each("cannedResponses", "shortcut"), "b-two");
  EXPECT_EQ(page.body.Integer("total"), 3);
}

TEST_F(CannedResponses, AShortcutIsUnlikeAnyOther) {
  Save(Response("hi", "global"), manager_);
  const Answer second = Save(Response("hi", "user"), ann_);
  EXPECT_EQ(second.status, 400);
  EXPECT_EQ(second.error(), "Shortcut provided already exists [error-invalid-shortcut]");
  Json again = Response("hi", "global");
  again.Set("_id", IdOf("hi"));
  again.Set("text", "Hello");
  EXPECT_EQ(Save(again, manager_).status, 200);
  EXPECT_EQ(chats_.Get("canned-responses/" + IdOf("hi"), {}, manager_).Text("cannedResponse.text"), "Hello");
}

TEST_F(CannedResponses, WhoMaySaveDependsOnTheScope) {
  EXPECT_EQ(Save(Response("a", "global"), ann_).error(),
            "Not allowed to modify canned responses on *global* scope [error-not-allowed]");
  EXPECT_EQ(Save(Response("a", "department", sales_), ann_).error(),
            "Not allowed to modify canned responses on *department* scope [error-not-allowed]");
  EXPECT_EQ(Save(Response("a", "department", sales_), monitor_).status, 200);
  EXPECT_EQ(Save(Response("b", "global"), monitor_).status, 400);
  EXPECT_EQ(Save(Response("c", "user"), ann_).status, 200);
}

TEST_F(CannedResponses, AnAgentTouchesNobodyElses) {
  Save(Response("all", "global"), manager_);
  Save(Response("bens", "user"), ben_);
  for (const char* shortcut : {"all", "bens"}) {
    Json stolen = Response("mine", "user");
    stolen.Set("_id", IdOf(shortcut));
    EXPECT_EQ(Save(stolen, ann_).status, 400) << shortcut;
    EXPECT_EQ(chats_.Delete("canned-responses", Json::Of({{"_id", IdOf(shortcut)}}), ann_).status, 400) << shortcut;
  }
  EXPECT_EQ(List(manager_), "all bens");
}

TEST_F(CannedResponses, DepartmentsAndScopesMustExist) {
  EXPECT_EQ(Save(Response("a", "department", "nothing"), manager_).error(),
            "Invalid department [error-invalid-department]");
  EXPECT_EQ(Save(Response("a", "department"), manager_).error(), "Invalid department [error-invalid-department]");
  EXPECT_EQ(Save(Response("a", "planet"), manager_).error(), "Invalid scope [error-invalid-scope]");
  Json unknown = Response("a", "global");
  unknown.Set("_id", "nothing");
  EXPECT_EQ(Save(unknown, manager_).error(), "Canned Response not found [error-canned-response-not-found]");
}

TEST_F(CannedResponses, AreDeletedByBodyAndByPath) {
  Save(Response("a", "global"), manager_);
  Save(Response("b", "global"), manager_);
  const std::string a = IdOf("a");
  EXPECT_EQ(Print(chats_.Delete("canned-responses", Json::Of({{"_id", a}}), manager_).body), R"({"success":true})");
  EXPECT_EQ(chats_.Delete("canned-responses/" + IdOf("b"), {}, manager_).status, 200);
  EXPECT_EQ(List(manager_), "");
  EXPECT_EQ(chats_.Delete("canned-responses/" + a, {}, manager_).error(),
            "Canned Response not found [error-canned-response-not-found]");
}

TEST_F(CannedResponses, WhoChangedOneIsRemembered) {
  Save(Response("a", "global"), manager_);
  const std::string id = IdOf("a");
  EXPECT_FALSE(chats_.Stored<CannedResponse>(id)->modified_at);
  Json changed = Response("b", "global");
  changed.Set("_id", id);
  Save(changed, manager_);
  const auto stored = chats_.Stored<CannedResponse>(id);
  EXPECT_TRUE(stored->modified_at);
  EXPECT_FALSE(stored->modified_by.empty());
}

TEST_F(CannedResponses, WhatIsEverybodysIsNewsWhatIsOnesOwnIsNot) {
  Save(Response("a", "global"), manager_);
  const std::string id = IdOf("a");
  chats_.Delete("canned-responses/" + id, {}, manager_);
  EXPECT_EQ(chats_.EventsOf(id), (std::vector<std::string>{"canned_response.changed", "canned_response.changed"}));
  Save(Response("own", "user"), ann_);
  EXPECT_TRUE(chats_.EventsOf(IdOf("own")).empty());
}

}  // namespace
}  // namespace parley::backend::embedded
