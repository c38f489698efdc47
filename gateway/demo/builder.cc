#include "demo/builder.h"

#include <algorithm>

#include "demo/founding.h"
#include "records/greeting_showings.h"

namespace parley::demo {
namespace {

namespace embedded = backend::embedded;

constexpr std::chrono::days kBeforeTheFirstChat{30};

}  // namespace

Builder::Builder(embedded::Services services, DemoClock& clock, const Options& options)
    : services_(services),
      clock_(clock),
      options_(options),
      calls_(services),
      scripts_(options.seed, options.now),
      today_(DayOf(options.now)),
      ended_(options.chats - kFewestChats),
      composed_(std::max<std::int64_t>(0, ended_ - options.held)),
      span_(SpanOf(scripts_.schedule(), today_, ended_)),
      held_(SpanOf(scripts_.schedule(), today_, ended_ - composed_)) {}

Awaitable<Status> Builder::Build() {
  clock_.Set(BeginningOf(span_.first_day) - kBeforeTheFirstChat);
  Founding founding(services_, calls_, options_);
  Result<Shop> shop = co_await founding.Found();
  if (!shop) co_return shop.error();
  shop_ = *std::move(shop);
  const Status composed = co_await Compose();
  if (!composed) co_return composed;
  const Status held = co_await Hold();
  if (!held) co_return held;
  co_return co_await OpenToday();
}

Status Builder::Told(std::int64_t more) {
  done_ += more;
  return options_.on_progress ? options_.on_progress(done_) : Status();
}

// ---- the older past -------------------------------------------------------------------------------------------------

Awaitable<Result<Composer::Setting>> Builder::ReadSetting() {
  Composer::Setting setting;
  for (const Person& person : Staff()) {
    auto user = co_await embedded::Get<embedded::User>(services_.stores.documents(), shop_.IdOf(person));
    if (!user) co_return user.error();
    if (!*user) co_return Internal("demo: an agent is not there");
    setting.agents.emplace(person.username, **std::move(user));
  }
  auto greetings = co_await records::FindRunningGreetings(services_.stores.documents());
  if (!greetings) co_return greetings.error();
  setting.greetings = *std::move(greetings);
  const auto first_guest = co_await services_.stores.committer().NextNumbers("livechat_guest", composed_);
  if (!first_guest) co_return first_guest.error();
  setting.first_guest = *first_guest;
  setting.now = options_.now;
  co_return setting;
}

Awaitable<Status> Builder::Compose() {
  if (composed_ == 0) co_return Status();
  auto setting = co_await ReadSetting();
  if (!setting) co_return setting.error();
  // Ids of its own: the store draws some on its own thread at the same time.
  const std::unique_ptr<IdGenerator> ids = MakeSeededIdGenerator(options_.seed + 1);
  Composer composer(shop_, *std::move(setting), *ids);
  History history(scripts_, composer, services_.stores, span_, composed_);
  std::function<Status(std::int64_t)> told = [this](std::int64_t chats) { return Told(chats); };
  co_return co_await history.Write(held_.first_day, std::move(told));
}

// ---- the last days --------------------------------------------------------------------------------------------------

Awaitable<Status> Builder::Hold() {
  Holder holder(calls_, clock_, shop_);
  for (std::int64_t day = held_.first_day; day < today_; ++day) {
    const Status held = co_await HoldDay(holder, day, day == held_.first_day ? held_.skipped : 0);
    if (!held) co_return held;
  }
  co_return Status();
}

// The day's chats from `first` on, among the comings and goings of all of it.
Awaitable<Status> Builder::HoldDay(Holder& holder, std::int64_t day, std::size_t first) {
  const std::vector<Turn> turns = scripts_.schedule().TurnsOf(day);
  const std::vector<Script> scripts = scripts_.OfDay(day);
  auto turn = turns.begin();
  for (std::size_t number = first; number <= scripts.size(); ++number) {
    const bool is_evening = number == scripts.size();
    for (; turn != turns.end() && (is_evening || turn->at <= scripts[number].opened); ++turn) {
      const Status turned = co_await holder.Turn(*turn);
      if (!turned) co_return turned;
    }
    if (is_evening) break;
    const Status held = co_await HoldOne(holder, scripts[number]);
    if (!held) co_return held;
  }
  co_return Status();
}

// LiveChat's ids are issued with the chats, so that one seed gives the same ones whoever looks first.
Awaitable<Status> Builder::HoldOne(Holder& holder, const Script& script) {
  Result<std::string> room_id = co_await holder.Hold(script);
  if (!room_id) co_return room_id.error();
  std::vector<std::string> ids = {*std::move(room_id)};
  const auto issued = co_await services_.stores.ids().Issue(storage::IdKind::kChat, std::move(ids));
  if (!issued) co_return issued.error();
  co_return Told(1);
}

// Everybody comes in and two chats begin; then some are found paused or away.
Awaitable<Status> Builder::OpenToday() {
  Holder holder(calls_, clock_, shop_);
  const std::vector<Script> scripts = scripts_.StillOpen();
  for (const Person& person : Staff()) {
    const Turn comes{scripts.front().opened - std::chrono::minutes(10), &person, true};
    const Status came = co_await holder.Turn(comes);
    if (!came) co_return came;
  }
  for (const Script& script : scripts) {
    const Status held = co_await HoldOne(holder, script);
    if (!held) co_return held;
  }
  clock_.Set(options_.now);
  for (const Person& person : Staff()) {
    const bool accepting = person.mood == Mood::kAccepting;
    const Status set = co_await SetPresence(calls_, shop_, person, person.mood != Mood::kAway, accepting);
    if (!set) co_return set;
  }
  co_return Status();
}

}  // namespace parley::demo
