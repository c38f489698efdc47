// A composed chat is what the same chat, held call by call, leaves in the store, in the ledger and in every figure.
#include "demo/composer.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <regex>
#include <set>

#include "base/own_loop.h"
#include "demo/founding.h"
#include "demo/holder.h"
#include "ledger/archive.h"
#include "ledger/projector.h"
#include "records/greeting_showings.h"
#include "records/visit.h"
#include "specs/loader.h"
#include "storage/store.h"
#include "support/test_store.h"

namespace parley::demo {
namespace {

namespace embedded = backend::embedded;
using storage::Collection;
using testing::IsEmpty;

constexpr Time kNow = Time(std::chrono::milliseconds(1'790'000'000'000));

const specs::Spec& RocketChatSpec() {
  static const specs::Spec spec = [] {
    Problems problems;
    return specs::LoadSpec(PARLEY_SOURCE_DIR "/specs/rocketchat-livechat.yaml", problems);
  }();
  return spec;
}

// A failure ends the test.
template <class T>
T Value(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message + " " + result.error().detail);
  return *std::move(result);
}
void Check(const Status& status) {
  if (!status) throw std::runtime_error(status.error().message + " " + status.error().detail);
}

// The company, founded in a store of its own. Two of them are alike to the last id.
class Place {
 public:
  Place() {
    options_.now = kNow;
    options_.admin_username = "admin";
    options_.admin_password = "of-the-administrator";
    options_.agent_password = "of-the-agents";
    Founding founding(services_, calls_, options_);
    shop_ = Value(loop_.Run(founding.Found()));
  }
  ~Place() {
    workspace_->Stop();
    store_->Stop();
  }

  void Hold(const std::vector<Script>& scripts, const std::vector<Turn>& turns) {
    Holder holder(calls_, clock_, shop_);
    auto turn = turns.begin();
    for (const Script& script : scripts) {
      for (; turn != turns.end() && turn->at <= script.opened; ++turn) Check(loop_.Run(holder.Turn(*turn)));
      Value(loop_.Run(holder.Hold(script)));
    }
  }

  void Compose(const std::vector<Script>& scripts, const std::vector<Turn>& turns) {
    Composer::Setting setting;
    for (const Person& person : Staff()) {
      auto user = Value(loop_.Run(embedded::Get<embedded::User>(stores_->documents(), shop_.IdOf(person))));
      setting.agents.emplace(person.username, user.value());
    }
    setting.greetings = Value(loop_.Run(records::FindRunningGreetings(stores_->documents())));
    setting.now = kNow;
    const std::unique_ptr<IdGenerator> ids = MakeSeededIdGenerator(77);
    Composer composer(shop_, std::move(setting), *ids);
    storage::Changes changes;
    for (const Turn& turn : turns) {
      if (turn.at <= scripts.back().opened) composer.Compose(turn, changes);
    }
    for (const Script& script : scripts) composer.Compose(script, changes);
    Check(loop_.Run(stores_->committer().Commit(std::move(changes))));
  }

  // As the timed work does.
  void ForgetVisits() { Check(loop_.Run(records::ForgetVisits(*stores_, kNow))); }

  std::size_t CountVisits() {
    return Value(loop_.Run(stores_->documents().Find(storage::Query(Collection::kVisits)))).documents.size();
  }

  // Every document, without what setting up and routing change in passing.
  std::vector<std::string> Documents() {
    const std::set<Collection> passing = {Collection::kUsers, Collection::kSettings, Collection::kDepartmentAgents};
    std::vector<std::string> lines;
    for (const storage::CollectionInfo& info : storage::AllCollections()) {
      if (passing.contains(info.collection)) continue;
      const storage::Found found = Value(loop_.Run(stores_->documents().Find(storage::Query(info.collection))));
      for (const storage::Document& document : found.documents) {
        lines.push_back(Comparable(std::string(info.table) + " " + document.id + " " + Print(document.body)));
      }
    }
    std::sort(lines.begin(), lines.end());
    return lines;
  }

  std::vector<std::string> Ledger() {
    storage::ChatFilter all;
    all.include_pending = true;
    std::vector<std::string> lines;
    const storage::ChatPage page = Value(loop_.Run(stores_->ledger().List(all, 0, 1'000)));
    for (const storage::LedgerChat& chat : page.chats) {
      lines.push_back(Comparable(Print(ledger::ToJson(chat))));
    }
    return lines;
  }

  std::vector<std::string> Figures() {
    std::vector<std::string> lines;
    storage::ChatScope scope;
    scope.until = kNow;
    using storage::ChatKey;
    for (const ChatKey key : {ChatKey::kNothing, ChatKey::kDepartment, ChatKey::kAgent, ChatKey::kResponder,
                              ChatKey::kChannel, ChatKey::kTag}) {
      for (const auto& figures : Value(loop_.Run(stores_->analytics().Chats(scope, key))))
        lines.push_back(Line(figures));
    }
    for (const auto& count : Value(loop_.Run(stores_->analytics().Transfers(scope)))) {
      lines.push_back("transfers " + count.department + " " + std::to_string(count.count));
    }
    for (const auto& spell : Value(loop_.Run(stores_->analytics().Presence(scope.from, kNow)))) {
      lines.push_back("present " + spell.email + " " + Moment(spell.since) + " " + Moment(spell.until));
    }
    return lines;
  }

  std::vector<std::string> Reports() {
    std::vector<std::string> lines;
    const std::vector<Time> edges = {Time(), kNow};
    const auto tally = Value(loop_.Run(stores_->reports().Tally({}, edges))).front();
    lines.push_back(Numbers({tally.chats, tally.auto_invites, tally.manual_invites, tally.immediate_starts,
                             tally.not_replied, tally.rated_good, tally.rated_bad, tally.durations.sum}) +
                    Lengths(tally.first_responses) + Lengths(tally.responses));
    const auto waits = Value(loop_.Run(stores_->reports().TallyWaits({}, edges))).front();
    lines.push_back(Lengths(waits.entered) + Lengths(waits.left));
    const auto greeted = Value(loop_.Run(stores_->reports().TallyGreetings({}, edges))).front();
    lines.push_back("greetings" + Numbers({greeted.shown, greeted.accepted, greeted.goals}));
    for (const auto& rating : Value(loop_.Run(stores_->reports().Ratings({}, Time(), kNow)))) {
      lines.push_back(rating.login + Numbers({rating.good, rating.bad}));
    }
    for (const auto& spell : Value(loop_.Run(stores_->reports().Serving({}, Time(), kNow)))) {
      lines.push_back(spell.agent_id + " " + spell.department + " " + Moment(spell.since) + Moment(spell.until));
    }
    return lines;
  }

 private:
  // Ids begin with their time; what follows is drawn.
  static std::string Comparable(const std::string& text) {
    static const std::regex room_id("\\b([0-9A-Za-z]{8})[0-9A-Za-z]{9}\\b");
    static const std::regex object_id("\\b([0-9a-f]{11})[0-9a-f]{13}\\b");
    return std::regex_replace(std::regex_replace(text, object_id, "$1~"), room_id, "$1~");
  }
  static std::string Moment(std::optional<Time> time) { return time ? std::to_string(UnixMillis(*time)) : "never"; }
  static std::string Numbers(std::initializer_list<std::int64_t> numbers) {
    std::string line;
    for (const std::int64_t number : numbers) line += " " + std::to_string(number);
    return line;
  }
  static std::string Lengths(const storage::Lengths& lengths) {
    return Numbers({lengths.count, lengths.sum, lengths.shortest, lengths.longest});
  }
  static std::string Line(const storage::ChatFigures& figures) {
    std::string line = figures.key + " " + figures.name + " " + Moment(figures.first) + " " + Moment(figures.last) +
                       Numbers({figures.chats, figures.serving, figures.waiting, figures.closed, figures.messages,
                                figures.agent_messages, figures.abandoned});
    for (const storage::Durations* durations :
         {&figures.first_response, &figures.mean_response, &figures.first_reaction, &figures.duration, &figures.service,
          &figures.attention}) {
      line += " " + std::to_string(durations->chats) + "/" + std::to_string(durations->sum);
    }
    return line;
  }

  parley::test::TemporaryDirectory directory_;
  Options options_;
  OwnLoop loop_;
  DemoClock clock_{kNow - std::chrono::days(60)};
  std::unique_ptr<IdGenerator> ids_ = MakeSeededIdGenerator(3);
  const ledger::Projector projector_;
  std::unique_ptr<storage::Store> store_ =
      Value(storage::OpenStore("sqlite:" + directory_.File("parley.db"), clock_, *ids_));
  std::unique_ptr<storage::ShardStores> stores_ = Value(store_->OpenShard(loop_.executor()));
  std::unique_ptr<embedded::Workspace> workspace_ = [] {
    embedded::Options options;
    options.password_cost = embedded::PasswordCost::kMinimal;
    return Value(embedded::Workspace::Create(std::move(options), RocketChatSpec()));
  }();
  const embedded::Services services_{*stores_, projector_, clock_, *ids_, *workspace_};
  Calls calls_{services_};
  Shop shop_;
};

// What makes a chat differ from others in more than its words.
// `often`: a guest who is greeted more than once.
std::vector<std::string> TraitsOf(const Script& script, const std::set<std::string>& seen_guests,
                                  const std::string& often) {
  std::vector<std::string> traits = {"conversation " + std::string(script.conversation->lines.front().text)};
  if (script.agent == nullptr) traits.emplace_back("given up");
  if (script.taken) traits.emplace_back("taken from the queue");
  if (script.handover) traits.emplace_back("handed over");
  if (script.handover && script.taken) traits.emplace_back("handed over from the queue");
  if (script.page_seen) traits.emplace_back("ordered");
  if (script.order) traits.emplace_back("sold");
  if (script.rated) traits.emplace_back("rated " + std::string(script.mark));
  if (!script.remark.empty()) traits.emplace_back("remark");
  if (script.ended_by_guest) traits.emplace_back("ended by the guest");
  if (script.ticket) traits.emplace_back(script.ticket->solved ? "ticket solved" : "ticket left");
  const bool comes_back = seen_guests.contains(script.guest.token);
  if (comes_back) traits.emplace_back("come back");
  if (script.page == kSalePage && script.guest.token == often) {
    traits.emplace_back(comes_back ? "on the page of the greeting again" : "greeted");
  }
  return traits;
}

// The first who comes to the page of the greeting a second time.
std::string GreetedOften(const std::vector<Script>& scripts) {
  std::set<std::string> greeted;
  for (const Script& script : scripts) {
    if (script.page == kSalePage && !greeted.insert(script.guest.token).second) return script.guest.token;
  }
  return {};
}

// Of two days, at the turn of a month, those chats that have something no other before them had; in order.
std::vector<Script> EveryKindOfChat(const Scripts& scripts, std::int64_t day, std::set<std::string>& traits) {
  std::vector<Script> all = scripts.OfDay(day);
  std::vector<Script> next = scripts.OfDay(day + 1);
  std::move(next.begin(), next.end(), std::back_inserter(all));
  const std::string often = GreetedOften(all);
  std::vector<Script> chosen;
  std::set<std::string> guests;
  for (Script& script : all) {
    bool is_new = false;
    for (const std::string& trait : TraitsOf(script, guests, often)) is_new = traits.insert(trait).second || is_new;
    if (!is_new) continue;
    guests.insert(script.guest.token);
    chosen.push_back(std::move(script));
  }
  return chosen;
}

// What only one of them has, with a sign of which.
std::vector<std::string> Differences(std::vector<std::string> composed, std::vector<std::string> held) {
  std::sort(composed.begin(), composed.end());
  std::sort(held.begin(), held.end());
  std::vector<std::string> lines;
  std::set_difference(composed.begin(), composed.end(), held.begin(), held.end(), std::back_inserter(lines));
  for (std::string& line : lines) line = "composed alone: " + line;
  const std::size_t of_composed = lines.size();
  std::set_difference(held.begin(), held.end(), composed.begin(), composed.end(), std::back_inserter(lines));
  for (std::size_t at = of_composed; at < lines.size(); ++at) lines[at] = "held alone: " + lines[at];
  return lines;
}

std::vector<Turn> TurnsOf(const Schedule& schedule, std::int64_t day) {
  std::vector<Turn> turns = schedule.TurnsOf(day);
  const std::vector<Turn> next = schedule.TurnsOf(day + 1);
  turns.insert(turns.end(), next.begin(), next.end());
  return turns;
}

TEST(Composer, LeavesWhatCallsLeave) {
  const std::int64_t day = DayOf(kNow) - 20;
  const Scripts scripts(1, kNow);
  std::set<std::string> traits;
  const std::vector<Script> chats = EveryKindOfChat(scripts, day, traits);
  for (const char* needed :
       {"given up", "taken from the queue", "handed over", "ordered", "sold", "rated 5", "rated 2", "remark",
        "ended by the guest", "ticket solved", "come back", "greeted", "on the page of the greeting again"}) {
    ASSERT_TRUE(traits.contains(needed)) << needed;
  }
  const std::vector<Turn> turns = TurnsOf(scripts.schedule(), day);

  Place held;
  held.Hold(chats, turns);
  Place composed;
  composed.Compose(chats, turns);

  EXPECT_EQ(held.Ledger().size(), chats.size());
  EXPECT_THAT(Differences(composed.Documents(), held.Documents()), IsEmpty());
  EXPECT_THAT(Differences(composed.Ledger(), held.Ledger()), IsEmpty());
  EXPECT_THAT(Differences(composed.Figures(), held.Figures()), IsEmpty());
  EXPECT_THAT(Differences(composed.Reports(), held.Reports()), IsEmpty());
}

// Two days, in the second of which begins what is still remembered.
TEST(Composer, LeavesNoVisitThatIsForgottenByNow) {
  const std::int64_t day = DayOf(kNow - records::kVisitorRemembered) - 1;
  const Scripts scripts(1, kNow);
  std::set<std::string> traits;
  std::vector<Script> chats = EveryKindOfChat(scripts, day, traits);
  chats.push_back(scripts.OfDay(day + 1).back());
  const std::vector<Turn> turns = TurnsOf(scripts.schedule(), day);

  Place held;
  held.Hold(chats, turns);
  const std::size_t before = held.CountVisits();
  held.ForgetVisits();
  Place composed;
  composed.Compose(chats, turns);

  EXPECT_LT(composed.CountVisits(), before);
  EXPECT_GT(composed.CountVisits(), 0u);
  EXPECT_THAT(Differences(composed.Documents(), held.Documents()), IsEmpty());
}

}  // namespace
}  // namespace parley::demo
