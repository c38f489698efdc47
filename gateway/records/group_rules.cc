#include "records/group_rules.h"

#include <algorithm>

namespace parley::records {
namespace {

const std::string kPrefix = "local_group/";
const std::string kBehind = "local_group0";  // '0' is the character after '/'

bool Has(const std::vector<std::string>& texts, const std::string& text) {
  return std::find(texts.begin(), texts.end(), text) != texts.end();
}

bool Fits(const GroupRule& rule, const ChatFacts& chat) {
  if (!rule.url_contains.empty() && chat.start_url.find(rule.url_contains) == std::string::npos) return false;
  if (!rule.custom_field.empty()) {
    const auto field = chat.custom_fields.find(rule.custom_field);
    if (field == chat.custom_fields.end() || field->second != rule.custom_value) return false;
  }
  if (!rule.tag.empty() && !Has(chat.tags, rule.tag)) return false;
  return rule.agent.empty() || Has(chat.agents, rule.agent);
}

}  // namespace

const std::string* GroupOf(const std::vector<GroupRule>& rules, const ChatFacts& chat) {
  const auto found = std::find_if(rules.begin(), rules.end(), [&](const GroupRule& rule) { return Fits(rule, chat); });
  return found == rules.end() ? nullptr : &found->group;
}

Awaitable<Result<std::optional<std::string>>> FindGroupBeside(storage::DocumentStore& documents, std::string name) {
  storage::Query query(storage::Collection::kExtras);
  query.where.emplace_back("_id", storage::Match::kAtLeast, Json(kPrefix));
  query.where.emplace_back("_id", storage::Match::kLess, Json(kBehind));
  const Result<storage::Found> found = co_await documents.Find(std::move(query));
  if (!found) co_return found.error();
  for (const storage::Document& document : found->documents)
    if (document.body.Text("name") == name) co_return std::optional(document.id.substr(kPrefix.size()));
  co_return std::optional<std::string>();
}

}  // namespace parley::records
