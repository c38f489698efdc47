// Who is there before anybody else: the first administrator and the owner of the LiveChat account.
//
// Idempotent: a user that exists, by id or by e-mail address, stays as it is. Roles, permissions and settings need no
// creating; they are their defaults until somebody changes them.
// Threading: one shard, before or while it serves.
// Tests: tests/unit/backend/embedded/administration_test.cc
#pragma once

#include <string>

#include "backend/embedded/call.h"

namespace parley::backend::embedded {

struct FirstAdministrator {
  std::string id;  // embedded.admin.id; empty: drawn
  std::string username;
  std::string password;  // empty: generated
  std::string email;
  std::string name = "Administrator";
};

// auth.bootstrap: the LiveChat owner, an agent with role admin and livechat-manager who can take chats at once.
struct FirstOwner {
  std::string login;  // the e-mail address
  std::string username;
  std::string name;
};

struct BootstrapResult {
  std::string admin_id;
  std::string generated_password;  // of a new administrator without a configured one: to be printed once
  std::string owner_id;            // empty without an owner
};

// Makes the system user, the administrator, and the owner when `owner.login` is not empty.
Awaitable<Result<BootstrapResult>> Bootstrap(Services& services, FirstAdministrator admin, FirstOwner owner);

}  // namespace parley::backend::embedded
