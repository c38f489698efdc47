// A livechat room: one chat, from the visitor's opening it to its closing.
//
// Threading: plain values. Tests: tests/unit/backend/embedded/conversation_records_test.cc
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "backend/embedded/message.h"
#include "backend/embedded/record.h"
#include "backend/embedded/visitor.h"

namespace parley::backend::embedded {

// The visitor as the room remembers them.
struct VisitorSnapshot {
  std::string id, username, token, status, name;
  std::vector<PhoneEntry> phones;
  std::vector<std::string> activity;
  std::optional<Time> last_message;

  const std::string& DisplayName() const { return name.empty() ? username : name; }

  static VisitorSnapshot Of(const Visitor& visitor) {
    return {visitor.id,   visitor.username, visitor.token,    visitor.status,
            visitor.name, visitor.phones,   visitor.activity, std::nullopt};
  }

  template <class Self, class Visit>
  static void Members(Self& self, Visit& visit) {
    visit("_id", self.id);
    visit("username", self.username);
    visit("token", self.token);
    visit("status", self.status);
    visit("name", self.name);
    visit.IfAny("phone", self.phones);
    visit.IfAny("activity", self.activity);
    visit("lastMessageTs", self.last_message);
  }
};

// The serving agent.
struct Assignment {
  std::string agent_id, username;
  Time since{};

  template <class Self, class Visit>
  static void Members(Self& self, Visit& visit) {
    visit("_id", self.agent_id);
    visit("username", self.username);
    visit("ts", self.since);
  }
};

// The agent who answered first after the visitor's last message.
struct Responder {
  std::string agent_id, username;
  Time first_response{};
  Time last_message{};

  template <class Self, class Visit>
  static void Members(Self& self, Visit& visit) {
    visit("_id", self.agent_id);
    visit("username", self.username);
    visit("firstResponseTs", self.first_response);
    visit("lastMessageTs", self.last_message);
  }
};

// Kept up to date by response_metrics.h; durations in seconds.
struct RoomMetrics {
  struct VisitorSide {
    std::optional<Time> last_query;  // first visitor message after an agent's answer

    template <class Self, class Visit>
    static void Members(Self& self, Visit& visit) {
      visit("lq", self.last_query);
    }
  };
  struct AgentSide {
    std::optional<Time> last_answer;  // agent message that answered a query

    template <class Self, class Visit>
    static void Members(Self& self, Visit& visit) {
      visit("lr", self.last_answer);
    }
  };
  struct Response {
    std::optional<double> average;
    std::optional<Time> first_at;
    std::optional<double> first, sum;
    std::optional<std::int64_t> count;

    template <class Self, class Visit>
    static void Members(Self& self, Visit& visit) {
      visit("avg", self.average);
      visit("fd", self.first_at);
      visit("ft", self.first);
      visit("total", self.count);
      visit("tt", self.sum);
    }
  };
  struct Reaction {
    std::optional<Time> first_at;
    std::optional<double> first, sum;

    template <class Self, class Visit>
    static void Members(Self& self, Visit& visit) {
      visit("fd", self.first_at);
      visit("ft", self.first);
      visit("tt", self.sum);
    }
  };

  VisitorSide visitor;
  AgentSide agent;
  Response response;
  Reaction reaction;
  std::optional<double> chat_duration, service_duration, visitor_inactivity;

  template <class Self, class Visit>
  static void Members(Self& self, Visit& visit) {
    visit.IfAny("v", self.visitor);
    visit.IfAny("servedBy", self.agent);
    visit.IfAny("response", self.response);
    visit.IfAny("reaction", self.reaction);
    visit("chatDuration", self.chat_duration);
    visit("serviceTimeDuration", self.service_duration);
    visit("visitorInactivity", self.visitor_inactivity);
  }
};

struct Room {
  static constexpr storage::Collection kCollection = storage::Collection::kRooms;
  std::string id;
  std::int64_t version = 0;
  Json extra;

  std::string display_name;
  Time created{};
  Time last_activity{};
  std::int64_t messages = 0;
  std::int64_t users = 1;
  bool open = false;
  std::optional<Time> closed_at;
  std::string closer;  // user, visitor
  std::optional<Person> closed_by;
  VisitorSnapshot visitor;
  std::string contact_id;        // empty only in rooms older than contacts
  std::optional<bool> verified;  // whether the channel was, when the chat began
  std::optional<Assignment> served_by;
  std::string department;
  Json source;  // {"type": "api"}
  bool waiting_response = false;
  std::optional<Responder> response_by;
  std::optional<Time> queued_at;
  std::vector<std::string> tags;
  std::string topic;
  Json livechat_data;  // custom fields of scope room, null when none
  Json custom_fields;
  RoomMetrics metrics;
  std::optional<MessageSnapshot> last_message;
  bool on_hold = false;
  std::int64_t priority_weight = 99;
  std::int64_t queue_estimate = 9'999'999;
  Json transcript_request;
  Json survey;  // {"satisfaction": "5", ...}, null before the survey
  Time updated_at{};

  bool ServedBy(const std::string& user_id) const { return served_by && served_by->agent_id == user_id; }

  template <class Self, class Visit>
  static void Members(Self& self, Visit& visit) {
    visit.Constant("t", "l");
    visit("fname", self.display_name);
    visit("ts", self.created);
    visit("lm", self.last_activity);
    visit("msgs", self.messages);
    visit("usersCount", self.users);
    visit.IfTrue("open", self.open);
    visit.Constant("cl", false);
    visit("closedAt", self.closed_at);
    visit("closer", self.closer);
    visit("closedBy", self.closed_by);
    visit("v", self.visitor);
    visit("contactId", self.contact_id);
    visit("verified", self.verified);
    visit("servedBy", self.served_by);
    visit("departmentId", self.department);
    visit("source", self.source);
    visit.IfTrue("waitingResponse", self.waiting_response);
    visit("responseBy", self.response_by);
    visit("queuedAt", self.queued_at);
    visit.IfAny("tags", self.tags);
    visit("topic", self.topic);
    visit("livechatData", self.livechat_data);
    visit("customFields", self.custom_fields);
    visit.IfAny("metrics", self.metrics);
    visit("lastMessage", self.last_message);
    visit.IfTrue("onHold", self.on_hold);
    visit("priorityWeight", self.priority_weight);
    visit("estimatedWaitingTimeQueue", self.queue_estimate);
    visit("transcriptRequest", self.transcript_request);
    visit("surveyFeedback", self.survey);
    visit("_updatedAt", self.updated_at);
  }
};

}  // namespace parley::backend::embedded
