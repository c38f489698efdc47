#include "backend/rocketchat/older_lines.h"

#include <algorithm>
#include <iterator>
#include <optional>

#include "backend/rocketchat/capabilities.h"
#include "json/json.h"

namespace parley::backend::rocketchat {
namespace {

constexpr std::string_view kOtherMeans = "x-parley-other-means";
constexpr std::string_view kArchive = "/archive";

// ---- what stands in -------------------------------------------------------------------------------------------------

using Members = std::initializer_list<std::string_view>;

// What was not sent is null: methods have no names for their parameters.
Json::Array ParametersOf(const Json& body, Members members) {
  Json::Array parameters;
  for (const std::string_view name : members) {
    const Json* member = body.Find(name);
    parameters.push_back(member == nullptr ? Json() : *member);
  }
  return parameters;
}

// The method takes no definition without these.
Json::Array CustomFieldParameters(const Json& body) {
  Json::Array parameters = ParametersOf(body, {"customFieldId", "customFieldData"});
  Json& field = parameters.back();
  if (!field.IsObject()) return parameters;
  if (field.Find("regexp") == nullptr) field.Append("regexp", "");
  if (field.Find("searchable") == nullptr) field.Append("searchable", false);
  return parameters;
}

// The method wants a list, be it empty.
Json::Array TagParameters(const Json& body) {
  Json::Array parameters = ParametersOf(body, {"_id", "tagData", "tagDepartments"});
  if (parameters.back().IsNull()) parameters.back() = Json::MakeArray();
  return parameters;
}

Json Nothing(const Json&) {
  return Json::MakeObject();
}
Json Itself(const Json& result) {
  return result.IsObject() ? result : Json::MakeObject();
}
Json AsCustomField(const Json& result) {
  return Json::Of({{"customField", result}});
}

struct StandIn {
  std::string_view capability;  // what a workspace with neither lacks
  std::string_view route;       // of POST; '*' stands for one segment
  std::string_view method;      // empty: the same path without its last segment, by DELETE
  Json::Array (*parameters)(const Json& body);
  Json (*answer)(const Json& result);  // what the route would have answered
};

constexpr StandIn kStandIns[] = {
    {"agent_info", "livechat/agents.saveInfo", "livechat:saveAgentInfo",
     [](const Json& body) {
       return ParametersOf(body, {"agentId", "agentData", "agentDepartments"});
     },
     Nothing},
    {"custom_fields", "livechat/custom-fields.save", "livechat:saveCustomField", CustomFieldParameters, AsCustomField},
    // Archiving came after removing was made a matter of a setting; before, departments were just removed.
    {"archived_departments", "livechat/department/*/archive", "", nullptr, nullptr},
    {"room_info", "livechat/room.saveInfo", "livechat:saveInfo",
     [](const Json& body) {
       return ParametersOf(body, {"guestData", "roomData"});
     },
     Nothing},
    {"tags", "livechat/tags.delete", "livechat:removeTag", [](const Json& body) { return ParametersOf(body, {"id"}); },
     Nothing},
    {"tags", "livechat/tags.save", "livechat:saveTag", TagParameters, Itself},
};
static_assert(std::size(kStandIns) <= SharedOlderLines::kMost);

bool IsRoute(std::string_view route, std::string_view path) {
  const std::size_t star = route.find('*');
  if (star == std::string_view::npos) return route == path;
  const std::string_view before = route.substr(0, star), behind = route.substr(star + 1);
  if (path.size() <= before.size() + behind.size() || !path.starts_with(before) || !path.ends_with(behind))
    return false;
  const std::string_view segment = path.substr(before.size(), path.size() - before.size() - behind.size());
  return segment.find('/') == std::string_view::npos;
}

// Its place in the table.
std::optional<std::size_t> StandInFor(const Request& request) {
  if (request.caller.kind != CallerKind::kService || request.method != http::Method::kPost) return std::nullopt;
  const auto* found = std::find_if(std::begin(kStandIns), std::end(kStandIns),
                                   [&](const StandIn& each) { return IsRoute(each.route, request.path); });
  if (found == std::end(kStandIns)) return std::nullopt;
  return static_cast<std::size_t>(found - std::begin(kStandIns));
}

std::string NameOf(const StandIn& means) {
  return means.method.empty() ? "removing" : "the realtime method " + std::string(means.method);
}

// ---- calls ----------------------------------------------------------------------------------------------------------

Request CallByOtherMeans(const StandIn& means, const Request& request) {
  Request other = request;
  if (means.method.empty()) {
    other.method = http::Method::kDelete;
    other.path.resize(other.path.size() - kArchive.size());
    other.body.clear();
    other.content_type.clear();
    return other;
  }
  const Result<Json> body = ParseJson(request.body);
  Json call = Json::Of({{"msg", "method"}, {"id", "1"}, {"method", means.method}});
  call.Append("params", Json(means.parameters(body ? *body : Json::MakeObject())));
  other.path = "method.call/" + std::string(means.method);
  other.body = Print(Json::Of({{"message", Print(call)}}));
  other.content_type = "application/json";
  return other;
}

// ---- answers --------------------------------------------------------------------------------------------------------

Response InWordsOfTheRoute(int status, Json body) {
  body.Append("success", status == 200);
  return Response(status, Print(body));
}

// A Meteor.Error as the route would have refused. Empty: there is no such method.
std::optional<Response> RefusalOf(const Json& error) {
  const Json* code = error.Find("error");
  const auto number = code != nullptr ? code->AsInteger() : std::nullopt;
  if (number == 404) return std::nullopt;
  const std::string name(error.Text("error"));
  const std::string said(error.Text("message", error.Text("reason", "the realtime method failed")));
  if (number) return InWordsOfTheRoute(400, Json::Of({{"error", said}, {"errorType", "invalid-params"}}));
  int status = 400;
  if (name == "error-not-allowed" || name == "error-not-authorized") status = 403;
  if (name == "too-many-requests") status = 429;
  Json body = Json::Of({{"error", said}});
  if (!name.empty()) body.Append("errorType", name);
  return InWordsOfTheRoute(status, std::move(body));
}

// Lines before 8.0 answer 200 whatever came of the method. Empty: there is no such method.
Result<std::optional<Response>> AnswerOf(const StandIn& means, const Response& answer) {
  if (SaysNoRoute(answer)) return std::optional<Response>();
  if (means.method.empty()) return std::optional<Response>(answer);
  if (answer.status != 200 && answer.status != 400) return std::optional<Response>(answer);
  const Result<Json> body = ParseJson(answer.body);
  const Result<Json> inner = ParseJson(body ? body->Text("message") : std::string_view());
  if (!inner || inner->Text("msg") != "result") {
    // Whatever was wrong with the call, it was refused before the method.
    if (answer.status == 400) return std::optional<Response>(answer);
    return BadGateway("the workspace's answer to POST method.call/" + std::string(means.method) + " is no result",
                      answer.body.substr(0, 300));
  }
  if (const Json* error = inner->Find("error"); error != nullptr && !error->IsNull()) return RefusalOf(*error);
  const Json* result = inner->Find("result");
  return std::optional<Response>(InWordsOfTheRoute(200, means.answer(result == nullptr ? Json() : *result)));
}

Error HasNeither(const StandIn& means) {
  Error error = Unsupported(std::string(means.capability));
  error.message = "the workspace lacks " + std::string(means.capability) + ": it has neither POST " +
                  std::string(means.route) + " nor what older lines did it by";
  return error;
}

}  // namespace

std::string_view OtherMeansOf(const Response& answer) {
  const auto found = std::find_if(answer.headers.begin(), answer.headers.end(),
                                  [](const auto& header) { return header.first == kOtherMeans; });
  return found == answer.headers.end() ? std::string_view() : std::string_view(found->second);
}

Awaitable<Result<Response>> OlderLines::Call(const Request& request) {
  const std::optional<std::size_t> place = StandInFor(request);
  if (!place) co_return co_await next_.Call(request);
  const StandIn& means = kStandIns[*place];
  if (!shared_.Lacks(*place)) {
    const Result<Response> answer = co_await next_.Call(request);
    if (!answer || !SaysNoRoute(*answer)) co_return answer;
  }
  const Request other = CallByOtherMeans(means, request);
  const Result<Response> told = co_await next_.Call(other);
  if (!told) co_return told.error();
  Result<std::optional<Response>> answer = AnswerOf(means, *told);
  if (!answer) co_return answer.error();
  if (*answer) {
    shared_.Note(*place, true);
    (*answer)->headers.emplace_back(kOtherMeans, NameOf(means));
    co_return **std::move(answer);
  }
  // It may have been upgraded since it said that it lacks the route.
  if (!shared_.Lacks(*place)) co_return HasNeither(means);
  shared_.Note(*place, false);
  const Result<Response> again = co_await next_.Call(request);
  if (again && SaysNoRoute(*again)) co_return HasNeither(means);
  co_return again;
}

}  // namespace parley::backend::rocketchat
