// Blocking channels of contacts, in the premium edition. Source: administration reference §5.1.
#include "backend/embedded/closing.h"
#include "backend/embedded/contact.h"

namespace parley::backend::embedded {
namespace {

constexpr const char* kClosingComment = "This channel has been blocked";

// Errors: error-contact-not-found  no contact has the channel, or it is in that state already
Awaitable<Outcome<Contact>> ChangeBlocked(const Call& call, bool blocked) {
  const Json& named = *call.body.Find("visitor");
  const ChannelVisitor visitor = ChannelVisitor::Of(named.Text("visitorId"), *named.Find("source"));
  auto contact = co_await FindContactOfChannel(call.documents(), visitor);
  if (!contact) co_return contact.error();
  ContactChannel* channel = *contact ? (*contact)->FindChannel(visitor) : nullptr;
  if (channel == nullptr || channel->blocked == blocked) co_return Fail("error-contact-not-found");
  channel->blocked = blocked;
  co_return std::move(**contact);
}

// Adds the end of the visitor's open chats.
Awaitable<Status> CloseChatsOf(const Call& call, std::string visitor_id, storage::Changes& changes) {
  auto visitor = co_await FindVisitor(call, std::move(visitor_id));
  if (!visitor) co_return visitor.error();
  if (!*visitor || (*visitor)->disabled) co_return Status();
  auto rooms = co_await FindOpenRoomsOf(call, (*visitor)->token);
  if (!rooms) co_return rooms.error();
  Closing closing;
  closing.by = PersonOf(call.user());
  closing.login = LedgerAgentOf(call.user()).email;
  closing.comment = kClosingComment;
  for (Room& room : *rooms) {
    auto chat = co_await Continue(call, std::move(room));
    if (!chat) co_return chat.error();
    ClosingWishes none;
    const auto ended = co_await EndChat(call, *chat, closing, std::move(none));
    if (!ended) co_return ended.error();
    chat->FinishInto(changes);
  }
  co_return Status();
}

Awaitable<Reply> Block(Call& call) {
  auto contact = co_await ChangeBlocked(call, true);
  if (!contact) co_return contact.failure();
  storage::Changes changes;
  SaveContact(*contact, call.now, changes);
  const std::string visitor_id(call.body.Find("visitor")->Text("visitorId"));
  const Status closed = co_await CloseChatsOf(call, visitor_id, changes);
  if (!closed) co_return closed.error();
  const Status committed = co_await call.Commit(std::move(changes));
  if (!committed) co_return committed.error();
  co_return Reply::Empty();
}

Awaitable<Reply> Unblock(Call& call) {
  auto contact = co_await ChangeBlocked(call, false);
  if (!contact) co_return contact.failure();
  storage::Changes changes;
  SaveContact(*contact, call.now, changes);
  const Status committed = co_await call.Commit(std::move(changes));
  if (!committed) co_return committed.error();
  co_return Reply::Empty();
}

}  // namespace

Routes ChannelRoutes() {
  return {
      {"POST omnichannel/contacts.block", &Block},
      {"POST omnichannel/contacts.unblock", &Unblock},
  };
}

}  // namespace parley::backend::embedded
