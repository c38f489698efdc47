// Which operation of the backend or of the store a call means.
//
// Threading: immutable; the specs must outlive it. Tests: tests/unit/mapping/lint_test.cc
#pragma once

#include <string>

#include "mapping/ast.h"
#include "mapping/mapping.h"
#include "routing/route_table.h"

namespace parley::mapping::lint {

class Routes {
 public:
  explicit Routes(const SpecSet& specs);

  // Null when there is no such route.
  const specs::Operation* Find(const ast::Call& call) const;
  // What a call that means no route probably meant: "; did you mean livechat/department".
  std::string Hint(const ast::Call& call) const;
  // The spec whose vocabulary the call uses.
  const specs::Spec& SpecOf(const ast::Call& call) const { return call.local() ? specs_.local : specs_.backend; }

 private:
  const SpecSet& specs_;
  routing::RouteTable table_;
};

}  // namespace parley::mapping::lint
