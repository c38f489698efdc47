// What a user record must satisfy: the rules users.create and users.update share, with their exact texts.
//
// Source: administration reference §2.3, §2.4.
// Tests: tests/unit/backend/embedded/users_test.cc
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backend/embedded/call.h"

namespace parley::backend::embedded {

std::optional<Failure> CheckName(std::string_view name);
// The shape of a user name.
std::optional<Failure> CheckUsername(const Call& call, std::string_view username);
// Names nobody may have.
std::optional<Failure> CheckReserved(const Call& call, std::string_view username);
// The given roles exist, and admin may be given.
std::optional<Failure> CheckRoles(const Call& call, const std::vector<std::string>& roles);
std::optional<Failure> CheckEmail(const Call& call, std::string_view address);
// `fields` against the setting Accounts_CustomFields; without one anything goes.
std::optional<Failure> CheckCustomFields(const Call& call, const Json& fields);
// Only of a password somebody chooses for an account that is there.
std::optional<Failure> CheckPasswordPolicy(const Call& call, std::string_view password);

// "x is already in use :("
Failure AlreadyInUse(std::string_view value, std::string_view function_or_method, std::string_view name);
Failure ActionNotAllowed(std::string_view reason, std::string_view action, std::string_view method);

}  // namespace parley::backend::embedded
