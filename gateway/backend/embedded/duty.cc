#include "backend/embedded/duty.h"

#include <algorithm>

#include "backend/embedded/presence.h"
#include "base/log.h"
#include "storage/transact.h"

namespace parley::backend::embedded {
namespace {

using storage::Match;
using Ids = std::vector<std::string>;

bool Contains(const Ids& ids, const std::string& id) {
  return std::find(ids.begin(), ids.end(), id) != ids.end();
}

bool Intersects(const Ids& a, const Ids& b) {
  return std::any_of(a.begin(), a.end(), [&](const std::string& id) { return Contains(b, id); });
}

const BusinessHour* DefaultOf(const std::vector<BusinessHour>& hours) {
  const auto found =
      std::find_if(hours.begin(), hours.end(), [](const BusinessHour& hour) { return hour.type == kDefaultHours; });
  return found == hours.end() ? nullptr : &*found;
}

template <class Record>
const Record* ById(const std::vector<Record>& records, const std::string& id) {
  const auto found = std::find_if(records.begin(), records.end(), [&](const Record& each) { return each.id == id; });
  return found == records.end() ? nullptr : &*found;
}

// The hour of a department; the default one when it has none of its own.
const BusinessHour* HourOf(const Hours& hours, const std::string& department_id) {
  const Department* department = ById(hours.departments, department_id);
  const BusinessHour* own = department == nullptr ? nullptr : ById(hours.all, department->business_hour);
  return own == nullptr ? DefaultOf(hours.all) : own;
}

template <class Record>
Awaitable<Status> ReadAll(const Call& call, std::vector<Record>& records) {
  auto found = co_await Find<Record>(call.documents(), storage::Query(Record::kCollection));
  if (!found) co_return found.error();
  records = std::move(found->list);
  co_return Status();
}

bool MayBeDropped(const User& agent) {
  return agent.active && agent.status_livechat == kAvailable && !agent.HasRole(kBotRole);
}

bool MayBeRaised(const User& agent) {
  return agent.active && agent.status == "online" && agent.status_livechat != kAvailable;
}

// `open` become the agent's hours; availability follows. True when anything changed.
bool Place(User& agent, const Ids& open, const Ids& raised) {
  const Ids before = agent.open_business_hours.value_or(Ids());
  const bool gained =
      std::any_of(open.begin(), open.end(), [&](const std::string& id) { return !Contains(before, id); });
  bool changed = before != open;
  agent.open_business_hours.reset();
  if (!open.empty()) agent.open_business_hours = open;
  if ((gained || Intersects(open, raised)) && MayBeRaised(agent)) {
    agent.status_livechat = kAvailable;
    changed = true;
  } else if (open.empty() && MayBeDropped(agent)) {
    agent.status_livechat = kNotAvailable;
    changed = true;
  }
  return changed;
}

// No hours are kept while the feature is off; nobody's availability changes.
Awaitable<Status> ForgetHours(const Call& call, storage::Changes& changes) {
  storage::Query query(User::kCollection);
  query.where.emplace_back("openBusinessHours", Match::kExists);
  auto users = co_await Find<User>(call.documents(), std::move(query));
  if (!users) co_return users.error();
  for (User& user : users->list) {
    user.open_business_hours.reset();
    Save(user, call.now, changes);
  }
  co_return Status();
}

Awaitable<Status> TryApplyHours(const Call& call) {
  storage::Changes changes;
  if (!HoursAreOn(call.settings())) {
    const Status forgotten = co_await ForgetHours(call, changes);
    if (!forgotten) co_return forgotten;
  } else {
    auto hours = co_await ReadHours(call);
    if (!hours) co_return hours.error();
    Sweep sweep;
    sweep.raised = hours->OpenAt(call.now);
    const Status swept = co_await SweepAgents(call, *hours, std::move(sweep), changes);
    if (!swept) co_return swept;
  }
  if (changes.empty()) co_return Status();
  co_return co_await call.Commit(std::move(changes));
}

Awaitable<Status> TryApplyHoursTo(const Call& call, Ids agents) {
  auto hours = co_await ReadHours(call);
  if (!hours) co_return hours.error();
  Sweep sweep;
  sweep.only = std::move(agents);
  storage::Changes changes;
  const Status swept = co_await SweepAgents(call, *hours, std::move(sweep), changes);
  if (!swept || changes.empty()) co_return swept;
  co_return co_await call.Commit(std::move(changes));
}

}  // namespace

BusinessHour* Hours::Find(std::string_view id) {
  const auto found = std::find_if(all.begin(), all.end(), [&](const BusinessHour& hour) { return hour.id == id; });
  return found == all.end() ? nullptr : &*found;
}

Ids Hours::OpenAt(Time at) const {
  Ids open;
  for (const BusinessHour& hour : all) {
    const bool counts = multiple || hour.type == kDefaultHours;
    if (counts && IsOpen(hour, at)) open.push_back(hour.id);
  }
  std::sort(open.begin(), open.end());
  return open;
}

Ids Hours::OpenFor(const std::string& agent_id, Time at) const {
  std::vector<const BusinessHour*> applying;
  for (const DepartmentAgent& membership : memberships) {
    if (membership.agent_id == agent_id) applying.push_back(HourOf(*this, membership.department_id));
  }
  if (applying.empty()) applying.push_back(DefaultOf(all));
  Ids open;
  for (const BusinessHour* hour : applying) {
    if (hour != nullptr && IsOpen(*hour, at) && !Contains(open, hour->id)) open.push_back(hour->id);
  }
  std::sort(open.begin(), open.end());
  return open;
}

bool HoursAreOn(const Settings& settings) {
  return settings.Flag("Livechat_enable_business_hours");
}

bool HoursAreMultiple(const Settings& settings) {
  return settings.Text("Livechat_business_hour_type") == "Multiple";
}

Awaitable<Result<Hours>> ReadHours(const Call& call) {
  Hours hours;
  hours.multiple = HoursAreMultiple(call.settings());
  const Status read = co_await ReadAll(call, hours.all);
  if (!read) co_return read.error();
  if (!hours.multiple) co_return hours;
  const Status departments = co_await ReadAll(call, hours.departments);
  if (!departments) co_return departments.error();
  const Status memberships = co_await ReadAll(call, hours.memberships);
  if (!memberships) co_return memberships.error();
  std::erase_if(hours.memberships, [](const DepartmentAgent& row) { return !row.department_enabled; });
  co_return hours;
}

Awaitable<Status> SweepAgents(const Call& call, const Hours& hours, Sweep sweep, storage::Changes& changes) {
  auto agents = co_await FindUsersInRole(call.documents(), std::string(kAgentRole));
  if (!agents) co_return agents.error();
  for (const User& before : *agents) {
    if (!sweep.only.empty() && !Contains(sweep.only, before.id)) continue;
    User after = before;
    if (Place(after, hours.OpenFor(before.id, call.now), sweep.raised)) SaveUser(call, &before, after, changes);
  }
  co_return Status();
}

Awaitable<Status> ApplyHours(const Call& call) {
  auto attempt = [&] { return TryApplyHours(call); };
  co_return co_await storage::Retrying(std::move(attempt));
}

Awaitable<void> ApplyHoursToMembers(const Call& call, Ids agents) {
  if (agents.empty() || !HoursAreOn(call.settings()) || !HoursAreMultiple(call.settings())) co_return;
  auto attempt = [&] { return TryApplyHoursTo(call, agents); };
  const Status applied = co_await storage::Retrying(std::move(attempt));
  if (!applied) Log(LogLevel::kWarning, "business_hours.not_applied", {{"reason", applied.error().message}});
}

Awaitable<Status> PlaceInHours(const Call& call, User& agent) {
  if (!HoursAreOn(call.settings())) co_return Status();
  auto hours = co_await ReadHours(call);
  if (!hours) co_return hours.error();
  const Ids open = hours->OpenFor(agent.id, call.now);
  agent.open_business_hours.reset();
  if (!open.empty()) {
    agent.open_business_hours = open;
  } else if (!hours->multiple || MayBeDropped(agent)) {
    agent.status_livechat = kNotAvailable;
  }
  co_return Status();
}

Awaitable<Status> CountSilenceWithinHours(const Call& call, Room& room) {
  if (!HoursAreOn(call.settings()) || !room.metrics.visitor_inactivity || !room.response_by) co_return Status();
  auto hour = co_await FindDefaultBusinessHour(call.documents());
  if (!hour) co_return hour.error();
  if (!*hour) co_return Status();
  const std::chrono::duration<double> open = OpenTime(**hour, room.response_by->last_message, call.now);
  room.metrics.visitor_inactivity = open.count();
  co_return Status();
}

Awaitable<Status> LeaveHours(const Call& call, Department& department, storage::Changes& changes) {
  if (department.business_hour.empty()) co_return Status();
  const std::string hour_id = std::exchange(department.business_hour, std::string());
  storage::Query others(Department::kCollection);
  others.where.emplace_back("businessHourId", Match::kEquals, Json(hour_id));
  others.where.emplace_back("_id", Match::kNotEquals, Json(department.id));
  const auto linked = co_await call.documents().Count(std::move(others));
  if (!linked) co_return linked.error();
  if (*linked > 0) co_return Status();
  auto hour = co_await Get<BusinessHour>(call.documents(), hour_id);
  if (!hour) co_return hour.error();
  if (!*hour || (*hour)->type == kDefaultHours) co_return Status();
  (*hour)->active = false;
  Save(**hour, call.now, changes);
  co_return Status();
}

}  // namespace parley::backend::embedded
