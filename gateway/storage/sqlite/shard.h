// What the parts of one shard's view share.
#pragma once

#include <array>
#include <atomic>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/id_generator.h"
#include "secrets/secret_box.h"
#include "storage/analytics.h"
#include "storage/changes.h"
#include "storage/deliveries.h"
#include "storage/ids.h"
#include "storage/ledger.h"
#include "storage/outbox.h"
#include "storage/reports.h"
#include "storage/sqlite/apply.h"
#include "storage/sqlite/connection.h"
#include "storage/sqlite/heavy_readers.h"
#include "storage/sqlite/writer.h"

namespace parley::storage::sqlite {

// One per store. The threads and everything they touch.
struct Engine {
  Engine(const Clock& machine_clock, IdGenerator& id_generator, std::int64_t opening,
         std::unique_ptr<secrets::SecretBox> secret_box)
      : clock(machine_clock), generator(id_generator), versions(opening), secrets(std::move(secret_box)) {}

  const Clock& clock;
  IdGenerator& generator;
  Versions versions;  // the writer's thread alone
  const std::unique_ptr<secrets::SecretBox> secrets;
  std::unique_ptr<Writer> writer;
  std::unique_ptr<HeavyReaders> heavy;
  std::function<void()> on_events;  // may be null; set before the shards write
  std::array<std::atomic<std::uint64_t>, kCollectionCount> writes{};
};

// Reads on the shard itself, where awaiting them never suspends; heavy queries on the heavy readers.
class Documents final : public DocumentStore {
 public:
  Documents(Engine& engine, Connection& connection) : engine_(engine), connection_(connection) {}
  Awaitable<Result<std::optional<Document>>> Get(Collection collection, std::string id) override;
  Awaitable<Result<Found>> Find(Query query) override;
  Awaitable<Result<std::int64_t>> Count(Query query) override;
  std::uint64_t Writes(Collection collection) const override;

 private:
  Engine& engine_;
  Connection& connection_;
};

class Commits final : public Committer {
 public:
  explicit Commits(Engine& engine) : engine_(engine) {}
  Awaitable<Status> Commit(Changes changes) override;
  Awaitable<Result<std::int64_t>> NextNumbers(std::string sequence, std::int64_t count) override;

 private:
  Engine& engine_;
};

class Ids final : public IdStore {
 public:
  Ids(Engine& engine, Connection& connection) : engine_(engine), connection_(connection) {}
  Awaitable<Result<std::vector<std::string>>> Issue(IdKind kind, std::vector<std::string> backend_ids) override;
  Awaitable<Result<std::vector<std::optional<std::string>>>> FindLiveChatIds(
      IdKind kind, std::vector<std::string> backend_ids) override;
  Awaitable<Result<std::vector<std::optional<std::string>>>> FindBackendIds(
      IdKind kind, std::vector<std::string> livechat_ids) override;
  Awaitable<Result<std::vector<IdPair>>> Export() override;
  Awaitable<Status> Import(std::vector<IdPair> pairs) override;

 private:
  Engine& engine_;
  Connection& connection_;
};

class Ledger final : public LedgerReader {
 public:
  Ledger(Engine& engine, Connection& connection) : engine_(engine), connection_(connection) {}
  Awaitable<Result<ChatPage>> List(ChatFilter filter, std::int64_t offset, std::int64_t limit) override;
  Awaitable<Result<std::optional<LedgerChat>>> Get(std::string chat_id) override;
  Awaitable<Result<std::vector<TagCount>>> CountTags(std::vector<std::string> tags) override;
  Awaitable<Result<std::vector<LedgerGreeting>>> Greetings(std::vector<std::string> showing_ids) override;
  Awaitable<Result<std::vector<GreetedVisitor>>> CountGreetings(std::vector<std::string> visitor_ids) override;

 private:
  Engine& engine_;
  Connection& connection_;
};

class Analytics final : public AnalyticsReader {
 public:
  explicit Analytics(Engine& engine) : engine_(engine) {}
  Awaitable<Result<std::vector<ChatFigures>>> Chats(ChatScope scope, ChatKey key) override;
  Awaitable<Result<std::vector<ChatFigures>>> ChatsOver(ChatScope scope, std::vector<Time> edges) override;
  Awaitable<Result<std::int64_t>> ChatsWithout(ChatScope scope, ChatKey key) override;
  Awaitable<Result<std::vector<DepartmentCount>>> Transfers(ChatScope scope) override;
  Awaitable<Result<std::vector<ChatSpell>>> Spells(std::string agent_id, Time from, Time until) override;
  Awaitable<Result<std::vector<AgentSpell>>> Presence(Time from, Time until) override;

 private:
  Engine& engine_;
};

class Reports final : public ReportReader {
 public:
  explicit Reports(Engine& engine) : engine_(engine) {}
  Awaitable<Result<std::optional<Time>>> FirstChat() override;
  Awaitable<Result<std::optional<Time>>> FirstGoal() override;
  Awaitable<Result<std::optional<Time>>> FirstGreeting() override;
  Awaitable<Result<std::vector<ChatTally>>> Tally(ReportScope scope, std::vector<Time> edges) override;
  Awaitable<Result<std::vector<WaitTally>>> TallyWaits(ReportScope scope, std::vector<Time> edges) override;
  Awaitable<Result<std::vector<GoalTally>>> TallyGoals(GoalScope scope, std::vector<Time> edges) override;
  Awaitable<Result<std::vector<GreetingTally>>> TallyGreetings(GreetingScope scope, std::vector<Time> edges) override;
  Awaitable<Result<std::vector<AgentRatings>>> Ratings(ReportScope scope, Time from, Time until) override;
  Awaitable<Result<std::vector<ChatSpell>>> Serving(ReportScope scope, Time from, Time until) override;

 private:
  Engine& engine_;
};

class Outbox final : public OutboxReader {
 public:
  explicit Outbox(Connection& connection) : connection_(connection) {}
  Awaitable<Result<std::vector<OutboxEvent>>> Read(std::int64_t after, std::int64_t limit) override;
  Awaitable<Result<std::int64_t>> LastBefore(Time time) override;

 private:
  Connection& connection_;
};

class Deliveries final : public DeliveryReader {
 public:
  explicit Deliveries(Connection& connection) : connection_(connection) {}
  Awaitable<Result<std::int64_t>> Cursor() override;
  using DeliveryReader::Due;
  Awaitable<Result<std::vector<Delivery>>> Due(std::string endpoint, Time now, std::int64_t limit,
                                               DuePlace after) override;
  Awaitable<Result<std::optional<Time>>> NextDue(std::string endpoint, Time after) override;
  Awaitable<Result<std::vector<std::string>>> Waiting() override;
  Awaitable<Result<std::vector<Backlog>>> Backlogs() override;
  Awaitable<Result<std::vector<Delivery>>> Find(DeliveryFilter filter, std::int64_t limit) override;
  Awaitable<Result<std::optional<Delivery>>> Get(std::string id) override;
  Awaitable<Result<std::vector<DeliveryAttempt>>> Attempts(std::string delivery_id) override;

 private:
  Connection& connection_;
};

}  // namespace parley::storage::sqlite
