#include "mail/sender.h"

namespace parley::mail {
namespace {

constexpr std::size_t kThreads = 2;
constexpr std::size_t kMostWaiting = 256;

}  // namespace

Sender::Sender(std::shared_ptr<Transport> transport)
    : transport_(std::move(transport)), pool_(kThreads, kMostWaiting) {}

Sender::~Sender() {
  Stop();
}

Awaitable<Status> Sender::Send(SmtpServer server, Message message, Stamp stamp) {
  Result<std::string> bytes = Render(message, stamp);
  if (!bytes) co_return bytes.error();
  Envelope envelope;
  envelope.from = message.from.address;
  for (const Address& to : message.to) envelope.to.push_back(to.address);
  envelope.bytes = *std::move(bytes);
  std::function<Status()> work = [this, server = std::move(server), envelope = std::move(envelope)]() -> Status {
    if (stopping_) return Unavailable("the gateway is stopping");
    return transport_->Deliver(server, envelope, stopping_);
  };
  Result<Status> sent = co_await pool_.Run<Status>(std::move(work));
  if (!sent) co_return sent.error();
  co_return *std::move(sent);
}

void Sender::Stop() {
  stopping_ = true;
  pool_.Stop();
}

}  // namespace parley::mail
