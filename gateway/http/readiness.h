// Readiness of a shard's sockets: one edge-triggered epoll set of our own inside Asio's loop.
//
// Purpose: Asio tries every read before it waits, which is one wasted system call for each wait of a keep-alive
// connection. Here a read goes to the kernel only when the kernel has said that there is something, and a short read is
// known to have drained the socket.
// Refuses to know: what is read, deadlines (which end a wait by shutting the socket down).
// Threading: one thread, the loop's.
// Tests: everything in tests/unit/http goes through it
#pragma once

#include <boost/asio/execution_context.hpp>
#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <boost/system/error_code.hpp>
#include <cstddef>
#include <memory>
#include <optional>
#include <unordered_set>
#include <vector>

#include "base/awaitable.h"

namespace parley::http {

// A service of the io_context: made with the first use, shut down with it.
class Readiness final : public boost::asio::execution_context::service {
  using error_code = boost::system::error_code;
  using ReadHandler = boost::asio::async_result<UseAwaitable, void(std::size_t)>::handler_type;
  using WaitHandler = boost::asio::async_result<UseAwaitable, void()>::handler_type;

 public:
  static inline boost::asio::execution_context::id id;

  static Readiness& Of(boost::asio::io_context& io) { return boost::asio::use_service<Readiness>(io); }

  // One connected socket. At most one read and one write wait at a time, and beside a write a read that cannot go on
  // before the socket takes bytes, which TLS knows.
  class Slot {
   public:
    int descriptor() const { return descriptor_; }

    // Reads at least one byte; 0 with `ec` set at the end. `ec` lives until the await ends.
    Awaitable<std::size_t> Read(char* data, std::size_t size, error_code& ec);
    // Ends when the socket may have something to read. REQUIRES: it has just had nothing. For readers of their own.
    Awaitable<void> WaitReadable();
    // Ends when the socket may take bytes again. REQUIRES: it has just taken none.
    Awaitable<void> WaitWritable();
    // Ends a read or a wait for something to read, before this returns; the read with operation_aborted.
    void CancelRead();
    // As far as is known without asking the kernel, nothing has come and nobody has hung up.
    bool quiet() const { return !readable_ && !ended_; }

   private:
    friend class Readiness;
    explicit Slot(int descriptor) : descriptor_(descriptor) {}

    struct StartRead;
    struct StartWait;

    Awaitable<std::size_t> ReadAtOnce(char* data, std::size_t size, error_code& ec);
    Awaitable<std::size_t> ReadLater(char* data, std::size_t size, error_code& ec);
    bool Receive(char* data, std::size_t size, error_code& ec, std::size_t& count);
    void OnEvents(std::uint32_t events);
    static void Release(std::optional<WaitHandler>& waiter);

    int descriptor_;
    bool readable_ = false;  // it makes sense to try
    bool ended_ = false;     // the other side, or a deadline, has shut down
    bool retired_ = false;
    char* data_ = nullptr;
    std::size_t size_ = 0;
    error_code* ec_ = nullptr;
    std::optional<ReadHandler> reader_;
    std::optional<WaitHandler> watcher_;  // waits until there is something to read
    std::optional<WaitHandler> writer_;
    std::optional<WaitHandler> second_writer_;
  };

  // Closes the socket when it goes.
  struct Retire {
    Readiness* readiness = nullptr;
    void operator()(Slot* slot) const { readiness->Remove(slot); }
  };
  using SlotPointer = std::unique_ptr<Slot, Retire>;

  explicit Readiness(boost::asio::io_context& io);
  ~Readiness() override;

  // Takes over a connected, non-blocking socket.
  SlotPointer Add(int descriptor);

 private:
  void shutdown() override;
  void Remove(Slot* slot);
  void Arm();
  void Dispatch();

  int epoll_;
  std::optional<boost::asio::posix::basic_stream_descriptor<Executor>> wake_;
  bool armed_ = false;
  bool dispatching_ = false;
  std::unordered_set<Slot*> slots_;
  std::vector<std::unique_ptr<Slot>> retired_;  // events of theirs may still be in the batch at hand
};

}  // namespace parley::http
