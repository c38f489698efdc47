#include "backend/embedded/room_filter.h"

#include "base/time.h"
#include "json/json.h"

namespace parley::backend::embedded {
namespace {

using storage::Condition;
using storage::Match;

Json TextArray(const std::vector<std::string>& texts) {
  return Json(Json::Array(texts.begin(), texts.end()));
}

void AddPeriod(std::vector<Condition>& where, const char* path, const Period& period) {
  if (period.from) where.emplace_back(path, Match::kAtLeast, Json(UnixMillis(*period.from)));
  if (period.until) where.emplace_back(path, Match::kAtMost, Json(UnixMillis(*period.until)));
}

void AddState(std::vector<Condition>& where, const RoomFilter& filter) {
  if (filter.queued) {
    where.emplace_back("open", Match::kEquals, Json(true));
    where.emplace_back("servedBy", Match::kMissing);
    where.emplace_back("onHold", Match::kMissing);
  }
  if (filter.on_hold) where.emplace_back("onHold", Match::kEquals, Json(true));
  if (!filter.open) return;
  if (!*filter.open) {
    where.emplace_back("open", Match::kMissing);
    return;
  }
  where.emplace_back("open", Match::kEquals, Json(true));
  if (!filter.queued) where.emplace_back("servedBy", Match::kExists);
  if (!filter.on_hold) where.emplace_back("onHold", Match::kMissing);
}

void AddRoomName(std::vector<Condition>& where, const std::string& name) {
  if (name.empty()) return;
  const bool quoted = name.size() >= 2 && name.front() == '"' && name.back() == '"';
  if (quoted) {
    where.emplace_back("fname", Match::kEquals, Json(name.substr(1, name.size() - 2)));
  } else {
    where.emplace_back("fname", Match::kContains, Json(name));
  }
}

Outcome<std::optional<Time>> ParseBound(std::string_view name, const Json& period, std::string_view bound) {
  const Json* value = period.Find(bound);
  if (!value || value->IsNull()) return std::optional<Time>();
  if (auto text = value->AsString()) {
    if (std::optional<Time> time = ParseIsoTime(*text)) return time;
  }
  return Fail("The \"" + std::string(name) + "." + std::string(bound) + "\" query parameter must be a valid date.");
}

}  // namespace

std::vector<Condition> ConditionsOf(const RoomFilter& filter) {
  std::vector<Condition> where;
  if (!filter.agents.empty()) {
    Condition served("servedBy._id", Match::kIn, TextArray(filter.agents));
    if (filter.agents_by_name)
      served = Condition::AnyOf({served, Condition("servedBy.username", Match::kIn, TextArray(filter.agents))});
    where.push_back(std::move(served));
  }
  if (!filter.departments.empty()) where.emplace_back("departmentId", Match::kIn, TextArray(filter.departments));
  AddState(where, filter);
  AddPeriod(where, "ts", filter.created);
  AddPeriod(where, "closedAt", filter.closed);
  if (!filter.tags.empty()) where.emplace_back("tags", Match::kHasAny, TextArray(filter.tags));
  for (const auto& [key, expression] : filter.custom_fields) {
    where.emplace_back("livechatData." + key, Match::kRegex, Json(expression));
  }
  AddRoomName(where, filter.room_name);
  return where;
}

Outcome<Period> ParsePeriod(std::string_view name, std::string_view text) {
  Result<Json> parsed = ParseJson(text);
  if (!parsed) return Fail(parsed.error().message);
  if (!parsed->IsObject()) {
    return Fail("The \"" + std::string(name) + "\" query parameter must be a JSON object.");
  }
  Period period;
  Outcome<std::optional<Time>> from = ParseBound(name, *parsed, "start");
  if (!from) return from.failure();
  Outcome<std::optional<Time>> until = ParseBound(name, *parsed, "end");
  if (!until) return until.failure();
  period.from = *from;
  period.until = *until;
  return period;
}

Outcome<std::vector<std::pair<std::string, std::string>>> ParseCustomFieldFilter(std::string_view text) {
  const Failure unusable = Fail("The \"customFields\" query parameter must be a valid JSON.");
  Result<Json> parsed = ParseJson(text);
  if (!parsed || !parsed->IsObject()) return unusable;
  std::vector<std::pair<std::string, std::string>> fields;
  for (const auto& [key, value] : *parsed->AsObject()) {
    std::optional<std::string_view> expression = value.AsString();
    if (!expression) return unusable;
    fields.emplace_back(key, std::string(*expression));
  }
  return fields;
}

}  // namespace parley::backend::embedded
