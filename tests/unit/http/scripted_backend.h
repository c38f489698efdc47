// A backend that says exactly the bytes it is told to, connection by connection.
#pragma once

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <functional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "base/text.h"

namespace parley::http::test {

// One accepted connection, on the backend's thread. Blocking.
class Peer {
 public:
  explicit Peer(int socket) : socket_(socket) {
    // Only a failing test ever waits this long.
    const timeval limit{20, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  }
  ~Peer() { Close(); }
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;

  int socket() const { return socket_; }
  // The next request with its body of declared length; empty when the connection ended.
  std::string ReadRequest() {
    std::size_t end;
    while ((end = received_.find("\r\n\r\n")) == std::string::npos)
      if (!Receive()) return {};
    std::size_t length = end + 4;
    if (const std::size_t at = received_.find("Content-Length: "); at < end)
      length += std::stoul(received_.substr(at + 16));
    while (received_.size() < length)
      if (!Receive()) return {};
    std::string request = received_.substr(0, length);
    received_.erase(0, length);
    return request;
  }
  // A request up to its empty line; what has come of its body stays to be read.
  std::string ReadHead() { return ReadUntil("\r\n\r\n"); }
  // Up to and with `mark`; empty when the connection ended before.
  std::string ReadUntil(std::string_view mark) {
    std::size_t at;
    while ((at = received_.find(mark)) == std::string::npos)
      if (!Receive()) return {};
    std::string text = received_.substr(0, at + mark.size());
    received_.erase(0, at + mark.size());
    return text;
  }
  // Whatever has come; empty at the end.
  std::string ReadSome() {
    if (received_.empty()) Receive();
    return std::exchange(received_, {});
  }
  std::string ReadToEnd() {
    while (Receive()) {
    }
    return std::exchange(received_, {});
  }
  void Send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
  }
  // Waits until the client has ended the connection.
  void AwaitEnd() {
    while (Receive()) {
    }
  }
  void Close() {
    if (socket_ >= 0) ::close(socket_);
    socket_ = -1;
  }
  void Reset() {
    const linger now{1, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    Close();
  }

 private:
  bool Receive() {
    char buffer[16384];
    const ssize_t count = ::recv(socket_, buffer, sizeof buffer, 0);
    if (count <= 0) return false;
    received_.append(buffer, static_cast<std::size_t>(count));
    return true;
  }

  int socket_;
  std::string received_;
};

using Script = std::function<void(Peer&)>;

class ScriptedBackend {
 public:
  // The first connection follows the first script and so on; the last script serves all further ones.
  explicit ScriptedBackend(std::vector<Script> scripts) : scripts_(std::move(scripts)) {
    listener_ = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ::bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address);
    ::listen(listener_, 64);
    socklen_t size = sizeof address;
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    acceptor_ = std::thread([this] { Accept(); });
  }
  ~ScriptedBackend() {
    ::shutdown(listener_, SHUT_RDWR);
    acceptor_.join();
    for (std::thread& one : connections_) one.join();
    ::close(listener_);
  }

  std::uint16_t port() const { return port_; }
  int accepted() const { return accepted_; }

 private:
  void Accept() {
    for (;;) {
      const int socket = ::accept(listener_, nullptr, nullptr);
      if (socket < 0) return;
      const std::size_t index = std::min<std::size_t>(accepted_++, scripts_.size() - 1);
      connections_.emplace_back([this, socket, index] {
        Peer peer(socket);
        scripts_[index](peer);
      });
    }
  }

  const std::vector<Script> scripts_;
  int listener_;
  std::uint16_t port_;
  std::atomic<int> accepted_{0};
  std::thread acceptor_;
  std::vector<std::thread> connections_;
};

}  // namespace parley::http::test
