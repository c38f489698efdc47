// A mail as a value, and as the bytes that go over the wire.
//
//   Message mail;
//   mail.from = {"Support", "support@acme.test"};
//   mail.to = {{"", "bob@x.test"}};
//   mail.subject = "Grüße";
//   mail.text = "Hello\n";
//   Result<std::string> bytes = Render(mail, {now, "id-of-its-own"});
//
// Purpose: nothing a stranger writes into a subject, a name or an address can add a header or a recipient.
// Refuses to know: servers, settings, chats.
// Threading: plain values, pure functions. Tests: tests/unit/mail/message_test.cc
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace parley::mail {

struct Address {
  std::string name;  // shown beside the address; may be empty
  std::string address;
};

struct Message {
  Address from;
  std::vector<Address> to;
  std::string reply_to;  // an address, or empty
  std::string subject;
  std::string text;
  std::string html;  // empty: the text alone; else both, as alternatives
};

// What makes a mail unlike every other.
struct Stamp {
  Time at;
  std::string id;  // letters and digits, new for every mail: Message-ID and the line between the parts
};

// A plain ASCII address that may stand in a header and in an SMTP command as it is.
bool IsAddress(std::string_view text);

// "Support <support@acme.test>" or "support@acme.test"; empty when it is neither.
Result<Address> ParseAddress(std::string_view text);

// The mail as RFC 5322 says, lines end in CRLF.
// Errors: kInvalidArgument  an address that is none, no recipient, a control character in a subject or a name
Result<std::string> Render(const Message& message, const Stamp& stamp);

// `text` for people as HTML: escaped, line ends kept.
std::string EscapeHtml(std::string_view text);

// HTML as text for readers that show none: tags go, paragraphs become lines.
std::string TextOfHtml(std::string_view html);

}  // namespace parley::mail
