#include "storage/sqlite/ledger_days.h"

#include <limits>

namespace parley::storage::sqlite {
namespace {

using std::chrono::days;

constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();

// Days since 1970, [first, after): those that lie in the filter's interval as a whole.
struct WholeDays {
  std::int64_t first = -kNever;
  std::int64_t after = kNever;
};

WholeDays WholeDaysOf(const ChatFilter& filter) {
  WholeDays whole;
  if (filter.from) whole.first = std::chrono::ceil<days>(filter.from->time_since_epoch()).count();
  if (filter.until) whole.after = std::chrono::floor<days>(filter.until->time_since_epoch()).count();
  return whole;
}

Time BeginningOf(std::int64_t day) {
  return Time(std::chrono::duration_cast<Time::duration>(days(day)));
}

Result<std::int64_t> CountOneByOne(Connection& connection, bool pending_too, std::optional<Time> from,
                                   std::optional<Time> until) {
  Statement count = connection.Prepare(
      pending_too ? "SELECT count(*) FROM chats WHERE started>=? AND started<?"
                  : "SELECT count(*) FROM chats WHERE started>=? AND started<? AND ended IS NOT NULL");
  count.Bind(from ? UnixMillis(*from) : -kNever).Bind(until ? UnixMillis(*until) : kNever);
  return ReadNumber(std::move(count));
}

Result<std::int64_t> CountWholeDays(Connection& connection, bool pending_too, const WholeDays& whole) {
  Statement count = connection.Prepare(pending_too ? "SELECT sum(chats) FROM chat_days WHERE day>=? AND day<?"
                                                   : "SELECT sum(ended) FROM chat_days WHERE day>=? AND day<?");
  count.Bind(whole.first).Bind(whole.after);
  return ReadNumber(std::move(count));
}

// What the interval has before its first whole day and after its last.
Result<std::int64_t> CountEdges(Connection& connection, const ChatFilter& filter, const WholeDays& whole) {
  std::int64_t edges = 0;
  if (filter.from) {
    const auto before = CountOneByOne(connection, filter.include_pending, filter.from, BeginningOf(whole.first));
    if (!before) return before.error();
    edges += *before;
  }
  if (filter.until) {
    const auto after = CountOneByOne(connection, filter.include_pending, BeginningOf(whole.after), filter.until);
    if (!after) return after.error();
    edges += *after;
  }
  return edges;
}

// Those of the days that have a row, or had one.
Result<WholeDays> DaysThereAre(Connection& connection, const WholeDays& whole) {
  Statement bounds =
      connection.Prepare("SELECT max(?, (SELECT min(day) FROM chat_days)), min(?, (SELECT max(day)+1 FROM chat_days))");
  const Result<bool> row = bounds.Bind(whole.first).Bind(whole.after).Next();
  if (!row) return row.error();
  if (!*row || bounds.IsNull(0)) return WholeDays{0, 0};
  return WholeDays{bounds.Integer(0), bounds.Integer(1)};
}

// Many days at once, while `slice` begins before them; takes them off `days_left`. A sum costs SQLite less than handing out
// its rows.
Status SkipStrides(Connection& connection, bool pending_too, WholeDays& days_left, DaySlice& slice) {
  constexpr std::int64_t kStride = 64;
  while (days_left.after - days_left.first > kStride) {
    const std::int64_t begins = days_left.after - kStride;
    const auto count = CountWholeDays(connection, pending_too, {begins, days_left.after});
    if (!count) return count.error();
    if (slice.offset < *count) return {};
    slice = {BeginningOf(begins), slice.offset - *count};
    days_left.after = begins;
  }
  return {};
}

}  // namespace

bool IsByDays(const ChatFilter& filter) {
  const bool texts = filter.visitor_id.empty() && filter.text.empty() && filter.agent_login.empty() &&
                     filter.rate.empty() && filter.tags.empty() && filter.goal.empty() && filter.sale.empty() &&
                     filter.city.empty() && filter.region.empty() && filter.country.empty();
  const bool flags =
      filter.department || filter.queued || filter.tagged || filter.commented || filter.has_goal || filter.has_sale;
  return texts && !flags;
}

Result<std::int64_t> CountByDays(Connection& connection, const ChatFilter& filter) {
  const WholeDays whole = WholeDaysOf(filter);
  if (whole.first >= whole.after) {
    return CountOneByOne(connection, filter.include_pending, filter.from, filter.until);
  }
  const auto days_count = CountWholeDays(connection, filter.include_pending, whole);
  if (!days_count) return days_count.error();
  const auto edges = CountEdges(connection, filter, whole);
  if (!edges) return edges.error();
  return *days_count + *edges;
}

Result<DaySlice> SkipDays(Connection& connection, const ChatFilter& filter, std::int64_t offset) {
  DaySlice slice{filter.until, offset};
  const WholeDays whole = WholeDaysOf(filter);
  if (whole.first >= whole.after) return slice;
  if (filter.until) {
    const auto newest = CountOneByOne(connection, filter.include_pending, BeginningOf(whole.after), filter.until);
    if (!newest) return newest.error();
    if (slice.offset < *newest) return slice;
    slice = {BeginningOf(whole.after), slice.offset - *newest};
  }
  auto there = DaysThereAre(connection, whole);
  if (!there) return there.error();
  if (Status strode = SkipStrides(connection, filter.include_pending, *there, slice); !strode) return strode.error();
  Statement counts = connection.Prepare(
      filter.include_pending ? "SELECT day, chats FROM chat_days WHERE day>=? AND day<? ORDER BY day DESC"
                             : "SELECT day, ended FROM chat_days WHERE day>=? AND day<? ORDER BY day DESC");
  counts.Bind(there->first).Bind(there->after);
  for (;;) {
    const Result<bool> row = counts.Next();
    if (!row) return row.error();
    if (!*row || slice.offset < counts.Integer(1)) return slice;
    slice = {BeginningOf(counts.Integer(0)), slice.offset - counts.Integer(1)};
  }
}

Result<std::int64_t> ReadNumber(Statement statement) {
  const Result<bool> row = statement.Next();
  if (!row) return row.error();
  return *row ? statement.Integer(0) : 0;
}

}  // namespace parley::storage::sqlite
