// A request and a response as values: what every folder above `http` sees of HTTP.
//
// Refuses to know: sockets, parsing, and what any path means.
// Threading: plain values. A Request's views point into the connection's buffer and live until its handler finishes.
// Tests: tests/unit/http/message_test.cc
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/awaitable.h"
#include "base/clock.h"
#include "http/body_source.h"

namespace parley::http {

enum class Method { kGet, kHead, kPost, kPut, kDelete, kPatch, kOptions };

std::string_view NameOf(Method method);                     // "GET"
std::optional<Method> ParseMethod(std::string_view token);  // case-sensitive, as the standard says

struct HeaderView {
  std::string_view name;
  std::string_view value;
};

struct Request {
  Method method = Method::kGet;
  std::string_view path;   // raw, still percent-encoded, begins with '/'
  std::string_view query;  // raw, without '?', may be empty
  std::vector<HeaderView> headers;
  std::string_view body;
  // Where the body comes from instead, when it passes through (ServerOptions::streams); `body` is empty then.
  IncomingBody* incoming = nullptr;
  std::string_view peer_address;  // the socket's address without port
  bool secure = false;            // arrived over TLS

  // The first header of that name, compared without case; empty when absent.
  std::string_view Header(std::string_view name) const;
};

struct Response {
  Response() = default;
  Response(int status_code, std::string type, std::string bytes)
      : status(status_code), content_type(std::move(type)), body(std::move(bytes)) {}

  int status = 200;
  std::string content_type;  // empty: no Content-Type is sent
  std::string body;
  // Where the body comes from instead, when it passes through. Destroyed before the request it answers.
  std::shared_ptr<BodySource> stream;
  // Further headers. Content-Length, Connection and Date are the server's own business.
  std::vector<std::pair<std::string, std::string>> headers;
};

// Answers one request. Called on the shard's thread; must not throw (an escaping exception is answered with 500).
using Handler = std::function<Awaitable<Response>(const Request&)>;

// "a=1&b[]=x%20y" -> decoded pairs in order; stray '&' skipped. Empty on a broken percent escape.
std::optional<std::vector<std::pair<std::string, std::string>>> ParseQuery(std::string_view query);
std::string FormatQuery(const std::vector<std::pair<std::string, std::string>>& pairs);

std::string_view ReasonPhrase(int status);

}  // namespace parley::http
