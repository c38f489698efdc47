#include "backend/embedded/opening.h"

#include "backend/embedded/contact_link.h"
#include "backend/embedded/next_agent.h"
#include "backend/embedded/preferred_agent.h"
#include "backend/embedded/presence.h"
#include "backend/embedded/routing.h"
#include "backend/embedded/site_visits.h"
#include "backend/embedded/verification.h"
#include "base/text.h"
#include "records/visit.h"

namespace parley::backend::embedded {
namespace {

using storage::Match;

RoutingMethod MethodOf(const Call& call) {
  return ParseRoutingMethod(call.settings().Text("Livechat_Routing_Method"));
}

// Where a new chat goes and who was asked for.
struct Destination {
  std::string department;
  std::string inquiry_department;
  std::optional<NextAgent> agent;
};

// The agent the visitor asked for; nobody when there is no such agent.
Awaitable<Maybe<User>> FindNamedAgent(const Call& call, std::string agent_id) {
  if (agent_id.empty()) co_return std::optional<User>();
  FoundUser user = co_await FindUser(call.documents(), std::move(agent_id));
  if (!user) co_return user.error();
  if (!*user || !(*user)->IsAgent()) co_return std::optional<User>();
  co_return user;
}

// The agent the visitor asked for, else the one their chats are meant for.
Awaitable<Maybe<NextAgent>> FindAskedAgent(const Call& call, const Visitor& visitor, const Contact& contact,
                                           std::string agent_id) {
  auto user = co_await FindNamedAgent(call, std::move(agent_id));
  if (!user) co_return user.error();
  if (!*user) {
    user = co_await FindPreferredAgent(call, visitor, contact);
    if (!user) co_return user.error();
  }
  if (!*user) co_return std::optional<NextAgent>();
  std::optional<NextAgent> asked(std::in_place);
  asked->agent = std::move(**user);
  asked->counted = false;
  co_return asked;
}

// Whoever is asked for, and the department the chat is meant for before anybody looks who is there.
Awaitable<Result<Destination>> FindWish(const Call& call, const Visitor& visitor, const Contact& contact,
                                        std::string agent_id) {
  Destination wish;
  auto asked = co_await FindAskedAgent(call, visitor, contact, std::move(agent_id));
  if (!asked) co_return asked.error();
  wish.agent = std::move(*asked);
  wish.department = visitor.department;
  if (!wish.agent && wish.department.empty()) {
    auto offered = co_await FindStaffedRegistrationDepartment(StaffingOf(call));
    if (!offered) co_return offered.error();
    if (*offered) wish.department = (*offered)->id;
  }
  wish.inquiry_department = wish.department;
  if (!wish.agent) {
    auto bot = co_await PickBot(StaffingOf(call), wish.department);
    if (!bot) co_return bot.error();
    wish.agent = std::move(*bot);
  }
  co_return wish;
}

// A department without anybody gives way to its fallback; with nobody at all the chat is refused, unless the settings
// accept chats all the same.
Awaitable<Outcome<Destination>> FindDestination(const Call& call, const Visitor& visitor, const Contact& contact,
                                                std::string agent_id) {
  auto wish = co_await FindWish(call, visitor, contact, std::move(agent_id));
  if (!wish) co_return wish.error();
  const bool must_be_staffed = !call.settings().Flag("Livechat_accept_chats_with_no_agents");
  if (wish->department.empty()) {
    if (wish->agent || !must_be_staffed) co_return std::move(*wish);
    auto online = co_await IsOnline(StaffingOf(call), std::string());
    if (!online) co_return online.error();
    if (!*online) co_return NobodyOnline();
    co_return std::move(*wish);
  }
  auto staffed = co_await FindStaffedDepartment(StaffingOf(call), wish->department);
  if (!staffed) co_return staffed.error();
  if (*staffed) {
    wish->department = (*staffed)->id;
  } else if (must_be_staffed) {
    co_return NobodyOnline();
  }
  co_return std::move(*wish);
}

// A page the visitor saw before the chat, kept by page.visited for the room to come.
Awaitable<Result<std::vector<Message>>> FindPagesBeforeChat(const Call& call, std::string visitor_token) {
  storage::Query query(Message::kCollection);
  query.where.emplace_back("navigation.token", Match::kEquals, Json(std::move(visitor_token)));
  query.where.emplace_back("rid", Match::kMissing);
  query.sort.emplace_back("ts");
  auto found = co_await Find<Message>(call.documents(), std::move(query));
  if (!found) co_return found.error();
  co_return std::move(found->list);
}

void AttachPages(std::vector<Message>& pages, const Room& room, Time now, storage::Changes& changes) {
  for (Message& page : pages) {
    page.room_id = room.id;
    page.expires.reset();
    Save(page, now, changes);
  }
}

std::string LastPage(const std::vector<Message>& pages) {
  if (pages.empty()) return {};
  const Json* href = pages.back().navigation.FindPath("page.location.href");
  return std::string(href ? href->AsString().value_or("") : "");
}

// The widget's own requests carry its cookies; everything else came through the API.
Json SourceOf(const Call& call) {
  const std::string_view cookies = call.Header("cookie");
  const bool from_widget = cookies.find("rc_room_type=l") != std::string_view::npos &&
                           cookies.find("rc_is_widget=t") != std::string_view::npos;
  return Json::Of({{"type", from_widget ? "widget" : "api"}});
}

// `ready`: the asked agent when they can take it, else whoever is next.
Awaitable<Outcome<bool>> AssignFirst(const Call& call, Conversation& chat, const std::optional<NextAgent>& asked) {
  const bool is_bot = asked && asked->agent.HasRole(kBotRole);
  if (!asked || (!is_bot && !CanTakeChats(asked->agent, call.settings()))) {
    co_return co_await AssignNextOrRefuse(call, chat);
  }
  NextAgent next = *asked;
  CountPick(next, call.now, chat.changes());
  chat.Assign(next.agent);
  co_return true;
}

// The new chat waits for its contact to be verified or in the queue, or goes to an agent right away.
Awaitable<Outcome<Done>> AssignOrQueue(const Call& call, Conversation& chat, Contact& contact,
                                       const std::optional<NextAgent>& asked) {
  const ContactChannel* channel = contact.FindChannel(ChannelVisitor::Of(chat.room().visitor.id, chat.room().source));
  if (AwaitsVerification(call.settings(), contact, *channel)) {
    chat.inquiry()->status = inquiry_status::kVerifying;
    co_return Done();
  }
  const bool by_bot = asked && asked->agent.HasRole(kBotRole);
  const bool waits = !AssignsByItself(MethodOf(call)) || call.settings().Flag("Livechat_waiting_queue");
  if (waits && !by_bot) {
    std::optional<DefaultAgent> first;
    if (asked) first = DefaultAgent{asked->agent.id, asked->agent.username};
    chat.Queue(std::move(first));
    co_return Done();
  }
  auto assigned = co_await AssignFirst(call, chat, asked);
  if (!assigned) co_return assigned.failure();
  co_return Done();
}

// The contact a new chat belongs to, which has its channel.
// Errors: error-contact-channel-blocked
Awaitable<Outcome<Contact>> FindAdmittedContact(const Call& call, const Visitor& visitor, const Json& source) {
  auto contact = co_await ContactFor(call, visitor, source);
  if (!contact) co_return contact.error();
  ContactChannel* channel = contact->FindChannel(ChannelVisitor::Of(visitor.id, source));
  if (channel->blocked) co_return Fail("error-contact-channel-blocked");
  ForgetVerification(call.settings(), *channel);
  co_return std::move(*contact);
}

// Notes the new chat with its visitor and its contact; older ones of a channel that is new to the contact are its too.
Awaitable<Status> NoteChat(const Call& call, Conversation& chat, Visitor& visitor, Contact& contact) {
  const ChannelVisitor channel = ChannelVisitor::Of(visitor.id, chat.room().source);
  if (!contact.FindChannel(channel)->last_chat) {
    const Status adopted = co_await AdoptRooms(call, contact, visitor.id, chat.room().source, chat.changes());
    if (!adopted) co_return adopted;
  }
  CountChat(chat.room(), visitor, contact);
  NoteAgent(call, chat.room(), visitor);
  Save(visitor, call.now, chat.changes());
  SaveContact(contact, call.now, chat.changes());
  co_return Status();
}

Awaitable<Outcome<OpenedChat>> OpenNewChat(const Call& call, Visitor visitor, std::string agent_id) {
  ChatWish wish;
  wish.agent_id = std::move(agent_id);
  wish.source = SourceOf(call);
  auto chat = co_await StartChat(call, std::move(visitor), std::move(wish));
  if (!chat) co_return chat.failure();
  const Status committed = co_await call.Commit(chat->Finish());
  if (!committed) co_return committed.error();
  OpenedChat opened;
  opened.room = std::move(chat->room());
  opened.is_new = true;
  co_return opened;
}

}  // namespace

Awaitable<Outcome<Conversation>> StartChat(const Call& call, Visitor visitor, ChatWish wish) {
  if (!call.settings().Flag("Livechat_enabled")) co_return FailCoded("error-omnichannel-is-disabled");
  auto contact = co_await FindAdmittedContact(call, visitor, wish.source);
  if (!contact) co_return contact.failure();
  auto destination = co_await FindDestination(call, visitor, *contact, std::move(wish.agent_id));
  if (!destination) co_return destination.failure();
  auto pages = co_await FindPagesBeforeChat(call, visitor.token);
  if (!pages) co_return pages.error();
  const auto welcome = co_await FindWelcome(call, visitor);
  if (!welcome) co_return welcome.error();

  Opening opening;
  opening.department = destination->department;
  opening.inquiry_department = destination->inquiry_department;
  opening.source = wish.source;
  opening.page_url = LastPage(*pages);
  opening.contact_id = contact->id;
  opening.contact_name = contact->name;
  opening.invited = welcome->Any();
  Conversation chat(ContextOf(call), visitor, opening);
  chat.room().verified = contact->FindChannel(ChannelVisitor::Of(visitor.id, wish.source))->verified;
  AttachPages(*pages, chat.room(), call.now, chat.changes());
  RecordWelcome(call.services.recorder, *welcome, chat);
  const Status begun = co_await records::NoteChatStart(call.documents(), visitor.token, chat.changes());
  if (!begun) co_return begun.error();
  const Outcome<Done> placed = co_await AssignOrQueue(call, chat, *contact, destination->agent);
  if (!placed) co_return placed.failure();
  const Status noted = co_await NoteChat(call, chat, visitor, *contact);
  if (!noted) co_return noted.error();
  co_return chat;
}

void CountChat(const Room& room, Visitor& visitor, Contact& contact) {
  const LastChat opened{room.id, room.created};
  visitor.last_chat = opened;
  ++visitor.chats;
  NoteLastChat(contact, ChannelVisitor::Of(visitor.id, room.source), opened);
}

Awaitable<Outcome<OpenedChat>> OpenChat(const Call& call, std::string visitor_token, std::string agent_id) {
  auto visitor = co_await FindVisitorByToken(call, visitor_token);
  if (!visitor) co_return visitor.error();
  if (!*visitor) co_return Fail("invalid-token");
  auto open = co_await FindOpenRoomOf(call, std::move(visitor_token));
  if (!open) co_return open.error();
  if (!*open) co_return co_await OpenNewChat(call, std::move(**visitor), std::move(agent_id));
  OpenedChat opened;
  opened.room = std::move(**open);
  co_return opened;
}

Awaitable<Result<bool>> AssignNext(const Call& call, Conversation& chat, std::string except) {
  if (!AssignsByItself(MethodOf(call))) co_return false;
  auto next = co_await FindNextAgent(call, chat.room().department, std::move(except));
  if (!next) co_return next.error();
  if (!*next) co_return false;
  CountPick(**next, call.now, chat.changes());
  chat.Assign((*next)->agent);
  co_return true;
}

Awaitable<Outcome<bool>> AssignNextOrRefuse(const Call& call, Conversation& chat) {
  auto assigned = co_await AssignNext(call, chat, std::string());
  if (!assigned) co_return assigned.error();
  if (!*assigned && MethodOf(call) == RoutingMethod::kExternal) co_return NobodyOnline();
  co_return *assigned;
}

}  // namespace parley::backend::embedded
