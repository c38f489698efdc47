// Mails that were promised: written with the change that promises them, sent in their time.
//
// A promise survives a restart, is tried a few times over some hours, and is given up with a line in the log. It never
// holds up who made it. A transcript is composed when it is sent; every other mail is in its record.
// Threading: one shard. Tests: tests/unit/backend/embedded/transcript_mail_test.cc, mailer_test.cc
#pragma once

#include <optional>
#include <string>

#include "backend/embedded/call.h"
#include "backend/embedded/message.h"

namespace parley::backend::embedded {

// A mail somebody will get.
struct MailJob {
  static constexpr storage::Collection kCollection = storage::Collection::kMails;
  std::string id;
  std::int64_t version = 0;
  Json extra;

  std::string email, subject;
  std::string room_id;                 // of a transcript
  std::optional<Person> requested_by;  // the agent who asked for a transcript; nobody: the visitor, or the settings
  std::string from, text, html;        // of every other mail
  std::int64_t attempts = 0;
  Time due{};
  Time updated_at{};

  template <class Self, class Visit>
  static void Members(Self& self, Visit& visit) {
    visit("email", self.email);
    visit("subject", self.subject);
    visit("rid", self.room_id);
    visit("requestedBy", self.requested_by);
    visit("from", self.from);
    visit("text", self.text);
    visit("html", self.html);
    visit("attempts", self.attempts);
    visit("dueAt", self.due);
    visit("_updatedAt", self.updated_at);
  }
};

// Gives the job an id and adds it to the change that promises it; due at once.
// After the commit: workspace.mails_waiting().Notify()
void Promise(const Call& call, MailJob job, storage::Changes& changes);

// Sends what is due. Answers when it should be called again at the latest, if anything waits.
Awaitable<Result<std::optional<Time>>> SendPromisedMails(const Services& services);

// Does so for ever. `services` must outlive it.
Awaitable<> KeepSendingMails(const Services& services);

}  // namespace parley::backend::embedded
