#include "mapping/types_functions.h"

#include <algorithm>

namespace parley::mapping::lint {
namespace {

using A = ArgumentRule;
using R = ResultRule;

constexpr unsigned kNumeric = kInteger | kNumber;
constexpr unsigned kScalar = kBoolean | kNumeric | kText;
constexpr unsigned kMoment = kText | kNumeric | kRecord;  // ISO text, milliseconds or EJSON

constexpr FunctionRule kFunctions[] = {
    {"after", kList, A::kItem, R::kList},
    {"all", kList, A::kItem, R::kBoolean},
    {"any", kList, A::kItem, R::kBoolean},
    {"archive_date", kMoment, A::kHere, R::kText},
    {"backend_id", kText | kNumeric, A::kIdKind, R::kText},
    {"count", kList | kRecord, A::kNone, R::kInteger, true},
    {"entries", kRecord, A::kNone, R::kEntries},
    {"find", kList, A::kItem, R::kItem, false, true},
    {"first", kList, A::kNone, R::kItem, false, true},
    {"flag", kAnyKind, A::kNone, R::kInteger, true},
    {"iso", kMoment, A::kNone, R::kText},
    {"join", kList, A::kHere, R::kText},
    {"key", kText, A::kNone, R::kText},
    {"last", kList, A::kNone, R::kItem, false, true},
    {"list", kAnyKind, A::kNone, R::kList, true},
    {"livechat_id", kText, A::kIdKind, R::kLiveChatId},
    {"lower", kText, A::kNone, R::kText},
    {"map", kList, A::kItem, R::kMapped},
    {"nonempty", kText, A::kNone, R::kSame, false, true},
    {"number", kScalar, A::kNone, R::kInteger, false, true},
    {"round", kNumeric, A::kNone, R::kInteger},
    {"secret_for", kText, A::kIdKind, R::kText},
    {"since", kMoment, A::kHere, R::kInteger},
    {"sort", kList, A::kItem, R::kList},
    {"split", kText, A::kHere, R::kTexts},
    {"stamp", kMoment, A::kHere, R::kText},
    {"text", kNumeric | kText, A::kNone, R::kText},
    {"trim", kText, A::kNone, R::kText},
    {"unique", kList, A::kNone, R::kList},
    {"unix", kMoment, A::kNone, R::kInteger},
    {"unused", kList, A::kHere, R::kText, false, true},
    {"username", kText, A::kOptionalHere, R::kText},
    {"where", kList, A::kItem, R::kList},
    {"with", kList, A::kHere, R::kAppended},
};

}  // namespace

const FunctionRule* FindFunctionRule(std::string_view name) {
  const auto* found = std::find_if(std::begin(kFunctions), std::end(kFunctions),
                                   [&](const FunctionRule& rule) { return rule.name == name; });
  return found == std::end(kFunctions) ? nullptr : found;
}

std::vector<std::string> FunctionNames() {
  std::vector<std::string> names;
  for (const FunctionRule& rule : kFunctions) names.emplace_back(rule.name);
  return names;
}

}  // namespace parley::mapping::lint
