#include "backend/embedded/method_inputs.h"

#include <algorithm>

#include "base/text.h"

namespace parley::backend::embedded {
namespace {

using Parameters = Json::Array;

// ---- reading parameters ---------------------------------------------------------------------------------------------

const Json& At(const Parameters& parameters, std::size_t i) {
  static const Json kNull;
  return i < parameters.size() ? parameters[i] : kNull;
}

std::string TextAt(const Parameters& parameters, std::size_t i) {
  return std::string(At(parameters, i).AsString().value_or(""));
}

// A value that was not sent leaves its member out.
void Add(Json& object, std::string_view member, const Json& value) {
  if (!value.IsNull()) object.Append(member, value);
}

Json MemberOf(const Json& object, std::string_view member) {
  const Json* value = object.Find(member);
  return value == nullptr ? Json() : *value;
}

// A path segment is never empty, so that a missing parameter names nothing rather than another route.
std::string Segment(const std::string& text) {
  return text.empty() ? "-" : PercentEncode(text);
}

MethodInput To(std::string path, Json body = Json::MakeObject()) {
  MethodInput input;
  input.path = std::move(path);
  input.body = std::move(body);
  return input;
}

MethodInput ToSince(std::string path, const Parameters& parameters) {
  MethodInput input = To(std::move(path));
  Add(input.query, "updatedSince", At(parameters, 0));
  return input;
}

// The first parameter under one name, the others under theirs.
MethodInput ToMembers(std::string path, const Parameters& parameters, std::initializer_list<std::string_view> names) {
  MethodInput input = To(std::move(path));
  std::size_t i = 0;
  for (const std::string_view name : names) Add(input.body, name, At(parameters, i++));
  return input;
}

// ---- writing results ------------------------------------------------------------------------------------------------

std::optional<Json> Nothing(const Parameters&, const Json&) {
  return std::nullopt;
}

std::optional<Json> True(const Parameters&, const Json&) {
  return Json(true);
}

// What the route answers at top level.
std::optional<Json> Record(const Parameters&, const Json& body) {
  Json record = body;
  record.Remove("success");
  return record;
}

std::optional<Json> Member(const Json& body, std::string_view name) {
  const Json* member = body.Find(name);
  if (member == nullptr) return std::nullopt;
  return *member;
}

std::optional<Json> MessageIn(const Parameters&, const Json& body) {
  return Member(body, "message");
}

std::optional<Json> TokenIn(const Parameters&, const Json& body) {
  return Member(body, "token");
}

// Everything as a list; changes since a moment with what was removed.
std::optional<Json> Changed(const Parameters& parameters, const Json& body) {
  if (At(parameters, 0).IsNull()) return Member(body, "update");
  return Json::Of({{"update", MemberOf(body, "update")}, {"remove", MemberOf(body, "remove")}});
}

// ---- the table ------------------------------------------------------------------------------------------------------

constexpr auto kGet = http::Method::kGet;
constexpr auto kPost = http::Method::kPost;

MethodInput ReadUpdateMessage(const Parameters& parameters) {
  const Json& message = At(parameters, 0);
  MethodInput input = To("chat.update");
  Add(input.body, "roomId", MemberOf(message, "rid"));
  Add(input.body, "msgId", MemberOf(message, "_id"));
  Add(input.body, "text", MemberOf(message, "msg"));
  Add(input.body, "customFields", MemberOf(message, "customFields"));
  return input;
}

MethodInput ReadVisitorMessage(const Parameters& parameters) {
  const Json& message = At(parameters, 0);
  MethodInput input = To("livechat/message");
  for (const std::string_view member : {"token", "rid", "msg", "_id"}) {
    Add(input.body, member, MemberOf(message, member));
  }
  Add(input.body, "agent", At(parameters, 1));
  return input;
}

MethodInput ReadCloseRoom(const Parameters& parameters) {
  MethodInput input = ToMembers("livechat/room.closeByUser", parameters, {"rid", "comment"});
  const Json& options = At(parameters, 2);
  for (const std::string_view member : {"tags", "forceClose"}) Add(input.body, member, MemberOf(options, member));
  return input;
}

// The method wants the whole definition; what lacks is wrong for the route too.
MethodInput ReadCustomField(const Parameters& parameters) {
  MethodInput input = ToMembers("livechat/custom-fields.save", parameters, {"customFieldId", "customFieldData"});
  const Json& field = At(parameters, 1);
  const bool whole = MemberOf(field, "regexp").IsString() && MemberOf(field, "searchable").AsBoolean().has_value();
  if (!whole) input.body.Remove("customFieldData");
  return input;
}

// The method wants a list, which may be empty; the route takes none then.
MethodInput ReadTag(const Parameters& parameters) {
  MethodInput input = ToMembers("livechat/tags.save", parameters, {"_id", "tagData", "tagDepartments"});
  if (!At(parameters, 2).IsArray()) input.body.Remove("tagData");
  if (At(parameters, 2).IsArray() && At(parameters, 2).size() == 0) input.body.Remove("tagDepartments");
  return input;
}

MethodInput ReadSaveSetting(const Parameters& parameters) {
  MethodInput input = To("settings/" + Segment(TextAt(parameters, 0)));
  input.body.Append("value", At(parameters, 1));
  Add(input.body, "editor", At(parameters, 2));
  return input;
}

constexpr Method kMethods[] = {
    {"createPrivateGroup", kPost,
     [](const Parameters& p) {
       return ToMembers("groups.create", p, {"name", "members", "readOnly"});
     },
     [](const Parameters&, const Json& body) { return Member(body, "group"); }},
    {"getSingleMessage", kGet,
     [](const Parameters& p) {
       MethodInput input = To("chat.getMessage");
       Add(input.query, "msgId", At(p, 0));
       return input;
     },
     MessageIn},
    {"livechat:addMonitor", kPost,
     [](const Parameters& p) { return ToMembers("livechat/monitors.create", p, {"username"}); }, True},
    {"livechat:changeLivechatStatus", kPost,
     [](const Parameters& p) {
       return To("livechat/agent.status", At(p, 0).IsObject() ? At(p, 0) : Json::MakeObject());
     },
     Nothing},
    {"livechat:closeRoom", kPost, ReadCloseRoom, True},
    {"livechat:removeCustomField", kPost,
     [](const Parameters& p) { return ToMembers("livechat/custom-fields.delete", p, {"customFieldId"}); }, True},
    {"livechat:removeRoom", kPost,
     [](const Parameters& p) { return ToMembers("livechat/rooms.delete", p, {"roomId"}); }, Nothing},
    {"livechat:removeTag", kPost, [](const Parameters& p) { return ToMembers("livechat/tags.delete", p, {"id"}); },
     True},
    {"livechat:removeTrigger", http::Method::kDelete,
     [](const Parameters& p) { return To("livechat/triggers/" + Segment(TextAt(p, 0))); }, True},
    {"livechat:returnAsInquiry", kPost,
     [](const Parameters& p) {
       return ToMembers("livechat/inquiries.returnAsInquiry", p, {"roomId", "departmentId"});
     },
     [](const Parameters&, const Json& body) { return Member(body, "result"); }},
    {"livechat:saveAgentInfo", kPost,
     [](const Parameters& p) {
       return ToMembers("livechat/agents.saveInfo", p, {"agentId", "agentData", "agentDepartments"});
     },
     True},
    {"livechat:saveBusinessHour", kPost,
     [](const Parameters& p) {
       return To("livechat/business-hours.save", At(p, 0).IsObject() ? At(p, 0) : Json::MakeObject());
     },
     Nothing},
    {"livechat:saveCustomField", kPost, ReadCustomField,
     [](const Parameters&, const Json& body) { return Member(body, "customField"); }},
    {"livechat:saveInfo", kPost,
     [](const Parameters& p) {
       return ToMembers("livechat/room.saveInfo", p, {"guestData", "roomData"});
     },
     True},
    {"livechat:saveTag", kPost, ReadTag, Record},
    {"livechat:saveTrigger", kPost,
     [](const Parameters& p) { return To("livechat/triggers", At(p, 0).IsObject() ? At(p, 0) : Json::MakeObject()); },
     True},
    {"permissions/get", kGet, [](const Parameters& p) { return ToSince("permissions.listAll", p); }, Changed},
    {"personalAccessTokens:generateToken", kPost,
     [](const Parameters& p) {
       return To("users.generatePersonalAccessToken", At(p, 0).IsObject() ? At(p, 0) : Json::MakeObject());
     },
     TokenIn},
    {"personalAccessTokens:regenerateToken", kPost,
     [](const Parameters& p) {
       return To("users.regeneratePersonalAccessToken", At(p, 0).IsObject() ? At(p, 0) : Json::MakeObject());
     },
     TokenIn},
    {"personalAccessTokens:removeToken", kPost,
     [](const Parameters& p) {
       return To("users.removePersonalAccessToken", At(p, 0).IsObject() ? At(p, 0) : Json::MakeObject());
     },
     Nothing},
    {"rooms/get", kGet, [](const Parameters& p) { return ToSince("rooms.get", p); }, Changed},
    {"saveSetting", kPost, ReadSaveSetting, True},
    {"saveSettings", kPost, [](const Parameters& p) { return ToMembers("settings", p, {"settings"}); }, True},
    {"sendMessage", kPost,
     [](const Parameters& p) {
       return ToMembers("chat.sendMessage", p, {"message", "previewUrls"});
     },
     MessageIn},
    {"sendMessageLivechat", kPost, ReadVisitorMessage, MessageIn},
    {"setUserActiveStatus", kPost,
     [](const Parameters& p) {
       return ToMembers("users.setActiveStatus", p, {"userId", "activeStatus", "confirmRelinquish"});
     },
     True},
    {"subscriptions/get", kGet, [](const Parameters& p) { return ToSince("subscriptions.get", p); }, Changed},
    {"updateMessage", kPost, ReadUpdateMessage, Nothing},
};

constexpr bool IsSorted() {
  for (std::size_t i = 1; i < std::size(kMethods); ++i) {
    if (kMethods[i].name <= kMethods[i - 1].name) return false;
  }
  return true;
}
static_assert(IsSorted(), "FindMethod searches by halves");

constexpr MethodRefusal kRefusals[] = {
    {"livechat:removeTag", "Tag not found", "tag-not-found", "Tag not found"},
    {"livechat:saveAgentInfo", "error-user-is-not-agent", "error-user-is-not-agent", "User is not a livechat agent"},
    {"livechat:saveCustomField", "Custom Field Not found", "error-invalid-custom-field", "Custom Field Not found"},
    {"livechat:saveCustomField", "Custom Field already exists", "error-custom-field-name-already-exists",
     "Custom field name already exists"},
    {"livechat:saveInfo", "error-invalid-room", "error-invalid-room", "Invalid room"},
};

}  // namespace

const MethodRefusal* FindMethodRefusal(std::string_view method, std::string_view said) {
  const auto* found = std::find_if(std::begin(kRefusals), std::end(kRefusals), [&](const MethodRefusal& each) {
    return each.method == method && each.said == said;
  });
  return found == std::end(kRefusals) ? nullptr : found;
}

const Method* FindMethod(std::string_view name) {
  const auto* found =
      std::lower_bound(std::begin(kMethods), std::end(kMethods), name,
                       [](const Method& method, std::string_view wanted) { return method.name < wanted; });
  return found != std::end(kMethods) && found->name == name ? found : nullptr;
}

}  // namespace parley::backend::embedded
