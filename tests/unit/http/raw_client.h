// A client that sends exactly the bytes it is told to, and reads what comes back. Blocking.
#pragma once

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/text.h"

namespace parley::http::test {

struct RawResponse {
  int status = 0;  // 0: the connection ended instead
  std::string status_line;
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;
  std::string head;  // as received

  bool closes() const {
    const auto found = headers.find("connection");
    return found != headers.end() && found->second == "close";
  }
};

class RawClient {
 public:
  explicit RawClient(std::uint16_t port) : RawClient(::socket(AF_INET, SOCK_STREAM, 0), port) {}
  // Takes over a socket made earlier; false from connected() when that did not work.
  RawClient(int socket, std::uint16_t port) : socket_(socket) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ = ::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
    const int yes = 1;
    ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    // Only a failing test ever waits this long.
    const timeval limit{20, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  }
  ~RawClient() { Close(); }
  RawClient(RawClient&& other) noexcept
      : socket_(std::exchange(other.socket_, -1)),
        connected_(other.connected_),
        tls_(std::move(other.tls_)),
        received_(std::move(other.received_)) {}
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  bool connected() const { return connected_; }

  // From here on inside TLS with `host`; false when the handshake fails.
  bool StartTls(SSL_CTX& context, const std::string& host = "localhost") {
    tls_.reset(SSL_new(&context));
    SSL_set_fd(tls_.get(), socket_);
    SSL_set_tlsext_host_name(tls_.get(), host.c_str());
    SSL_set1_host(tls_.get(), host.c_str());
    return SSL_connect(tls_.get()) == 1;
  }
  SSL* tls() const { return tls_.get(); }
  // Whether TLS itself has said that this is the end.
  bool end_was_announced() const { return SSL_get_shutdown(tls_.get()) & SSL_RECEIVED_SHUTDOWN; }

  bool Send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = tls_ ? SSL_write(tls_.get(), bytes.data(), static_cast<int>(bytes.size()))
                                : ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

  // As much of it as the socket takes without waiting. REQUIRES: no TLS
  std::size_t SendNow(std::string_view bytes) {
    const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    return sent > 0 ? static_cast<std::size_t>(sent) : 0;
  }

  // The next response; `to_head`: it has no body whatever its length says.
  RawResponse Read(bool to_head = false) {
    RawResponse response;
    std::size_t end;
    while ((end = received_.find("\r\n\r\n")) == std::string::npos)
      if (!Receive()) return response;
    response.head = received_.substr(0, end + 4);
    received_.erase(0, end + 4);
    ParseHead(response);
    std::size_t length = 0;
    if (const auto found = response.headers.find("content-length"); found != response.headers.end() && !to_head)
      length = std::stoul(found->second);
    while (received_.size() < length)
      if (!Receive()) break;
    response.body = received_.substr(0, length);
    received_.erase(0, length);
    return response;
  }

  RawResponse Ask(std::string_view bytes, bool to_head = false) {
    Send(bytes);
    return Read(to_head);
  }

  // Exactly so many; fewer when the connection ends.
  std::string ReadBytes(std::size_t count) {
    while (received_.size() < count)
      if (!Receive()) break;
    std::string bytes = received_.substr(0, count);
    received_.erase(0, count);
    return bytes;
  }

  // Everything until the server ends the connection; empty when it does not.
  std::optional<std::string> ReadToEnd() {
    while (Receive()) {
    }
    if (!ended_) return std::nullopt;
    return std::exchange(received_, {});
  }

  // Whether something can be read, or the end, before `patience` is over.
  bool Readable(std::chrono::milliseconds patience) {
    pollfd wait{socket_, POLLIN, 0};
    return !received_.empty() || ::poll(&wait, 1, static_cast<int>(patience.count())) > 0;
  }

  void FinishSending() { ::shutdown(socket_, SHUT_WR); }
  void Close() {
    if (socket_ >= 0) ::close(socket_);
    socket_ = -1;
  }
  // Ends with a reset instead of a clean end.
  void Reset() {
    const linger now{1, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    Close();
  }

 private:
  bool Receive() {
    char buffer[16384];
    const ssize_t count =
        tls_ ? SSL_read(tls_.get(), buffer, sizeof buffer) : ::recv(socket_, buffer, sizeof buffer, 0);
    ended_ = count == 0 || (count < 0 && errno == ECONNRESET);
    if (count <= 0) return false;
    received_.append(buffer, static_cast<std::size_t>(count));
    return true;
  }

  static void ParseHead(RawResponse& response) {
    bool first = true;
    for (std::string_view line : Split(response.head, '\n')) {
      line = Trim(line);
      if (first) {
        response.status_line = line;
        response.status = std::stoi(response.status_line.substr(response.status_line.find(' ') + 1));
      } else if (const std::size_t colon = line.find(':'); colon != std::string_view::npos) {
        response.headers[Lower(line.substr(0, colon))] = Trim(line.substr(colon + 1));
      }
      first = false;
    }
  }

  struct FreeTls {
    void operator()(SSL* tls) const { SSL_free(tls); }
  };

  int socket_;
  bool connected_ = false;
  std::unique_ptr<SSL, FreeTls> tls_;
  bool ended_ = false;
  std::string received_;
};

}  // namespace parley::http::test
