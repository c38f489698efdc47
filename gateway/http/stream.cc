#include "http/stream.h"

#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>

#include "http/system_calls.h"

namespace parley::http {

namespace {

iovec Part(std::string_view bytes) {
  return {const_cast<char*>(bytes.data()), bytes.size()};
}

}  // namespace

Awaitable<std::size_t> Stream::Read(char* data, std::size_t size, error_code& ec) {
  // Not a coroutine itself: the awaited operation is returned, which saves a frame.
  return tls_ ? tls_->Read(data, size, ec) : slot_->Read(data, size, ec);
}

void Stream::CancelRead() {
  if (tls_) {
    tls_->CancelRead();
  } else {
    slot_->CancelRead();
  }
}

std::size_t Stream::WriteNow(std::string_view head, std::string_view body, error_code& ec) {
  if (tls_) return tls_->WriteNow(head, body, ec);
  ec = {};
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
    co_await tls_->WriteRest(head, body, sent, ec);
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
  if (tls_) tls_->EndSending();
  ::shutdown(descriptor(), SHUT_WR);
}
void Stream::Shutdown() {
  ::shutdown(descriptor(), SHUT_RDWR);
}

void Stream::ResetOnClose() {
  const linger now{1, 0};
  ::setsockopt(descriptor(), SOL_SOCKET, SO_LINGER, &now, sizeof now);
}

bool Stream::IsQuiet() const {
  char byte;
  return ::recv(descriptor(), &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 && errno == EAGAIN;
}

}  // namespace parley::http
