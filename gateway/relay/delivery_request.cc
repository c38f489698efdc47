#include "relay/delivery_request.h"

#include "base/text.h"
#include "relay/signature.h"

namespace parley::relay {

namespace {

// {"token":"...", and then whatever the body has.
std::string WithToken(const std::string& token, std::string_view body) {
  std::string with = "{\"token\":";
  with.reserve(with.size() + token.size() + body.size() + 3);
  AppendJsonString(with, token);
  body.remove_prefix(1);
  if (body != "}") with += ',';
  return with.append(body);
}

}  // namespace

outgoing::OutgoingRequest DeliveryRequest(const Endpoint& endpoint, const std::string& id, const std::string& body,
                                          Time now, std::chrono::milliseconds standard_timeout) {
  outgoing::OutgoingRequest request;
  request.method = http::Method::kPost;
  request.url = endpoint.url;
  request.headers.Reserve(512);
  for (const auto& [name, value] : endpoint.headers) request.headers.Add(name, value);
  request.headers.Add("Content-Type", "application/json");
  if (endpoint.dialect == DialectKind::kRocketChat && !endpoint.token.empty())
    request.headers.Add("X-RocketChat-Livechat-Token", endpoint.token);
  request.body = endpoint.dialect == DialectKind::kLiveChat ? WithToken(endpoint.token, body) : body;
  AddSignature(endpoint.secrets, id, now, request.body, request.headers);
  request.may_repeat = true;  // by its webhook-id
  request.timeout = TimeoutOf(endpoint, standard_timeout);
  return request;
}

}  // namespace parley::relay
