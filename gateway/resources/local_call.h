// One call of `local/...`, decoded, and the answers its parts give.
//
// Threading: plain values, pure functions. Tests: tests/unit/resources/local_service_test.cc
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "backend/backend.h"
#include "json/json.h"

namespace parley::resources {

struct LocalCall {
  http::Method method = http::Method::kGet;
  std::vector<std::string> path;  // behind "local/", decoded: {"tags", "on hold"}
  std::vector<std::pair<std::string, std::string>> query;
  std::string body;

  bool Is(http::Method wanted, std::size_t segments) const { return method == wanted && path.size() == segments; }
  // The last of that name counts.
  std::optional<std::string> Query(std::string_view name) const;
  // Errors: kInvalidArgument unless the body is a JSON object.
  Result<Json> Object() const;
};

// Errors: kNotFound         not a path of ours, or a broken escape in it
//         kInvalidArgument  the query has a broken escape
Result<LocalCall> ReadLocalCall(const backend::Request& request);

// 404, in Rocket.Chat's shape.
backend::Response NothingHere();
// 200 with the body; what was not found is NothingHere.
Result<backend::Response> Answer(const Result<Json>& body);
// {"<member>": value}
Result<Json> Under(std::string_view member, Result<Json> value);

}  // namespace parley::resources
