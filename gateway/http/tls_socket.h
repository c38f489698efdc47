// TLS over a socket of Readiness, for either side.
//
// Purpose: OpenSSL on the socket itself, without buffers between them; a connection that rests keeps none either.
// Refuses to know: certificates and what is verified (its context and whoever calls ssl() decide), HTTP, deadlines.
// Threading: one thread; at most one read and one write at a time.
// Tests: tests/unit/http/server_tls_test.cc, client_tls_test.cc
#pragma once

#include <openssl/ssl.h>

#include <boost/system/error_code.hpp>
#include <memory>
#include <string_view>

#include "base/awaitable.h"
#include "http/readiness.h"

namespace parley::http {

using boost::system::error_code;

class TlsSocket {
 public:
  enum class Side { kClient, kServer };

  // `slot` outlives this. The context may go before it.
  TlsSocket(Readiness::Slot& slot, SSL_CTX& context, Side side);

  SSL& ssl() { return *ssl_; }

  Awaitable<void> Handshake(error_code& ec);
  // After a handshake of the server's side failed: the client spoke plain HTTP, to which nothing has been answered yet.
  bool heard_plain_http() const { return heard_plain_http_; }

  // As those of Stream. An end that TLS did not announce is stream_truncated, not eof.
  Awaitable<std::size_t> Read(char* data, std::size_t size, error_code& ec);
  void CancelRead();
  std::size_t WriteNow(std::string_view head, std::string_view body, error_code& ec);
  Awaitable<void> WriteRest(std::string_view head, std::string_view body, std::size_t sent, error_code& ec);

  // Tells the other side that nothing more follows, as far as that goes without waiting.
  void EndSending();

 private:
  enum class Next { kDone, kAwaitReadable, kAwaitWritable, kFailed };
  struct Free {
    void operator()(SSL* ssl) const { SSL_free(ssl); }
  };

  // What follows a call of OpenSSL that answered `result`.
  Next After(int result, error_code& ec);
  Next Write(std::string_view head, std::string_view body, std::size_t& sent, error_code& ec);
  Awaitable<void> Wait(Next next);

  Readiness::Slot& slot_;
  std::unique_ptr<SSL, Free> ssl_;
  bool read_cancelled_ = false;
  bool failed_ = false;  // OpenSSL wants no further calls then
  bool heard_plain_http_ = false;
};

}  // namespace parley::http
