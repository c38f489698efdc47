#include "backend/embedded/queue_info.h"

#include <algorithm>

#include "backend/embedded/queue.h"

namespace parley::backend::embedded {
namespace {

using storage::Match;

// 1 for who is served next; 0 when the room is not in the line. The line of a room without department is everybody's.
Awaitable<Result<std::int64_t>> FindSpot(const Call& call, const Room& room) {
  storage::Query query(Inquiry::kCollection);
  query.where.emplace_back("status", Match::kEquals, Json(inquiry_status::kQueued));
  if (!room.department.empty()) query.where.emplace_back("department", Match::kEquals, Json(room.department));
  query.sort = QueueOrder(call.settings());
  auto line = co_await Find<Inquiry>(call.documents(), std::move(query));
  if (!line) co_return line.error();
  const auto own = std::find_if(line->list.begin(), line->list.end(),
                                [&](const Inquiry& inquiry) { return inquiry.room_id == room.id; });
  co_return own == line->list.end() ? 0 : own - line->list.begin() + 1;
}

// Mean duration in seconds of the chats that were closed last; nothing without any.
Awaitable<Result<std::optional<double>>> FindUsualDuration(const Call& call, std::int64_t chats) {
  storage::Query query(Room::kCollection);
  query.where.emplace_back("closedAt", Match::kExists);
  query.sort.emplace_back("closedAt", true);
  query.limit = chats;
  auto rooms = co_await Find<Room>(call.documents(), std::move(query));
  if (!rooms) co_return rooms.error();
  if (rooms->list.empty()) co_return std::optional<double>();
  double all = 0;
  for (const Room& room : rooms->list) all += room.metrics.chat_duration.value_or(0);
  co_return std::optional<double>(all / static_cast<double>(rooms->list.size()));
}

Awaitable<Result<std::string>> FindMessage(const Call& call, const Room& room) {
  std::string message(call.settings().Text("Livechat_waiting_queue_message"));
  if (room.department.empty()) co_return message;
  auto department = co_await FindDepartment(call.documents(), room.department);
  if (!department) co_return department.error();
  const std::string own = *department ? (*department)->waiting_queue_message.value_or("") : std::string();
  if (!own.empty()) co_return own;
  co_return message;
}

bool IsTold(const Settings& settings) {
  return settings.Flag("Livechat_waiting_queue") &&
         settings.Flag("Omnichannel_calculate_dispatch_service_queue_statistics");
}

}  // namespace

Awaitable<Result<Json>> FindQueueInfo(const Call& call, const Room& room) {
  if (!IsTold(call.settings()) || room.served_by) co_return Json();
  auto spot = co_await FindSpot(call, room);
  if (!spot) co_return spot.error();
  if (*spot == 0) co_return Json();
  auto message = co_await FindMessage(call, room);
  if (!message) co_return message.error();
  Json info = Json::Of({{"spot", *spot}});
  Json by = Json::Of({{"_id", "rocket.cat"}, {"username", "rocket.cat"}});
  info.Append("message", Json::Of({{"text", *message}, {"user", std::move(by)}}));
  const std::int64_t chats = call.settings().Integer("Livechat_number_most_recent_chats_estimate_wait_time");
  if (chats <= 0) co_return info;
  auto duration = co_await FindUsualDuration(call, chats);
  if (!duration) co_return duration.error();
  if (*duration) {
    const double turns = static_cast<double>(*spot - 1) / static_cast<double>(chats) + 1;
    info.Append("estimatedWaitTimeSeconds", turns * **duration);
  }
  co_return info;
}

}  // namespace parley::backend::embedded
