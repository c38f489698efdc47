#include "http/tls_socket.h"

#include <openssl/err.h>

#include <algorithm>
#include <array>
#include <boost/asio/error.hpp>
#include <boost/asio/ssl/error.hpp>
#include <cerrno>
#include <utility>

#include "http/system_calls.h"

namespace parley::http {

namespace asio = boost::asio;

namespace {

// OpenSSL's own socket BIO calls write(), which raises SIGPIPE when the other side has gone.
int SocketOf(BIO* bio) {
  return static_cast<Readiness::Slot*>(BIO_get_data(bio))->descriptor();
}

int BioRead(BIO* bio, char* data, int size) {
  BIO_clear_retry_flags(bio);
  const ssize_t count = ReceiveNow(SocketOf(bio), data, static_cast<std::size_t>(size));
  if (count < 0 && (errno == EAGAIN || errno == EINTR)) BIO_set_retry_read(bio);
  return static_cast<int>(count);
}

int BioWrite(BIO* bio, const char* data, int size) {
  BIO_clear_retry_flags(bio);
  iovec part{const_cast<char*>(data), static_cast<std::size_t>(size)};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  const ssize_t count = SendNow(SocketOf(bio), message);
  if (count < 0 && (errno == EAGAIN || errno == EINTR)) BIO_set_retry_write(bio);
  return static_cast<int>(count);
}

long BioControl(BIO*, int command, long, void*) {
  return command == BIO_CTRL_FLUSH ? 1 : 0;
}

const BIO_METHOD* SlotMethod() {
  static const BIO_METHOD* const method = [] {
    BIO_METHOD* const made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "readiness slot");
    BIO_meth_set_read(made, BioRead);
    BIO_meth_set_write(made, BioWrite);
    BIO_meth_set_ctrl(made, BioControl);
    return made;
  }();
  return method;
}

error_code Truncated() {
  return asio::ssl::error::stream_truncated;
}

}  // namespace

TlsSocket::TlsSocket(Readiness::Slot& slot, SSL_CTX& context, Side side) : slot_(slot), ssl_(SSL_new(&context)) {
  BIO* const bio = BIO_new(SlotMethod());
  BIO_set_data(bio, &slot);
  BIO_set_init(bio, 1);
  SSL_set_bio(ssl_.get(), bio, bio);
  // What was sent of a record that had to wait is told by its length, wherever its bytes are by then.
  SSL_set_mode(ssl_.get(),
               SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
  SSL_set_read_ahead(ssl_.get(), 1);
  // So that a write never waits for something to read: a read may be doing that meanwhile.
  SSL_set_options(ssl_.get(), SSL_OP_NO_RENEGOTIATION);
  if (side == Side::kServer) {
    SSL_set_accept_state(ssl_.get());
  } else {
    SSL_set_connect_state(ssl_.get());
  }
}

TlsSocket::Next TlsSocket::After(int result, error_code& ec) {
  ec = {};
  const int error = SSL_get_error(ssl_.get(), result);
  if (error == SSL_ERROR_NONE) return Next::kDone;
  if (error == SSL_ERROR_WANT_READ) return Next::kAwaitReadable;
  if (error == SSL_ERROR_WANT_WRITE) return Next::kAwaitWritable;
  const unsigned long reason = ERR_peek_error();
  if (error == SSL_ERROR_ZERO_RETURN) {
    ec = asio::error::eof;
  } else if (error == SSL_ERROR_SYSCALL && errno == 0) {
    ec = Truncated();  // the end of what is received only: an answer to it can still be sent
  } else if (error == SSL_ERROR_SYSCALL) {
    failed_ = true;
    ec.assign(errno, boost::system::system_category());
  } else {
    failed_ = true;
    heard_plain_http_ = ERR_GET_LIB(reason) == ERR_LIB_SSL && ERR_GET_REASON(reason) == SSL_R_HTTP_REQUEST;
    ec.assign(static_cast<int>(reason), asio::error::get_ssl_category());
  }
  return Next::kFailed;
}

Awaitable<void> TlsSocket::Wait(Next next) {
  return next == Next::kAwaitReadable ? slot_.WaitReadable() : slot_.WaitWritable();
}

Awaitable<void> TlsSocket::Handshake(error_code& ec) {
  for (;;) {
    ERR_clear_error();
    errno = 0;
    const Next next = After(SSL_do_handshake(ssl_.get()), ec);
    if (next == Next::kDone || next == Next::kFailed) co_return;
    co_await Wait(next);
  }
}

Awaitable<std::size_t> TlsSocket::Read(char* data, std::size_t size, error_code& ec) {
  for (;;) {
    if (failed_) {
      ec = Truncated();
      co_return 0;
    }
    ERR_clear_error();
    errno = 0;
    std::size_t count = 0;
    const Next next = After(SSL_read_ex(ssl_.get(), data, size, &count), ec);
    if (next == Next::kDone || next == Next::kFailed) co_return count;
    co_await Wait(next);
    if (std::exchange(read_cancelled_, false)) {
      ec = asio::error::operation_aborted;
      co_return 0;
    }
  }
}

void TlsSocket::CancelRead() {
  read_cancelled_ = true;
  slot_.CancelRead();
}

// One record after the other until all is sent or the socket takes no more. Head and body share the record they meet in.
TlsSocket::Next TlsSocket::Write(std::string_view head, std::string_view body, std::size_t& sent, error_code& ec) {
  std::array<char, SSL3_RT_MAX_PLAIN_LENGTH> shared;
  Next next = Next::kDone;
  while (next == Next::kDone && sent < head.size() + body.size()) {
    const std::string_view of_head = head.substr(std::min(sent, head.size()));
    std::string_view record = body.substr(sent - (head.size() - of_head.size())).substr(0, shared.size());
    if (!of_head.empty()) {
      const std::size_t from_head = of_head.copy(shared.data(), shared.size());
      const std::size_t from_body = record.copy(shared.data() + from_head, shared.size() - from_head);
      record = {shared.data(), from_head + from_body};
    }
    ERR_clear_error();
    errno = 0;
    std::size_t count = 0;
    next = After(SSL_write_ex(ssl_.get(), record.data(), record.size(), &count), ec);
    sent += count;
  }
  return next;
}

std::size_t TlsSocket::WriteNow(std::string_view head, std::string_view body, error_code& ec) {
  std::size_t sent = 0;
  ec = {};
  if (failed_) {
    ec = Truncated();
  } else {
    Write(head, body, sent, ec);
  }
  return sent;
}

Awaitable<void> TlsSocket::WriteRest(std::string_view head, std::string_view body, std::size_t sent, error_code& ec) {
  while (!ec && sent < head.size() + body.size()) {
    const Next next = Write(head, body, sent, ec);
    if (next == Next::kAwaitReadable || next == Next::kAwaitWritable) co_await Wait(next);
  }
}

void TlsSocket::EndSending() {
  if (failed_ || !SSL_is_init_finished(ssl_.get())) return;
  ERR_clear_error();
  SSL_shutdown(ssl_.get());
}

}  // namespace parley::http
