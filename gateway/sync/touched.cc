#include "sync/touched.h"

#include <algorithm>
#include <optional>

#include "base/text.h"
#include "sync/shape.h"

namespace parley::sync {
namespace {

using http::Method;

// Where the id of the room stands.
enum class From { kBody, kQuery, kPath, kAnswer };

struct RoomRoute {
  Method method;
  std::string_view path;  // {rid}: the room, {}: anything
  From from = From::kBody;
  std::string_view name = "rid";  // dotted, in body and answer
};

// Of one path the first that names a room.
constexpr RoomRoute kRoomRoutes[] = {
    {Method::kPost, "livechat/message"},
    {Method::kPut, "livechat/message/{}"},
    {Method::kDelete, "livechat/message/{}"},
    {Method::kGet, "livechat/room", From::kAnswer, "room._id"},
    {Method::kPost, "livechat/room.close"},
    {Method::kPost, "livechat/room.closeByUser"},
    {Method::kGet, "livechat/room.join", From::kQuery, "roomId"},
    {Method::kPost, "livechat/room.saveInfo", From::kBody, "roomData._id"},
    {Method::kPost, "livechat/room.forward", From::kBody, "roomId"},
    {Method::kPost, "livechat/room.transfer"},
    {Method::kPost, "livechat/visitor/department.transfer"},
    {Method::kPut, "livechat/room.visitor"},
    {Method::kPost, "livechat/room.survey"},
    {Method::kPost, "livechat/room.onHold", From::kBody, "roomId"},
    {Method::kPost, "livechat/room.resumeOnHold", From::kBody, "roomId"},
    {Method::kPost, "livechat/room/{rid}/priority", From::kPath},
    {Method::kDelete, "livechat/room/{rid}/priority", From::kPath},
    {Method::kPost, "livechat/rooms.delete", From::kBody, "roomId"},
    {Method::kPost, "livechat/upload/{rid}", From::kPath},
    {Method::kPost, "livechat/inquiries.returnAsInquiry", From::kBody, "roomId"},
    {Method::kPut, "livechat/inquiry.setSLA", From::kBody, "roomId"},
    {Method::kPost, "livechat/transcript"},
    {Method::kPost, "livechat/transcript/{rid}", From::kPath},
    {Method::kDelete, "livechat/transcript/{rid}", From::kPath},
    {Method::kPost, "omnichannel/{rid}/request-transcript", From::kPath},
    {Method::kPost, "chat.sendMessage", From::kBody, "message.rid"},
    {Method::kPost, "chat.postMessage", From::kAnswer, "message.rid"},
    {Method::kPost, "chat.update", From::kBody, "roomId"},
    {Method::kPost, "chat.delete", From::kBody, "roomId"},
    {Method::kPost, "rooms.upload/{rid}", From::kPath},
    {Method::kPost, "rooms.mediaConfirm/{rid}/{}", From::kPath},
};

// What else is looked into, by FindVisitors and FindOthers.
struct OtherRoute {
  Method method;
  std::string_view path;
  bool in_body = true;
};

constexpr OtherRoute kOtherRoutes[] = {
    {Method::kPost, "livechat/visitor", false},
    {Method::kPost, "livechat/custom.field"},
    {Method::kPost, "livechat/custom.fields"},
    {Method::kPost, "livechat/visitor.status"},
    {Method::kPost, "omnichannel/contact"},
    {Method::kPost, "livechat/messages"},
    {Method::kDelete, "livechat/visitor/{}", false},
    {Method::kPost, "livechat/inquiries.take"},
    {Method::kPost, "livechat/page.visited"},
    {Method::kPost, "livechat/offline.message"},
    {Method::kPost, "livechat/rooms.removeAllClosedRooms"},
};

// Who accepts chats, and who is an agent at all, follows from these.
constexpr std::string_view kAgentRoutes[] = {"livechat/agent.status",
                                             "livechat/agents.saveInfo",
                                             "livechat/users/agent",
                                             "users.create",
                                             "users.update",
                                             "users.delete",
                                             "users.setActiveStatus",
                                             "users.setStatus",
                                             "users.deactivateIdle",
                                             "login",
                                             "logout"};

// The same by realtime methods.
constexpr std::string_view kAgentMethods[] = {"livechat:saveAgentInfo", "livechat:changeLivechatStatus",
                                              "livechat:addAgent", "livechat:removeAgent", "setUserActiveStatus"};

// The segment {rid} stands for; empty text when there is none. Nothing: another path.
std::optional<std::string> MatchPath(std::string_view pattern, std::string_view path) {
  if (!path.starts_with(pattern.substr(0, pattern.find('{')))) return std::nullopt;
  const std::vector<std::string_view> wanted = Split(pattern, '/');
  const std::vector<std::string_view> given = Split(path, '/');
  if (wanted.size() != given.size()) return std::nullopt;
  std::string room;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (wanted[i] == "{rid}") {
      room = PercentDecode(given[i], false).value_or("");
    } else if (wanted[i] != "{}" && wanted[i] != given[i]) {
      return std::nullopt;
    }
  }
  return room;
}

std::string InQuery(std::string_view query, std::string_view name) {
  const auto pairs = http::ParseQuery(query);
  if (!pairs) return {};
  for (const auto& [given, value] : *pairs) {
    if (given == name) return value;
  }
  return {};
}

std::string RoomIn(const Passed& passed, const RoomRoute& route, const std::string& in_path) {
  switch (route.from) {
    case From::kBody:
      return std::string(TextAt(passed.body, route.name));
    case From::kAnswer:
      return std::string(TextAt(passed.answer, route.name));
    case From::kQuery:
      return InQuery(passed.query, route.name);
    case From::kPath:
      return in_path;
  }
  return {};
}

void FindRooms(const Passed& passed, Touched& touched) {
  for (const RoomRoute& route : kRoomRoutes) {
    if (route.method != passed.method) continue;
    const std::optional<std::string> in_path = MatchPath(route.path, passed.path);
    if (!in_path) continue;
    // Widgets ask for the open chat again and again.
    if (route.path == "livechat/room" && !passed.answer.Flag("newRoom", true)) return;
    std::string room = RoomIn(passed, route, *in_path);
    if (IsId(room)) touched.rooms.push_back(std::move(room));
    return;
  }
}

void AddText(std::string_view text, std::vector<std::string>& to) {
  if (!text.empty()) to.emplace_back(text);
}

Json MemberOf(const Json& object, std::string_view name) {
  const Json* member = object.Find(name);
  return member == nullptr ? Json() : *member;
}

void FindVisitors(const Passed& passed, Touched& touched) {
  const bool posts = passed.method == Method::kPost;
  if (posts && passed.path == "livechat/visitor") touched.visitor = MemberOf(passed.answer, "visitor");
  for (const std::string_view route : {"livechat/custom.field", "livechat/custom.fields", "livechat/visitor.status"}) {
    if (posts && passed.path == route) AddText(passed.body.Text("token"), touched.visitors_tokens);
  }
  if (posts && passed.path == "omnichannel/contact") AddText(passed.body.Text("token"), touched.visitors_tokens);
  if (posts && passed.path == "livechat/messages") {
    AddText(TextAt(passed.body, "visitor.token"), touched.chatting_tokens);
  }
  constexpr std::string_view kVisitor = "livechat/visitor/";
  if (passed.method == Method::kDelete && passed.path.starts_with(kVisitor))
    touched.erased_token = PercentDecode(passed.path.substr(kVisitor.size()), false).value_or("");
}

void FindOthers(const Passed& passed, Touched& touched) {
  if (passed.method != Method::kPost) return;
  if (passed.path == "livechat/inquiries.take") AddText(passed.body.Text("inquiryId"), touched.inquiries);
  // A workspace that does not keep pages says nothing of this one.
  if (passed.path == "livechat/page.visited" && passed.answer.Find("page") != nullptr) touched.page = passed.body;
  if (passed.path == "livechat/offline.message") touched.offline_message = passed.body;
  if (passed.path != "livechat/rooms.removeAllClosedRooms") return;
  touched.all_closed = true;
  const Json departments = MemberOf(passed.body, "departmentIds");
  if (departments.AsArray() == nullptr) return;
  for (const Json& department : *departments.AsArray()) AddText(department.AsString().value_or(""), touched.closed_of);
}

// "livechat:closeRoom"; empty: no call of a method.
std::string MethodOf(Method method, std::string_view path) {
  constexpr std::string_view kCall = "method.call/";
  if (method != Method::kPost || !path.starts_with(kCall)) return {};
  return PercentDecode(path.substr(kCall.size()), false).value_or("");
}

bool IsMethodOfChats(Method method, std::string_view path) {
  const std::string name = MethodOf(method, path);
  return name == "sendMessage" || name == "updateMessage" || name == "deleteMessage" || name.starts_with("livechat:");
}

// Realtime methods by way of POST: their parameters name rooms and inquiries without saying which is which.
void FindInMethod(const Passed& passed, Touched& touched) {
  if (!IsMethodOfChats(passed.method, passed.path)) return;
  const Result<Json> message = ParseJson(passed.body.Text("message"));
  const Json* params = message ? message->Find("params") : nullptr;
  if (params == nullptr || params->AsArray() == nullptr) return;
  const auto add = [&](std::string_view id) {
    if (!IsId(id)) return;
    touched.rooms.emplace_back(id);
    touched.inquiries.emplace_back(id);
  };
  for (const Json& param : *params->AsArray()) {
    add(param.AsString().value_or(""));
    for (const char* name : {"rid", "roomId", "_id"}) add(param.Text(name));
  }
}

bool ChangesAgents(Method method, std::string_view path) {
  if (method == Method::kGet) return false;
  const std::string name = MethodOf(method, path);
  if (std::find(std::begin(kAgentMethods), std::end(kAgentMethods), name) != std::end(kAgentMethods)) return true;
  return std::any_of(std::begin(kAgentRoutes), std::end(kAgentRoutes), [&](std::string_view route) {
    return path == route || (path.starts_with(route) && path[route.size()] == '/');
  });
}

}  // namespace

bool Touched::Nothing() const {
  return rooms.empty() && inquiries.empty() && visitors_tokens.empty() && chatting_tokens.empty() &&
         erased_token.empty() && visitor.IsNull() && page.IsNull() && offline_message.IsNull() && !all_closed &&
         !agents;
}

Touched WhatWasTouched(const Passed& passed) {
  Touched touched;
  FindRooms(passed, touched);
  FindVisitors(passed, touched);
  FindOthers(passed, touched);
  FindInMethod(passed, touched);
  touched.agents = ChangesAgents(passed.method, passed.path);
  return touched;
}

// Whatever is looked into was done only if the answer says so.
Interest InterestIn(Method method, std::string_view path) {
  if (method == Method::kGet && !path.starts_with("livechat/room")) return {};
  Interest interest;
  interest.body = IsMethodOfChats(method, path);
  interest.answer = interest.body || ChangesAgents(method, path);
  for (const RoomRoute& route : kRoomRoutes) {
    if (route.method != method || !MatchPath(route.path, path)) continue;
    interest.answer = true;
    interest.body = interest.body || route.from == From::kBody;
  }
  for (const OtherRoute& route : kOtherRoutes) {
    if (route.method != method || !MatchPath(route.path, path)) continue;
    interest.answer = true;
    interest.body = interest.body || route.in_body;
  }
  return interest;
}

}  // namespace parley::sync
