// The built-in functions: pure, missing in, missing out unless said. Their list for users: docs/mappings.md.
//
// A function is one row of the table in functions.cc, one unit test, and one row of types_functions.cc for the lint.
// Refuses to know: programs; ids are no functions here, because they may have to be fetched.
// Threading: pure functions. Tests: tests/unit/mapping/functions_test.cc
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "mapping/value.h"

namespace parley::mapping {

enum class ArgumentKind {
  kNone,
  kItem,          // evaluated once per item, with the item as `.`
  kHere,          // evaluated where the function stands
  kOptionalHere,  // likewise, and may be left out
  kIdKind,        // a word: group, chat, ...
};

// What the argument gives for one item. Non-owning.
class ItemFunction {
 public:
  template <class Callable>
  explicit ItemFunction(Callable& callable)
      : self_(&callable), call_([](void* self, const Value& item) { return (*static_cast<Callable*>(self))(item); }) {}
  Value operator()(const Value& item) const { return call_(self_, item); }

 private:
  void* self_;
  Value (*call_)(void*, const Value&);
};

struct FunctionContext {
  Arena& arena;
  bool wrong_type = false;  // set when the input (or argument) was there but unusable: the result is missing then
};

// `each` is null unless the argument is of kind kItem; `argument` is missing unless there is one to evaluate here.
using FunctionBody = Value (*)(FunctionContext& context, const Value& input, const Value& argument,
                               const ItemFunction* each);

struct Function {
  std::string_view name;
  ArgumentKind argument;
  FunctionBody body;
  bool takes_missing = false;  // called even when the input is missing
};

// Null when there is none of that name. livechat_id, backend_id and secret_for are none: see IdFunctionNames.
const Function* FindFunction(std::string_view name);
std::vector<std::string> FunctionNames();    // sorted, id functions included
std::vector<std::string> IdFunctionNames();  // take an id kind as argument; evaluated by evaluate.cc

// Milliseconds since 1970 of an ISO text, a number (below 1e11 seconds, else milliseconds) or {"$date": ...}.
std::optional<std::int64_t> ParseMoment(const Value& value);

}  // namespace parley::mapping
