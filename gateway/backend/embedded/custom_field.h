// Definitions of custom fields: what chats and visitors may carry in `livechatData`.
//
// Source: omnichannel reference §2.9, §3.8; administration reference §7.
// Threading: plain values. Tests: tests/unit/backend/embedded/custom_fields_test.cc
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "backend/embedded/record.h"

namespace parley::backend::embedded {

struct CustomField {
  static constexpr storage::Collection kCollection = storage::Collection::kCustomFields;
  std::string id;  // the field's name
  std::int64_t version = 0;
  Json extra;  // further members as they were sent: type, options, defaultValue, ...

  std::string label;
  std::string scope;       // visitor, room
  std::string visibility;  // visible, hidden
  std::optional<std::string> regexp;
  std::optional<bool> required;
  Time updated_at{};

  bool IsSearchable() const { return extra.Flag("searchable"); }

  template <class Self, class Visit>
  static void Members(Self& self, Visit& visit) {
    visit("label", self.label);
    visit("scope", self.scope);
    visit("visibility", self.visibility);
    visit("regexp", self.regexp);
    visit("required", self.required);
    visit("_updatedAt", self.updated_at);
  }
};

Awaitable<Result<std::vector<CustomField>>> FindCustomFields(storage::DocumentStore& documents, std::string scope);

const CustomField* FindField(const std::vector<CustomField>& fields, std::string_view name);

// Whether the field's expression allows `value`; an unusable expression forbids nothing.
bool Fits(const CustomField& field, const std::string& value);

// Sets the defined ones among `values` (an object of texts) in `data`; an empty text removes. Undefined ones are
// ignored.
void MergeFields(const std::vector<CustomField>& fields, const Json& values, Json& data);

}  // namespace parley::backend::embedded
