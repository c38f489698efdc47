// What a command runs with, and how it says what is wrong.
#pragma once

#include <optional>
#include <string_view>

#include "base/problems.h"
#include "base/result.h"
#include "cli/arguments.h"
#include "config/config.h"

namespace parley::cli {

// --config FILE (else config/parley.yaml when there is one), the environment and every --set.
// Errors: kInvalidArgument for a --set without '='.
Result<config::Sources> ConfigurationSources(const Arguments& arguments);

// Loads and prints warnings; when there are problems, prints all of them and answers nothing.
std::optional<config::Config> LoadConfiguration(const Arguments& arguments);

// One line each on standard error.
void PrintProblems(const Problems& problems);
int Fail(std::string_view message);       // 1
int Fail(const Error& error);             // 1, with the detail that clients are not shown
int FailUsage(std::string_view message);  // 2

}  // namespace parley::cli
