// A client on this thread's loop, with time moved by hand.
#pragma once

#include <boost/asio/post.hpp>
#include <future>
#include <memory>
#include <stdexcept>
#include <string>

#include "http/client.h"
#include "support/await.h"
#include "support/fake_clock.h"

namespace parley::http::test {

class ClientHarness {
 public:
  explicit ClientHarness(ClientOptions options = {}, ClientObserver* observer = nullptr) {
    auto created = Client::Create(std::move(options), loop_, timers_, clock_, observer);
    if (!created) throw std::runtime_error(created.error().message);
    client_ = *std::move(created);
  }

  Client& client() { return *client_; }

  static Origin At(std::uint16_t port) {
    Origin origin;
    origin.host = "127.0.0.1";
    origin.port = port;
    return origin;
  }

  Result<ClientResponse> Send(const ClientRequest& request,
                              std::chrono::milliseconds timeout = std::chrono::seconds(30)) {
    return parley::test::Await(client_->Send(request, clock_.Steady() + timeout));
  }
  Result<ClientResponse> Get(std::uint16_t port, const std::string& target = "/") {
    const ClientRequest request(Method::kGet, At(port), target);
    return Send(request);
  }
  Result<ClientResponse> Post(std::uint16_t port, const std::string& body) {
    ClientRequest request(Method::kPost, At(port), "/");
    request.body = body;
    return Send(request);
  }

  // On this thread, between requests.
  void Advance(std::chrono::milliseconds by) {
    clock_.Advance(by);
    timers_.Advance(clock_.Steady());
    parley::test::Poll();
  }
  // From a backend's thread, in the middle of one. Returns when it has happened.
  void AdvanceFromElsewhere(std::chrono::milliseconds by) {
    std::promise<void> done;
    boost::asio::post(loop_, [&] {
      clock_.Advance(by);
      timers_.Advance(clock_.Steady());
      done.set_value();
    });
    done.get_future().wait();
  }

 private:
  boost::asio::io_context& loop_ = parley::test::Loop();
  parley::test::FakeClock clock_;
  TimerWheel timers_{clock_.Steady()};
  std::unique_ptr<Client> client_;
};

}  // namespace parley::http::test
