// The two system calls of the request path, made directly.
//
// The C library's own functions are cancellation points, which costs two atomic operations for each call in a process
// with threads; nothing here is ever cancelled that way.
#pragma once

#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace parley::http {

inline ssize_t ReceiveNow(int socket, void* data, std::size_t size) {
  return ::syscall(SYS_recvfrom, socket, data, size, MSG_DONTWAIT, nullptr, nullptr);
}

inline ssize_t SendNow(int socket, const msghdr& message) {
  return ::syscall(SYS_sendmsg, socket, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
}

}  // namespace parley::http
