// A TCP connection, plain or inside TLS, as both sides of the engine use it.
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

namespace parley::http {

using Socket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, Executor>;
using boost::system::error_code;

class Stream {
 public:
  explicit Stream(Socket socket) : socket_(std::move(socket)) {}
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  Socket& socket() { return socket_; }
  boost::asio::ssl::stream<Socket&>& StartTls(boost::asio::ssl::context& context);

  // Reads at least one byte into `data`; 0 with `ec` set at the end. `ec` lives until the await ends.
  Awaitable<std::size_t> Read(char* data, std::size_t size, error_code& ec);

  // Sends what the socket takes at once; returns how much of head and body, counted as one, that was.
  std::size_t WriteNow(std::string_view head, std::string_view body, error_code& ec);
  // Sends what WriteNow left over. The bytes live until the await ends.
  Awaitable<void> WriteRest(std::string_view head, std::string_view body, std::size_t sent, error_code& ec);

  void ShutdownReceive();
  void ShutdownSend();
  void Shutdown();

 private:
  Socket socket_;
  std::unique_ptr<boost::asio::ssl::stream<Socket&>> tls_;
};

}  // namespace parley::http
