// Visitors: reading, coming and going, being forgotten. Source: omnichannel reference §2.7.
#include <algorithm>

#include "backend/embedded/chats.h"
#include "backend/embedded/custom_field.h"
#include "backend/embedded/erasing.h"
#include "backend/embedded/presence.h"
#include "base/text.h"

namespace parley::backend::embedded {
namespace {

using storage::Condition;
using storage::Match;

// ---- reading --------------------------------------------------------------------------------------------------------

Awaitable<Reply> GetVisitor(Call& call) {
  auto visitor = co_await FindVisitorByToken(call, std::string(call.Path("token")));
  if (!visitor) co_return visitor.error();
  if (!*visitor) co_return FailCoded("invalid-token");
  co_return Json::Of({{"visitor", ToAnswer(**visitor)}});
}

Awaitable<Reply> GetVisitorInfo(Call& call) {
  auto visitor = co_await FindVisitor(call, std::string(call.query.Text("visitorId")));
  if (!visitor) co_return visitor.error();
  if (!*visitor) co_return Fail("visitor-not-found");
  Json answer = ToAnswer(**visitor);
  if (HidesVisitorTokens(call.services.workspace.version())) answer.Remove("token");
  co_return Json::Of({{"visitor", std::move(answer)}});
}

// Visitors with the term as address or number, or as part of a name.
Condition NamedLike(std::string_view term) {
  std::vector<Condition> any;
  any.emplace_back("name", Match::kContains, Json(term));
  any.emplace_back("username", Match::kContains, Json(term));
  any.emplace_back("visitorEmails.0.address", Match::kEquals, Json(Lower(term)));
  any.emplace_back("phone.0.phoneNumber", Match::kEquals, Json(term));
  return Condition::AnyOf(std::move(any));
}

// The same, or as part of a searchable custom field.
Awaitable<Result<Condition>> Matching(const Call& call, std::string term) {
  Condition matching = NamedLike(term);
  auto fields = co_await FindCustomFields(call.documents(), "visitor");
  if (!fields) co_return fields.error();
  for (const CustomField& field : *fields) {
    if (field.IsSearchable()) matching.any.emplace_back("livechatData." + field.id, Match::kContains, Json(term));
  }
  co_return matching;
}

Awaitable<Reply> SearchVisitors(Call& call) {
  auto paging = ReadPaging(call, {storage::SortKey("ts", true)});
  if (!paging) co_return paging.failure();
  storage::Query query(Visitor::kCollection);
  query.where.emplace_back("disabled", Match::kMissing);
  if (const std::string term(call.query.Text("term")); !term.empty()) {
    auto matching = co_await Matching(call, term);
    if (!matching) co_return matching.error();
    query.where.push_back(std::move(*matching));
  }
  paging->ApplyTo(query);
  auto found = co_await Find<Visitor>(call.documents(), std::move(query));
  if (!found) co_return found.error();
  Json items = Json::MakeArray();
  for (const Visitor& visitor : found->list) {
    items.Push(
        Pick(ToAnswer(visitor), {"_id", "username", "name", "phone", "visitorEmails", "livechatData", "lastChat"}));
  }
  co_return PageOf("visitors", std::move(items), *paging, found->total);
}

Awaitable<Reply> CompleteVisitors(Call& call) {
  const Result<Json> selector = ParseJson(call.query.Text("selector"));
  if (!selector || !selector->IsObject()) co_return Fail("The 'selector' param is required");
  constexpr std::int64_t kMostItems = 10;
  storage::Query query(Visitor::kCollection);
  query.where.emplace_back("disabled", Match::kMissing);
  if (const std::string_view term = selector->Text("term"); !term.empty()) query.where.push_back(NamedLike(term));
  for (std::string& id : Texts(*selector, "exceptions")) {
    query.where.emplace_back("_id", Match::kNotEquals, Json(std::move(id)));
  }
  query.sort.emplace_back("name");
  query.limit = kMostItems;
  auto found = co_await Find<Visitor>(call.documents(), std::move(query));
  if (!found) co_return found.error();
  Json items = Json::MakeArray();
  for (const Visitor& visitor : found->list) {
    items.Push(Json::Of({{"_id", visitor.id},
                         {"name", visitor.DisplayName()},
                         {"username", visitor.username},
                         {"custom_name", visitor.username + " - " + visitor.DisplayName()}}));
  }
  co_return Json::Of({{"items", std::move(items)}});
}

Awaitable<Reply> ListRoomsOfVisitor(Call& call) {
  auto rooms = co_await FindOpenRoomsOf(call, std::string(call.Path("token")));
  if (!rooms) co_return rooms.error();
  Json items = Json::MakeArray();
  for (const Room& room : *rooms) items.Push(Pick(ToAnswer(room), {"_id", "t", "cl", "servedBy"}));
  co_return Json::Of({{"rooms", std::move(items)}});
}

// ---- coming, going, and being forgotten -----------------------------------------------------------------------------

Awaitable<Reply> SetVisitorStatus(Call& call) {
  const std::string token(call.body.Text("token"));
  const std::string status(call.body.Text("status"));
  auto visitor = co_await FindVisitorByToken(call, token);
  if (!visitor) co_return visitor.error();
  if (!*visitor) co_return FailCoded("invalid-token");
  if (!IsPresence(status)) co_return FailCoded("invalid-params", "must be equal to one of the allowed values");
  (*visitor)->status = status;

  storage::Changes changes;
  Save(**visitor, call.now, changes);
  const Status refreshed = co_await RefreshOpenRooms(call, **visitor, changes);
  if (!refreshed) co_return refreshed.error();
  const Status committed = co_await call.Commit(std::move(changes));
  if (!committed) co_return committed.error();
  co_return Json::Of({{"token", token}, {"status", status}});
}

// Their contacts go too, with everybody else who is such a contact.
Awaitable<Reply> ForgetVisitor(Call& call) {
  auto visitor = co_await FindVisitorByToken(call, std::string(call.Path("token")));
  if (!visitor) co_return visitor.error();
  if (!*visitor) co_return FailCoded("invalid-token");
  auto open = co_await FindOpenRoomsOf(call, (*visitor)->token);
  if (!open) co_return open.error();
  if (!open->empty() && !call.settings().Flag("Livechat_Allow_collect_and_store_HTTP_header_informations")) {
    co_return FailCoded("visitor-has-open-rooms", "Cannot remove visitors with opened rooms");
  }
  const std::string id = (*visitor)->id;
  auto contacts = co_await FindContactsOfVisitor(call.documents(), id);
  if (!contacts) co_return contacts.error();
  storage::Changes changes;
  const Status erased = contacts->empty() ? co_await EraseVisitor(call, std::move(**visitor), changes)
                                          : co_await EraseContacts(call, std::move(*contacts), changes);
  if (!erased) co_return erased.error();
  const Status committed = co_await call.Commit(std::move(changes));
  if (!committed) co_return committed.error();
  co_return Json::Of({{"visitor", Json::Of({{"_id", id}, {"ts", IsoTime(call.now)}})}});
}

}  // namespace

Routes VisitorRoutes() {
  return {
      {"GET livechat/visitor/{token}", &GetVisitor},
      {"DELETE livechat/visitor/{token}", &ForgetVisitor},
      {"GET livechat/visitor/{token}/room", &ListRoomsOfVisitor},
      {"GET livechat/visitors.info", &GetVisitorInfo},
      {"GET livechat/visitors.search", &SearchVisitors},
      {"GET livechat/visitors.autocomplete", &CompleteVisitors},
      {"POST livechat/visitor.status", &SetVisitorStatus},
  };
}

}  // namespace parley::backend::embedded
