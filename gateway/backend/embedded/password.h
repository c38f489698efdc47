// Passwords at rest: argon2id over the SHA-256 digest, so that clients may send either the password or its digest.
//
// Threading: thread-safe. Hashing runs on a worker pool and never on the shard.
// Tests: tests/unit/backend/embedded/password_test.cc, accounts_test.cc
#pragma once

#include <string>

#include "backend/embedded/options.h"
#include "base/awaitable.h"
#include "base/worker_pool.h"

namespace parley::backend::embedded {

class Passwords {
 public:
  explicit Passwords(PasswordCost cost) : cost_(cost) {}

  // `digest`: lower-case hexadecimal SHA-256 of the password. Answers the text to store.
  Awaitable<Result<std::string>> Hash(std::string digest);
  // Takes the same time when `stored` is empty: a user without a password cannot be told from a wrong one.
  Awaitable<Result<bool>> Verify(std::string stored, std::string digest);

  void Stop() { pool_.Stop(); }

 private:
  const PasswordCost cost_;
  WorkerPool pool_;
};

}  // namespace parley::backend::embedded
