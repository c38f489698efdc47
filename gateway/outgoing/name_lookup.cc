#include "outgoing/name_lookup.h"

#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <cstring>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>

namespace parley::outgoing {

namespace asio = boost::asio;

namespace {

using Event =
    asio::basic_waitable_timer<std::chrono::steady_clock, asio::wait_traits<std::chrono::steady_clock>, Executor>;

Result<NameLookup::Addresses> Ask(const std::string& host) {
  addrinfo hints{};
  hints.ai_flags = AI_ADDRCONFIG;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (const int code = ::getaddrinfo(host.c_str(), nullptr, &hints, &found); code != 0)
    return BadGateway(::gai_strerror(code), host);
  NameLookup::Addresses addresses;
  for (const addrinfo* entry = found; entry != nullptr; entry = entry->ai_next) {
    asio::ip::tcp::endpoint endpoint;
    endpoint.resize(entry->ai_addrlen);
    std::memcpy(endpoint.data(), entry->ai_addr, entry->ai_addrlen);
    addresses.push_back(endpoint.address());
  }
  ::freeaddrinfo(found);
  return addresses;
}

}  // namespace

// Shared by the loop and the thread that asks; the thread may outlive the loop.
struct NameLookup::Question {
  explicit Question(asio::io_context& io) : loop(&io), answered(std::in_place, io, Event::time_point::max()) {}

  // On the thread. The answer is handed over on the loop, while there is one.
  static void Answer(const std::shared_ptr<Question>& question, Result<Addresses> answer) {
    const std::lock_guard lock(question->mutex);
    if (question->loop == nullptr) return;
    asio::post(*question->loop, [question, answer = std::move(answer)]() mutable {
      if (!question->given) question->answer = std::move(answer);
      question->GiveUp();
    });
  }
  // On the loop: nothing comes from the thread any more.
  void GiveUp() {
    {
      const std::lock_guard lock(mutex);
      loop = nullptr;
    }
    if (!std::exchange(given, true)) answered->cancel();
  }

  std::mutex mutex;
  asio::io_context* loop;  // null: nobody waits any more
  std::optional<Event> answered;
  bool given = false;
  Result<Addresses> answer = Unavailable("the gateway is stopping");
};

Awaitable<Result<NameLookup::Addresses>> NameLookup::Find(std::string host) {
  if (open_.size() >= kMostAtOnce) co_return Unavailable("too many names are being looked up");
  const auto question = std::make_shared<Question>(io_);
  try {
    std::thread([question, host] { Question::Answer(question, Ask(host)); }).detach();
  } catch (const std::system_error& error) {
    co_return Unavailable(error.what());
  }
  open_.insert(question);
  boost::system::error_code ignored;
  co_await question->answered->async_wait(asio::redirect_error(UseAwaitable(), ignored));
  // What needs the loop goes here, not wherever the thread lets go of the question.
  question->answered.reset();
  open_.erase(question);
  co_return std::move(question->answer);
}

void NameLookup::Cancel() {
  for (const auto& question : open_) question->GiveUp();
}

}  // namespace parley::outgoing
