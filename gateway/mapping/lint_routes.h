// Which operation of the backend or of the store a call means.
//
// Threading: pure functions. Tests: tests/unit/mapping/lint_test.cc
#pragma once

#include <string>
#include <vector>

#include "mapping/ast.h"
#include "specs/spec.h"

namespace parley::mapping::lint {

// "livechat/users/agent/{$user._id}" is livechat/users/{type}/{_id}: a literal segment beats a parameter. Null when
// there is no such route.
const specs::Operation* FindRoute(const specs::Spec& spec, const ast::Call& call);

// What a call that means no route probably meant: "; did you mean livechat/department".
std::string RouteHint(const specs::Spec& spec, const ast::Call& call);

}  // namespace parley::mapping::lint
