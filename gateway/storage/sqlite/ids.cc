#include "storage/ids.h"

#include "base/text.h"
#include "storage/sqlite/shard.h"

namespace parley::storage::sqlite {
namespace {

using MaybeIds = std::vector<std::optional<std::string>>;

constexpr std::string_view kTicketAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
constexpr std::size_t kTicketLength = 5;

constexpr const char* kLiveChatIdOf = "SELECT livechat_id FROM ids WHERE kind=? AND backend_id=?";
constexpr const char* kBackendIdOf = "SELECT backend_id FROM ids WHERE kind=? AND livechat_id=?";

std::string SequenceOf(IdKind kind) {
  return "id." + std::string(NameOf(kind));
}

Result<std::optional<std::string>> FindOne(Connection& connection, std::string_view sql, IdKind kind,
                                           const std::string& id) {
  Statement statement = connection.Prepare(sql);
  Result<bool> row = statement.Bind(NameOf(kind)).Bind(id).Next();
  if (!row) return row.error();
  if (!*row) return std::optional<std::string>();
  return std::optional<std::string>(statement.Text(0));
}

Result<MaybeIds> FindAll(Connection& connection, std::string_view sql, IdKind kind,
                         const std::vector<std::string>& ids) {
  MaybeIds found;
  found.reserve(ids.size());
  for (const std::string& id : ids) {
    Result<std::optional<std::string>> one = FindOne(connection, sql, kind, id);
    if (!one) return one.error();
    found.push_back(*std::move(one));
  }
  return found;
}

std::optional<std::vector<std::string>> AllOrNothing(MaybeIds found) {
  std::vector<std::string> all;
  all.reserve(found.size());
  for (std::optional<std::string>& id : found) {
    if (!id) return std::nullopt;
    all.push_back(*std::move(id));
  }
  return all;
}

std::string DrawRandom(IdKind kind, const Clock& clock, IdGenerator& generator) {
  switch (kind) {
    case IdKind::kVisitor:
      return "S" + std::to_string(UnixSeconds(clock.Now())) + "." + generator.Hex(10);
    case IdKind::kTicket:
      return generator.Draw(kTicketAlphabet, kTicketLength);
    default:
      return generator.ChatId();
  }
}

// An id nobody has. Drawn ids may be taken, by chance or by an import.
Result<std::string> NewId(Connection& connection, IdKind kind, const Clock& clock, IdGenerator& generator) {
  for (;;) {
    std::string id;
    if (IsIntegerKind(kind)) {
      Result<std::int64_t> number = NextNumber(connection, SequenceOf(kind));
      if (!number) return number.error();
      id = std::to_string(*number);
    } else {
      id = DrawRandom(kind, clock, generator);
    }
    Result<std::optional<std::string>> taken = FindOne(connection, kBackendIdOf, kind, id);
    if (!taken) return taken.error();
    if (!*taken) return id;
  }
}

Status Insert(Connection& connection, const IdPair& pair) {
  Statement insert = connection.Prepare("INSERT INTO ids(kind, backend_id, livechat_id) VALUES(?, ?, ?)");
  return insert.Bind(NameOf(pair.kind)).Bind(pair.backend_id).Bind(pair.livechat_id).Run();
}

Result<std::string> IssueOne(Connection& connection, IdKind kind, const std::string& backend_id, const Clock& clock,
                             IdGenerator& generator) {
  Result<std::optional<std::string>> known = FindOne(connection, kLiveChatIdOf, kind, backend_id);
  if (!known) return known.error();
  if (*known) return **std::move(known);
  Result<std::string> made = NewId(connection, kind, clock, generator);
  if (!made) return made.error();
  if (Status inserted = Insert(connection, {kind, *made, backend_id}); !inserted) return inserted.error();
  return made;
}

Result<std::vector<IdPair>> ExportAll(Connection& connection) {
  Statement statement = connection.Prepare("SELECT kind, livechat_id, backend_id FROM ids ORDER BY kind, livechat_id");
  std::vector<IdPair> pairs;
  for (;;) {
    Result<bool> row = statement.Next();
    if (!row) return row.error();
    if (!*row) return pairs;
    const std::optional<IdKind> kind = ParseIdKind(statement.TextView(0));
    if (!kind) return StorageFailure("ids: unknown kind " + statement.Text(0));
    pairs.push_back({*kind, statement.Text(1), statement.Text(2)});
  }
}

Status CheckPair(const IdPair& pair) {
  const std::string kind(NameOf(pair.kind));
  if (pair.backend_id.empty() || pair.livechat_id.empty())
    return InvalidArgument("an id of kind " + kind + " is empty");
  const std::optional<std::int64_t> number = ParseInteger(pair.livechat_id);
  if (IsIntegerKind(pair.kind) && (!number || *number < 1 || std::to_string(*number) != pair.livechat_id)) {
    return InvalidArgument("the id '" + pair.livechat_id + "' of kind " + kind + " must be an integer from 1");
  }
  return {};
}

// `there`: the pair that stands in the way.
Error Contradiction(const IdPair& pair, const IdPair& there) {
  const std::string kind(NameOf(pair.kind));
  return Conflict(kind + " " + pair.livechat_id + " cannot be " + pair.backend_id + ": " + kind + " " +
                  there.livechat_id + " is " + there.backend_id);
}

Status RaiseSequence(Connection& connection, const IdPair& pair) {
  Statement raise = connection.Prepare(
      "INSERT INTO sequences(name, last) VALUES(?, ?) ON CONFLICT(name) DO UPDATE SET last=max(last, excluded.last)");
  return raise.Bind(SequenceOf(pair.kind)).Bind(*ParseInteger(pair.livechat_id)).Run();
}

Status ImportOne(Connection& connection, const IdPair& pair) {
  Result<std::optional<std::string>> there = FindOne(connection, kLiveChatIdOf, pair.kind, pair.backend_id);
  if (!there) return there.error();
  if (*there)
    return **there == pair.livechat_id ? Status() : Contradiction(pair, {pair.kind, **there, pair.backend_id});
  Result<std::optional<std::string>> back = FindOne(connection, kBackendIdOf, pair.kind, pair.livechat_id);
  if (!back) return back.error();
  if (*back) return Contradiction(pair, {pair.kind, pair.livechat_id, **back});
  if (Status inserted = Insert(connection, pair); !inserted) return inserted;
  return IsIntegerKind(pair.kind) ? RaiseSequence(connection, pair) : Status();
}

bool HasEmpty(const std::vector<std::string>& ids) {
  return std::any_of(ids.begin(), ids.end(), [](const std::string& id) { return id.empty(); });
}

}  // namespace

Awaitable<Result<std::vector<std::string>>> Ids::Issue(IdKind kind, std::vector<std::string> backend_ids) {
  if (HasEmpty(backend_ids)) co_return InvalidArgument("an empty id cannot be mapped");
  Result<MaybeIds> found = FindAll(connection_, kLiveChatIdOf, kind, backend_ids);
  if (!found) co_return found.error();
  std::optional<std::vector<std::string>> known = AllOrNothing(*std::move(found));
  if (known) co_return *std::move(known);

  std::function<Result<std::vector<std::string>>(Connection&)> write =
      [kind, backend_ids = std::move(backend_ids), &clock = engine_.clock,
       &generator = engine_.generator](Connection& connection) -> Result<std::vector<std::string>> {
    std::vector<std::string> issued;
    for (const std::string& backend_id : backend_ids) {
      Result<std::string> one = IssueOne(connection, kind, backend_id, clock, generator);
      if (!one) return one.error();
      issued.push_back(*std::move(one));
    }
    return issued;
  };
  co_return co_await RunFor(engine_.writer->queue(), std::move(write));
}

Awaitable<Result<MaybeIds>> Ids::FindLiveChatIds(IdKind kind, std::vector<std::string> backend_ids) {
  co_return FindAll(connection_, kLiveChatIdOf, kind, backend_ids);
}

Awaitable<Result<MaybeIds>> Ids::FindBackendIds(IdKind kind, std::vector<std::string> livechat_ids) {
  co_return FindAll(connection_, kBackendIdOf, kind, livechat_ids);
}

Awaitable<Result<std::vector<IdPair>>> Ids::Export() {
  std::function<Result<std::vector<IdPair>>(Connection&)> read = &ExportAll;
  co_return co_await RunFor(engine_.heavy->queue(), std::move(read));
}

Awaitable<Status> Ids::Import(std::vector<IdPair> pairs) {
  for (const IdPair& pair : pairs) {
    if (Status usable = CheckPair(pair); !usable) co_return usable;
  }
  Work write = [pairs = std::move(pairs)](Connection& connection) -> Status {
    for (const IdPair& pair : pairs) {
      if (Status imported = ImportOne(connection, pair); !imported) return imported;
    }
    return {};
  };
  co_return co_await engine_.writer->queue().Run(std::move(write));
}

}  // namespace parley::storage::sqlite
