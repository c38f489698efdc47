#include "mapping/lint_routes.h"

#include <optional>
#include <string_view>
#include <vector>

#include "base/text.h"

namespace parley::mapping::lint {
namespace {

constexpr http::Method kMethods[] = {http::Method::kGet, http::Method::kPost, http::Method::kPut, http::Method::kDelete,
                                     http::Method::kPatch};

// "livechat/department/{_id}" of "GET livechat/department/{_id}".
std::string PathOf(const specs::Operation& operation) {
  return operation.id.substr(operation.id.find(' ') + 1);
}

}  // namespace

Routes::Routes(const SpecSet& specs) : specs_(specs) {
  Problems reported_by_the_loader;
  table_ = routing::RouteTable::Build({&specs.backend, &specs.local}, {}, reported_by_the_loader);
}

const specs::Operation* Routes::Find(const ast::Call& call) const {
  const std::optional<routing::CallMatch> match = table_.FindOperation(call.method, call.target);
  return match ? match->operation : nullptr;
}

std::string Routes::Hint(const ast::Call& call) const {
  std::vector<std::string> methods, routes;
  for (http::Method method : kMethods) {
    if (table_.FindOperation(method, call.target)) methods.emplace_back(http::NameOf(method));
  }
  if (!methods.empty()) return "; it exists with " + Join(methods, ", ");
  for (const specs::Operation& operation : SpecOf(call).operations) {
    if (operation.method == call.method) routes.push_back(PathOf(operation));
  }
  std::string readable;
  for (const ast::TemplatePart& part : call.path) readable += part.hole ? "{}" : part.text;
  if (std::optional<std::string> near = Nearest(readable, routes)) return "; did you mean " + *near;
  return "; see " + SpecOf(call).name + " for its routes";
}

}  // namespace parley::mapping::lint
