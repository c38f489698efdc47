// Mail to users: POST mailer and mailer.unsubscribe. Source: administration reference §6.1.
//
// The mails are promised with the answer and sent by the queue: the request waits for no mail server.
#include <algorithm>

#include "backend/embedded/mail_queue.h"
#include "backend/embedded/mailing.h"
#include "base/text.h"

namespace parley::backend::embedded {
namespace {

using storage::Match;

Json Thrower() {
  return Json::Of({{"function", "Mailer.sendMail"}});
}

// A filter of users by the equality of members, the part of MongoDB's language that scripts use. What is not understood
// is refused: it must never become a mail to everybody.
Outcome<std::vector<storage::Condition>> ReadFilter(std::string_view text) {
  std::vector<storage::Condition> where;
  if (Trim(text).empty()) return where;
  constexpr std::string_view kMembers[] = {"_id", "username", "name", "active", "type", "emails.0.address", "status"};
  const auto refuse = [&] {
    return FailCoded("error-invalid-query", "Invalid query parameter provided: \"" + std::string(text) + "\"");
  };
  const Result<Json> filter = ParseJson(text);
  if (!filter || !filter->IsObject()) return refuse();
  for (const auto& [name, value] : *filter->AsObject()) {
    const bool is_plain = value.IsString() || value.IsBoolean();
    if (name == "roles" && value.IsString()) {
      where.emplace_back("roles", Match::kHasAny, Json(Json::Array{value}));
      continue;
    }
    const std::string path = name == "emails.address" ? "emails.0.address" : name;
    if (!is_plain || std::find(std::begin(kMembers), std::end(kMembers), path) == std::end(kMembers)) return refuse();
    where.emplace_back(path, Match::kEquals, value);
  }
  return where;
}

std::string UnsubscribeLink(const Call& call, const User& user) {
  return call.options().site_url + "/mailer/unsubscribe/" + PercentEncode(user.id) + "/" +
         std::to_string(UnixMillis(user.created_at));
}

std::string Personal(const Call& call, const User& user, std::string text) {
  text = ReplaceAll(std::move(text), "[unsubscribe]", UnsubscribeLink(call, user));
  text = ReplaceAll(std::move(text), "[email]", user.Address());
  return ReplaceAll(std::move(text), "[name]", mail::EscapeHtml(user.name));
}

MailJob JobFor(const Call& call, const User& user) {
  MailJob job;
  job.email = user.Address();
  job.from = call.body.Text("from");
  job.subject = call.body.Text("subject");
  job.html = Personal(call, user, std::string(call.body.Text("body")));
  job.text = mail::TextOfHtml(job.html);
  return job;
}

bool IsUnsubscribed(const User& user) {
  const Json* mailer = user.extra.Find("mailer");
  return mailer != nullptr && mailer->Flag("unsubscribed");
}

// One user with the sender's address, or everybody the filter leaves.
Awaitable<Outcome<std::vector<User>>> FindRecipients(const Call& call, const mail::Address& from) {
  std::vector<User> recipients;
  if (call.body.Flag("dryrun")) {
    FoundUser user = co_await FindUserByEmail(call.documents(), from.address);
    if (!user) co_return user.error();
    if (!*user) co_return FailCoded("error-invalid-user", "Invalid user", Thrower());
    recipients.push_back(std::move(**user));
    co_return recipients;
  }
  auto where = ReadFilter(call.body.Text("query"));
  if (!where) co_return where.failure();
  storage::Query query(User::kCollection);
  query.where = *std::move(where);
  auto users = co_await Find<User>(call.documents(), std::move(query));
  if (!users) co_return users.error();
  for (User& user : users->list) {
    if (mail::IsAddress(user.Address()) && !IsUnsubscribed(user)) recipients.push_back(std::move(user));
  }
  co_return recipients;
}

Awaitable<Reply> MailUsers(Call& call) {
  const Result<mail::Address> from = mail::ParseAddress(call.body.Text("from"));
  if (!from) co_return FailCoded("error-invalid-from-address", "Invalid from address", Thrower());
  if (call.body.Text("body").find("[unsubscribe]") == std::string_view::npos) {
    co_return FailCoded("error-missing-unsubscribe-link", "You must provide the [unsubscribe] link.", Thrower());
  }
  const std::string_view subject = call.body.Text("subject");
  if (subject.find_first_of("\r\n") != std::string_view::npos) {
    co_return FailCoded("error-invalid-subject", "Invalid subject", Thrower());
  }
  auto recipients = co_await FindRecipients(call, *from);
  if (!recipients) co_return recipients.failure();
  storage::Changes changes;
  for (const User& user : *recipients) Promise(call, JobFor(call, user), changes);
  if (changes.empty()) co_return Reply::Empty();
  const Status committed = co_await call.Commit(std::move(changes));
  if (!committed) co_return committed.error();
  call.services.workspace.mails_waiting().Notify();
  co_return Reply::Empty();
}

// Success whatever is sent: nobody learns whom an id belongs to.
Awaitable<Reply> Unsubscribe(Call& call) {
  FoundUser user = co_await FindUser(call.documents(), std::string(call.body.Text("_id")));
  if (!user) co_return user.error();
  const auto created = ParseInteger(call.body.Text("createdAt"));
  if (!*user || !created || UnixMillis((*user)->created_at) != *created) co_return Reply::Empty();
  (*user)->extra.Set("mailer", Json::Of({{"unsubscribed", true}}));
  storage::Changes changes;
  Save(**user, call.now, changes);
  const Status committed = co_await call.Commit(std::move(changes));
  if (!committed) co_return committed.error();
  co_return Reply::Empty();
}

}  // namespace

Routes MailerRoutes() {
  return {
      {"POST mailer", &MailUsers},
      {"POST mailer.unsubscribe", &Unsubscribe},
  };
}

}  // namespace parley::backend::embedded
