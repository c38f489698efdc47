#include "records/greeting_triggers.h"

#include "base/clock.h"
#include "base/text.h"

namespace parley::records {
namespace {

using storage::Collection;
using storage::Document;

constexpr std::string_view kMessage = "greeting-message_text";
constexpr std::string_view kSpecial = "\\.^$|?*+()[]{}";

Json OneOf(Json element) {
  Json list = Json::MakeArray();
  list.Push(std::move(element));
  return list;
}

const Json* OnlyElement(const Json* list) {
  if (list == nullptr || list->AsArray() == nullptr || list->size() != 1) return nullptr;
  return &list->AsArray()->front();
}

bool IsWholeNumber(std::string_view text) {
  return ParseInteger(text).value_or(-1) >= 0;
}

// ---- pages as regular expressions -----------------------------------------------------------------------------------

std::string Escaped(std::string_view literal) {
  std::string expression;
  for (const char c : literal) {
    if (kSpecial.find(c) != std::string_view::npos) expression += '\\';
    expression += c;
  }
  return expression;
}

// The text an expression stands for; empty when it stands for more than one.
std::optional<std::string> Literal(std::string_view expression) {
  std::string literal;
  for (std::size_t i = 0; i < expression.size(); ++i) {
    char c = expression[i];
    if (c == '\\') {
      if (++i == expression.size()) return std::nullopt;
      c = expression[i];
      if (kSpecial.find(c) == std::string_view::npos && c != '/' && c != '-') return std::nullopt;
    } else if (kSpecial.find(c) != std::string_view::npos) {
      return std::nullopt;
    }
    literal += c;
  }
  return literal;
}

// ---- conditions -----------------------------------------------------------------------------------------------------

std::optional<Json> ConditionFor(const Json& rule) {
  const std::string_view type = rule.Text("type");
  const std::string_view comparison = rule.Text("operator");
  const std::string_view value = rule.Text("value");
  if (type == "url_current" && comparison == "equals") {
    return Json::Of({{"name", "page-url"}, {"value", "^" + Escaped(value) + "$"}});
  }
  if (type == "url_current" && comparison == "contains") {
    return Json::Of({{"name", "page-url"}, {"value", Escaped(value)}});
  }
  const bool from_then_on = comparison == "equals" || comparison == "greater_than" || comparison == "greater_or_equal";
  if (type == "visit_time_site" && from_then_on && IsWholeNumber(value)) {
    return Json::Of({{"name", "time-on-site"}, {"value", value}});
  }
  return std::nullopt;
}

Json Rule(std::string_view type, std::string_view comparison, std::string_view value) {
  return Json::Of({{"type", type}, {"operator", comparison}, {"value", value}, {"condition", "and"}});
}

std::optional<Json> RuleFor(const Json& condition) {
  const std::string_view value = condition.Text("value");
  if (condition.Text("name") == "time-on-site" && IsWholeNumber(value)) {
    return Rule("visit_time_site", "greater_or_equal", value);
  }
  if (condition.Text("name") != "page-url") return std::nullopt;
  const bool whole = value.size() >= 2 && value.front() == '^' && value.back() == '$';
  const std::optional<std::string> page = Literal(whole ? value.substr(1, value.size() - 2) : value);
  if (!page || page->empty()) return std::nullopt;
  return Rule("url_current", whole ? "equals" : "contains", *page);
}

std::optional<Json> ConditionsOf(const Json& greeting) {
  const Json* rule = OnlyElement(greeting.Find("rules"));
  if (rule == nullptr || greeting.Find("group") != nullptr) return std::nullopt;
  std::optional<Json> condition = ConditionFor(*rule);
  if (!condition) return std::nullopt;
  return OneOf(*std::move(condition));
}

// What a trigger says; null unless saying something is all it does.
const Json* MessageOf(const Json& trigger) {
  const Json* action = OnlyElement(trigger.Find("actions"));
  if (action == nullptr || action->Text("name") != "send-message") return nullptr;
  return action->FindPath("params.msg");
}

Json Said(std::string_view message) {
  Json params = Json::Of({{"sender", "queue"}, {"msg", message}, {"name", ""}});
  return OneOf(Json::Of({{"name", "send-message"}, {"params", std::move(params)}}));
}

// Rules that mean what the trigger already says stay as they are, and keep their ids.
void TakeRules(const Json& trigger, const Json& rule, Json& greeting) {
  const std::optional<Json> said = ConditionsOf(greeting);
  const Json* conditions = trigger.Find("conditions");
  if (said && conditions != nullptr && *said == *conditions) return;
  greeting.Set("rules", OneOf(rule));
}

Awaitable<Result<std::optional<Document>>> Read(storage::ShardStores& stores, Collection collection, std::string id) {
  return stores.documents().Get(collection, std::move(id));
}

// Saves what is there, at the version it was read, or removes it.
void Follow(Collection collection, std::string id, const std::optional<Document>& known, std::optional<Json> body,
            storage::Changes& changes) {
  if (body) {
    changes.puts.push_back(
        {collection, std::move(id), *std::move(body), known ? known->version : storage::kMustNotExist});
  } else if (known) {
    changes.Remove(collection, std::move(id), known->version);
  }
}

}  // namespace

std::optional<Json> TriggerFor(const Json& greeting, const Json* known) {
  std::optional<Json> conditions = ConditionsOf(greeting);
  if (!conditions) return std::nullopt;
  const Json* message = greeting.FindPath("properties");
  const std::string_view text = message == nullptr ? std::string_view() : message->Text(kMessage);
  Json trigger =
      known == nullptr ? Json::Of({{"name", ""}, {"description", ""}, {"enabled", true}, {"runOnce", true}}) : *known;
  trigger.Set("name", greeting.Text("name"));
  trigger.Set("enabled", greeting.Flag("active"));
  trigger.Set("conditions", *std::move(conditions));
  const Json* said = MessageOf(trigger);
  if (said == nullptr || said->AsString() != text) trigger.Set("actions", Said(text));
  return trigger;
}

std::optional<Json> GreetingFor(const Json& trigger, const Json* known) {
  const Json* condition = OnlyElement(trigger.Find("conditions"));
  const Json* message = MessageOf(trigger);
  if (condition == nullptr || message == nullptr || !message->IsString()) return std::nullopt;
  const std::optional<Json> rule = RuleFor(*condition);
  if (!rule) return std::nullopt;
  Json greeting = known == nullptr ? Json::MakeObject() : *known;
  greeting.Set("name", trigger.Text("name"));
  greeting.Set("active", trigger.Flag("enabled"));
  TakeRules(trigger, *rule, greeting);
  const Json* had = greeting.Find("properties");
  Json properties = had == nullptr ? Json::MakeObject() : *had;
  properties.Set(kMessage, *message);
  greeting.Set("properties", std::move(properties));
  return greeting;
}

Awaitable<Status> FollowTrigger(storage::ShardStores& stores, std::string id, const Json* trigger, Time now,
                                storage::Changes& changes) {
  const Result<std::optional<Document>> known = co_await Read(stores, Collection::kGreetings, id);
  if (!known) co_return known.error();
  std::optional<Json> greeting;
  if (trigger != nullptr) greeting = GreetingFor(*trigger, *known ? &(*known)->body : nullptr);
  if (greeting) {
    if (!*known) greeting->Set("_createdAt", UnixMillis(now));
    const Status numbered = co_await NumberRules(stores.committer(), *greeting->Find("rules"));
    if (!numbered) co_return numbered;
  }
  Follow(Collection::kGreetings, std::move(id), *known, std::move(greeting), changes);
  co_return Status();
}

Awaitable<Status> FollowGreeting(storage::ShardStores& stores, std::string id, const Json* greeting, Time now,
                                 storage::Changes& changes) {
  const Result<std::optional<Document>> known = co_await Read(stores, Collection::kTriggers, id);
  if (!known) co_return known.error();
  std::optional<Json> trigger;
  if (greeting != nullptr) trigger = TriggerFor(*greeting, *known ? &(*known)->body : nullptr);
  if (trigger) trigger->Set("_updatedAt", UnixMillis(now));
  Follow(Collection::kTriggers, std::move(id), *known, std::move(trigger), changes);
  co_return Status();
}

Awaitable<Status> NumberRules(storage::Committer& committer, Json& rules) {
  for (Json& rule : *rules.AsArray()) {
    if (rule.Find("id") != nullptr) continue;
    const Result<std::int64_t> number = co_await committer.NextNumber("greeting_rule");
    if (!number) co_return number.error();
    rule.Set("id", *number);
  }
  co_return Status();
}

}  // namespace parley::records
