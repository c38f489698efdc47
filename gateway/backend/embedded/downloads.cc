// Files on their way out: GET /file-upload/{id}/{name}. Source: omnichannel reference §2.4.
//
// Who may: everybody a public picture; the visitor of an open chat by its token and room, users by their session, both in the query, in cookies or,
// for users, in the headers of every other route. The name in the path is decoration. A file is sent as a download unless
// the query asks to show it, and never as something a browser would run.
#include <algorithm>

#include "backend/embedded/chats.h"
#include "backend/embedded/sessions.h"
#include "backend/embedded/upload.h"
#include "base/text.h"

namespace parley::backend::embedded {
namespace {

// One cookie of the Cookie header; empty when there is none.
std::string CookieOf(const Call& call, std::string_view name) {
  for (const std::string_view pair : Split(call.Header("cookie"), ';')) {
    const std::string_view trimmed = Trim(pair);
    const std::size_t equals = trimmed.find('=');
    if (equals == std::string_view::npos || trimmed.substr(0, equals) != name) continue;
    return PercentDecode(trimmed.substr(equals + 1), false).value_or("");
  }
  return {};
}

std::string QueryOrCookie(const Call& call, std::string_view name) {
  const std::string_view given = call.query.Text(name);
  return given.empty() ? CookieOf(call, name) : std::string(given);
}

Awaitable<Result<bool>> IsVisitorsFile(const Call& call, const Upload& upload) {
  if (QueryOrCookie(call, "rc_room_type") != "l" || upload.waiting) co_return false;
  const std::string token = QueryOrCookie(call, "rc_token");
  if (token.empty() || QueryOrCookie(call, "rc_rid") != upload.room_id) co_return false;
  auto room = co_await FindRoom(call, upload.room_id);
  if (!room) co_return room.error();
  co_return *room && (*room)->open&& SecureEquals((*room)->visitor.token, token);
}

// The user of the headers, else of query or cookies.
Awaitable<Result<std::optional<User>>> FindReader(const Call& call) {
  if (call.caller) co_return call.caller;
  const std::string id = QueryOrCookie(call, "rc_uid");
  const std::string token = QueryOrCookie(call, "rc_token");
  if (id.empty() || token.empty()) co_return std::optional<User>();
  const auto session = co_await FindSession(call, token);
  if (!session) co_return session.error();
  if (!*session || (*session)->user_id != id) co_return std::optional<User>();
  co_return co_await FindUser(call.documents(), id);
}

Awaitable<Result<bool>> IsUsersFile(Call& call, const Upload& upload) {
  auto reader = co_await FindReader(call);
  if (!reader) co_return reader.error();
  if (!*reader || !(*reader)->active) co_return false;
  call.caller = std::move(*reader);
  auto room = co_await FindRoom(call, upload.room_id);
  if (!room) co_return room.error();
  if (!*room) co_return false;
  const auto may = co_await MayAccess(call, **room);
  if (!may || *may) co_return may;
  auto seat = co_await FindSeat(call, upload.room_id, call.user().id);
  if (!seat) co_return seat.error();
  co_return seat->has_value();
}

Awaitable<Result<bool>> MayRead(Call& call, const Upload& upload) {
  if (upload.is_public) co_return true;
  const auto as_visitor = co_await IsVisitorsFile(call, upload);
  if (!as_visitor || *as_visitor) co_return as_visitor;
  co_return co_await IsUsersFile(call, upload);
}

enum class RangeKind { kWhole, kPart, kImpossible };

// "bytes=0-99", "bytes=100-", "bytes=-100"; anything else, several ranges included, asks for the whole.
RangeKind ReadRange(std::string_view header, std::int64_t size, ByteRange& range) {
  constexpr std::string_view kUnit = "bytes=";
  if (!header.starts_with(kUnit)) return RangeKind::kWhole;
  const std::vector<std::string_view> ends = Split(Trim(header.substr(kUnit.size())), '-');
  if (ends.size() != 2) return RangeKind::kWhole;
  const auto first = ParseInteger(ends[0]);
  const auto last = ParseInteger(ends[1]);
  if ((!ends[0].empty() && !first) || (!ends[1].empty() && !last) || (!first && !last)) return RangeKind::kWhole;
  if (!first) {
    if (*last == 0 || size == 0) return RangeKind::kImpossible;
    range = {std::max<std::int64_t>(0, size - *last), std::min(size, *last)};
    return RangeKind::kPart;
  }
  if (last && *last < *first) return RangeKind::kWhole;
  if (*first >= size) return RangeKind::kImpossible;
  const std::int64_t end = last ? std::min(*last, size - 1) : size - 1;
  range = {*first, end - *first + 1};
  return RangeKind::kPart;
}

void DescribeContent(const Call& call, const Upload& upload, Reply& reply) {
  const bool asks = upload.is_public || call.query.Text("contentDisposition") == "inline";
  const bool shows = asks && call.query.Find("download") == nullptr;
  reply.headers.emplace_back("Content-Disposition", std::string(shows ? "inline" : "attachment") +
                                                        "; filename*=UTF-8''" + PercentEncode(upload.name));
  reply.headers.emplace_back("X-Content-Type-Options", "nosniff");
  reply.headers.emplace_back("Content-Security-Policy", "default-src 'none'; sandbox");
  reply.headers.emplace_back("Cache-Control",
                             upload.is_public ? "public, max-age=31536000" : "private, max-age=31536000");
  reply.headers.emplace_back("Accept-Ranges", "bytes");
}

Failure Gone() {
  return ResourceNotFound("File not found");
}

Awaitable<Reply> Download(Call& call) {
  auto upload = co_await Get<Upload>(call.documents(), std::string(call.Path("id")));
  if (!upload) co_return upload.error();
  if (!*upload) co_return Gone();
  const auto may = co_await MayRead(call, **upload);
  if (!may) co_return may.error();
  if (!*may) co_return Forbidden();
  std::optional<ByteRange> range;
  ByteRange part;
  const RangeKind kind = ReadRange(call.Header("range"), (*upload)->size, part);
  const std::string size = std::to_string((*upload)->size);
  if (kind == RangeKind::kImpossible) {
    Reply refused(Failure(416, "Range not satisfiable"));
    refused.headers.emplace_back("Content-Range", "bytes */" + size);
    co_return refused;
  }
  if (kind == RangeKind::kPart) range = part;
  auto bytes = co_await call.services.workspace.files().Read((*upload)->room_id, (*upload)->id, range);
  if (!bytes && bytes.error().code == ErrorCode::kNotFound) co_return Gone();
  if (!bytes) co_return bytes.error();
  Reply reply = Reply::Bytes((*upload)->type, *std::move(bytes));
  DescribeContent(call, **upload, reply);
  if (range) {
    reply.status = 206;
    reply.headers.emplace_back("Content-Range", "bytes " + std::to_string(part.first) + "-" +
                                                    std::to_string(part.first + part.length - 1) + "/" + size);
  }
  co_return reply;
}

}  // namespace

Routes DownloadRoutes() {
  return {
      {"GET file-upload/{id}/{name}", &Download, Checks::kNone},
  };
}

}  // namespace parley::backend::embedded
