#include "backend/embedded/transcript.h"

namespace parley::backend::embedded {
namespace {

using storage::Condition;
using storage::Match;

const Json& MemberOrNull(const Json& object, std::string_view name) {
  static const Json kNull;
  const Json* member = object.Find(name);
  return member ? *member : kNull;
}

}  // namespace

Awaitable<Maybe<Message>> FindMessage(const Call& call, std::string id) {
  return Get<Message>(call.documents(), std::move(id));
}

std::vector<Condition> Spoken(const std::string& room_id) {
  std::vector<Condition> where;
  where.emplace_back("rid", Match::kEquals, Json(room_id));
  where.emplace_back("_hidden", Match::kMissing);
  std::vector<Condition> any;
  any.emplace_back("t", Match::kMissing);
  any.emplace_back("t", Match::kEquals, Json(message_type::kClosed));
  where.push_back(Condition::AnyOf(std::move(any)));
  return where;
}

Awaitable<Maybe<Message>> FindSpokenBefore(const Call& call, const Message& message) {
  storage::Query query(Message::kCollection);
  query.where = Spoken(message.room_id);
  query.where.emplace_back("ts", Match::kAtMost, Json(UnixMillis(message.at)));
  query.where.emplace_back("_id", Match::kNotEquals, Json(message.id));
  query.sort.emplace_back("ts", true);
  query.limit = 1;
  auto found = co_await Find<Message>(call.documents(), std::move(query));
  if (!found) co_return found.error();
  if (found->list.empty()) co_return std::optional<Message>();
  co_return std::optional<Message>(std::move(found->list.front()));
}

Message ReadMessage(const Json& sent, std::string_view text_member) {
  Message message;
  message.id = sent.Text("_id");
  message.alias = sent.Text("alias");
  message.emoji = sent.Text("emoji");
  message.avatar = sent.Text("avatar");
  message.thread = sent.Text("tmid");
  message.attachments = MemberOrNull(sent, "attachments");
  message.blocks = MemberOrNull(sent, "blocks");
  message.custom_fields = MemberOrNull(sent, "customFields");
  SetText(message, std::string(sent.Text(text_member)));
  return message;
}

}  // namespace parley::backend::embedded
