// Endpoints as operators write and read them: the admin API's JSON.
//
//   {"dialect":"neutral","url":"https://hooks.acme.test/x","events":["chat.closed"],"groups":[3],"ordered":true}
//
// Members, on writing: dialect, url, events, data_types, token, headers, groups, agents, tags (of registrations of the
// admin API only); retry, ordered, concurrency, per_second, timeout_ms, secret (of every endpoint).
// Threading: pure functions. Tests: tests/unit/relay/endpoint_input_test.cc
#pragma once

#include "base/result.h"
#include "relay/dialect.h"

namespace parley::relay {

// Applies what `input` says to `endpoint`. A group may be a department's id; numbers have been turned into those.
// Errors: kInvalidArgument  every member that breaks a rule, unknown ones included
Status ApplyInput(const Json& input, const Dialects& dialects, Endpoint& endpoint);

// Without secrets; credentials in the URL left out.
Json ShowEndpoint(const Endpoint& endpoint);

}  // namespace parley::relay
