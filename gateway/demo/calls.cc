#include "demo/calls.h"

#include "demo/demo.h"
#include "demo/shop.h"

namespace parley::demo {
namespace {

backend::Request RequestFrom(const Caller& caller, http::Method method, std::string path) {
  backend::Request request(method, std::move(path));
  request.client_address = caller.address;
  request.headers.emplace_back("user-agent", std::string(kUserAgent));
  if (!caller.user_id.empty()) request.caller = backend::Caller(backend::CallerKind::kService, caller.user_id);
  return request;
}

void SetBody(backend::Request& request, const Json& body) {
  request.content_type = "application/json";
  request.body = Print(body);
}

backend::Request LocalRequest(http::Method method, std::string path, const Json& body) {
  backend::Request request(method, std::move(path));
  SetBody(request, body);
  return request;
}

}  // namespace

Calls::Calls(const backend::embedded::Services& services)
    : backend_(services.stores, services.recorder, services.clock, services.ids, services.workspace),
      credentials_(services.stores.documents(), services.stores.committer(), services.clock, services.ids),
      local_({services.stores, services.recorder, services.clock, services.ids}, credentials_, TheCompany().timezone,
             services.workspace.outgoing()) {}

Calls::Answer Calls::Send(backend::Service& service, backend::Request request) {
  Result<backend::Response> response = co_await service.Call(request);
  if (!response) co_return response.error();
  Result<Json> body = ParseJson(response->body);
  if (response->status == 200 && body) co_return body;
  co_return Internal("demo: " + std::string(http::NameOf(request.method)) + " " + request.path + " answered " +
                     std::to_string(response->status) + " " + response->body);
}

Calls::Answer Calls::Post(std::string path, Json body, Caller caller) {
  backend::Request request = RequestFrom(caller, http::Method::kPost, std::move(path));
  SetBody(request, body);
  return Send(backend_, std::move(request));
}

Calls::Answer Calls::Get(std::string path, std::string query, Caller caller) {
  backend::Request request = RequestFrom(caller, http::Method::kGet, std::move(path));
  request.query = std::move(query);
  return Send(backend_, std::move(request));
}

Calls::Answer Calls::PostLocal(std::string path, Json body) {
  return Send(local_, LocalRequest(http::Method::kPost, std::move(path), body));
}

Calls::Answer Calls::PutLocal(std::string path, Json body) {
  return Send(local_, LocalRequest(http::Method::kPut, std::move(path), body));
}

}  // namespace parley::demo
