// Mail as the workspace's settings say. Source: administration reference §3.2, section SMTP.
//
// Threading: one shard; the mail itself leaves beside it. Tests: tests/unit/backend/embedded/transcript_mail_test.cc
#pragma once

#include "backend/embedded/call.h"
#include "mail/message.h"
#include "mail/smtp.h"

namespace parley::backend::embedded {

// Whether a mail server is set up.
bool CanMail(const Settings& settings);

// The server of the SMTP_* settings; without a host when none is set up.
mail::SmtpServer SmtpServerOf(const Settings& settings);

// From_Email. Errors: kInvalidArgument  it is no address
Result<mail::Address> SenderOf(const Settings& settings);

// Sends `message` through the workspace's server; from From_Email unless it names a sender. A failure is logged.
// Errors: those of mail::Sender::Send
Awaitable<Status> SendMail(const Services& services, const Settings& settings, mail::Message message);

// The same through another server, as it is.
Awaitable<Status> SendMailBy(const Services& services, mail::SmtpServer server, mail::Message message);

}  // namespace parley::backend::embedded
