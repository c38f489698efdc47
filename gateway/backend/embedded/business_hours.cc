// Business hours: reading, saving, removing, and the office hours of older versions. Source: administration reference
// §4.1, omnichannel reference §2.12.
#include <algorithm>

#include "backend/embedded/duty.h"
#include "base/text.h"
#include "base/week_time.h"

namespace parley::backend::embedded {
namespace {

using storage::Match;

bool IsPremium(const Call& call) {
  return call.options().edition == Edition::kPremium;
}

// ---- reading --------------------------------------------------------------------------------------------------------

Awaitable<Result<std::vector<Department>>> FindDepartmentsOf(const Call& call, std::string hour_id) {
  storage::Query query(Department::kCollection);
  query.where.emplace_back("businessHourId", Match::kEquals, Json(std::move(hour_id)));
  query.sort.emplace_back("name");
  auto found = co_await Find<Department>(call.documents(), std::move(query));
  if (!found) co_return found.error();
  co_return std::move(found->list);
}

Awaitable<Result<Json>> CustomHourAnswer(const Call& call, const BusinessHour& hour) {
  auto departments = co_await FindDepartmentsOf(call, hour.id);
  if (!departments) co_return departments.error();
  Json linked = Json::MakeArray();
  for (const Department& department : *departments) {
    linked.Push(Json::Of({{"_id", department.id}, {"name", department.name}}));
  }
  Json answer = BusinessHourAnswer(hour, call.now);
  answer.Set("departments", std::move(linked));
  co_return answer;
}

Awaitable<Reply> ShowDefault(Call& call) {
  auto hour = co_await FindDefaultBusinessHour(call.documents());
  if (!hour) co_return hour.error();
  co_return Json::Of({{"businessHour", *hour ? BusinessHourAnswer(**hour, call.now) : Json()}});
}

Awaitable<Reply> ShowHour(Call& call) {
  const std::string_view type = call.query.Text("type");
  if (type.empty() || type == kDefaultHours) co_return co_await ShowDefault(call);
  const std::string id(call.query.Text("_id"));
  if (type != kCustomHours || id.empty() || !IsPremium(call)) co_return Json::Of({{"businessHour", Json()}});
  auto hour = co_await Get<BusinessHour>(call.documents(), id);
  if (!hour) co_return hour.error();
  if (!*hour || (*hour)->type != kCustomHours) co_return Json::Of({{"businessHour", Json()}});
  auto answer = co_await CustomHourAnswer(call, **hour);
  if (!answer) co_return answer.error();
  co_return Json::Of({{"businessHour", std::move(*answer)}});
}

Awaitable<Reply> ListHours(Call& call) {
  auto paging = ReadPaging(call, {storage::SortKey("name")});
  if (!paging) co_return paging.failure();
  storage::Query query(BusinessHour::kCollection);
  if (const std::string_view name = call.query.Text("name"); !name.empty()) {
    query.where.emplace_back("name", Match::kContains, Json(name));
  }
  paging->ApplyTo(query);
  auto hours = co_await Find<BusinessHour>(call.documents(), std::move(query));
  if (!hours) co_return hours.error();
  Json items = Json::MakeArray();
  for (const BusinessHour& hour : hours->list) {
    auto departments = co_await FindDepartmentsOf(call, hour.id);
    if (!departments) co_return departments.error();
    Json item = BusinessHourAnswer(hour, call.now);
    Json linked = Json::MakeArray();
    for (const Department& department : *departments) linked.Push(Json::Of({{"_id", department.id}}));
    if (!linked.empty()) item.Set("departments", std::move(linked));
    items.Push(std::move(item));
  }
  co_return PageOf("businessHours", std::move(items), *paging, hours->total);
}

// As versions before 5.0 kept them, a record a day; here they are the days of the default hour.
Awaitable<Reply> ListOfficeHours(Call& call) {
  auto hour = co_await FindDefaultBusinessHour(call.documents());
  if (!hour) co_return hour.error();
  Json days = Json::MakeArray();
  if (*hour) {
    for (const WorkHours& hours : (*hour)->work_hours) {
      const std::int64_t code = ParseWeekday(hours.day).value_or(0);
      days.Push(Json::Of({{"_id", (*hour)->id + "-" + std::to_string(code)},
                          {"day", hours.day},
                          {"start", hours.start},
                          {"finish", hours.finish},
                          {"code", code},
                          {"open", hours.open}}));
    }
  }
  co_return Json::Of({{"officeHours", std::move(days)}});
}

// ---- saving ---------------------------------------------------------------------------------------------------------

std::optional<Failure> CheckDay(const Json& day) {
  const auto start = ParseClock(day.Text("start"));
  const auto finish = ParseClock(day.Text("finish"));
  if (!ParseWeekday(day.Text("day")) || !start || !finish) return Fail("error-business-hour-invalid-time");
  if (!day.Flag("open")) return std::nullopt;
  if (*finish < *start) return Fail("error-business-hour-finish-time-before-start-time");
  if (*finish == *start) return Fail("error-business-hour-finish-time-equals-start-time");
  return std::nullopt;
}

std::optional<Failure> CheckDays(const Json& body) {
  for (const Json& day : *body.Find("workHours")->AsArray()) {
    if (auto failure = CheckDay(day)) return failure;
  }
  return std::nullopt;
}

void ApplyBody(const Json& body, BusinessHour& hour) {
  hour.name = body.Text("name");
  hour.active = body.Flag("active");
  hour.timezone = body.Text("timezoneName");
  hour.stated_offset.clear();
  hour.work_hours.clear();
  for (const Json& day : *body.Find("workHours")->AsArray()) {
    MemberReader reader(day);
    WorkHours::Members(hour.work_hours.emplace_back(), reader);
  }
  for (const char* kept : {"daysOpen", "daysTime", "departmentsToApplyBusinessHour"}) {
    const bool links = std::string_view(kept) == "departmentsToApplyBusinessHour" && hour.type == kCustomHours;
    const Json* value = body.Find(kept);
    if (value != nullptr && !links) hour.extra.Set(kept, *value);
  }
}

// The departments named by the body get this hour, and only they.
void Link(const std::string& hour_id, const std::vector<std::string_view>& wanted, Time now, Hours& hours,
          storage::Changes& changes) {
  for (Department& department : hours.departments) {
    const bool links = std::find(wanted.begin(), wanted.end(), department.id) != wanted.end();
    if (links == (department.business_hour == hour_id)) continue;
    department.business_hour = links ? hour_id : std::string();
    Save(department, now, changes);
  }
}

// Puts the hour into `hours`, and sweeps the agents when the feature is on.
Awaitable<Reply> CommitHour(const Call& call, BusinessHour hour, Hours hours, storage::Changes changes) {
  const std::string id = hour.id;
  if (BusinessHour* known = hours.Find(id)) {
    *known = std::move(hour);
  } else {
    hours.all.push_back(std::move(hour));
  }
  Save(*hours.Find(id), call.now, changes);
  if (HoursAreOn(call.settings())) {
    Sweep sweep;
    sweep.raised.push_back(id);
    const Status swept = co_await SweepAgents(call, hours, std::move(sweep), changes);
    if (!swept) co_return swept.error();
  }
  const Status committed = co_await call.Commit(std::move(changes));
  if (!committed) co_return committed.error();
  co_return Reply::Empty();
}

// Without an id, or with one of nothing, nothing is stored.
Awaitable<Reply> SaveDefault(Call& call) {
  const std::string_view id = call.body.Text("_id");
  if (id.empty()) co_return Reply::Empty();
  if (auto failure = CheckDays(call.body)) co_return *failure;
  auto hours = co_await ReadHours(call);
  if (!hours) co_return hours.error();
  const BusinessHour* known = hours->Find(id);
  if (known == nullptr || known->type != kDefaultHours) co_return Reply::Empty();
  BusinessHour hour = *known;
  ApplyBody(call.body, hour);
  storage::Changes changes;
  co_return co_await CommitHour(call, std::move(hour), std::move(*hours), std::move(changes));
}

bool IsNameTaken(const Hours& hours, std::string_view name, std::string_view id) {
  return std::any_of(hours.all.begin(), hours.all.end(),
                     [&](const BusinessHour& hour) { return hour.name == name && hour.id != id; });
}

// The hours with all departments in hand, whichever way they apply.
Awaitable<Result<Hours>> ReadHoursAndDepartments(const Call& call) {
  auto hours = co_await ReadHours(call);
  if (!hours || hours->multiple) co_return hours;
  auto departments = co_await Find<Department>(call.documents(), storage::Query(Department::kCollection));
  if (!departments) co_return departments.error();
  hours->departments = std::move(departments->list);
  co_return hours;
}

Awaitable<Reply> SaveCustom(Call& call) {
  auto hours = co_await ReadHoursAndDepartments(call);
  if (!hours) co_return hours.error();
  const std::string id(call.body.Text("_id"));
  if (IsNameTaken(*hours, call.body.Text("name"), id)) co_return Fail("error-business-hour-name-already-in-use");
  if (auto failure = CheckDays(call.body)) co_return *failure;
  BusinessHour hour;
  if (id.empty()) {
    hour.id = call.ids().ObjectId();
    hour.type = kCustomHours;
    hour.created = call.now;
  } else {
    const BusinessHour* known = hours->Find(id);
    if (known == nullptr || known->type != kCustomHours) co_return Reply::Empty();
    hour = *known;
  }
  ApplyBody(call.body, hour);
  storage::Changes changes;
  Link(hour.id, Split(call.body.Text("departmentsToApplyBusinessHour"), ','), call.now, *hours, changes);
  co_return co_await CommitHour(call, std::move(hour), std::move(*hours), std::move(changes));
}

Awaitable<Reply> SaveHour(Call& call) {
  const std::string_view type = call.body.Text("type");
  if (type == kDefaultHours) co_return co_await SaveDefault(call);
  if (type != kCustomHours || !IsPremium(call)) co_return Fail("error-business-hour-type-not-found");
  co_return co_await SaveCustom(call);
}

// ---- removing -------------------------------------------------------------------------------------------------------

Awaitable<Reply> RemoveHour(Call& call) {
  auto hours = co_await ReadHoursAndDepartments(call);
  if (!hours) co_return hours.error();
  const std::string id(call.body.Text("_id"));
  const BusinessHour* known = hours->Find(id);
  if (call.body.Text("type") != kCustomHours || known == nullptr || known->type != kCustomHours) {
    co_return Reply::Empty();
  }
  storage::Changes changes;
  Remove(*known, changes);
  const std::vector<std::string_view> none;
  Link(id, none, call.now, *hours, changes);
  std::erase_if(hours->all, [&](const BusinessHour& hour) { return hour.id == id; });
  if (HoursAreOn(call.settings())) {
    Sweep sweep;
    const Status swept = co_await SweepAgents(call, *hours, std::move(sweep), changes);
    if (!swept) co_return swept.error();
  }
  const Status committed = co_await call.Commit(std::move(changes));
  if (!committed) co_return committed.error();
  co_return Reply::Empty();
}

}  // namespace

Routes BusinessHourRoutes() {
  return {
      {"GET livechat/business-hour", &ShowHour},
      {"GET livechat/business-hours", &ListHours},
      {"GET livechat/office-hours", &ListOfficeHours},
      {"POST livechat/business-hours.remove", &RemoveHour, Checks::kTyped},
      {"POST livechat/business-hours.save", &SaveHour, Checks::kTyped},
  };
}

}  // namespace parley::backend::embedded
