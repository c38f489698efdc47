// Mail that is no transcript: messages left, mail to users, mailboxes.
#include <gtest/gtest.h>

#include "backend/embedded/mail_queue.h"
#include "chat_fixture.h"

namespace parley::backend::embedded {
namespace {

class Mailing : public testing::Test {
 protected:
  Mailing() : boss_(chats_.AddUser("boss", {"admin"})) {
    chats_.Set("SMTP_Host", "mail.acme.test");
    chats_.Set("From_Email", "support@acme.test");
  }

  void SendDue() {
    const Services services = chats_.services();
    EXPECT_TRUE(test::Await(SendPromisedMails(services)));
  }
  std::vector<test::SentMails::Mail> Sent() { return chats_.mails().mails(); }
  std::string Recipients() {
    std::string all;
    for (const auto& mail : Sent()) all += mail.envelope.to.front() + " ";
    return all;
  }

  ChatFixture chats_;
  std::string boss_;
};

// ---- messages left --------------------------------------------------------------------------------------------------

class OfflineMessages : public Mailing {
 protected:
  OfflineMessages() { chats_.Set("Livechat_offline_email", "night@acme.test"); }

  Answer Leave(const std::string& name, const std::string& email, const std::string& department = {}) {
    Json form = Json::Of({{"name", name}, {"email", email}, {"message", "Anybody <there>?\nHello?"}});
    if (!department.empty()) form.Append("department", department);
    form.Append("host", "https://acme.test/shop");
    return chats_.Post("livechat/offline.message", form);
  }
};

constexpr const char* kNotSent = "Error sending livechat offline message";

TEST_F(OfflineMessages, AreMailed) {
  EXPECT_EQ(Leave("Bob", "bob@x.test").Text("message"), "Livechat offline message sent");
  ASSERT_EQ(Sent().size(), 1U);
  const auto mail = Sent().front();
  EXPECT_EQ(mail.envelope.to, std::vector<std::string>{"night@acme.test"});
  EXPECT_EQ(mail.envelope.from, "support@acme.test");
  EXPECT_TRUE(mail.Says("From: \"Bob - bob@x.test\" <support@acme.test>\r\n")) << mail.envelope.bytes;
  EXPECT_TRUE(mail.Says("Reply-To: bob@x.test\r\n"));
  EXPECT_TRUE(mail.Says("Subject: Livechat offline message from Bob: Anybody <there>? Hel\r\n")) << mail.envelope.bytes;
  EXPECT_TRUE(mail.Says("Anybody <there>?\r\nHello?\r\n"));
  EXPECT_TRUE(mail.Says("Anybody &lt;there&gt;?<br>"));
  EXPECT_TRUE(mail.Says("https://acme.test/shop"));
}

TEST_F(OfflineMessages, GoToTheDepartmentTheyAreFor) {
  Department sales;
  sales.id = "sales-id";
  sales.name = "Sales";
  sales.email = "sales@acme.test";
  chats_.Change(sales);
  chats_.AddDepartment("Support", {});
  Leave("Bob", "bob@x.test", "sales-id");
  Leave("Bob", "bob@x.test", "Sales");
  Leave("Bob", "bob@x.test", "support-id");
  Leave("Bob", "bob@x.test", "unknown");
  EXPECT_EQ(Recipients(), "sales@acme.test sales@acme.test night@acme.test night@acme.test ");
}

TEST_F(OfflineMessages, AreToldAsAnEvent) {
  Leave("Bob", "Bob@x.test", "");
  EXPECT_EQ(chats_.EventsOf("bob@x.test"), std::vector<std::string>{"visitor.left_message"});
}

TEST_F(OfflineMessages, BecomeTickets) {
  chats_.AddDepartment("Support", {});
  Leave("Bob", "Bob@x.test", "Support");
  const auto found = test::Await(chats_.store().documents().Find(storage::Query(storage::Collection::kTickets)));
  ASSERT_TRUE(found);
  ASSERT_EQ(found->documents.size(), 1U);
  const storage::Document& ticket = found->documents.front();
  EXPECT_EQ(Print(*ticket.body.Find("requester")), R"({"mail":"Bob@x.test","name":"Bob"})");
  EXPECT_EQ(Print(*ticket.body.Find("groups")), R"(["support-id"])");
  EXPECT_EQ(Print(*ticket.body.Find("source")), R"({"type":"chat-window","url":"https://acme.test/shop"})");
  EXPECT_EQ(ticket.body.Find("events")->AsArray()->front().Text("message"), "Anybody <there>?\nHello?");
  EXPECT_EQ(chats_.EventsOf(ticket.id), std::vector<std::string>{"ticket.created"});
}

TEST_F(OfflineMessages, AreRefusedWhenTheyCannotBeSent) {
  chats_.mails().Answer(Unavailable("down"));
  EXPECT_EQ(Leave("Bob", "bob@x.test").error(), kNotSent);
  chats_.mails().Answer({});
  EXPECT_EQ(Leave("Bob\r\nBcc: eve@x.test", "bob@x.test").error(), kNotSent);
  EXPECT_EQ(Leave("Bob", "bob@x.test\r\nBcc: eve@x.test").error(), kNotSent);
  EXPECT_EQ(Leave("Bob", "bob").error(), kNotSent);
  chats_.Set("Livechat_offline_email", "");
  EXPECT_EQ(Leave("Bob", "bob@x.test").error(), kNotSent) << "nobody would read it";
  chats_.Set("Livechat_offline_email", "night@acme.test");
  chats_.Set("Livechat_display_offline_form", false);
  EXPECT_EQ(Leave("Bob", "bob@x.test").error(), kNotSent);
  EXPECT_TRUE(Sent().empty());
  EXPECT_TRUE(chats_.EventsOf("bob@x.test").empty());
}

// ---- mail to users --------------------------------------------------------------------------------------------------

class Mailer : public Mailing {
 protected:
  Mailer() {
    chats_.AddAgent("ann");
    chats_.AddUser("bob", {});
  }

  Json News() const {
    return Json::Of({{"from", "News <news@acme.test>"},
                     {"subject", "News"},
                     {"body", "<p>Dear [name]</p><p>[email]: [unsubscribe]</p>"}});
  }
  Answer Mail(std::initializer_list<std::pair<const char*, Json>> members, const std::string& as_user) {
    Json body = News();
    for (const auto& [name, value] : members) body.Set(name, value);
    return chats_.Post("mailer", body, as_user);
  }
};

TEST_F(Mailer, SendsToEverybodyWithTheirOwnWords) {
  EXPECT_EQ(Mail({}, boss_).status, 200);
  EXPECT_TRUE(Sent().empty()) << "the request waits for no mail server";
  SendDue();
  ASSERT_EQ(Sent().size(), 3U) << Recipients();
  for (const auto& mail : Sent()) {
    const std::string name = mail.envelope.to.front().substr(0, 3);
    if (name != "ann") continue;
    EXPECT_TRUE(mail.Says("From: News <news@acme.test>\r\n"));
    EXPECT_TRUE(mail.Says("<p>Dear ann Smith</p>")) << mail.envelope.bytes;
    EXPECT_TRUE(mail.Says("Dear ann Smith\r\nann@acme.test: /mailer/unsubscribe/ann-id/")) << mail.envelope.bytes;
  }
  SendDue();
  EXPECT_EQ(Sent().size(), 3U);
}

TEST_F(Mailer, SendsToWhomTheFilterLeaves) {
  EXPECT_EQ(Mail({{"query", R"({"username":"bob"})"}}, boss_).status, 200);
  EXPECT_EQ(Mail({{"query", R"({"roles":"livechat-agent"})"}}, boss_).status, 200);
  EXPECT_EQ(Mail({{"query", R"({"emails.address":"nobody@acme.test"})"}}, boss_).status, 200);
  SendDue();
  EXPECT_EQ(Recipients().size(), std::string("bob@acme.test ann@acme.test ").size()) << Recipients();
  for (const char* query :
       {"nonsense", "[]", R"({"username":{"$ne":"x"}})", R"({"$or":[]})", R"({"passwordHash":"x"})"}) {
    EXPECT_EQ(Mail({{"query", query}}, boss_).Text("errorType"), "error-invalid-query") << query;
  }
}

TEST_F(Mailer, TriesOnTheSenderFirst) {
  EXPECT_EQ(Mail({{"dryrun", true}}, boss_).error(), "Invalid user [error-invalid-user]");
  EXPECT_EQ(Mail({{"dryrun", true}, {"from", "ann@acme.test"}}, boss_).status, 200);
  SendDue();
  EXPECT_EQ(Recipients(), "ann@acme.test ");
}

TEST_F(Mailer, RefusesWhatCannotBeAMail) {
  EXPECT_EQ(Mail({{"from", "nobody"}}, boss_).error(), "Invalid from address [error-invalid-from-address]");
  EXPECT_EQ(Mail({{"body", "no way out"}}, boss_).error(),
            "You must provide the [unsubscribe] link. [error-missing-unsubscribe-link]");
  EXPECT_EQ(Mail({{"subject", "a\r\nBcc: eve@x.test"}}, boss_).status, 400);
  EXPECT_EQ(Mail({}, "ann-id").status, 403);
  SendDue();
  EXPECT_TRUE(Sent().empty());
}

TEST_F(Mailer, LeavesOutWhoUnsubscribed) {
  const auto created = std::to_string(UnixMillis(chats_.Stored<User>("bob-id")->created_at));
  const auto unsubscribe = [&](const std::string& id, const std::string& at) {
    return chats_.Post("mailer.unsubscribe", Json::Of({{"_id", id}, {"createdAt", at}}), "bob-id").status;
  };
  EXPECT_EQ(unsubscribe("nobody", "1"), 200);
  EXPECT_EQ(unsubscribe("ann-id", "1"), 200) << "the wrong time says nothing about ann";
  EXPECT_EQ(unsubscribe("bob-id", created), 200);
  Mail({}, boss_);
  SendDue();
  EXPECT_EQ(Recipients().find("bob"), std::string::npos);
  EXPECT_NE(Recipients().find("ann"), std::string::npos);
}

// ---- mailboxes ------------------------------------------------------------------------------------------------------

class EmailInboxes : public Mailing {
 protected:
  static Json Server(const std::string& password) {
    return Json::Of(
        {{"server", "box.acme.test"}, {"port", 2525}, {"username", "box"}, {"password", password}, {"secure", false}});
  }
  Json Inbox(const std::string& email, const std::string& password = "smtp-secret") const {
    return Json::Of({{"name", "Box " + email},
                     {"email", email},
                     {"active", true},
                     {"senderInfo", "The Box"},
                     {"smtp", Server(password)},
                     {"imap", Server(password)}});
  }
  std::string Add(const std::string& email) { return chats_.Post("email-inbox", Inbox(email), boss_).Text("_id"); }
};

TEST_F(EmailInboxes, AreKeptAndShownWithoutTheirPasswords) {
  const std::string id = Add("Help@Acme.test");
  Add("b@acme.test");
  const Answer list = chats_.Get("email-inbox.list", {}, boss_);
  EXPECT_EQ(list.Each("emailInboxes", "email"), "help@acme.test b@acme.test");
  EXPECT_EQ(list.body.Integer("total"), 2);
  const Answer one = chats_.Get("email-inbox/" + id, {}, boss_);
  EXPECT_EQ(one.Text("smtp.server"), "box.acme.test");
  EXPECT_EQ(one.Text("_createdBy.username"), "boss");
  EXPECT_EQ(one.body.FindPath("imap.maxRetries")->AsInteger(), 5);
  EXPECT_EQ(chats_.Get("email-inbox.search", Query({{"email", "HELP@acme.test"}}), boss_).Text("emailInbox._id"), id);
  EXPECT_TRUE(
      chats_.Get("email-inbox.search", Query({{"email", "x@acme.test"}}), boss_).body.Find("emailInbox")->IsNull());
  for (const Answer& answer : {list, one}) EXPECT_EQ(Print(answer.body).find("secret"), std::string::npos);
}

TEST_F(EmailInboxes, AreChanged) {
  const std::string id = Add("help@acme.test");
  Json changed = Inbox("help@acme.test", "");
  changed.Set("_id", id);
  changed.Set("name", "Renamed");
  changed.Set("department", "All");
  EXPECT_EQ(chats_.Post("email-inbox", changed, boss_).Text("_id"), id);
  EXPECT_EQ(chats_.Get("email-inbox/" + id, {}, boss_).Text("name"), "Renamed");
  EXPECT_EQ(chats_.Get("email-inbox/" + id, {}, boss_).body.Find("department"), nullptr);
  chats_.Post("email-inbox.send-test/" + id, Json(), boss_);
  ASSERT_EQ(Sent().size(), 1U);
  EXPECT_EQ(Sent().front().server.password, "smtp-secret") << "an empty password keeps the known one";
  changed.Set("_id", "unknown");
  EXPECT_EQ(chats_.Post("email-inbox", changed, boss_).error(), "error-invalid-email-inbox");
}

TEST_F(EmailInboxes, HaveAnAddressEach) {
  const std::string id = Add("help@acme.test");
  EXPECT_EQ(chats_.Post("email-inbox", Inbox("HELP@acme.test"), boss_).error(), "error-email-already-exists");
  EXPECT_EQ(chats_.Post("email-inbox", Inbox("help"), boss_).error(), "error-invalid-email-address");
  EXPECT_EQ(chats_.Delete("email-inbox/" + id, Json(), boss_).Text("_id"), id);
  EXPECT_EQ(chats_.Delete("email-inbox/" + id, Json(), boss_).status, 404);
  EXPECT_EQ(chats_.Get("email-inbox/" + id, {}, boss_).error(), "Resource not found");
  EXPECT_NE(Add("help@acme.test"), "");
}

TEST_F(EmailInboxes, SendTestsThroughTheirOwnServer) {
  const std::string id = Add("help@acme.test");
  EXPECT_EQ(chats_.Post("email-inbox.send-test/" + id, Json(), boss_).Text("_id"), id);
  ASSERT_EQ(Sent().size(), 1U);
  const auto mail = Sent().front();
  EXPECT_EQ(mail.server.host + ":" + std::to_string(mail.server.port), "box.acme.test:2525");
  EXPECT_EQ(mail.envelope.from, "help@acme.test");
  EXPECT_EQ(mail.envelope.to, std::vector<std::string>{"boss@acme.test"});
  chats_.mails().Answer(Unavailable("down"));
  EXPECT_EQ(chats_.Post("email-inbox.send-test/" + id, Json(), boss_).error(), "error-email-send-failed");
  EXPECT_EQ(chats_.Post("email-inbox.send-test/unknown", Json(), boss_).status, 404);
  Json off = Inbox("off@acme.test");
  off.Set("active", false);
  const std::string off_id = chats_.Post("email-inbox", off, boss_).Text("_id");
  EXPECT_EQ(chats_.Post("email-inbox.send-test/" + off_id, Json(), boss_).error(), "inbox-not-found");
}

TEST_F(EmailInboxes, AreForWhoMayManageThem) {
  const std::string ann = chats_.AddAgent("ann");
  EXPECT_EQ(chats_.Get("email-inbox.list", {}, ann).status, 403);
  EXPECT_EQ(chats_.Post("email-inbox", Inbox("a@acme.test"), ann).status, 403);
}

}  // namespace
}  // namespace parley::backend::embedded
