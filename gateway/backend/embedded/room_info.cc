// Describing a chat and its visitor: names, topic, tags, custom fields. Source: omnichannel reference §2.4.
#include "backend/embedded/chats.h"
#include "backend/embedded/custom_field.h"
#include "base/text.h"

namespace parley::backend::embedded {
namespace {

void ChangeVisitor(const Json& guest, const std::vector<CustomField>& fields, Visitor& visitor) {
  if (const std::string_view name = guest.Text("name"); !name.empty()) visitor.name = name;
  if (const std::string_view email = guest.Text("email"); !email.empty()) {
    visitor.emails = {EmailEntry{Lower(Trim(email))}};
  }
  if (const std::string_view phone = guest.Text("phone"); !phone.empty()) {
    visitor.phones = {PhoneEntry{std::string(phone)}};
  }
  if (const Json* values = guest.Find("livechatData")) MergeFields(fields, *values, visitor.livechat_data);
}

std::optional<Failure> FirstUnfit(const std::vector<CustomField>& fields, const Json* values) {
  if (values == nullptr || values->AsObject() == nullptr) return std::nullopt;
  for (const auto& [name, value] : *values->AsObject()) {
    const CustomField* field = FindField(fields, name);
    const auto text = value.AsString();
    if (field == nullptr || !text || text->empty()) continue;
    if (!Fits(*field, std::string(*text))) return Fail("Invalid value for " + name + " field");
  }
  return std::nullopt;
}

// Topic and tags that are not sent are removed: the whole description is replaced.
void ChangeRoom(const Json& data, const std::vector<CustomField>& fields, Conversation& chat) {
  chat.room().topic = data.Text("topic");
  chat.SetTags(Texts(data, "tags"));
  if (const Json* values = data.Find("livechatData")) MergeFields(fields, *values, chat.room().livechat_data);
}

// Definitions of the custom fields a description may set.
struct Fields {
  std::vector<CustomField> visitor, room;
};

// Errors: a value that does not fit its definition
Awaitable<Outcome<Fields>> FindFittingFields(const Call& call, const Json& guest, const Json& data) {
  auto visitor = co_await FindCustomFields(call.documents(), "visitor");
  if (!visitor) co_return visitor.error();
  auto room = co_await FindCustomFields(call.documents(), "room");
  if (!room) co_return room.error();
  if (auto unfit = FirstUnfit(*visitor, guest.Find("livechatData"))) co_return *unfit;
  if (auto unfit = FirstUnfit(*room, data.Find("livechatData"))) co_return *unfit;
  Fields fields;
  fields.visitor = std::move(*visitor);
  fields.room = std::move(*room);
  co_return fields;
}

// The room to describe and its visitor, when the caller may.
Awaitable<Outcome<VisitorChat>> FindDescribed(const Call& call, const Json& guest, const Json& data) {
  auto room = co_await FindRoom(call, std::string(data.Text("_id")));
  if (!room) co_return room.error();
  if (!*room) co_return Fail("error-invalid-room");
  if (!(*room)->ServedBy(call.user().id) && !call.May("save-others-livechat-room-info")) co_return Forbidden();
  auto visitor = co_await FindVisitor(call, std::string(guest.Text("_id")));
  if (!visitor) co_return visitor.error();
  if (!*visitor || (*visitor)->id != (*room)->visitor.id) co_return Fail("error-invalid-visitor");
  VisitorChat found;
  found.visitor = std::move(**visitor);
  found.room = std::move(**room);
  co_return found;
}

Awaitable<Reply> SaveRoomInfo(Call& call) {
  const Json& guest = *call.body.Find("guestData");
  const Json& data = *call.body.Find("roomData");
  auto found = co_await FindDescribed(call, guest, data);
  if (!found) co_return found.failure();
  auto fields = co_await FindFittingFields(call, guest, data);
  if (!fields) co_return fields.failure();
  Visitor visitor = found->visitor;
  ChangeVisitor(guest, fields->visitor, visitor);
  auto chat = co_await Continue(call, std::move(found->room));
  if (!chat) co_return chat.error();
  ChangeRoom(data, fields->room, *chat);
  const std::string called = chat->room().display_name;
  chat->Rename(visitor);
  storage::Changes changes;
  if (chat->room().display_name != called) {
    const Status renamed = co_await RenameSeats(call, chat->room().id, chat->room().display_name, changes);
    if (!renamed) co_return renamed.error();
  }
  chat->TellEdited();
  chat->FinishInto(changes);
  Save(visitor, call.now, changes);
  RecordVisitor(call, &found->visitor, visitor, changes);
  const Status committed = co_await call.Commit(std::move(changes));
  if (!committed) co_return committed.error();
  co_return Reply::Empty();
}

}  // namespace

Routes RoomInfoRoutes() {
  return {
      {"POST livechat/room.saveInfo", &SaveRoomInfo},
  };
}

}  // namespace parley::backend::embedded
