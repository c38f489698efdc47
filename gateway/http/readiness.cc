#include "http/readiness.h"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <boost/asio/async_result.hpp>
#include <boost/asio/error.hpp>
#include <cerrno>

#include "http/system_calls.h"

namespace parley::http {

namespace asio = boost::asio;

namespace {

constexpr std::size_t kBatch = 256;

}  // namespace

Readiness::Readiness(asio::io_context& io)
    : service(io), epoll_(::epoll_create1(EPOLL_CLOEXEC)), wake_(std::in_place, io) {
  wake_->assign(epoll_);
}

Readiness::~Readiness() = default;

// Whoever waits is let go of, and with it the coroutine it belongs to; its frames still find this object.
void Readiness::shutdown() {
  std::vector<std::optional<ReadHandler>> readers;
  std::vector<std::optional<WaitHandler>> waiters;
  for (Slot* const slot : slots_) {
    readers.push_back(std::exchange(slot->reader_, std::nullopt));
    waiters.push_back(std::exchange(slot->watcher_, std::nullopt));
    waiters.push_back(std::exchange(slot->writer_, std::nullopt));
    waiters.push_back(std::exchange(slot->second_writer_, std::nullopt));
  }
  wake_.reset();
}

Readiness::SlotPointer Readiness::Add(int descriptor) {
  std::unique_ptr<Slot> slot(new Slot(descriptor));
  epoll_event event{};
  event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
  event.data.ptr = slot.get();
  // Without memory for one more, the connection reads as ended.
  if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, descriptor, &event) != 0) {
    slot->readable_ = slot->ended_ = true;
    ::shutdown(descriptor, SHUT_RDWR);
  }
  slots_.insert(slot.get());
  Arm();
  return SlotPointer(slot.release(), Retire{this});
}

void Readiness::Remove(Slot* slot) {
  slots_.erase(slot);
  ::close(slot->descriptor_);  // which takes it out of the epoll set
  slot->retired_ = true;
  std::unique_ptr<Slot> owned(slot);
  if (dispatching_) retired_.push_back(std::move(owned));
  // A loop with nothing else to do may end.
  if (slots_.empty() && wake_) {
    error_code ignored;
    wake_->cancel(ignored);
  }
}

void Readiness::Arm() {
  if (armed_ || slots_.empty() || !wake_) return;
  armed_ = true;
  wake_->async_wait(asio::posix::descriptor_base::wait_read, [this](const error_code&) {
    armed_ = false;
    Dispatch();
    Arm();
  });
}

void Readiness::Dispatch() {
  std::array<epoll_event, kBatch> events;
  const int count = ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), 0);
  dispatching_ = true;
  for (int i = 0; i < count; ++i) {
    auto* const slot = static_cast<Slot*>(events[static_cast<std::size_t>(i)].data.ptr);
    if (!slot->retired_) slot->OnEvents(events[static_cast<std::size_t>(i)].events);
  }
  dispatching_ = false;
  retired_.clear();
}

// What an await leaves with the slot until the kernel says something. Named types, because a lambda with captures in
// this place is destroyed twice by g++ 12.
struct Readiness::Slot::StartRead {
  explicit StartRead(Slot& owner) : slot(&owner) {}
  void operator()(ReadHandler handler, char* data, std::size_t size, error_code* ec) const {
    slot->data_ = data;
    slot->size_ = size;
    slot->ec_ = ec;
    slot->reader_.emplace(std::move(handler));
  }
  Slot* slot;
};

struct Readiness::Slot::StartWait {
  explicit StartWait(std::optional<WaitHandler>& place) : waiter(&place) {}
  void operator()(WaitHandler handler) const { waiter->emplace(std::move(handler)); }
  std::optional<WaitHandler>* waiter;
};

Awaitable<std::size_t> Readiness::Slot::Read(char* data, std::size_t size, error_code& ec) {
  return readable_ ? ReadAtOnce(data, size, ec) : ReadLater(data, size, ec);
}

Awaitable<std::size_t> Readiness::Slot::ReadAtOnce(char* data, std::size_t size, error_code& ec) {
  std::size_t count = 0;
  const bool received = Receive(data, size, ec, count);
  if (!received) count = co_await ReadLater(data, size, ec);
  co_return count;
}

Awaitable<std::size_t> Readiness::Slot::ReadLater(char* data, std::size_t size, error_code& ec) {
  UseAwaitable token;
  return asio::async_initiate<UseAwaitable, void(std::size_t)>(StartRead(*this), token, data, size, &ec);
}

Awaitable<void> Readiness::Slot::WaitReadable() {
  UseAwaitable token;
  return asio::async_initiate<UseAwaitable, void()>(StartWait(watcher_), token);
}

Awaitable<void> Readiness::Slot::WaitWritable() {
  UseAwaitable token;
  return asio::async_initiate<UseAwaitable, void()>(StartWait(writer_ ? second_writer_ : writer_), token);
}

// False when there is nothing to be had yet.
bool Readiness::Slot::Receive(char* data, std::size_t size, error_code& ec, std::size_t& count) {
  ssize_t received;
  do {
    received = ReceiveNow(descriptor_, data, size);
  } while (received < 0 && errno == EINTR);
  if (received < 0 && errno == EAGAIN) {
    readable_ = false;
    return false;
  }
  count = received > 0 ? static_cast<std::size_t>(received) : 0;
  ec = {};
  if (received == 0) ec = asio::error::eof;
  if (received < 0) ec.assign(errno, boost::system::system_category());
  // Fewer bytes than there was room for: that was all, unless the end stands behind them.
  readable_ = count == size || ended_;
  return true;
}

void Readiness::Slot::CancelRead() {
  if (reader_) {
    *ec_ = asio::error::operation_aborted;
    ReadHandler reader = *std::move(reader_);
    reader_.reset();
    reader(0);
  } else if (watcher_) {
    Release(watcher_);
  }
}

// The coroutine that waited goes on here, and may retire the slot.
void Readiness::Slot::Release(std::optional<WaitHandler>& waiter) {
  std::optional<WaitHandler> released = std::exchange(waiter, std::nullopt);
  (*released)();
}

void Readiness::Slot::OnEvents(std::uint32_t events) {
  const bool over = events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR);
  if (over) ended_ = true;
  if (over || (events & EPOLLIN)) {
    readable_ = true;
    std::size_t count = 0;
    if (reader_ && Receive(data_, size_, *ec_, count)) {
      ReadHandler reader = *std::move(reader_);
      reader_.reset();
      reader(count);  // the coroutine goes on, and may retire this
    } else if (watcher_) {
      Release(watcher_);
    }
  }
  if (!over && !(events & EPOLLOUT)) return;
  // Whoever waited may wait again at once: each is let go of as of now.
  std::optional<WaitHandler> second = std::exchange(second_writer_, std::nullopt);
  if (!retired_ && writer_) Release(writer_);
  if (!retired_ && second) (*second)();
}

}  // namespace parley::http
