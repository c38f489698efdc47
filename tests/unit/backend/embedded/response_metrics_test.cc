#include "backend/embedded/response_metrics.h"

#include <gtest/gtest.h>

namespace parley::backend::embedded {
namespace {

const Person kAnn{"a1", "ann.lee", "Ann Lee"};

Time At(int seconds) {
  return FromUnixMillis(1'767'607'200'000) + std::chrono::seconds(seconds);
}

// Opened at 0, taken at 10.
Room TakenRoom() {
  Room room;
  room.open = true;
  room.created = At(0);
  room.served_by = Assignment{"a1", "ann.lee", At(10)};
  return room;
}

TEST(ResponseMetrics, TheFirstAnswerCountsFromTheQueryAndFromTaking) {
  Room room = TakenRoom();
  CountVisitorMessage(room, At(5));
  CountAgentMessage(room, kAnn, At(35));
  EXPECT_EQ(room.metrics.response.first, 30);
  EXPECT_EQ(room.metrics.response.first_at, At(35));
  EXPECT_EQ(room.metrics.reaction.first, 25);
  EXPECT_EQ(room.metrics.response.count, 1);
  EXPECT_EQ(room.metrics.response.average, 30);
  EXPECT_EQ(room.metrics.agent.last_answer, At(35));
}

TEST(ResponseMetrics, OnlyTheFirstMessageAfterAnAnswerIsAQuery) {
  Room room = TakenRoom();
  CountVisitorMessage(room, At(5));
  CountVisitorMessage(room, At(15));
  EXPECT_EQ(room.metrics.visitor.last_query, At(5));
  EXPECT_EQ(room.visitor.last_message, At(15));
  EXPECT_TRUE(room.waiting_response);
}

TEST(ResponseMetrics, EachAnsweredQueryEntersTheAverage) {
  Room room = TakenRoom();
  CountVisitorMessage(room, At(5));
  CountAgentMessage(room, kAnn, At(35));
  CountVisitorMessage(room, At(40));
  CountAgentMessage(room, kAnn, At(50));
  EXPECT_EQ(room.metrics.response.count, 2);
  EXPECT_EQ(room.metrics.response.sum, 40);
  EXPECT_EQ(room.metrics.response.average, 20);
  EXPECT_EQ(room.metrics.response.first, 30);
  EXPECT_EQ(room.metrics.reaction.sum, 35);
}

TEST(ResponseMetrics, AFurtherMessageWithoutAQueryChangesNoTimes) {
  Room room = TakenRoom();
  CountVisitorMessage(room, At(5));
  CountAgentMessage(room, kAnn, At(35));
  CountAgentMessage(room, kAnn, At(60));
  EXPECT_EQ(room.metrics.response.count, 1);
  EXPECT_EQ(room.metrics.agent.last_answer, At(35));
  EXPECT_EQ(room.response_by->first_response, At(35));
  EXPECT_EQ(room.response_by->last_message, At(60));
  EXPECT_FALSE(room.waiting_response);
}

TEST(ResponseMetrics, ClosingMeasuresChatServiceAndSilence) {
  Room room = TakenRoom();
  CountVisitorMessage(room, At(5));
  CountAgentMessage(room, kAnn, At(35));
  CountClosing(room, At(100), true);
  EXPECT_EQ(room.metrics.chat_duration, 100);
  EXPECT_EQ(room.metrics.service_duration, 90);
  EXPECT_EQ(room.metrics.visitor_inactivity, 65);
}

TEST(ResponseMetrics, AClosingVisitorWasNotInactive) {
  Room room = TakenRoom();
  CountAgentMessage(room, kAnn, At(35));
  CountClosing(room, At(100), false);
  EXPECT_FALSE(room.metrics.visitor_inactivity);
}

TEST(ResponseMetrics, AnUnservedRoomHasNoServiceTime) {
  Room room = TakenRoom();
  room.served_by.reset();
  CountClosing(room, At(7), true);
  EXPECT_EQ(room.metrics.chat_duration, 7);
  EXPECT_FALSE(room.metrics.service_duration);
}

}  // namespace
}  // namespace parley::backend::embedded
