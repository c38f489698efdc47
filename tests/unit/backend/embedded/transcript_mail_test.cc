#include "backend/embedded/transcript_mail.h"

#include <gtest/gtest.h>

#include "chat_fixture.h"

namespace parley::backend::embedded {
namespace {

using std::chrono::minutes;

class TranscriptMail : public testing::Test {
 protected:
  TranscriptMail() : ann_(chats_.AddAgent("ann", {"livechat-manager"})), room_(chats_.RoomOf("1")) {
    chats_.Set("SMTP_Host", "mail.acme.test");
    chats_.Set("From_Email", "Acme <support@acme.test>");
    Pass(minutes(1));
    chats_.Say("1", room_, "Where is <my> order?");
    Pass(minutes(1));
    chats_.SayAs(ann_, room_, "On its way");
    Pass(minutes(1));
  }

  void Pass(minutes time) { chats_.clock().Advance(time); }
  Answer MailAs(Json body) { return chats_.Post("livechat/transcript", body); }
  Answer MailNow(const std::string& token = "1") {
    return MailAs(Json::Of({{"rid", room_}, {"token", token}, {"email", "bob@x.test"}}));
  }
  Answer Close(Json transcript) {
    return chats_.Post("livechat/room.closeByUser",
                       Json::Of({{"rid", room_}, {"comment", "done"}, {"transcriptEmail", transcript}}), ann_);
  }
  static Json ForVisitor(const std::string& email = "bob@x.test") {
    return Json::Of({{"sendToVisitor", true}, {"requestData", Json::Of({{"email", email}, {"subject", "Your chat"}})}});
  }
  // Sends what is due; when the next is.
  std::optional<Time> SendDue() {
    const Services services = chats_.services();
    const auto next = test::Await(SendPromisedMails(services));
    EXPECT_TRUE(next);
    return next ? *next : std::nullopt;
  }
  std::vector<test::SentMails::Mail> Sent() { return chats_.mails().mails(); }
  // Notes of sent transcripts in the chat.
  std::vector<Message> Notes() {
    storage::Query query(Message::kCollection);
    query.where.emplace_back("rid", storage::Match::kEquals, Json(room_));
    query.where.emplace_back("t", storage::Match::kEquals, Json("livechat_transcript_history"));
    return test::Await(Find<Message>(chats_.store().documents(), std::move(query)))->list;
  }

  ChatFixture chats_;
  std::string ann_, room_;
};

TEST_F(TranscriptMail, IsSentNow) {
  const Answer answer = MailNow();
  EXPECT_EQ(answer.Text("message"), "Livechat transcript sent") << Print(answer.body);
  ASSERT_EQ(Sent().size(), 1U);
  const auto mail = Sent().front();
  EXPECT_EQ(mail.envelope.to, std::vector<std::string>{"bob@x.test"});
  EXPECT_EQ(mail.envelope.from, "support@acme.test");
  EXPECT_TRUE(mail.Says("From: Acme <support@acme.test>\r\n"));
  EXPECT_TRUE(mail.Says("Subject: Transcript of your livechat conversation\r\n"));
  const std::string& bytes = mail.envelope.bytes;
  EXPECT_LT(bytes.find("Where is <my> order?"), bytes.find("On its way")) << bytes;
  EXPECT_TRUE(mail.Says("You (") && mail.Says("ann Smith (")) << bytes;
  EXPECT_TRUE(mail.Says("Where is &lt;my&gt; order?")) << bytes;
  EXPECT_FALSE(mail.Says("connected") || mail.Says("livechat-started")) << "system messages are left out";
}

TEST_F(TranscriptMail, LeavesANoteOfTheVisitorsWish) {
  MailNow();
  ASSERT_EQ(Notes().size(), 1U);
  const Message note = Notes().front();
  EXPECT_EQ(note.author.id, "rocket.cat");
  EXPECT_EQ(note.request_data.Text("type"), "visitor");
  EXPECT_EQ(note.request_data.Find("visitor")->Text("username"), chats_.Stored<Room>(room_)->visitor.username);
  EXPECT_EQ(note.token, "");
}

TEST_F(TranscriptMail, TakesTheSubjectAskedFor) {
  MailAs(Json::Of({{"rid", room_}, {"token", "1"}, {"email", "bob@x.test"}, {"subject", "Our talk"}}));
  chats_.Set("Livechat_transcript_email_subject", "From the settings");
  MailNow();
  ASSERT_EQ(Sent().size(), 2U);
  EXPECT_TRUE(Sent()[0].Says("Subject: Our talk\r\n"));
  EXPECT_TRUE(Sent()[1].Says("Subject: From the settings\r\n"));
}

TEST_F(TranscriptMail, GoesWithTheTokenOfTheChatAlone) {
  chats_.RoomOf("2");
  EXPECT_EQ(MailNow("nobody").error(), "error-invalid-token");
  EXPECT_EQ(MailNow("2").error(), "error-invalid-room");
  EXPECT_EQ(MailAs(Json::Of({{"rid", "unknown"}, {"token", "1"}, {"email", "bob@x.test"}})).error(),
            "error-invalid-room");
  EXPECT_TRUE(Sent().empty());
}

TEST_F(TranscriptMail, LetsNobodyAddHeaders) {
  const auto with = [&](const char* email, const char* subject) {
    return MailAs(Json::Of({{"rid", room_}, {"token", "1"}, {"email", email}, {"subject", subject}}));
  };
  EXPECT_EQ(with("bob@x.test\r\nBcc: eve@x.test", "x").error(), "error-invalid-email");
  EXPECT_EQ(with("bob@x.test, eve@x.test", "x").error(), "error-invalid-email");
  EXPECT_EQ(with("bob@x.test", "x\r\nBcc: eve@x.test").status, 400);
  EXPECT_TRUE(Sent().empty());
}

TEST_F(TranscriptMail, SaysWhenItCouldNotBeSent) {
  chats_.mails().Answer(Unavailable("down"));
  const Answer down = MailNow();
  EXPECT_EQ(down.status, 400);
  EXPECT_EQ(Print(down.body), R"({"success":false,"message":"Error sending livechat transcript"})");
  EXPECT_TRUE(Notes().empty());
  chats_.mails().Answer({});
  chats_.Set("From_Email", "");
  EXPECT_EQ(MailNow().status, 400);
  EXPECT_TRUE(Sent().empty());
}

TEST_F(TranscriptMail, UsesTheServerOfTheSettingsAtOnce) {
  chats_.Set("SMTP_Port", "2525");
  chats_.Set("SMTP_Protocol", "smtps");
  chats_.Set("SMTP_Username", "parley");
  chats_.Set("SMTP_Password", "secret");
  MailNow();
  chats_.Set("SMTP_Host", "other.acme.test");
  chats_.Set("SMTP_Port", "nonsense");
  chats_.Set("SMTP_IgnoreTLS", false);
  MailNow();
  ASSERT_EQ(Sent().size(), 2U);
  const mail::SmtpServer first = Sent()[0].server;
  EXPECT_EQ(first.host + ":" + std::to_string(first.port), "mail.acme.test:2525");
  EXPECT_EQ(first.username + "/" + first.password, "parley/secret");
  EXPECT_TRUE(first.tls && !first.start_tls);
  const mail::SmtpServer second = Sent()[1].server;
  EXPECT_EQ(second.host + ":" + std::to_string(second.port), "other.acme.test:0");
  EXPECT_TRUE(second.start_tls);
}

TEST_F(TranscriptMail, ShowsSystemMessagesWhenTheSettingsAskForThem) {
  chats_.Set("Livechat_transcript_show_system_messages", true);
  MailNow();
  EXPECT_TRUE(Sent().front().Says("ann Smith (")) << Sent().front().envelope.bytes;
  EXPECT_TRUE(Sent().front().Says("):\r\nann\r\n")) << "the agent joined";
  EXPECT_FALSE(Sent().front().Says("connected"));
}

TEST_F(TranscriptMail, NamesNoAgentsWhenTheSettingsHideThem) {
  chats_.Set("Livechat_show_agent_info", false);
  MailNow();
  EXPECT_TRUE(Sent().front().Says("Agent ("));
  EXPECT_FALSE(Sent().front().Says("ann"));
}

TEST_F(TranscriptMail, EndsWithTheClosing) {
  chats_.Close(ann_, room_, "closing words");
  Pass(minutes(1));
  chats_.SayAs(ann_, room_, "said afterwards");
  MailNow();
  EXPECT_TRUE(Sent().front().Says("On its way"));
  EXPECT_FALSE(Sent().front().Says("said afterwards"));
  EXPECT_FALSE(Sent().front().Says("closing words"));
}

TEST_F(TranscriptMail, IsSentAfterTheClosingThatPromisedIt) {
  ASSERT_EQ(Close(ForVisitor()).status, 200);
  EXPECT_TRUE(Sent().empty());
  EXPECT_FALSE(SendDue());
  ASSERT_EQ(Sent().size(), 1U);
  EXPECT_TRUE(Sent().front().Says("Subject: Your chat\r\n"));
  EXPECT_TRUE(Sent().front().Says("On its way"));
  ASSERT_EQ(Notes().size(), 1U);
  EXPECT_EQ(Notes().front().request_data.Text("type"), "user");
  EXPECT_EQ(Notes().front().author.id, ann_);
  SendDue();
  EXPECT_EQ(Sent().size(), 1U);
}

TEST_F(TranscriptMail, NeverHoldsUpTheClosingAndIsTriedAgain) {
  chats_.mails().Answer(BadGateway("refused", "451 later"));
  ASSERT_EQ(Close(ForVisitor()).status, 200);
  EXPECT_FALSE(chats_.Stored<Room>(room_)->open);
  const std::optional<Time> next = SendDue();
  ASSERT_TRUE(next);
  EXPECT_EQ(*next - chats_.clock().Now(), minutes(1));
  SendDue();
  EXPECT_EQ(chats_.mails().attempts(), 1) << "not before its time";
  Pass(minutes(1));
  chats_.mails().Answer({});
  EXPECT_FALSE(SendDue());
  EXPECT_EQ(Sent().size(), 1U);
}

TEST_F(TranscriptMail, IsGivenUpAfterFiveAttempts) {
  chats_.mails().Answer(Unavailable("down"));
  Close(ForVisitor());
  std::vector<std::int64_t> pauses;
  while (const std::optional<Time> next = SendDue()) {
    pauses.push_back(std::chrono::duration_cast<minutes>(*next - chats_.clock().Now()).count());
    ASSERT_LE(pauses.size(), 10U);
    chats_.clock().Advance(*next - chats_.clock().Now());
  }
  EXPECT_EQ(pauses, (std::vector<std::int64_t>{1, 5, 30, 120}));
  EXPECT_EQ(chats_.mails().attempts(), 5);
  EXPECT_TRUE(Notes().empty());
}

TEST_F(TranscriptMail, IsGivenUpAtOnceWhenTryingAgainCannotHelp) {
  chats_.mails().Answer(InvalidArgument("no mail server is configured"));
  Close(ForVisitor());
  EXPECT_FALSE(SendDue());
  EXPECT_EQ(chats_.mails().attempts(), 1);
}

TEST_F(TranscriptMail, IsForgottenWithTheChat) {
  Close(ForVisitor());
  ASSERT_EQ(chats_.Post("livechat/rooms.delete", Json::Of({{"roomId", room_}}), ann_).status, 200);
  EXPECT_FALSE(SendDue());
  EXPECT_EQ(chats_.mails().attempts(), 0);
}

TEST_F(TranscriptMail, MayBeAskedForBeforeTheClosing) {
  const Json wish = Json::Of({{"email", "bob@x.test"}, {"subject", "Later"}});
  const std::string path = "livechat/transcript/" + room_;
  EXPECT_EQ(chats_.Delete(path, Json(), ann_).error(), "error-transcript-not-requested");
  EXPECT_EQ(chats_.Post(path, wish, ann_).status, 200);
  EXPECT_EQ(chats_.Post(path, wish, ann_).error(), "Transcript already requested [error-transcript-already-requested]");
  EXPECT_EQ(chats_.Get("rooms.info", Query({{"roomId", room_}}), ann_).Text("room.transcriptRequest.email"),
            "bob@x.test");
  EXPECT_EQ(chats_.Delete(path, Json(), ann_).status, 200);
  EXPECT_EQ(chats_.Post(path, wish, ann_).status, 200);
  EXPECT_EQ(chats_.Post("livechat/room.close", Json::Of({{"rid", room_}, {"token", "1"}})).status, 200);
  SendDue();
  ASSERT_EQ(Sent().size(), 1U);
  EXPECT_TRUE(Sent().front().Says("Subject: Later\r\n"));
  EXPECT_EQ(chats_.Post(path, wish, ann_).error(), "Invalid room [error-invalid-room]");
  EXPECT_EQ(chats_.Delete(path, Json(), ann_).error(), "error-invalid-room");
}

TEST_F(TranscriptMail, IsNothingForAnAgentWhoMayNotReadTheChat) {
  const std::string max = chats_.AddAgent("max");
  const Json roles(Json::Array{"livechat-agent", "livechat-manager"});
  const Json change = Json::Of({{"_id", "send-omnichannel-chat-transcript"}, {"roles", roles}});
  ASSERT_EQ(chats_
                .Post("permissions.update", Json::Of({{"permissions", Json(Json::Array{change})}}),
                      chats_.AddUser("boss", {"admin"}))
                .status,
            200);
  const Json wish = Json::Of({{"email", "max@evil.test"}, {"subject", "Mine"}});
  EXPECT_EQ(chats_.Post("livechat/transcript/" + room_, wish, max).error(), "Invalid room [error-invalid-room]");
  chats_.Post("livechat/transcript/" + room_, wish, ann_);
  EXPECT_EQ(chats_.Delete("livechat/transcript/" + room_, Json(), max).error(), "error-invalid-room");
  EXPECT_EQ(chats_.Post("livechat/transcript/" + room_, wish, chats_.AddUser("kim", {})).status, 403);
}

TEST_F(TranscriptMail, TheClosingHasTheLastWord) {
  const Json wish = Json::Of({{"email", "bob@x.test"}, {"subject", "Later"}});
  chats_.Post("livechat/transcript/" + room_, wish, ann_);
  EXPECT_EQ(Close(Json::Of({{"sendToVisitor", false}})).status, 200);
  SendDue();
  EXPECT_EQ(chats_.mails().attempts(), 0);
  EXPECT_TRUE(chats_.Stored<Room>(room_)->transcript_request.IsNull());
}

TEST_F(TranscriptMail, RefusesAClosingThatPromisesItToNobody) {
  EXPECT_EQ(Close(ForVisitor("bob")).error(), "error-invalid-email");
  EXPECT_TRUE(chats_.Stored<Room>(room_)->open);
}

TEST_F(TranscriptMail, IsAlwaysSentWhenTheSettingsSaySo) {
  chats_.Set("Livechat_transcript_send_always", true);
  chats_.Close(ann_, room_);
  SendDue();
  ASSERT_EQ(Sent().size(), 1U);
  EXPECT_EQ(Sent().front().envelope.to, std::vector<std::string>{"1@x.test"});
  EXPECT_EQ(Notes().front().request_data.Text("type"), "visitor");
}

TEST_F(TranscriptMail, TellsWhetherAServerIsSetUp) {
  EXPECT_EQ(chats_.Get("smtp.check", {}, ann_).body.Flag("isSMTPConfigured"), true);
  chats_.Set("SMTP_Host", "");
  EXPECT_EQ(chats_.Get("smtp.check", {}, ann_).body.Flag("isSMTPConfigured", true), false);
}

}  // namespace
}  // namespace parley::backend::embedded
