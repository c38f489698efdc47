#include "mail/message.h"

#include <gtest/gtest.h>

#include "base/time.h"

namespace parley::mail {
namespace {

Message Hello() {
  Message message;
  message.from = {"Acme, Support", "support@acme.test"};
  message.to = {{"", "bob@x.test"}};
  message.subject = "Hello";
  message.text = "Hi Bob\n";
  return message;
}

Stamp Now() {
  return {*ParseIsoTime("2026-01-05T10:15:30Z"), "s1"};
}

void ExpectRefused(const Message& message) {
  const Result<std::string> rendered = Render(message, Now());
  ASSERT_FALSE(rendered) << *rendered;
  EXPECT_EQ(rendered.error().code, ErrorCode::kInvalidArgument);
}

TEST(MailMessage, IsHeadersAndText) {
  EXPECT_EQ(*Render(Hello(), Now()),
            "From: \"Acme, Support\" <support@acme.test>\r\n"
            "To: bob@x.test\r\n"
            "Subject: Hello\r\n"
            "Date: Mon, 05 Jan 2026 10:15:30 +0000\r\n"
            "Message-ID: <s1@acme.test>\r\n"
            "MIME-Version: 1.0\r\n"
            "Content-Type: text/plain; charset=utf-8\r\n"
            "Content-Transfer-Encoding: quoted-printable\r\n"
            "\r\n"
            "Hi Bob\r\n");
}

TEST(MailMessage, OffersHtmlBesideTheText) {
  Message message = Hello();
  message.html = "<p>Hi Bob</p>";
  message.reply_to = "ann@acme.test";
  const std::string bytes = *Render(message, Now());
  EXPECT_NE(bytes.find("\r\nReply-To: ann@acme.test\r\n"), std::string::npos);
  const std::size_t head = bytes.find("Content-Type: multipart/alternative; boundary=\"=_s1\"\r\n\r\n--=_s1\r\n");
  const std::size_t text = bytes.find("Content-Type: text/plain; charset=utf-8\r\n");
  const std::size_t html = bytes.find("\r\n--=_s1\r\nContent-Type: text/html; charset=utf-8\r\n");
  EXPECT_TRUE(head < text && text < html && html != std::string::npos) << bytes;
  EXPECT_TRUE(bytes.ends_with("<p>Hi Bob</p>\r\n\r\n--=_s1--\r\n")) << bytes;
}

TEST(MailMessage, LetsNobodyAddHeadersOrRecipients) {
  for (const char* text : {"a\nBcc: eve@x.test", "a\r\nBcc: eve@x.test", "a\rb", "a\tb", "a\x01", "\xff"}) {
    Message message = Hello();
    message.subject = text;
    ExpectRefused(message);
    message = Hello();
    message.from.name = text;
    ExpectRefused(message);
    message = Hello();
    message.to.front().name = text;
    ExpectRefused(message);
  }
  for (const char* address : {"", "bob", "bob@x.test\r\nBcc: eve@x.test", "bob@x.test,eve@x.test", "<bob@x.test>",
                              "bob@x.test ", "bób@x.test", "a b@x.test"}) {
    Message message = Hello();
    message.to.front().address = address;
    ExpectRefused(message);
    message = Hello();
    message.from.address = address;
    ExpectRefused(message);
    message = Hello();
    message.reply_to = address;
    if (*address != '\0') ExpectRefused(message);
  }
}

TEST(MailMessage, NeedsARecipient) {
  Message message = Hello();
  message.to.clear();
  ExpectRefused(message);
}

TEST(MailAddress, IsReadWithAndWithoutAName) {
  EXPECT_EQ(ParseAddress("support@acme.test")->address, "support@acme.test");
  EXPECT_EQ(ParseAddress(" Acme <support@acme.test> ")->address, "support@acme.test");
  EXPECT_EQ(ParseAddress("\"Acme, Inc\" <support@acme.test>")->name, "Acme, Inc");
  EXPECT_FALSE(ParseAddress("Acme support@acme.test"));
  EXPECT_FALSE(ParseAddress("Acme <support>"));
  EXPECT_FALSE(ParseAddress("A\nBcc: x <support@acme.test>"));
}

TEST(MailHtml, ShowsTextAsItIs) {
  EXPECT_EQ(EscapeHtml("<b>\"a\" & 'b'</b>\r\nc\nd"),
            "&lt;b&gt;&quot;a&quot; &amp; &#39;b&#39;&lt;/b&gt;<br>\nc<br>\nd");
}

TEST(MailHtml, IsReadAsText) {
  EXPECT_EQ(TextOfHtml("<h1>Hi</h1><p>a &lt; b &amp;amp; c<br/>d</p>"), "Hi\na < b &amp; c\nd\n");
  EXPECT_EQ(TextOfHtml("a < b"), "a < b");
  EXPECT_EQ(TextOfHtml(""), "");
}

}  // namespace
}  // namespace parley::mail
