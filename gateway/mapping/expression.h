// One-line expressions and texts with holes: docs/mappings.md, "Expressions".
//
// Refuses to know: what a name means. Nesting is bounded, so a hostile file costs nothing.
// Threading: pure functions. Tests: tests/unit/mapping/expression_test.cc
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "mapping/ast.h"

namespace parley::mapping {

// The whole of `text`. Errors: kInvalidArgument, "what is wrong; what to do", quoting the place.
Result<ast::Expr> ParseExpression(std::string_view text, const ast::Place& place);

// "GET livechat/department/{.}/agents": texts and holes. "{'{'}" is a literal brace.
Result<ast::Template> ParseTemplate(std::string_view text, const ast::Place& place);

// Whether a plain text of a tree is an expression: it begins with '.', '$' or '='.
bool IsExpression(std::string_view text);
// `text` without the '=' that may announce it.
std::string_view ExpressionIn(std::string_view text);

bool IsTemplate(std::string_view text);

}  // namespace parley::mapping
