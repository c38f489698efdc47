#include "http/resolver.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/redirect_error.hpp>

#include "base/text.h"

namespace parley::http {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

// Loopback, whatever a name service says or lacks (RFC 6761, 6.3).
bool IsLocalhost(std::string_view host) {
  const std::string name = Lower(host);
  return name == "localhost" || name.ends_with(".localhost");
}

}  // namespace

Awaitable<Result<std::vector<Resolver::Endpoint>>> Resolver::Resolve(std::string host, std::uint16_t port,
                                                                     SteadyTime deadline) {
  std::vector<Endpoint> endpoints;
  error_code ec;
  const auto literal = asio::ip::make_address(host, ec);
  if (!ec) {
    endpoints.emplace_back(literal, port);
    co_return endpoints;
  }

  if (IsLocalhost(host)) {
    endpoints.emplace_back(asio::ip::address_v4::loopback(), port);
    endpoints.emplace_back(asio::ip::address_v6::loopback(), port);
    co_return endpoints;
  }

  Name& name = names_[host];  // map nodes stay where they are, and names are never erased
  if (clock_.Steady() >= name.fresh_until && !name.looking_up) {
    name.looking_up = true;
    asio::co_spawn(io_, LookUp(host), asio::detached);
  }
  // The lookup may have ended at once.
  if (name.looking_up) {
    Event event(io_, Event::time_point::max());
    TimerWheel::Timer timer(timers_, [&event] { event.cancel(); });
    timer.Arm(deadline);
    name.waiting.insert(&event);
    co_await event.async_wait(asio::redirect_error(UseAwaitable{}, ec));
    name.waiting.erase(&event);
    if (!timer.armed()) co_return DeadlineExceeded("the backend's name was not resolved in time");
  }
  if (name.addresses.empty()) co_return BadGateway("the backend's name cannot be resolved", host + ": " + name.failure);
  for (const auto& address : name.addresses) endpoints.emplace_back(address, port);
  co_return endpoints;
}

Awaitable<Result<std::vector<asio::ip::address>>> Resolver::AskAsio(std::string host) {
  error_code ec;
  const auto found = co_await resolver_->async_resolve(host, "", asio::redirect_error(UseAwaitable{}, ec));
  if (ec) co_return BadGateway(ec.message(), host);
  std::vector<asio::ip::address> addresses;
  for (const auto& entry : found) addresses.push_back(entry.endpoint().address());
  co_return addresses;
}

Awaitable<void> Resolver::LookUp(std::string host) {
  Result<std::vector<asio::ip::address>> found = std::vector<asio::ip::address>();
  if (look_up_) {
    found = co_await look_up_(host);
  } else {
    found = co_await AskAsio(host);
  }
  Name& name = names_[host];
  name.looking_up = false;
  name.addresses.clear();
  name.failure = found ? "no address" : found.error().message;
  if (found) name.addresses = *std::move(found);
  // A failure is not kept: the next request looks again.
  if (!name.addresses.empty()) name.fresh_until = clock_.Steady() + ttl_;
  for (Event* const event : name.waiting) event->cancel();
}

void Resolver::Abort() {
  Close();
  for (auto& [host, name] : names_) {
    for (Event* const event : name.waiting) event->cancel();
  }
}

}  // namespace parley::http
