#include "backend/embedded/mail_queue.h"

#include <algorithm>

#include "backend/embedded/mailing.h"
#include "backend/embedded/transcript_mail.h"
#include "base/log.h"
#include "storage/transact.h"

namespace parley::backend::embedded {
namespace {

using std::chrono::minutes;
using storage::Match;

// After the first attempt; when they are used up the mail is given up.
constexpr minutes kPauses[] = {minutes(1), minutes(5), minutes(30), minutes(120)};
constexpr std::int64_t kMostAttempts = std::size(kPauses) + 1;
// While an attempt is under way nobody else takes it up.
constexpr minutes kLease = minutes(2);
constexpr std::int64_t kMailsAtOnce = 20;

Awaitable<Status> Commit(const Services& services, storage::Changes changes) {
  co_return co_await services.stores.committer().Commit(std::move(changes));
}

// Takes the job for one attempt. False when somebody else has it.
Awaitable<Result<bool>> Claim(const Services& services, MailJob& job) {
  ++job.attempts;
  job.due = services.clock.Now() + kLease;
  storage::Changes changes;
  Save(job, services.clock.Now(), changes);
  const Status claimed = co_await Commit(services, std::move(changes));
  if (!claimed && claimed.error().code == ErrorCode::kConflict) co_return false;
  if (!claimed) co_return claimed.error();
  co_return true;
}

Awaitable<Status> SendTranscript(const Services& services, const Settings& settings, const MailJob& job) {
  auto room = co_await Get<Room>(services.stores.documents(), job.room_id);
  if (!room) co_return room.error();
  if (!*room) co_return InvalidArgument("the chat was removed");
  auto mail = co_await ComposeTranscript(services, settings, **room, job.email, job.subject);
  if (!mail) co_return mail.error();
  co_return co_await SendMail(services, settings, *std::move(mail));
}

Awaitable<Status> SendAsItIs(const Services& services, const Settings& settings, const MailJob& job) {
  mail::Message mail;
  if (!job.from.empty()) {
    Result<mail::Address> from = mail::ParseAddress(job.from);
    if (!from) co_return from.error();
    mail.from = *std::move(from);
  }
  mail.to.push_back({{}, job.email});
  mail.subject = job.subject;
  mail.text = job.text;
  mail.html = job.html;
  co_return co_await SendMail(services, settings, std::move(mail));
}

Awaitable<Status> Deliver(const Services& services, const MailJob& job) {
  auto settings = co_await services.workspace.GetSettings(services.stores.documents());
  if (!settings) co_return settings.error();
  if (!job.room_id.empty()) co_return co_await SendTranscript(services, **settings, job);
  co_return co_await SendAsItIs(services, **settings, job);
}

// The mail is out: the job goes, and the chat tells of its transcript.
Awaitable<Status> Finish(const Services& services, const MailJob& job) {
  auto attempt = [&]() -> Awaitable<Status> {
    storage::Changes changes;
    changes.Remove(MailJob::kCollection, job.id);
    auto room = co_await Get<Room>(services.stores.documents(), job.room_id);
    if (!room) co_return room.error();
    if (*room) {
      const Status told = co_await TellTranscript(services, std::move(**room), job.requested_by, changes);
      if (!told) co_return told;
    }
    co_return co_await Commit(services, std::move(changes));
  };
  co_return co_await storage::Retrying(std::move(attempt));
}

void LogGivenUp(const MailJob& job, const Error& cause) {
  Log(LogLevel::kError, "mail.given_up",
      {{"mail", job.id}, {"room", job.room_id}, {"attempts", std::to_string(job.attempts)}, {"reason", cause.message}});
}

// What trying again cannot mend is given up at once.
Awaitable<Status> Postpone(const Services& services, std::string id, const Error& cause) {
  auto job = co_await Get<MailJob>(services.stores.documents(), std::move(id));
  if (!job) co_return job.error();
  if (!*job) co_return Status();  // erased meanwhile
  storage::Changes changes;
  if (cause.code == ErrorCode::kInvalidArgument || (*job)->attempts >= kMostAttempts) {
    LogGivenUp(**job, cause);
    Remove(**job, changes);
  } else {
    (*job)->due = services.clock.Now() + kPauses[std::max<std::int64_t>(1, (*job)->attempts) - 1];
    Save(**job, services.clock.Now(), changes);
  }
  co_return co_await Commit(services, std::move(changes));
}

Awaitable<Status> Attempt(const Services& services, MailJob job) {
  const auto claimed = co_await Claim(services, job);
  if (!claimed) co_return claimed.error();
  if (!*claimed) co_return Status();
  const Status sent = co_await Deliver(services, job);
  if (!sent) co_return co_await Postpone(services, job.id, sent.error());
  co_return co_await Finish(services, job);
}

Awaitable<Result<std::optional<Time>>> NextDue(const Services& services) {
  storage::Query query(MailJob::kCollection);
  query.sort.emplace_back("dueAt");
  query.limit = 1;
  auto next = co_await Find<MailJob>(services.stores.documents(), std::move(query));
  if (!next) co_return next.error();
  if (next->list.empty()) co_return std::optional<Time>();
  co_return std::optional<Time>(next->list.front().due);
}

}  // namespace

void Promise(const Call& call, MailJob job, storage::Changes& changes) {
  job.id = call.ids().ObjectId();
  job.due = call.now;
  Save(job, call.now, changes);
}

Awaitable<Result<std::optional<Time>>> SendPromisedMails(const Services& services) {
  storage::Query query(MailJob::kCollection);
  query.where.emplace_back("dueAt", Match::kAtMost, Json(UnixMillis(services.clock.Now())));
  query.sort.emplace_back("dueAt");
  query.limit = kMailsAtOnce;
  auto due = co_await Find<MailJob>(services.stores.documents(), std::move(query));
  if (!due) co_return due.error();
  for (MailJob& job : due->list) {
    const Status tried = co_await Attempt(services, std::move(job));
    if (!tried) co_return tried.error();
  }
  co_return co_await NextDue(services);
}

Awaitable<> KeepSendingMails(const Services& services) {
  constexpr std::chrono::milliseconds kLongest = minutes(1);
  for (;;) {
    const auto next = co_await SendPromisedMails(services);
    std::chrono::milliseconds pause = kLongest;
    if (!next) {
      Log(LogLevel::kError, "mail.queue_failed", {{"reason", next.error().message}, {"detail", next.error().detail}});
    } else if (*next) {
      pause = std::clamp(**next - services.clock.Now(), std::chrono::milliseconds(0), kLongest);
    }
    co_await services.workspace.mails_waiting().Wait(pause);
  }
}

}  // namespace parley::backend::embedded
