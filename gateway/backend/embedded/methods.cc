// Realtime methods over REST (administration reference §6.4, omnichannel reference §2.18).
//
// A method is an older name of a route: its parameters become the route's input, the route checks and answers, and the
// answer goes back in a method's envelope. So a method can do exactly what its route can.
#include <algorithm>

#include "backend/embedded/chats.h"
#include "backend/embedded/ejson.h"
#include "backend/embedded/frame.h"
#include "backend/embedded/method_inputs.h"
#include "backend/embedded/version.h"

namespace parley::backend::embedded {
namespace {

// ---- the envelope ---------------------------------------------------------------------------------------------------

Reply Enveloped(const Json& id, std::string_view member, Json value, int status) {
  Json result = Json::Of({{"msg", "result"}, {"id", id}});
  if (!member.empty()) result.Append(member, std::move(value));
  return Reply(status, Json::Of({{"message", Print(result)}, {"success", status == 200}}));
}

Reply Refused(const Call& call, const Json& id, Json error) {
  const bool by_status = RefusesMethodsWith400(call.services.workspace.version());
  return Enveloped(id, "error", std::move(error), by_status ? 400 : 200);
}

Json MethodError(Json code, std::string_view reason, const Json& details = {}) {
  const std::string shown(code.AsString() ? std::string(*code.AsString()) : Print(code));
  const std::string message = reason.empty() ? "[" + shown + "]" : std::string(reason) + " [" + shown + "]";
  Json error = Json::Of({{"isClientSafe", true}, {"error", std::move(code)}});
  if (!reason.empty()) error.Append("reason", reason);
  if (!details.IsNull()) error.Append("details", details);
  error.Append("message", message);
  error.Append("errorType", "Meteor.Error");
  return error;
}

// A refusal of the route in the words of a method. What has no code says nothing, as errors no client may see.
Json ErrorOf(const Reply& reply, std::string_view method) {
  const std::string_view code = reply.body.Text("errorType");
  if (reply.status == 403 && code.empty()) {
    return MethodError("error-not-allowed", "Not allowed", MethodDetails(method));
  }
  if (code == "invalid-params" || code == "error-invalid-params") return MethodError(400, "Match failed");
  if (const MethodRefusal* own = FindMethodRefusal(method, reply.body.Text("error")))
    return MethodError(own->code, own->reason, MethodDetails(method));
  if (code.empty()) return Json::MakeObject();
  std::string_view reason = reply.body.Text("error");
  const std::string suffix = "[" + std::string(code) + "]";
  if (reason.ends_with(suffix)) reason.remove_suffix(suffix.size());
  if (reason.ends_with(' ')) reason.remove_suffix(1);
  const Json* details = reply.body.Find("details");
  return MethodError(code, reason, details == nullptr ? Json() : *details);
}

// ---- the call -------------------------------------------------------------------------------------------------------

// The call a method makes of its route, with everything `outer` knows.
Awaitable<Reply> CallRoute(const Call& outer, const Method& method, const Json::Array& parameters) {
  MethodInput input = method.read(parameters);
  Request request = outer.request;
  request.method = method.verb;
  request.path = "/api/v1/" + input.path;
  const auto match = outer.services.workspace.operations().Match(request.method, request.path);
  if (!match) co_return Fail("Method '" + std::string(method.name) + "' has no route");
  Call inner(request, *match->operation, outer.services);
  inner.path = match->parameters;
  inner.query = std::move(input.query);
  inner.body = std::move(input.body);
  inner.caller = outer.caller;
  inner.service = outer.service;
  inner.token_id = outer.token_id;
  inner.settings_snapshot = outer.settings_snapshot;
  inner.permissions_snapshot = outer.permissions_snapshot;
  inner.learnt = outer.learnt;
  const Route* route = outer.services.workspace.FindRoute(*match->operation);
  if (route != nullptr) co_return co_await Dispatch(inner, *route);
  if (const auto failure = CheckGate(inner)) co_return *failure;
  co_return NotBuilt(*match->operation);
}

Awaitable<Reply> Run(const Call& call, const Method& method, const Json& id, const Json::Array& parameters) {
  Reply reply = co_await CallRoute(call, method, parameters);
  if (reply.conflict || reply.status >= 500) co_return reply;
  if (reply.status != 200) co_return Refused(call, id, ErrorOf(reply, method.name));
  std::optional<Json> result = method.write(parameters, reply.body);
  if (!result) co_return Enveloped(id, "", Json(), 200);
  co_return Enveloped(id, "result", ToEjson(*result), 200);
}

Awaitable<Reply> CallMethod(Call& call) {
  const Result<Json> parsed = ParseJson(call.body.Text("message"));
  if (!parsed || !parsed->IsObject()) co_return Fail("The message is no EJSON object");
  const Json* named = parsed->Find("method");
  const std::string name(named == nullptr ? "undefined" : named->AsString().value_or("undefined"));
  const Json* id = parsed->Find("id");
  const Json echoed = id == nullptr ? Json() : *id;
  const Method* method = FindMethod(name);
  if (method == nullptr) co_return Refused(call, echoed, MethodError(404, "Method '" + name + "' not found"));
  const Json* sent = parsed->Find("params");
  const Json parameters = sent == nullptr || !sent->IsArray() ? Json::MakeArray() : FromEjson(*sent);
  co_return co_await Run(call, *method, echoed, *parameters.AsArray());
}

}  // namespace

Routes MethodRoutes() {
  return {{"POST method.call/{method}", &CallMethod}};
}

}  // namespace parley::backend::embedded
