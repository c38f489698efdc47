// Messages left while nobody is there: mailed, and told as an event, of which a ticket comes.
// Source: omnichannel reference §2.5, §4.3 (LivechatOfflineMessage).
#include <algorithm>

#include "backend/embedded/department.h"
#include "backend/embedded/mailing.h"
#include "base/text.h"

namespace parley::backend::embedded {
namespace {

constexpr std::size_t kSubjectCharacters = 20;

// The beginning of a text as part of a subject: one line, whole characters.
std::string Beginning(std::string_view text) {
  std::string beginning;
  for (std::size_t count = 0; count < kSubjectCharacters && !text.empty(); ++count) {
    const std::size_t length = std::max<std::size_t>(1, Utf8SequenceLength(text));
    beginning +=
        static_cast<unsigned char>(text.front()) < 0x20 ? std::string(" ") : std::string(text.substr(0, length));
    text.remove_prefix(length);
  }
  return beginning;
}

// Whom the message is for. Empty: everybody, also when nobody knows the department.
Awaitable<Result<std::optional<Department>>> FindAddressee(const Call& call) {
  const std::string department(call.body.Text("department"));
  if (department.empty()) co_return std::optional<Department>();
  co_return co_await FindDepartmentByIdOrName(call.documents(), department);
}

std::string ReaderOf(const Call& call, const std::optional<Department>& department) {
  if (department && !department->email.empty()) return department->email;
  return std::string(Trim(call.settings().Text("Livechat_offline_email")));
}

std::string Row(std::string_view label, std::string_view value) {
  return "<p><strong>" + std::string(label) + ":</strong> " + mail::EscapeHtml(value) + "</p>\n";
}

mail::Message Compose(const Json& form, std::string reader) {
  const std::string name(form.Text("name"));
  const std::string email(form.Text("email"));
  const std::string text(form.Text("message"));
  const std::string host(form.Text("host"));
  mail::Message mail;
  mail.to.push_back({{}, std::move(reader)});
  mail.reply_to = email;
  mail.subject = "Livechat offline message from " + name + ": " + Beginning(text);
  mail.text = "Visitor name: " + name + "\nVisitor email: " + email + "\n";
  mail.html = "<h1>New livechat message</h1>\n";
  if (!host.empty()) {
    mail.text += "Sent from: " + host + "\n";
    mail.html += Row("Sent from", host);
  }
  mail.text += "\n" + text + "\n";
  mail.html += Row("Visitor name", name) + Row("Visitor email", email) + Row("Message", text);
  return mail;
}

events::OfflineMessage EventOf(const Json& form, const std::optional<Department>& department) {
  events::OfflineMessage left;
  left.name = form.Text("name");
  left.email = form.Text("email");
  left.text = form.Text("message");
  if (department) left.department = department->id;
  left.host = form.Text("host");
  return left;
}

Awaitable<Status> SendTo(const Call& call, std::string reader) {
  Result<mail::Address> sender = SenderOf(call.settings());
  if (!sender) co_return sender.error();
  mail::Message mail = Compose(call.body, std::move(reader));
  mail.from = *std::move(sender);
  mail.from.name = std::string(call.body.Text("name")) + " - " + std::string(call.body.Text("email"));
  co_return co_await SendMail(call.services, call.settings(), std::move(mail));
}

// Told when the mail is out, as the workspace does; a failure to tell is not the visitor's, who would send it again.
Awaitable<Reply> LeaveMessage(Call& call) {
  const bool may = call.settings().Flag("Livechat_display_offline_form");
  const std::string_view email = call.body.Text("email");
  const bool is_valid = mail::IsAddress(email) || !call.settings().Flag("Livechat_validate_offline_email");
  if (!may || !is_valid || Trim(call.body.Text("message")).empty()) {
    co_return Fail("Error sending livechat offline message");
  }
  const auto department = co_await FindAddressee(call);
  if (!department) co_return department.error();
  const Status sent = co_await SendTo(call, ReaderOf(call, *department));
  if (!sent) co_return Fail("Error sending livechat offline message");
  storage::Changes changes;
  call.Record(Lower(email), EventOf(call.body, *department), changes);
  const Status told = co_await call.Commit(std::move(changes));
  if (!told) co_return told.error();
  co_return Json::Of({{"message", "Livechat offline message sent"}});
}

}  // namespace

Routes OfflineMessageRoutes() {
  return {
      {"POST livechat/offline.message", &LeaveMessage},
  };
}

}  // namespace parley::backend::embedded
