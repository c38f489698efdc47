// The option groups.rules: a list of {group: NAME, when: {...}}, as YAML.
//
// Refuses to know: chats and groups. Threading: a pure function. Tests: tests/unit/config/config_test.cc
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "config/config.h"

namespace parley::config {

// Nothing is an empty list. Errors: kInvalidArgument  the first thing that is wrong, "rule 2: when must ..."
Result<std::vector<Config::Groups::Rule>> ReadGroupRules(const std::string& yaml);

}  // namespace parley::config
