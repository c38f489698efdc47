// Groups that live beside a workspace's departments, and which chats are theirs.
//
// Purpose: the workspace knows nothing of such a group (extras of the kind local_group), so no chat of its says it
// belongs there. Rules of the configuration do, when the chat is entered into the ledger.
// Refuses to know: configuration files, where facts of a chat come from.
// Threading: GroupOf is pure; FindGroupBeside runs on the shard. Tests: tests/unit/records/group_rules_test.cc
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/awaitable.h"
#include "base/result.h"
#include "storage/documents.h"

namespace parley::records {

// What is given must hold, all of it; what is empty is not asked.
struct GroupRule {
  std::string group;                       // its name
  std::string url_contains;                // part of the address of the page the chat began on
  std::string custom_field, custom_value;  // of the visitor
  std::string tag;
  std::string agent;  // login, lower case
};

struct ChatFacts {
  std::string start_url;
  std::map<std::string, std::string, std::less<>> custom_fields;
  std::vector<std::string> tags;
  std::vector<std::string> agents;  // logins, lower case, of all who serve or served
};

// The group of the first rule that fits; null when none does.
const std::string* GroupOf(const std::vector<GroupRule>& rules, const ChatFacts& chat);

// The id of the group with this name, which stands for a department's in the ledger.
Awaitable<Result<std::optional<std::string>>> FindGroupBeside(storage::DocumentStore& documents, std::string name);

}  // namespace parley::records
