// What the built-in functions take and give, as far as types go. What they do: functions.h.
//
// Threading: constants. Tests: tests/unit/mapping/lint_test.cc (every function of functions.h has a row here).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "mapping/types.h"

namespace parley::mapping::lint {

enum class ArgumentRule {
  kNone,
  kItem,          // evaluated once per item, with the item as `.`
  kHere,          // evaluated where the function stands
  kOptionalHere,  // likewise, and may be left out
  kIdKind,        // a word: group, chat, ...
};

enum class ResultRule {
  kText,
  kInteger,
  kBoolean,
  kSame,      // the input's type
  kItem,      // an item of the input
  kList,      // a list of the input's items, or of the input when it is one value
  kMapped,    // a list of what the argument gives
  kAppended,  // the input with the argument among its items
  kTexts,
  kEntries,  // a list of {key, value}
  kLiveChatId,
};

struct FunctionRule {
  std::string_view name;
  unsigned takes;  // kinds of the input
  ArgumentRule argument;
  ResultRule result;
  bool fills = false;     // gives a value even when the input is missing
  bool may_miss = false;  // may give none even when the input is there
};

// Null when there is no such function.
const FunctionRule* FindFunctionRule(std::string_view name);
std::vector<std::string> FunctionNames();

}  // namespace parley::mapping::lint
