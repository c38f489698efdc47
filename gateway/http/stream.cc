#include "http/stream.h"

#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/write.hpp>

#include "http/system_calls.h"

namespace parley::http {

namespace asio = boost::asio;

namespace {

iovec Part(std::string_view bytes) {
  return {const_cast<char*>(bytes.data()), bytes.size()};
}

}  // namespace

Awaitable<std::size_t> Stream::Read(char* data, std::size_t size, error_code& ec) {
  // Not a coroutine itself: the awaited operation is returned, which saves a frame.
  if (slot_) return slot_->Read(data, size, ec);
  return tls_->stream.async_read_some(asio::buffer(data, size), asio::redirect_error(UseAwaitable{}, ec));
}

std::size_t Stream::WriteNow(std::string_view head, std::string_view body, error_code& ec) {
  ec = {};
  if (tls_) return 0;
  iovec parts[2] = {Part(head), Part(body)};
  msghdr message{};
  message.msg_iov = parts;
  message.msg_iovlen = body.empty() ? 1 : 2;
  const ssize_t sent = SendNow(descriptor(), message);
  if (sent >= 0) return static_cast<std::size_t>(sent);
  if (errno != EAGAIN && errno != EINTR) ec.assign(errno, boost::system::system_category());
  return 0;
}

Awaitable<void> Stream::WriteRest(std::string_view head, std::string_view body, std::size_t sent, error_code& ec) {
  if (tls_) {
    const std::array<asio::const_buffer, 2> whole{asio::buffer(head), asio::buffer(body)};
    co_await asio::async_write(tls_->stream, whole, asio::redirect_error(UseAwaitable{}, ec));
    co_return;
  }
  while (!ec && sent < head.size() + body.size()) {
    co_await slot_->WaitWritable();
    const std::size_t of_head = std::min(sent, head.size());
    sent += WriteNow(head.substr(of_head), body.substr(sent - of_head), ec);
  }
}

void Stream::ShutdownReceive() {
  ::shutdown(descriptor(), SHUT_RD);
}
void Stream::ShutdownSend() {
  ::shutdown(descriptor(), SHUT_WR);
}
void Stream::Shutdown() {
  ::shutdown(descriptor(), SHUT_RDWR);
}

bool Stream::IsQuiet() const {
  char byte;
  return ::recv(descriptor(), &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 && errno == EAGAIN;
}

}  // namespace parley::http
