// A canned response: a prepared answer, of everybody (scope `global`), a department or one user.
//
// The same records as the LiveChat face's canned responses (resources/canned_responses.h); members that only that face
// shows are kept out of answers.
// Source: omnichannel reference §2.15, §3.8. Threading: plain values.
// Tests: tests/unit/backend/embedded/canned_responses_test.cc
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "backend/embedded/record.h"

namespace parley::backend::embedded {

struct CannedResponse {
  static constexpr storage::Collection kCollection = storage::Collection::kCannedResponses;

  struct Creator {
    std::string id, username, login;

    template <class Self, class Visit>
    static void Members(Self& self, Visit& visit) {
      visit("_id", self.id);
      visit("username", self.username);
      visit.Secret("login", self.login);
    }
  };

  std::string id;
  std::int64_t version = 0;
  Json extra;

  std::string shortcut;          // unlike any other's
  bool shortcut_chosen = false;  // from the tags, by the LiveChat face
  std::string text;
  std::string scope;  // user, department, global
  std::vector<std::string> tags;
  std::string user_id;        // of scope user
  std::string department_id;  // of scope department
  Creator created_by;
  Time created_at{};
  std::optional<Time> modified_at;
  std::string modified_by;  // login
  Time updated_at{};

  template <class Self, class Visit>
  static void Members(Self& self, Visit& visit) {
    visit.Always("shortcut", self.shortcut);
    visit.Secret("shortcutChosen", self.shortcut_chosen);
    visit.Always("text", self.text);
    visit("scope", self.scope);
    visit("tags", self.tags);
    visit("userId", self.user_id);
    visit("departmentId", self.department_id);
    visit("createdBy", self.created_by);
    visit("_createdAt", self.created_at);
    visit.Secret("modifiedAt", self.modified_at);
    visit.Secret("modifiedBy", self.modified_by);
    visit("_updatedAt", self.updated_at);
  }
};

}  // namespace parley::backend::embedded
