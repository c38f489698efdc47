// The admin port: health, metrics, and an API for operators.
//
// Purpose: /healthz, /readyz and /metrics are open; everything under /admin/v1/ needs `Authorization: Bearer
// <admin.key>`. Refuses to know: the parts it reports on; `app` hands in functions. Threading: one shard. Tests:
// tests/unit/admin/admin_test.cc
#pragma once

#include <functional>
#include <string>

#include "base/problems.h"
#include "http/message.h"
#include "json/json.h"

namespace parley::admin {

struct AdminSources {
  std::string key;                                                       // REQUIRED: not empty
  std::function<std::string()> metrics;                                  // Prometheus text
  std::function<Status()> ready;                                         // why requests cannot be served, or ok
  std::function<Json()> details;                                         // object: members of a ready /readyz
  std::function<std::string()> routes;                                   // coverage JSON
  std::function<Status(Problems&)> reload;                               // specs, mappings and the certificate
  std::function<Awaitable<http::Response>(const http::Request&)> relay;  // everything under /admin/v1/relay/
  std::function<std::string()> sync = {};  // how far the workspace is followed, as JSON; empty: there is none
};

//   GET  /admin/v1/routes   the coverage table
//   GET  /admin/v1/sync     how far Parley is in step with a workspace; 404 with the embedded backend
//   POST /admin/v1/reload   {"ok":true}, or 422 with every problem; the old state stays in service then
//        /admin/v1/relay/   as relay/relay_api.h says
class AdminApi {
 public:
  explicit AdminApi(AdminSources sources) : sources_(std::move(sources)) {}

  Awaitable<http::Response> Handle(const http::Request& request) const;

 private:
  http::Response HandleOpen(const http::Request& request) const;
  Awaitable<http::Response> HandleAuthorized(const http::Request& request) const;

  AdminSources sources_;
};

}  // namespace parley::admin
