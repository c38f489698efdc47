#include "backend/embedded/password.h"

#include <gtest/gtest.h>

#include <atomic>
#include <boost/asio/detached.hpp>

#include "base/text.h"
#include "support/await.h"

namespace parley::backend::embedded {
namespace {

using parley::test::Await;

TEST(Passwords, HashIsSaltedAndVerified) {
  Passwords passwords(PasswordCost::kMinimal);
  const std::string digest = Sha256Hex("secret");
  const auto first = Await(passwords.Hash(digest));
  const auto second = Await(passwords.Hash(digest));
  ASSERT_TRUE(first && second);
  EXPECT_NE(*first, *second);
  EXPECT_TRUE(*Await(passwords.Verify(*first, digest)));
  EXPECT_FALSE(*Await(passwords.Verify(*first, Sha256Hex("Secret"))));
}

TEST(Passwords, NothingMatchesAMissingOrBrokenHash) {
  Passwords passwords(PasswordCost::kMinimal);
  EXPECT_FALSE(*Await(passwords.Verify("", Sha256Hex(""))));
  EXPECT_FALSE(*Await(passwords.Verify("nonsense", Sha256Hex(""))));
}

TEST(WorkerPool, WorksBesideTheShard) {
  WorkerPool pool(1);
  const auto shard = std::this_thread::get_id();
  std::function<bool()> work = [shard] { return std::this_thread::get_id() != shard; };
  EXPECT_TRUE(*Await(pool.Run<bool>(work)));
}

Awaitable<> ExpectDone(WorkerPool& pool, std::function<int()> work) {
  const Result<int> result = co_await pool.Run<int>(std::move(work));
  EXPECT_TRUE(result);
}

TEST(WorkerPool, RefusesWhenTooMuchWaits) {
  WorkerPool pool(1, 1);
  std::mutex gate;
  std::unique_lock closed(gate);
  std::atomic<int> done = 0;
  std::atomic<bool> started = false;
  std::function<int()> wait = [&] {
    started = true;
    const std::lock_guard open(gate);
    return ++done;
  };
  boost::asio::co_spawn(parley::test::Loop(), ExpectDone(pool, wait), boost::asio::detached);
  parley::test::Poll();
  while (!started) std::this_thread::yield();
  boost::asio::co_spawn(parley::test::Loop(), ExpectDone(pool, wait), boost::asio::detached);
  parley::test::Poll();
  const Result<int> refused = Await(pool.Run<int>(wait));
  EXPECT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kUnavailable);
  closed.unlock();
  pool.Stop();
  parley::test::Poll();
  EXPECT_EQ(done, 2);
}

TEST(WorkerPool, RefusesAfterItStopped) {
  WorkerPool pool(1);
  pool.Stop();
  std::function<int()> work = [] { return 1; };
  EXPECT_FALSE(Await(pool.Run<int>(work)));
}

}  // namespace
}  // namespace parley::backend::embedded
