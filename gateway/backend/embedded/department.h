// Departments and who is in them.
//
// Sources: omnichannel reference §2.2, §3.4, §3.5.
// Threading: plain values; the queries run on the shard.
// Tests: tests/unit/backend/embedded/departments_test.cc
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "backend/embedded/record.h"

namespace parley::backend::embedded {

struct Department {
  static constexpr storage::Collection kCollection = storage::Collection::kDepartments;

  std::string id;
  std::int64_t version = 0;
  Json extra;  // further scalar members somebody sent

  std::string name;
  bool enabled = true;
  std::optional<std::string> description;
  std::string email;
  bool show_on_registration = false;
  bool show_on_offline_form = false;
  bool request_tag_before_closing = false;
  std::vector<std::string> closing_tags;
  std::string offline_channel;
  std::optional<std::string> abandoned_rooms_message;
  std::optional<std::string> waiting_queue_message;
  std::vector<std::string> may_forward_to;
  std::string fallback;  // department id
  std::optional<bool> receives_forwards_offline;
  std::optional<std::int64_t> max_chats_per_agent;
  std::int64_t agents = 0;  // members
  bool archived = false;
  std::string business_hour;
  std::string type = "d";
  std::vector<std::string> ancestors;
  Time updated_at{};

  template <class Self, class Visit>
  static void Members(Self& self, Visit& visit) {
    visit.Always("name", self.name);
    visit("enabled", self.enabled);
    visit("description", self.description);
    visit.Always("email", self.email);
    visit("showOnRegistration", self.show_on_registration);
    visit("showOnOfflineForm", self.show_on_offline_form);
    visit("requestTagBeforeClosingChat", self.request_tag_before_closing);
    visit("chatClosingTags", self.closing_tags);
    visit.Always("offlineMessageChannelName", self.offline_channel);
    visit("abandonedRoomsCloseCustomMessage", self.abandoned_rooms_message);
    visit("waitingQueueMessage", self.waiting_queue_message);
    visit("departmentsAllowedToForward", self.may_forward_to);
    visit.Always("fallbackForwardDepartment", self.fallback);
    visit("allowReceiveForwardOffline", self.receives_forwards_offline);
    visit("maxNumberSimultaneousChat", self.max_chats_per_agent);
    visit("numAgents", self.agents);
    visit.IfTrue("archived", self.archived);
    visit("businessHourId", self.business_hour);
    visit("type", self.type);
    visit("ancestors", self.ancestors);
    visit("_updatedAt", self.updated_at);
  }
};

struct DepartmentAgent {
  static constexpr storage::Collection kCollection = storage::Collection::kDepartmentAgents;

  std::string id;
  std::int64_t version = 0;
  Json extra;

  std::string agent_id;
  std::string department_id;
  bool department_enabled = true;
  std::string username;
  std::int64_t count = 0;  // picks of Auto_Selection
  std::int64_t order = 0;
  Time updated_at{};

  template <class Self, class Visit>
  static void Members(Self& self, Visit& visit) {
    visit("agentId", self.agent_id);
    visit("departmentId", self.department_id);
    visit("departmentEnabled", self.department_enabled);
    visit("username", self.username);
    visit("count", self.count);
    visit("order", self.order);
    visit("_updatedAt", self.updated_at);
  }
};

Awaitable<Result<std::optional<Department>>> FindDepartment(storage::DocumentStore& documents, std::string id);
// By id, else by name.
Awaitable<Result<std::optional<Department>>> FindDepartmentByIdOrName(storage::DocumentStore& documents,
                                                                      std::string id_or_name);
Awaitable<Result<std::vector<DepartmentAgent>>> FindDepartmentAgents(storage::DocumentStore& documents,
                                                                     std::string department_id);
Awaitable<Result<std::vector<DepartmentAgent>>> FindMembershipsOf(storage::DocumentStore& documents,
                                                                  std::string agent_id);
// Department ids of an agent.
Awaitable<Result<std::vector<std::string>>> FindDepartmentIdsOf(storage::DocumentStore& documents, std::string agent_id,
                                                                bool enabled_only = false);

}  // namespace parley::backend::embedded
