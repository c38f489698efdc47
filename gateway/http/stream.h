// A TCP connection, plain or inside TLS, as both sides of the engine use it.
//
// Purpose: read what there is; send head and body with one system call before ever suspending.
// Refuses to know: HTTP, deadlines. A deadline ends pending reads and writes with ShutdownReceive or Shutdown.
// Threading: one thread; at most one read and one write at a time.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/system/error_code.hpp>
#include <optional>
#include <string_view>

#include "base/awaitable.h"
#include "http/readiness.h"
#include "http/tls_socket.h"

namespace parley::http {

using Socket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, Executor>;

class Stream {
 public:
  explicit Stream(Readiness::SlotPointer slot) : slot_(std::move(slot)) {}
  // Inside TLS; the handshake is the caller's, and comes first.
  Stream(Readiness::SlotPointer slot, SSL_CTX& context, TlsSocket::Side side) : slot_(std::move(slot)) {
    tls_.emplace(*slot_, context, side);
  }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  bool has_tls() const { return tls_.has_value(); }
  // REQUIRES: has_tls().
  TlsSocket& tls() { return *tls_; }
  // What follows is sent and received as it is: for what a handshake that failed has left to say.
  void LeaveTls() { tls_.reset(); }

  // Reads at least one byte into `data`; 0 with `ec` set at the end. `ec` lives until the await ends.
  Awaitable<std::size_t> Read(char* data, std::size_t size, error_code& ec);

  // Ends a Read that waits, with operation_aborted, before this returns. REQUIRES: one does
  void CancelRead();

  // Sends what the socket takes at once; returns how much of head and body, counted as one, that was.
  std::size_t WriteNow(std::string_view head, std::string_view body, error_code& ec);
  // Sends what WriteNow left over. The bytes live until the await ends.
  Awaitable<void> WriteRest(std::string_view head, std::string_view body, std::size_t sent, error_code& ec);

  void ShutdownReceive();
  // Inside TLS the other side is told first.
  void ShutdownSend();
  void Shutdown();
  // The other side is to see that this was no proper end.
  void ResetOnClose();

  // Whether the other side has neither said nor ended anything, as far as is known at no cost.
  bool SeemsQuiet() const { return tls_ || slot_->quiet(); }
  // The same, by asking the kernel.
  bool IsQuiet() const;

 private:
  int descriptor() const { return slot_->descriptor(); }

  Readiness::SlotPointer slot_;
  std::optional<TlsSocket> tls_;
};

}  // namespace parley::http
