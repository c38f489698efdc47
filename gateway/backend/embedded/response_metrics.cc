#include "backend/embedded/response_metrics.h"

namespace parley::backend::embedded {
namespace {

double Seconds(Time from, Time until) {
  return std::chrono::duration<double>(until - from).count();
}

Time LastQuery(const Room& room) {
  return room.metrics.visitor.last_query.value_or(room.created);
}

Time LastAnswer(const Room& room) {
  return room.metrics.agent.last_answer.value_or(room.created);
}

// One more answered query, `seconds` after it was asked.
void AddResponse(RoomMetrics& metrics, double seconds) {
  RoomMetrics::Response& response = metrics.response;
  response.count = response.count.value_or(0) + 1;
  response.sum = response.sum.value_or(0) + seconds;
  response.average = *response.sum / static_cast<double>(*response.count);
}

}  // namespace

void CountVisitorMessage(Room& room, Time at) {
  if (LastAnswer(room) >= LastQuery(room)) room.metrics.visitor.last_query = at;
  room.visitor.last_message = at;
  room.waiting_response = true;
}

void CountAgentMessage(Room& room, const Person& agent, Time at) {
  RoomMetrics& metrics = room.metrics;
  const bool answers_a_query = LastQuery(room) > LastAnswer(room);
  if (!metrics.agent.last_answer) {
    metrics.response.first = Seconds(LastQuery(room), at);
    metrics.reaction.first = Seconds(room.served_by ? room.served_by->since : room.created, at);
    metrics.response.first_at = metrics.reaction.first_at = at;
    metrics.reaction.sum = metrics.reaction.sum.value_or(0) + *metrics.reaction.first;
    AddResponse(metrics, *metrics.response.first);
  } else if (answers_a_query) {
    const double seconds = Seconds(LastQuery(room), at);
    metrics.reaction.sum = metrics.reaction.sum.value_or(0) + seconds;
    AddResponse(metrics, seconds);
  }
  if (answers_a_query) metrics.agent.last_answer = at;

  if (room.waiting_response || !room.response_by) {
    Responder responder;
    responder.agent_id = agent.id;
    responder.username = agent.username;
    responder.first_response = responder.last_message = at;
    room.response_by = responder;
  } else {
    room.response_by->last_message = at;
  }
  room.waiting_response = false;
}

void CountClosing(Room& room, Time at, bool by_agent) {
  room.metrics.chat_duration = Seconds(room.created, at);
  if (room.served_by) room.metrics.service_duration = Seconds(room.served_by->since, at);
  const bool agent_spoke_last = room.response_by && !room.waiting_response;
  if (by_agent && agent_spoke_last) {
    room.metrics.visitor_inactivity = Seconds(room.response_by->last_message, at);
  }
}

}  // namespace parley::backend::embedded
