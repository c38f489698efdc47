// The words after a command's name, sorted into options and the rest.
//
// Threading: plain values. Tests: tests/unit/cli/arguments_test.cc
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace parley::cli {

struct OptionSpec {
  std::string_view name;         // "--face"
  std::string_view placeholder;  // "livechat|rocketchat"; empty: a flag without a value
};

struct Arguments {
  std::vector<std::string> words;                            // what is no option, in order
  std::vector<std::pair<std::string, std::string>> options;  // in order; the value of a flag is empty

  bool Has(std::string_view option) const;
  // The last value given.
  std::optional<std::string> Value(std::string_view option) const;
  std::vector<std::string> Values(std::string_view option) const;
};

// `--name value` and `--name=value` are the same; after `--` nothing is an option.
// Errors: kInvalidArgument  an option that is not among `known`, a value missing or one too many
Result<Arguments> ParseArguments(const std::vector<std::string>& given, const std::vector<OptionSpec>& known);

}  // namespace parley::cli
