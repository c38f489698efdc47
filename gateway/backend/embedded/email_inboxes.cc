// Mailboxes of the workspace: records, and a test mail through one of them. Source: administration reference §6.1.
//
// They send; nothing fetches from them yet. Passwords go in and never come out.
#include "backend/embedded/mailing.h"
#include "backend/embedded/message.h"
#include "base/text.h"

namespace parley::backend::embedded {
namespace {

using storage::Match;

struct MailAccount {
  std::string server, username, password;
  std::int64_t port = 0;
  bool secure = false;
  std::optional<std::int64_t> max_retries;  // of IMAP

  template <class Self, class Visit>
  static void Members(Self& self, Visit& visit) {
    visit.Always("server", self.server);
    visit("port", self.port);
    visit.Always("username", self.username);
    visit.Secret("password", self.password);
    visit("secure", self.secure);
    visit("maxRetries", self.max_retries);
  }
};

struct EmailInbox {
  static constexpr storage::Collection kCollection = storage::Collection::kEmailInboxes;
  std::string id;
  std::int64_t version = 0;
  Json extra;

  std::string name, email;
  bool active = false;
  std::string description, sender_info, department;
  MailAccount smtp, imap;
  Time created{};
  Person created_by;
  Time updated_at{};

  template <class Self, class Visit>
  static void Members(Self& self, Visit& visit) {
    visit("name", self.name);
    visit("email", self.email);
    visit("active", self.active);
    visit("description", self.description);
    visit("senderInfo", self.sender_info);
    visit("department", self.department);
    visit("smtp", self.smtp);
    visit("imap", self.imap);
    visit("_createdAt", self.created);
    visit("_createdBy", self.created_by);
    visit("_updatedAt", self.updated_at);
  }
};

// Nobody was ever shown the password, so an empty one keeps what is known.
MailAccount ReadAccount(const Json& sent, const MailAccount& known) {
  MailAccount account;
  MemberReader reader(sent);
  MailAccount::Members(account, reader);
  if (account.password.empty()) account.password = known.password;
  return account;
}

void ReadInbox(const Json& body, EmailInbox& inbox) {
  inbox.name = body.Text("name");
  inbox.email = Lower(Trim(body.Text("email")));
  inbox.active = body.Flag("active");
  inbox.description = body.Text("description");
  inbox.sender_info = body.Text("senderInfo");
  const std::string_view department = body.Text("department");
  inbox.department = department == "All" ? std::string_view() : department;
  inbox.smtp = ReadAccount(*body.Find("smtp"), inbox.smtp);
  inbox.imap = ReadAccount(*body.Find("imap"), inbox.imap);
  if (!inbox.imap.max_retries) inbox.imap.max_retries = 5;
}

Awaitable<Result<std::optional<EmailInbox>>> FindInbox(const Call& call) {
  return Get<EmailInbox>(call.documents(), std::string(call.Path("_id")));
}

Awaitable<Result<std::optional<EmailInbox>>> FindInboxByEmail(const Call& call, std::string_view email) {
  std::vector<storage::Condition> where;
  where.emplace_back("email", Match::kSameText, Json(Trim(email)));
  return FindFirst<EmailInbox>(call.documents(), std::move(where));
}

Awaitable<Reply> ListInboxes(Call& call) {
  std::vector<storage::SortKey> by_name;
  by_name.emplace_back("name");
  auto paging = ReadPaging(call, std::move(by_name));
  if (!paging) co_return paging.failure();
  storage::Query query(EmailInbox::kCollection);
  paging->ApplyTo(query);
  auto found = co_await Find<EmailInbox>(call.documents(), std::move(query));
  if (!found) co_return found.error();
  Json items = Json::MakeArray();
  for (const EmailInbox& inbox : found->list) items.Push(ToAnswer(inbox));
  co_return PageOf("emailInboxes", std::move(items), *paging, found->total);
}

Awaitable<Outcome<EmailInbox>> FindOrMake(const Call& call) {
  EmailInbox inbox;
  const std::string id(call.body.Text("_id"));
  if (id.empty()) {
    inbox.id = call.ids().ObjectId();
    inbox.created = call.now;
    inbox.created_by = Person{call.user().id, call.user().username, {}};
    co_return inbox;
  }
  auto known = co_await Get<EmailInbox>(call.documents(), id);
  if (!known) co_return known.error();
  if (!*known) co_return Fail("error-invalid-email-inbox");
  co_return std::move(**known);
}

Awaitable<Reply> SaveInbox(Call& call) {
  auto inbox = co_await FindOrMake(call);
  if (!inbox) co_return inbox.failure();
  ReadInbox(call.body, *inbox);
  if (!mail::IsAddress(inbox->email)) co_return Fail("error-invalid-email-address");
  auto same = co_await FindInboxByEmail(call, inbox->email);
  if (!same) co_return same.error();
  if (*same && (*same)->id != inbox->id) co_return Fail("error-email-already-exists");
  storage::Changes changes;
  Save(*inbox, call.now, changes);
  const Status committed = co_await call.Commit(std::move(changes));
  if (!committed && committed.error().code == ErrorCode::kAlreadyExists) co_return Fail("error-email-already-exists");
  if (!committed) co_return committed.error();
  co_return Json::Of({{"_id", inbox->id}});
}

Awaitable<Reply> ReadOneInbox(Call& call) {
  auto inbox = co_await FindInbox(call);
  if (!inbox) co_return inbox.error();
  if (!*inbox) co_return ResourceNotFound();
  co_return ToAnswer(**inbox);
}

Awaitable<Reply> DeleteInbox(Call& call) {
  auto inbox = co_await FindInbox(call);
  if (!inbox) co_return inbox.error();
  if (!*inbox) co_return ResourceNotFound();
  storage::Changes changes;
  Remove(**inbox, changes);
  const Status committed = co_await call.Commit(std::move(changes));
  if (!committed) co_return committed.error();
  co_return Json::Of({{"_id", (*inbox)->id}});
}

Awaitable<Reply> SearchInbox(Call& call) {
  auto inbox = co_await FindInboxByEmail(call, call.query.Text("email"));
  if (!inbox) co_return inbox.error();
  Json answer = Json::MakeObject();
  answer.Append("emailInbox", *inbox ? ToAnswer(**inbox) : Json());
  co_return answer;
}

mail::SmtpServer ServerOf(const MailAccount& account) {
  mail::SmtpServer server;
  server.host = account.server;
  server.port = account.port > 0 && account.port <= 65535 ? static_cast<std::uint16_t>(account.port) : std::uint16_t{0};
  server.tls = account.secure;
  server.start_tls = true;
  server.username = account.username;
  server.password = account.password;
  return server;
}

std::string VerifiedAddressOf(const User& user) {
  for (const Email& email : user.emails) {
    if (email.verified) return email.address;
  }
  return {};
}

Awaitable<Reply> SendTest(Call& call) {
  auto inbox = co_await FindInbox(call);
  if (!inbox) co_return inbox.error();
  if (!*inbox) co_return ResourceNotFound();
  if (!(*inbox)->active) co_return Fail("inbox-not-found");
  std::string to = VerifiedAddressOf(call.user());
  if (to.empty()) co_return Fail("user-without-verified-email");
  mail::Message mail;
  mail.from = {(*inbox)->sender_info, (*inbox)->email};
  mail.to.push_back({{}, std::move(to)});
  mail.subject = "Test of inbox configuration";
  mail.text = "Test of inbox configuration successful\n";
  const Status sent = co_await SendMailBy(call.services, ServerOf((*inbox)->smtp), std::move(mail));
  if (!sent) co_return Fail("error-email-send-failed");
  co_return Json::Of({{"_id", (*inbox)->id}});
}

}  // namespace

Routes EmailInboxRoutes() {
  return {
      {"GET email-inbox.list", &ListInboxes},   {"POST email-inbox", &SaveInbox},
      {"GET email-inbox/{_id}", &ReadOneInbox}, {"DELETE email-inbox/{_id}", &DeleteInbox},
      {"GET email-inbox.search", &SearchInbox}, {"POST email-inbox.send-test/{_id}", &SendTest},
  };
}

}  // namespace parley::backend::embedded
