#include "relay/delivery_request.h"

#include "relay/signature.h"

namespace parley::relay {

outgoing::OutgoingRequest DeliveryRequest(const Endpoint& endpoint, const std::string& id, const std::string& body,
                                          Time now, std::chrono::milliseconds standard_timeout) {
  outgoing::OutgoingRequest request;
  request.method = http::Method::kPost;
  request.url = endpoint.url;
  request.headers = endpoint.headers;
  request.headers.emplace_back("Content-Type", "application/json");
  if (endpoint.dialect == DialectKind::kRocketChat && !endpoint.token.empty())
    request.headers.emplace_back("X-RocketChat-Livechat-Token", endpoint.token);
  for (auto& header : SignatureHeaders(endpoint.secrets, id, now, body)) request.headers.push_back(std::move(header));
  request.body = body;
  request.may_repeat = true;  // by its webhook-id
  request.timeout = TimeoutOf(endpoint, standard_timeout);
  return request;
}

}  // namespace parley::relay
