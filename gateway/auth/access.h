// What a principal may call: LiveChat roles and token scopes against an operation's needs.
//
// Threading: pure functions.
// Tests: tests/unit/auth/access_test.cc
// Source: LiveChat reference, authentication; x-parley-role and x-parley-scopes in specs/livechat-v2.yaml.
#pragma once

#include <string_view>

#include "auth/credentials.h"
#include "specs/spec.h"

namespace parley::auth {

// `subject_login`: the agent a path names, empty when it names none ("self" rules compare it without case).
// Errors: kPermissionDenied naming the role or the scope that is missing.
Status CheckAccess(const specs::Access& access, const Principal& principal, std::string_view subject_login);

}  // namespace parley::auth
