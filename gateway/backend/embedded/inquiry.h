// An inquiry: the waiting-line record every open room has; `status` tells whether it waits.
//
// Threading: plain values. Tests: tests/unit/backend/embedded/conversation_records_test.cc
#pragma once

#include <optional>
#include <string>

#include "backend/embedded/room.h"

namespace parley::backend::embedded {

namespace inquiry_status {
inline constexpr const char* kVerifying = "verifying";  // the contact has to be verified first
inline constexpr const char* kReady = "ready";          // being assigned, or nobody could take it
inline constexpr const char* kQueued = "queued";        // waits for an agent to take it
inline constexpr const char* kTaken = "taken";
}  // namespace inquiry_status

struct DefaultAgent {
  std::string agent_id, username;

  template <class Self, class Visit>
  static void Members(Self& self, Visit& visit) {
    visit("agentId", self.agent_id);
    visit("username", self.username);
  }
};

struct Inquiry {
  static constexpr storage::Collection kCollection = storage::Collection::kInquiries;
  std::string id;
  std::int64_t version = 0;
  Json extra;

  std::string room_id;
  std::string name;
  Time created{};
  std::string message;  // the visitor's first text
  std::string status;
  std::string department;
  VisitorSnapshot visitor;
  std::optional<MessageSnapshot> last_message;
  std::optional<DefaultAgent> default_agent;  // who is asked first
  std::optional<Time> queued_at, taken_at;
  Json source;
  std::int64_t priority_weight = 99;
  std::int64_t queue_estimate = 9'999'999;
  Time updated_at{};

  template <class Self, class Visit>
  static void Members(Self& self, Visit& visit) {
    visit("rid", self.room_id);
    visit("name", self.name);
    visit("ts", self.created);
    visit.Always("message", self.message);
    visit("status", self.status);
    visit("department", self.department);
    visit("v", self.visitor);
    visit.Constant("t", "l");
    visit("lastMessage", self.last_message);
    visit("defaultAgent", self.default_agent);
    visit("queuedAt", self.queued_at);
    visit("takenAt", self.taken_at);
    visit("source", self.source);
    visit("priorityWeight", self.priority_weight);
    visit("estimatedWaitingTimeQueue", self.queue_estimate);
    visit("_updatedAt", self.updated_at);
  }
};

}  // namespace parley::backend::embedded
