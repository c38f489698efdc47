// Cross-client torture: some clients verify that every answer is theirs while thousands of others disconnect at every
// point of a request. An engine that mixes up connections was measured to deliver one client's answer to another in
// exactly this situation; this test stays for ever.
#include <gtest/gtest.h>

#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <random>
#include <thread>

#include "http/proxy.h"
#include "test_server.h"

namespace parley::http::test {
namespace {

// Finishes requests on a thread of its own, as a store's writer does.
class OtherThread {
 public:
  OtherThread() : thread_([this] { Work(); }) {}
  ~OtherThread() { Stop(); }

  void Run(std::function<void()> work) {
    const std::lock_guard lock(mutex_);
    queue_.push_back(std::move(work));
    wake_.notify_one();
  }
  void Stop() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
      wake_.notify_one();
    }
    if (thread_.joinable()) thread_.join();
  }

 private:
  void Work() {
    std::unique_lock lock(mutex_);
    for (;;) {
      wake_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
      if (stopping_) return;
      const auto work = std::move(queue_.front());
      queue_.pop_front();
      lock.unlock();
      work();
      lock.lock();
    }
  }

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> queue_;
  bool stopping_ = false;
  std::thread thread_;
};

using Timer = boost::asio::basic_waitable_timer<std::chrono::steady_clock,
                                                boost::asio::wait_traits<std::chrono::steady_clock>, Executor>;

// Leaves the shard and comes back.
Awaitable<void> Visit(OtherThread& other, Executor shard) {
  auto back = std::make_shared<Timer>(shard, Timer::time_point::max());
  boost::system::error_code ignored;
  other.Run([back, shard] { boost::asio::post(shard, [back] { back->cancel(); }); });
  co_await back->async_wait(boost::asio::redirect_error(UseAwaitable{}, ignored));
}

// The front server answers itself, after a visit to another thread, or from the backend, by the path.
HandlerFactory Mixed(OtherThread& other, const Clock& clock, Origin backend) {
  return [&other, &clock, backend](Shard& shard) -> Handler {
    ProxyOptions options;
    options.origin = backend;
    Handler proxy = MakeProxy(shard.client(), clock, options);
    return [&other, &shard, proxy](const Request& request) -> Awaitable<Response> {
      if (request.path.starts_with("/backend")) co_return co_await proxy(request);
      if (request.path.starts_with("/thread")) co_await Visit(other, shard.executor());
      Response response = EchoOf(request);
      if (request.path.starts_with("/large")) response.body.append(300000, '.');
      co_return response;
    };
  };
}

constexpr std::array<std::string_view, 4> kKinds{"/now/", "/thread/", "/backend/", "/large/"};

// Keeps its connection and checks each answer, byte for byte as far as it is its own.
void Verify(std::uint16_t port, int client, int requests, std::atomic<int>& right, std::atomic<int>& wrong) {
  std::mt19937 random(static_cast<unsigned>(client));
  RawClient connection(port);
  for (int i = 0; i < requests; ++i) {
    const std::string token = std::to_string(client) + "-" + std::to_string(i);
    const std::string kind(kKinds[random() % (i % 8 == 0 ? 4 : 3)]);
    const std::string body = "token " + token;
    connection.Send("POST " + kind + token + "?t=" + token +
                    " HTTP/1.1\r\nHost: h\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
    const RawResponse response = connection.Read();
    std::string expected = "POST " + kind + token + "?t=" + token + "|" + body;
    if (kind == "/large/") expected.append(300000, '.');
    ++(response.status == 200 && response.body == expected ? right : wrong);
  }
}

// Says something, or a part of it, and leaves.
void Disconnect(std::uint16_t port, int client, int times, std::atomic<int>& left) {
  std::mt19937 random(static_cast<unsigned>(1000 + client));
  for (int i = 0; i < times; ++i) {
    RawClient connection(port);
    const std::string kind(kKinds[random() % 4]);
    std::string bytes = "POST " + kind + "rude HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nrude!";
    const unsigned how = random() % 4;
    if (how == 0) bytes.resize(random() % bytes.size());
    if (how == 1) bytes += bytes + bytes;
    connection.Send(bytes);
    if (how == 2) connection.Readable(std::chrono::milliseconds(random() % 3));
    if (random() % 2) {
      connection.Reset();
    } else {
      connection.Close();
    }
    ++left;
  }
}

TEST(Torture, EveryAnswerReachesItsOwnClient) {
  constexpr int kVerifiers = 6;
  constexpr int kRequests = 700;
  constexpr int kRude = 4;
  constexpr int kDisconnects = 750;

  TestServer backend;
  OtherThread other;
  Origin origin;
  origin.host = "127.0.0.1";
  origin.port = backend.port();
  ServerOptions options;
  options.shards = 2;
  std::atomic<int> right{0}, wrong{0}, left{0};
  {
    TestServer front(options, Mixed(other, backend.clock(), origin));
    std::vector<std::thread> threads;
    for (int i = 0; i < kVerifiers; ++i)
      threads.emplace_back([&, i] { Verify(front.port(), i, kRequests, right, wrong); });
    for (int i = 0; i < kRude; ++i) threads.emplace_back([&, i] { Disconnect(front.port(), i, kDisconnects, left); });
    for (std::thread& thread : threads) thread.join();
    front.server().Stop();
    other.Stop();
  }
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(right, kVerifiers * kRequests);
  EXPECT_EQ(left, kRude * kDisconnects);
}

}  // namespace
}  // namespace parley::http::test
