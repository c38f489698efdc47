// The checks between a matched route and its handler, for a caller who is known: permission, edition, schema, second
// factor.
//
// Source: omnichannel reference §1.4.
// Threading: one shard. Tests: tests/unit/backend/embedded/frame_test.cc, two_factor_test.cc
#pragma once

#include <optional>

#include "backend/embedded/call.h"

namespace parley::backend::embedded {

// Errors: 403 without a permission the route needs; 400 when it needs a licence there is none for
std::optional<Failure> CheckGate(const Call& call);

// Query and body of the call against the schema of its operation.
std::optional<Failure> CheckInput(const Call& call, Checks checks);

// A call of `route` made by another call on the caller's behalf: same checks, same answer.
// `inner` has the caller and the snapshots of `outer`.
Awaitable<Reply> Dispatch(Call& inner, const Route& route);

// A route that is in the spec and not built.
Reply NotBuilt(const specs::Operation& operation);

}  // namespace parley::backend::embedded
