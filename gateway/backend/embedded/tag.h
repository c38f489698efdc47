// A tag somebody prepared for closing chats; of the departments named, or everybody's without any.
//
// The same records as the LiveChat face's tags (resources/tags.h); members that only that face shows are kept out of
// answers. Chats take any name as a tag.
// Source: omnichannel reference §2.15, §3.8. Threading: plain values.
// Tests: tests/unit/backend/embedded/tags_test.cc
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "backend/embedded/record.h"

namespace parley::backend::embedded {

struct Tag {
  static constexpr storage::Collection kCollection = storage::Collection::kTags;

  std::string id;
  std::int64_t version = 0;
  Json extra;

  std::string name;
  std::optional<std::string> description;
  std::int64_t number_of_departments = 0;
  std::vector<std::string> departments;
  std::string author;  // login
  Time created_at{};
  std::string livechat_key;  // see resources/tags.cc
  Time updated_at{};

  template <class Self, class Visit>
  static void Members(Self& self, Visit& visit) {
    visit.Always("name", self.name);
    visit("description", self.description);
    visit("numDepartments", self.number_of_departments);
    visit("departments", self.departments);
    visit.Secret("author", self.author);
    visit.Secret("_createdAt", self.created_at);
    visit.Secret("livechatKey", self.livechat_key);
    visit("_updatedAt", self.updated_at);
  }
};

}  // namespace parley::backend::embedded
