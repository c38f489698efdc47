#include "http/stream.h"

#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/write.hpp>

namespace parley::http {

namespace asio = boost::asio;

namespace {

iovec Part(std::string_view bytes) {
  return {const_cast<char*>(bytes.data()), bytes.size()};
}

}  // namespace

asio::ssl::stream<Socket&>& Stream::StartTls(asio::ssl::context& context) {
  tls_ = std::make_unique<asio::ssl::stream<Socket&>>(socket_, context);
  return *tls_;
}

Awaitable<std::size_t> Stream::Read(char* data, std::size_t size, error_code& ec) {
  // Not a coroutine itself: the awaited operation is returned, which saves a frame.
  const auto buffer = asio::buffer(data, size);
  if (tls_) return tls_->async_read_some(buffer, asio::redirect_error(UseAwaitable{}, ec));
  return socket_.async_read_some(buffer, asio::redirect_error(UseAwaitable{}, ec));
}

std::size_t Stream::WriteNow(std::string_view head, std::string_view body, error_code& ec) {
  ec = {};
  if (tls_) return 0;
  iovec parts[2] = {Part(head), Part(body)};
  msghdr message{};
  message.msg_iov = parts;
  message.msg_iovlen = body.empty() ? 1 : 2;
  const ssize_t sent = ::sendmsg(socket_.native_handle(), &message, MSG_NOSIGNAL | MSG_DONTWAIT);
  if (sent >= 0) return static_cast<std::size_t>(sent);
  if (errno != EAGAIN && errno != EINTR) ec.assign(errno, boost::system::system_category());
  return 0;
}

Awaitable<void> Stream::WriteRest(std::string_view head, std::string_view body, std::size_t sent, error_code& ec) {
  const std::size_t of_head = std::min(sent, head.size());
  head.remove_prefix(of_head);
  body.remove_prefix(sent - of_head);
  const std::array<asio::const_buffer, 2> rest{asio::buffer(head.data(), head.size()),
                                               asio::buffer(body.data(), body.size())};
  if (tls_) {
    co_await asio::async_write(*tls_, rest, asio::redirect_error(UseAwaitable{}, ec));
  } else {
    co_await asio::async_write(socket_, rest, asio::redirect_error(UseAwaitable{}, ec));
  }
}

void Stream::ShutdownReceive() {
  ::shutdown(socket_.native_handle(), SHUT_RD);
}
void Stream::ShutdownSend() {
  ::shutdown(socket_.native_handle(), SHUT_WR);
}
void Stream::Shutdown() {
  ::shutdown(socket_.native_handle(), SHUT_RDWR);
}

}  // namespace parley::http
