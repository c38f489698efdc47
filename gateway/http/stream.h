// A TCP connection, plain or inside TLS, as both sides of the engine use it.
// Plain ones wait in Readiness, TLS ones in Asio.
//
// Purpose: read what there is; send head and body with one system call before ever suspending.
// Refuses to know: HTTP, deadlines. A deadline ends pending reads and writes with ShutdownReceive or Shutdown.
// Threading: one thread; at most one read and one write at a time.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/system/error_code.hpp>
#include <memory>
#include <string_view>

#include "base/awaitable.h"
#include "http/readiness.h"

namespace parley::http {

using Socket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, Executor>;
using boost::system::error_code;

class Stream {
 public:
  explicit Stream(Readiness::SlotPointer slot) : slot_(std::move(slot)) {}
  // TLS over a socket that is connected; the handshake is the caller's.
  Stream(Socket socket, boost::asio::ssl::context& context) : tls_(std::make_unique<Tls>(std::move(socket), context)) {}
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  // REQUIRES: made with TLS.
  boost::asio::ssl::stream<Socket&>& tls() { return tls_->stream; }

  // Reads at least one byte into `data`; 0 with `ec` set at the end. `ec` lives until the await ends.
  Awaitable<std::size_t> Read(char* data, std::size_t size, error_code& ec);

  // Sends what the socket takes at once; returns how much of head and body, counted as one, that was.
  std::size_t WriteNow(std::string_view head, std::string_view body, error_code& ec);
  // Sends what WriteNow left over. The bytes live until the await ends.
  Awaitable<void> WriteRest(std::string_view head, std::string_view body, std::size_t sent, error_code& ec);

  void ShutdownReceive();
  void ShutdownSend();
  void Shutdown();

  // Whether the other side has neither said nor ended anything, as far as is known at no cost.
  bool SeemsQuiet() const { return tls_ || slot_->quiet(); }
  // The same, by asking the kernel.
  bool IsQuiet() const;

 private:
  struct Tls {
    Tls(Socket connected, boost::asio::ssl::context& context) : socket(std::move(connected)), stream(socket, context) {}
    Socket socket;
    boost::asio::ssl::stream<Socket&> stream;
  };

  int descriptor() const { return slot_ ? slot_->descriptor() : tls_->socket.native_handle(); }

  Readiness::SlotPointer slot_;
  std::unique_ptr<Tls> tls_;
};

}  // namespace parley::http
