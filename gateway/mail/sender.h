// Sending mail beside the shards.
//
//   Sender sender(clock, ids);
//   Status sent = co_await sender.Send(server, message);
//
// Purpose: a shard never waits for a mail server. A few threads of its own, a bounded queue: when too much waits, the
// answer is kUnavailable at once. Refuses to know: settings, retrying, what a mail is about.
// Threading: thread-safe; the awaiting coroutine resumes on its own shard.
// Tests: tests/unit/mail/sender_test.cc, tests/e2e/mail.test.mjs
#pragma once

#include <atomic>
#include <memory>

#include "base/awaitable.h"
#include "base/worker_pool.h"
#include "mail/message.h"
#include "mail/smtp.h"

namespace parley::mail {

class Sender {
 public:
  explicit Sender(std::shared_ptr<Transport> transport = std::make_shared<Smtp>());
  ~Sender();  // Stop()
  Sender(const Sender&) = delete;
  Sender& operator=(const Sender&) = delete;

  // Ok when the server has taken the mail for every recipient.
  // Errors: those of Render and Transport::Deliver
  Awaitable<Status> Send(SmtpServer server, Message message, Stamp stamp);

  // Gives up what is on its way, refuses what waits and joins the threads.
  void Stop();

 private:
  const std::shared_ptr<Transport> transport_;
  std::atomic<bool> stopping_ = false;
  WorkerPool pool_;
};

}  // namespace parley::mail
