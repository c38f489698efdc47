// Whatever comes in, every route about chats answers a JSON object below 500 and the store stays usable.
#include <gtest/gtest.h>

#include "backend/embedded/routes.h"
#include "chat_fixture.h"

namespace parley::backend::embedded {
namespace {

Routes ChatRoutes() {
  Routes all;
  for (const auto& family :
       {VisitorRoutes, VisitorMessageRoutes, PageVisitRoutes, VisitorHistoryRoutes, RoomRoutes, RoomListRoutes,
        RoomInfoRoutes, ClosingRoutes, InquiryRoutes, TransferRoutes, AgentMessageRoutes, CustomFieldRoutes,
        WidgetRoutes, TranscriptRoutes, OfflineMessageRoutes, MailerRoutes, EmailInboxRoutes, UploadRoutes}) {
    const Routes routes = family();
    all.insert(all.end(), routes.begin(), routes.end());
  }
  return all;
}

// Values no member expects.
std::vector<Json> HostileValues() {
  Json deep = "x";
  for (int depth = 0; depth < 40; ++depth) deep = Json(Json::Array{deep});
  return {nullptr,
          true,
          -1,
          1e300,
          "",
          " ",
          "'; DROP TABLE rooms; --",
          std::string(20'000, 'a'),
          std::string("a\0b", 3),
          "\xF0\x9F\x98\x80",
          "..",
          "{\"$ne\":1}",
          "[",
          Json::MakeArray(),
          Json(Json::Array{1, nullptr, "x"}),
          Json::MakeObject(),
          Json::Of({{"$gt", ""}}),
          deep};
}

// An object that fits the schema, as far as texts do.
Json Plausible(const specs::Schema& schema) {
  switch (schema.type) {
    case specs::Type::kBoolean:
      return true;
    case specs::Type::kInteger:
    case specs::Type::kNumber:
      return 1;
    case specs::Type::kArray: {
      Json list = Json::MakeArray();
      if (schema.items) list.Push(Plausible(*schema.items));
      return list;
    }
    case specs::Type::kObject: {
      Json object = Json::MakeObject();
      for (const specs::Property& property : schema.properties)
        object.Append(property.name, Plausible(*property.schema));
      return object;
    }
    default:
      return "1";
  }
}

// `valid` with one member after the other, at every depth, replaced by `value`.
void Spoil(const Json& valid, const Json& value, const std::function<void(const Json&)>& use) {
  use(value);
  if (const Json::Object* members = valid.AsObject()) {
    for (const auto& [name, member] : *members) {
      Spoil(member, value, [&, key = name](const Json& spoiled) {
        Json changed = valid;
        changed.Set(key, spoiled);
        use(changed);
      });
      Json missing = valid;
      missing.Remove(name);
      use(missing);
    }
  }
  if (const Json::Array* items = valid.AsArray(); items && !items->empty()) {
    Spoil(items->front(), value, [&](const Json& spoiled) { use(Json(Json::Array{spoiled})); });
  }
}

class HostileInput : public testing::TestWithParam<Route> {
 protected:
  HostileInput() : boss_(chats_.AddUser("boss", {"livechat-manager", "livechat-agent", "admin"})) {
    room_ = chats_.RoomOf("1");
    chats_.Say("1", room_, "Hello");
  }

  // The route's path with the real room where a room is asked for and `filler` elsewhere.
  std::string PathOf(std::string_view operation, const std::string& filler) {
    std::string path(operation.substr(operation.find(' ') + 1));
    for (std::size_t at = path.find('{'); at != std::string::npos; at = path.find('{')) {
      const std::string name = path.substr(at + 1, path.find('}') - at - 1);
      path.replace(at, name.size() + 2, name == "rid" || name == "roomId" ? room_ : filler);
    }
    return path;
  }

  void ExpectBelow500(const std::string& path, const std::string& query, const Json& body) {
    const Answer answer = test::Await(chats_.Call(method(), path, query, body, boss_));
    EXPECT_LT(answer.status, 500) << path << "?" << query << " " << Print(body).substr(0, 300);
    EXPECT_TRUE(answer.body.IsObject());
  }

  http::Method method() const {
    const std::string_view operation = GetParam().operation;
    return *http::ParseMethod(operation.substr(0, operation.find(' ')));
  }

  ChatFixture chats_;
  std::string boss_, room_;
};

TEST_P(HostileInput, InTheBody) {
  const specs::Operation* operation = chats_.Spec().Find(GetParam().operation);
  ASSERT_NE(operation, nullptr);
  if (!operation->body) return;
  Json valid = Plausible(*operation->body);
  for (const char* member : {"rid", "roomId"}) {
    if (valid.Find(member) != nullptr) valid.Set(member, room_);
  }
  const std::string path = PathOf(GetParam().operation, "1");
  for (const Json& value : HostileValues()) {
    Spoil(valid, value, [&](const Json& body) { ExpectBelow500(path, {}, body); });
  }
  EXPECT_EQ(chats_.Get("livechat/config").status, 200);
}

TEST_P(HostileInput, InTheQueryAndThePath) {
  const specs::Operation* operation = chats_.Spec().Find(GetParam().operation);
  ASSERT_NE(operation, nullptr);
  for (const Json& value : HostileValues()) {
    const std::string text = value.IsString() ? std::string(*value.AsString()) : Print(value);
    if (GetParam().operation.find('{') != std::string_view::npos && !text.empty() && text != "..") {
      ExpectBelow500(PathOf(GetParam().operation, Query({{"", text}}).substr(1)), {}, Json());
    }
    for (const specs::Parameter& parameter : operation->parameters) {
      if (parameter.in == specs::In::kQuery) {
        ExpectBelow500(PathOf(GetParam().operation, "1"), Query({{parameter.name, text}}), Json());
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Chats, HostileInput, testing::ValuesIn(ChatRoutes()), [](const auto& test) {
  std::string name(test.param.operation);
  for (char& c : name) {
    if (!std::isalnum(static_cast<unsigned char>(c))) c = '_';
  }
  return name;
});

}  // namespace
}  // namespace parley::backend::embedded
