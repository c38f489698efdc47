#include "backend/embedded/mailing.h"

#include "base/log.h"
#include "base/text.h"

namespace parley::backend::embedded {
namespace {

// SMTP_Port is a text; what is no port means the usual one.
std::uint16_t PortOf(const Settings& settings) {
  const std::int64_t port = ParseInteger(Trim(settings.Text("SMTP_Port"))).value_or(0);
  return port > 0 && port <= 65535 ? static_cast<std::uint16_t>(port) : std::uint16_t{0};
}

}  // namespace

bool CanMail(const Settings& settings) {
  return !Trim(settings.Text("SMTP_Host")).empty();
}

mail::SmtpServer SmtpServerOf(const Settings& settings) {
  mail::SmtpServer server;
  server.host = Trim(settings.Text("SMTP_Host"));
  server.port = PortOf(settings);
  server.tls = settings.Text("SMTP_Protocol") == "smtps";
  server.start_tls = !settings.Flag("SMTP_IgnoreTLS");
  server.reuse = settings.Flag("SMTP_Pool");
  server.username = settings.Text("SMTP_Username");
  server.password = settings.Text("SMTP_Password");
  return server;
}

Result<mail::Address> SenderOf(const Settings& settings) {
  auto address = mail::ParseAddress(settings.Text("From_Email"));
  if (!address) return InvalidArgument("From_Email is no e-mail address");
  return address;
}

Awaitable<Status> SendMail(const Services& services, const Settings& settings, mail::Message message) {
  if (message.from.address.empty()) {
    Result<mail::Address> sender = SenderOf(settings);
    if (!sender) co_return sender.error();
    message.from = *std::move(sender);
  }
  co_return co_await SendMailBy(services, SmtpServerOf(settings), std::move(message));
}

Awaitable<Status> SendMailBy(const Services& services, mail::SmtpServer server, mail::Message message) {
  mail::Stamp stamp{services.clock.Now(), services.ids.Hex(32)};
  const Status sent = co_await services.workspace.mail().Send(std::move(server), std::move(message), std::move(stamp));
  if (!sent) {
    Log(LogLevel::kWarning, "mail.failed", {{"reason", sent.error().message}, {"detail", sent.error().detail}});
  }
  co_return sent;
}

}  // namespace parley::backend::embedded
