#include "pipeline/cross_origin.h"

#include "pipeline/livechat_answer.h"

namespace parley::pipeline {

std::optional<http::Response> AnswerPreflight(const routing::RouteTable& routes, std::string_view path) {
  for (const http::Method method : routes.MethodsFor(path)) {
    const Result<routing::RouteMatch> match = routes.Match(method, path);
    if (!match || !match->operation->access.cross_origin) continue;
    http::Response response = LiveChatSuccess("{}");
    AllowAnyOrigin(response);
    response.headers.emplace_back("Access-Control-Allow-Methods", http::NameOf(method));
    response.headers.emplace_back("Access-Control-Allow-Headers", "Content-Type, X-API-Version");
    response.headers.emplace_back("Access-Control-Max-Age", "86400");
    return response;
  }
  return std::nullopt;
}

void AllowAnyOrigin(http::Response& response) {
  response.headers.emplace_back("Access-Control-Allow-Origin", "*");
}

}  // namespace parley::pipeline
