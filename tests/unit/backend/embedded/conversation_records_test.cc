#include <gtest/gtest.h>

#include "backend/embedded/inquiry.h"
#include "backend/embedded/message.h"
#include "backend/embedded/room.h"
#include "backend/embedded/subscription.h"
#include "backend/embedded/visitor.h"

namespace parley::backend::embedded {
namespace {

constexpr std::int64_t kTen = 1'767'607'200'000;  // 2026-01-05T10:00:00Z

// Through the store and back.
template <class Record>
Record Reread(const Record& record) {
  storage::Document document;
  document.id = record.id;
  document.version = 3;
  document.body = ToDocument(record);
  return FromDocument<Record>(document);
}

Room ServedRoom() {
  Room room;
  room.id = "R1";
  room.display_name = "Bob";
  room.created = FromUnixMillis(kTen);
  room.last_activity = FromUnixMillis(kTen + 1000);
  room.open = true;
  room.visitor.id = "v1";
  room.visitor.username = "guest-7";
  room.visitor.token = "vt-1";
  room.visitor.status = "online";
  room.visitor.phones = {PhoneEntry{"+15550100"}};
  room.served_by = Assignment{"a1", "ann.lee", FromUnixMillis(kTen + 500)};
  room.tags = {"vip"};
  room.metrics.visitor.last_query = FromUnixMillis(kTen + 1000);
  MessageSnapshot last;
  last.message.id = "M1";
  last.message.room_id = "R1";
  last.message.token = "vt-1";
  last.message.at = FromUnixMillis(kTen + 1000);
  SetText(last.message, "Hello");
  room.last_message = last;
  return room;
}

TEST(RoomRecord, SurvivesTheStore) {
  const Room room = ServedRoom();
  const Room reread = Reread(room);
  EXPECT_EQ(reread.version, 3);
  EXPECT_EQ(ToAnswer(reread), ToAnswer(room));
  EXPECT_EQ(reread.last_message->message.id, "M1");
  EXPECT_TRUE(reread.extra.empty());
}

TEST(RoomRecord, AnswersShowDatesAsTextAndNestedIds) {
  const Json answer = ToAnswer(ServedRoom());
  EXPECT_EQ(answer.Text("ts"), "2026-01-05T10:00:00.000Z");
  EXPECT_EQ(answer.FindPath("servedBy.ts")->AsString(), "2026-01-05T10:00:00.500Z");
  EXPECT_EQ(answer.FindPath("servedBy._id")->AsString(), "a1");
  EXPECT_EQ(answer.FindPath("metrics.v.lq")->AsString(), "2026-01-05T10:00:01.000Z");
  EXPECT_EQ(answer.FindPath("lastMessage._id")->AsString(), "M1");
  EXPECT_EQ(Print(*answer.FindPath("v.phone")), R"([{"phoneNumber":"+15550100"}])");
  EXPECT_EQ(answer.Find("cl")->AsBoolean(), false);
  EXPECT_EQ(answer.Text("t"), "l");
}

TEST(RoomRecord, WhatIsUnsetIsAbsent) {
  Room room;
  room.id = "R2";
  const Json answer = ToAnswer(room);
  for (const char* absent : {"open", "servedBy", "departmentId", "tags", "topic", "metrics", "closedAt", "closer",
                             "onHold", "waitingResponse", "lastMessage", "surveyFeedback", "livechatData"}) {
    EXPECT_EQ(answer.Find(absent), nullptr) << absent;
  }
}

TEST(VisitorRecord, KeepsPhonesAndMailsAsListsOfObjects) {
  Visitor visitor;
  visitor.id = "v1";
  visitor.username = "guest-7";
  visitor.token = "vt-1";
  visitor.emails = {EmailEntry{"bob@x.test"}};
  const Json document = ToDocument(visitor);
  EXPECT_EQ(Print(*document.Find("visitorEmails")), R"([{"address":"bob@x.test"}])");
  EXPECT_EQ(document.Find("phone"), nullptr);
  EXPECT_EQ(Reread(visitor).emails.front().address, "bob@x.test");
}

TEST(MessageRecord, TextBringsItsParsedFormAndLinks) {
  Message message;
  SetText(message, "See https://acme.test/a\n\nBye");
  EXPECT_EQ(Print(message.md),
            R"([{"type":"PARAGRAPH","value":[{"type":"PLAIN_TEXT","value":"See https://acme.test/a"}]},)"
            R"({"type":"LINE_BREAK"},{"type":"PARAGRAPH","value":[{"type":"PLAIN_TEXT","value":"Bye"}]}])");
  EXPECT_EQ(Print(message.urls), R"([{"url":"https://acme.test/a","meta":{}}])");
  EXPECT_EQ(Print(message.mentions), "[]");
}

TEST(MessageRecord, AnEmptyTextIsStillThere) {
  Message message;
  message.type = message_type::kStarted;
  EXPECT_EQ(ToDocument(message).Find("msg")->AsString(), "");
}

TEST(TextLength, CountsUtf16Units) {
  EXPECT_EQ(TextLength("abc"), 3u);
  EXPECT_EQ(TextLength("\xC3\xA9t\xC3\xA9"), 3u);
  EXPECT_EQ(TextLength("\xF0\x9F\x98\x80"), 2u);
}

TEST(InquiryRecord, SurvivesTheStore) {
  Inquiry inquiry;
  inquiry.id = "i1";
  inquiry.room_id = "R1";
  inquiry.status = inquiry_status::kQueued;
  inquiry.default_agent = DefaultAgent{"a1", "ann.lee"};
  inquiry.visitor.token = "vt-1";
  EXPECT_EQ(ToAnswer(Reread(inquiry)), ToAnswer(inquiry));
}

TEST(SubscriptionRecord, SurvivesTheStore) {
  Subscription subscription;
  subscription.id = "s1";
  subscription.room_id = "R1";
  subscription.name = "Bob";
  subscription.user = Person{"a1", "ann.lee", ""};
  const Subscription reread = Reread(subscription);
  EXPECT_EQ(ToAnswer(reread), ToAnswer(subscription));
  EXPECT_TRUE(reread.extra.empty());
}

}  // namespace
}  // namespace parley::backend::embedded
