#include "relay/delivery_request.h"

#include "relay/signature.h"

namespace parley::relay {

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
  AddSignature(endpoint.secrets, id, now, body, request.headers);
  request.body = body;
  request.may_repeat = true;  // by its webhook-id
  request.timeout = TimeoutOf(endpoint, standard_timeout);
  return request;
}

}  // namespace parley::relay
