#include "backend/rocketchat/pages.h"

namespace parley::backend::rocketchat {
namespace {

constexpr int kPageSize = 100;
// A workspace whose total grows with every page would never end.
constexpr int kMostPages = 1000;

std::string Called(const Request& request) {
  return "GET " + request.path;
}

Error Unexpected(const Request& request, std::string_view what, std::string_view body) {
  return BadGateway("the workspace's answer to " + Called(request) + " " + std::string(what),
                    std::string(body.substr(0, 300)));
}

Error RefusalOf(const Request& request, const Response& answer, const Result<Json>& body) {
  const std::string said(body ? body->Text("error", body->Text("message")) : std::string_view());
  const std::string message = "the workspace refused " + Called(request) + " (" + std::to_string(answer.status) + ")" +
                              (said.empty() ? "" : ": " + said);
  Error error = BadGateway(message, {});
  if (answer.status == 403) error = PermissionDenied(message);
  if (answer.status == 404) error = NotFound(Called(request));
  if (body) error.type = body->Text("errorType");
  return error;
}

}  // namespace

Request OwnRead(std::string_view target, SteadyTime deadline) {
  const std::size_t mark = target.find('?');
  Request request(http::Method::kGet, std::string(target.substr(0, mark)));
  if (mark != std::string_view::npos) request.query = target.substr(mark + 1);
  request.caller = Caller(CallerKind::kService);
  request.deadline = deadline;
  return request;
}

Awaitable<Result<Json>> ReadObject(Service& workspace, Request request) {
  const Result<Response> answer = co_await workspace.Call(request);
  if (!answer) co_return answer.error();
  Result<Json> body = ParseJson(answer->body);
  if (answer->status != 200) co_return RefusalOf(request, *answer, body);
  if (!body) co_return Unexpected(request, "is broken: " + body.error().message, answer->body);
  if (!body->IsObject()) co_return Unexpected(request, "is no object", answer->body);
  co_return *std::move(body);
}

Awaitable<Result<std::vector<Json>>> ReadPages(Service& workspace, std::string target, std::string list,
                                               SteadyTime deadline) {
  std::vector<Json> all;
  const std::string joint = target.find('?') == std::string::npos ? "?" : "&";
  for (int page = 0; page < kMostPages; ++page) {
    const Request request = OwnRead(
        target + joint + "count=" + std::to_string(kPageSize) + "&offset=" + std::to_string(all.size()), deadline);
    Result<Json> body = co_await ReadObject(workspace, request);
    if (!body) co_return body.error();
    Json* found = body->Find(list);
    Json::Array* items = found != nullptr ? found->AsArray() : nullptr;
    if (items == nullptr) co_return Unexpected(request, "has no list \"" + list + "\"", Print(*body));
    for (Json& item : *items) {
      if (!item.IsObject()) co_return Unexpected(request, "has in \"" + list + "\" what is no object", Print(item));
      all.push_back(std::move(item));
    }
    const std::int64_t total = body->Integer("total", -1);
    if (items->empty() || static_cast<std::int64_t>(all.size()) >= total) co_return all;
  }
  co_return BadGateway("the workspace's list " + target + " has no end", {});
}

}  // namespace parley::backend::rocketchat
