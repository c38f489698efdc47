// Custom fields: their definitions, and the values visitors set. Source: omnichannel reference §2.9.
#include "backend/embedded/chats.h"
#include "backend/embedded/contact_link.h"
#include "backend/embedded/contact_merge.h"
#include "backend/embedded/custom_field.h"

namespace parley::backend::embedded {
namespace {

using storage::Condition;
using storage::Match;

// ---- values ---------------------------------------------------------------------------------------------------------

struct NewValue {
  CustomField field;
  std::string value;
  bool overwrite = false;
};

Awaitable<Outcome<NewValue>> ReadValue(const Call& call, const Json& entry) {
  auto field = co_await Get<CustomField>(call.documents(), std::string(entry.Text("key")));
  if (!field) co_return field.error();
  if (!*field) co_return Fail("invalid-custom-field");
  NewValue value;
  value.field = std::move(**field);
  value.value = entry.Text("value");
  value.overwrite = entry.Flag("overwrite");
  if (!Fits(value.field, value.value)) co_return Fail("Invalid value for " + value.field.id + " field");
  co_return value;
}

void Apply(const NewValue& value, Json& data) {
  if (value.overwrite || data.Find(value.field.id) == nullptr) data.Set(value.field.id, Json(value.value));
}

// Values of visitor fields reach the visitor's contacts too.
bool TellContact(const std::vector<NewValue>& values, Contact& contact) {
  bool changed = false;
  for (const NewValue& value : values) {
    if (value.field.scope == "room") continue;
    changed = MergeCustomValue(value.field.id, value.value, value.overwrite, contact) || changed;
  }
  return changed;
}

// Room fields go to every open room of the visitor, visitor fields to the visitor.
Awaitable<Outcome<Done>> SetValues(const Call& call, const std::vector<NewValue>& values) {
  const std::string token(call.body.Text("token"));
  auto visitor = co_await FindVisitorByToken(call, token);
  if (!visitor) co_return visitor.error();
  if (!*visitor) co_return Fail("invalid-token");
  auto rooms = co_await FindOpenRoomsOf(call, token);
  if (!rooms) co_return rooms.error();
  const Visitor before = **visitor;
  storage::Changes changes;
  for (const NewValue& value : values) {
    if (value.field.scope != "room") {
      Apply(value, (*visitor)->livechat_data);
      continue;
    }
    for (Room& room : *rooms) Apply(value, room.livechat_data);
  }
  const auto learn = [&](Contact& contact) { return TellContact(values, contact); };
  const Status told = co_await TellContacts(call, (*visitor)->id, learn, changes);
  if (!told) co_return told.error();
  Save(**visitor, call.now, changes);
  for (Room& room : *rooms) Save(room, call.now, changes);
  RecordVisitor(call, &before, **visitor, changes);
  const Status committed = co_await call.Commit(std::move(changes));
  if (!committed) co_return committed.error();
  co_return Done();
}

Awaitable<Reply> SetField(Call& call) {
  auto value = co_await ReadValue(call, call.body);
  if (!value) co_return value.failure();
  std::vector<NewValue> values;
  values.push_back(std::move(*value));
  auto set = co_await SetValues(call, values);
  if (!set) co_return set.failure();
  co_return Json::Of({{"field", Pick(call.body, {"key", "value", "overwrite"})}});
}

Awaitable<Reply> SetFields(Call& call) {
  std::vector<NewValue> values;
  Json answered = Json::MakeArray();
  for (const Json& entry : *call.body.Find("customFields")->AsArray()) {
    auto value = co_await ReadValue(call, entry);
    if (!value) co_return value.failure();
    answered.Push(Json::Of({{"Key", entry.Text("key")}, {"value", value->value}, {"overwrite", value->overwrite}}));
    values.push_back(std::move(*value));
  }
  auto set = co_await SetValues(call, values);
  if (!set) co_return set.failure();
  co_return Json::Of({{"fields", std::move(answered)}});
}

// ---- definitions ----------------------------------------------------------------------------------------------------

Awaitable<Reply> ListFields(Call& call) {
  auto paging = ReadPaging(call, {storage::SortKey("label")});
  if (!paging) co_return paging.failure();
  storage::Query query(CustomField::kCollection);
  if (const std::string_view text = call.query.Text("text"); !text.empty()) {
    std::vector<Condition> any;
    any.emplace_back("label", Match::kContains, Json(text));
    any.emplace_back("_id", Match::kContains, Json(text));
    query.where.push_back(Condition::AnyOf(std::move(any)));
  }
  paging->ApplyTo(query);
  auto found = co_await Find<CustomField>(call.documents(), std::move(query));
  if (!found) co_return found.error();
  Json items = Json::MakeArray();
  for (const CustomField& field : found->list) items.Push(ToAnswer(field));
  co_return PageOf("customFields", std::move(items), *paging, found->total);
}

Awaitable<Reply> GetField(Call& call) {
  auto field = co_await Get<CustomField>(call.documents(), std::string(call.Path("_id")));
  if (!field) co_return field.error();
  co_return Json::Of({{"customField", *field ? ToAnswer(**field) : Json()}});
}

// The definition as it is stored: what was sent, over what is there. The name never changes.
CustomField Merged(const CustomField& known, const Json& sent) {
  storage::Document document;
  document.id = known.id;
  document.version = known.version;
  document.body = ToDocument(known);
  for (const auto& [name, value] : *sent.AsObject()) {
    if (name != "field" && name != "_id") document.body.Set(name, value);
  }
  return FromDocument<CustomField>(document);
}

Awaitable<Reply> SaveField(Call& call) {
  const Json& data = *call.body.Find("customFieldData");
  const std::string updated_id(call.body.Text("customFieldId"));
  const std::string id = updated_id.empty() ? std::string(data.Text("field")) : updated_id;
  auto known = co_await Get<CustomField>(call.documents(), id);
  if (!known) co_return known.error();
  if (updated_id.empty() && *known) co_return Fail("Custom Field already exists");
  if (!updated_id.empty() && !*known) co_return Fail("Custom Field Not found");
  CustomField field;
  field.id = id;
  if (*known) field = **known;
  field = Merged(field, data);
  storage::Changes changes;
  Save(field, call.now, changes);
  const Status committed = co_await call.Commit(std::move(changes));
  if (!committed) co_return committed.error();
  Json answer = ToAnswer(field);
  if (!updated_id.empty()) answer.Remove("_id");
  co_return Json::Of({{"customField", std::move(answer)}});
}

Awaitable<Reply> DeleteField(Call& call) {
  auto field = co_await Get<CustomField>(call.documents(), std::string(call.body.Text("customFieldId")));
  if (!field) co_return field.error();
  if (!*field) co_return Fail("Custom field not found");
  storage::Changes changes;
  Remove(**field, changes);
  const Status committed = co_await call.Commit(std::move(changes));
  if (!committed) co_return committed.error();
  co_return Reply::Empty();
}

}  // namespace

Routes CustomFieldRoutes() {
  return {
      {"POST livechat/custom.field", &SetField},
      {"POST livechat/custom.fields", &SetFields},
      {"GET livechat/custom-fields", &ListFields},
      {"GET livechat/custom-fields/{_id}", &GetField},
      {"POST livechat/custom-fields.save", &SaveField, Checks::kTyped},
      {"POST livechat/custom-fields.delete", &DeleteField, Checks::kTyped},
  };
}

}  // namespace parley::backend::embedded
