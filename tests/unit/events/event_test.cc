#include "events/event.h"

#include <gmock/gmock.h>

#include <set>

#include "events/event_json.h"

namespace parley::events {
namespace {

using testing::HasSubstr;

LedgerVisitor FullVisitor() {
  LedgerVisitor visitor;
  visitor.id = "v1", visitor.name = "Ida \"Holm\"", visitor.email = "ida@buyer.test", visitor.ip = "203.0.113.9";
  visitor.user_agent = "Mozilla/5.0", visitor.city = "Bergen", visitor.region = "Vestland", visitor.country = "Norway";
  visitor.country_code = "NO", visitor.timezone = "Europe/Oslo";
  visitor.custom_variables = *ParseJson(R"([{"key":"plan","value":"gold"}])");
  return visitor;
}

LedgerAgent FullAgent() {
  return {"u1", "liv", "Liv Berg", "liv@acme.test"};
}

// Every kind twice: with everything set, and as it is made.
std::vector<Payload> EveryKind() {
  const Json survey = *ParseJson(R"([{"key":"Name:","value":"Ida","id":"1"}])");
  ChatMessage message;
  message.message_id = "m1", message.user_type = "agent", message.author_id = "u1", message.author_name = "Liv Berg";
  message.agent_login = "liv@acme.test", message.text = "line 1\nline 2 é😀",
  message.files = {"/file-upload/1/a.png", "b"};
  message.edited = true, message.author_username = "liv";
  return {
      ChatStarted{FullVisitor(), "d1", "https://acme.test/cart", "https://search.test", "auto_invite", survey, "app",
                  "Shop"},
      ChatQueued{"d1"},
      ChatTaken{FullAgent(), true},
      message,
      ChatMessageRemoved{"m1"},
      ChatTransferred{"department", "d2", "Liv Berg", "Sales", "please", "d1", FullAgent()},
      ChatTagged{{"billing", "vip"}},
      ChatRated{"rated_good", "thanks", survey},
      ChatClosed{"user", "Liv Berg", "liv@acme.test", "m9", "done"},
      ChatRemoved{},
      VisitorChanged{FullVisitor()},
      AgentStatusChanged{FullAgent(), true},
      TicketCreated{Json::Of({{"id", "t1"}, {"events", Json::MakeArray()}})},
      OfflineMessage{"Bob", "bob@x.test", "Anybody there?", "d1", "https://acme.test"},
      GoalReached{"v1", "g1", "order placed", "url", "A-1", "Two chairs", "199.00", "USD"},
      CannedResponseChanged{"created", "d1", "Hi", {"hi", "hello"}},
      GreetingShown{"gr1", "visit1", "v1", "d1"},
      GreetingAccepted{"greeting/gr1/visit1", "gr1", "v1"},
      ChatEdited{},
      LeadCaptured{"m3"},
      EndpointDisabled{"https://hooks.acme.test/x", "answered 410"},
      ChatStarted{},
      ChatQueued{},
      ChatTaken{},
      ChatMessage{},
      ChatMessageRemoved{},
      ChatTransferred{},
      ChatTagged{},
      ChatRated{},
      ChatClosed{},
      VisitorChanged{},
      AgentStatusChanged{},
      TicketCreated{},
      OfflineMessage{},
  };
}

Event EventWith(Payload payload, Source source = Source::kEmbedded) {
  Event event;
  event.id = "e1";
  event.at = FromUnixMillis(1'561'020'400'123);
  event.subject = "room1";
  event.source = source;
  event.payload = std::move(payload);
  return event;
}

TEST(Event, EveryKindComesBackFromTheOutboxAsItWas) {
  std::set<std::string_view> kinds;
  for (const Payload& payload : EveryKind()) {
    kinds.insert(KindOf(payload));
    const Event event = EventWith(payload);
    storage::OutboxEvent stored = ToOutbox(event);
    // Through text, as the store does it.
    stored.payload = *ParseJson(Print(stored.payload));
    const Result<Event> back = FromOutbox(stored);
    ASSERT_TRUE(back) << stored.kind << ": " << back.error().message;
    EXPECT_EQ(back->id, event.id);
    EXPECT_EQ(back->at, event.at);
    EXPECT_EQ(back->subject, event.subject);
    EXPECT_EQ(back->payload.index(), payload.index()) << stored.kind;
    EXPECT_EQ(Print(PayloadToJson(back->payload)), Print(PayloadToJson(payload))) << stored.kind;
  }
  EXPECT_EQ(kinds.size(), std::variant_size_v<Payload>) << "a kind is missing here, or two share a name";
}

TEST(Event, DefaultsThatAreNotEmptySurvive) {
  const Result<Event> back = FromOutbox(ToOutbox(EventWith(ChatStarted{})));
  ASSERT_TRUE(back);
  EXPECT_EQ(std::get<ChatStarted>(back->payload).engagement, "immediate_start");
}

TEST(Event, EverySourceComesBack) {
  for (const Source source :
       {Source::kEmbedded, Source::kWebhook, Source::kPassThrough, Source::kPoll, Source::kFill}) {
    const storage::OutboxEvent stored = ToOutbox(EventWith(ChatRemoved{}, source));
    EXPECT_EQ(FromOutbox(stored)->source, source);
    EXPECT_EQ(stored.deliverable, source != Source::kFill) << NameOf(source);
  }
}

TEST(Event, ThatNobodyToldOfSaysSo) {
  Event event = EventWith(ChatTagged{{"a"}}, Source::kPoll);
  EXPECT_EQ(ToOutbox(event).payload.Find("recovered"), nullptr);
  event.recovered = true;
  EXPECT_TRUE(FromOutbox(ToOutbox(event))->recovered);
  // As it was stored before there was such a member.
  EXPECT_FALSE(FromOutbox(ToOutbox(EventWith(ChatTagged{{"a"}}, Source::kPoll)))->recovered);
}

TEST(Event, PayloadsLeaveOutWhatIsEmpty) {
  EXPECT_EQ(Print(PayloadToJson(ChatQueued{})), "{}");
  EXPECT_EQ(Print(PayloadToJson(ChatTaken{LedgerAgent{"u1", "", "", ""}, false})), R"({"agent":{"id":"u1"}})");
}

TEST(Event, WhatToOutboxDidNotWriteIsRefused) {
  storage::OutboxEvent stored = ToOutbox(EventWith(ChatTagged{{"a"}}));
  struct Case {
    std::string kind, payload, reason;
  };
  for (const Case& one : std::vector<Case>{
           {"chat.exploded", R"({"source":"embedded"})", "unknown kind"},
           {"chat.tagged", "null", "erased"},
           {"chat.tagged", R"({"source":"nowhere"})", "unknown source"},
           {"chat.tagged", R"({"source":"embedded","tags":"a"})", "member tags"},
           {"chat.tagged", R"({"source":"embedded","tags":[1]})", "member tags"},
           {"chat.taken", R"({"source":"embedded","supervising":"yes"})", "member supervising"},
           {"chat.taken", R"({"source":"embedded","agent":{"name":5}})", "member agent"},
           {"chat.closed", R"({"source":"embedded","comment":{}})", "member comment"},
       }) {
    stored.kind = one.kind;
    stored.payload = *ParseJson(one.payload);
    const Result<Event> back = FromOutbox(stored);
    ASSERT_FALSE(back) << one.payload;
    EXPECT_EQ(back.error().code, ErrorCode::kInvalidArgument);
    EXPECT_THAT(back.error().message, HasSubstr(one.reason));
  }
}

}  // namespace
}  // namespace parley::events
