#include "backend/embedded/frame.h"

#include <algorithm>

#include "backend/embedded/two_factor.h"
#include "backend/embedded/validation.h"

namespace parley::backend::embedded {
namespace {

bool HoldsPermissions(const Call& call) {
  const specs::Access& access = call.operation.access;
  if (access.permissions.empty()) return true;
  const auto may = [&](const std::string& permission) { return call.May(permission); };
  const auto& wanted = access.permissions;
  return access.all_permissions ? std::all_of(wanted.begin(), wanted.end(), may)
                                : std::any_of(wanted.begin(), wanted.end(), may);
}

Failure NotLicensed() {
  return FailCoded("error-action-not-allowed", "This is an enterprise feature");
}

Failure SchemaFailure(Checks checks, std::string violation, bool in_query) {
  if (checks == Checks::kClassic) return FailCoded("invalid-params", std::move(violation));
  return Failure(400, std::move(violation), in_query ? "error-invalid-params" : "invalid-params");
}

}  // namespace

std::optional<Failure> CheckGate(const Call& call) {
  if (!HoldsPermissions(call)) return LacksPermission();
  const bool premium = call.operation.edition == "premium";
  if (premium && call.options().edition == Edition::kCommunity) return NotLicensed();
  return std::nullopt;
}

std::optional<Failure> CheckInput(const Call& call, Checks checks) {
  if (checks == Checks::kNone) return std::nullopt;
  if (auto violation = FirstQueryViolation(call.operation, call.query)) {
    return SchemaFailure(checks, *std::move(violation), true);
  }
  if (!call.operation.body) return std::nullopt;
  if (auto violation = FirstViolation(*call.operation.body, call.body)) {
    return SchemaFailure(checks, *std::move(violation), false);
  }
  return std::nullopt;
}

Awaitable<Reply> Dispatch(Call& inner, const Route& route) {
  if (const auto failure = CheckGate(inner)) co_return *failure;
  if (const auto failure = CheckInput(inner, route.checks)) co_return *failure;
  const Outcome<Done> proven = co_await CheckSecondFactor(inner, route);
  if (!proven) co_return proven.failure();
  co_return co_await route.handler(inner);
}

Reply NotBuilt(const specs::Operation& operation) {
  const Error error = Unsupported(operation.id);
  return Reply(error.http_status,
               Json::Of({{"success", false}, {"error", error.message}, {"operation", operation.id}}));
}

}  // namespace parley::backend::embedded
