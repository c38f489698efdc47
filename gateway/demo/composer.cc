#include "demo/composer.h"

#include <algorithm>

#include "backend/embedded/contact_link.h"
#include "backend/embedded/contact_merge.h"
#include "backend/embedded/opening.h"
#include "backend/embedded/page_visit.h"
#include "backend/embedded/registering.h"
#include "backend/embedded/site_visits.h"
#include "base/ordered_id.h"
#include "base/time.h"
#include "ledger/projector.h"
#include "records/goal_hits.h"
#include "records/ticket.h"

namespace parley::demo {
namespace {

namespace embedded = backend::embedded;
using Chat = embedded::Conversation;
using storage::Changes;
using storage::Collection;

const Json& Source() {
  static const Json source = Json::Of({{"type", "api"}});
  return source;
}

std::vector<embedded::Subscription> SeatsIn(const Changes& changes) {
  std::vector<embedded::Subscription> seats;
  for (const storage::PutDocument& put : changes.puts) {
    if (put.collection != Collection::kSubscriptions) continue;
    embedded::Subscription& seat = seats.emplace_back();
    seat.id = put.id;
    if (const Json* user = put.body.Find("u")) seat.user.id = user->Text("_id");
  }
  return seats;
}

// What a chat that is over leaves: nobody sits in it any more, nothing of it was there before, and nobody waits to hear
// of it.
void MoveInto(Changes& changes, Changes told) {
  for (storage::PutDocument& put : told.puts) {
    if (put.collection != Collection::kSubscriptions) changes.puts.push_back(std::move(put));
  }
  std::move(told.ledger.begin(), told.ledger.end(), std::back_inserter(changes.ledger));
}

records::TicketAgent TicketAgentOf(const Person& person) {
  return {AddressOf(person), std::string(person.name)};
}

}  // namespace

void LedgerRecorder::Record(const events::Event& event, Changes& changes) const {
  ledger::Project(event, changes.ledger);
}

struct Composer::Arrival {
  embedded::Message page;
  embedded::Welcome welcome;
};

struct Composer::Telling {
  const Script& script;
  Known& guest;
  Chat chat;
  Time guest_noted;  // when the guest's records changed last
};

// ---- the guest ------------------------------------------------------------------------------------------------------

Composer::Known& Composer::Register(const Script& script, Changes& changes) {
  const Guest& guest = script.guest;
  const auto [found, is_new] = guests_.try_emplace(guest.token);
  Known& known = found->second;
  known.visitor.department = shop_.IdOf(script.conversation->desk);
  if (!is_new) return known;

  embedded::Visitor& visitor = known.visitor;
  visitor.id = OrderedObjectId(ids_, script.opened);
  visitor.username = "guest-" + std::to_string(next_guest_++);
  visitor.token = guest.token;
  visitor.registered = script.opened;
  visitor.name = guest.name;
  visitor.phones = {embedded::PhoneEntry{guest.phone}};
  visitor.emails = {embedded::EmailEntry{guest.email}};
  visitor.ip = guest.address;
  visitor.user_agent = kUserAgent;
  std::vector<embedded::AddressMark> marks;
  for (const std::string& id : embedded::AddressMarks(visitor.emails, visitor.phones)) {
    marks.push_back({id, storage::kMustNotExist});
  }
  embedded::WriteAddressMarks(marks, changes);

  records::BeginRecord(known.visit, guest.token, OrderedObjectId(ids_, script.opened));
  known.visit.visitor_id = visitor.id;

  embedded::Contact& contact = known.contact;
  contact.id = OrderedObjectId(ids_, script.opened);
  contact.created = script.opened;
  contact.unknown = true;
  embedded::ContactFacts facts = embedded::FactsOf(visitor);
  facts.channel = embedded::ChannelOf(visitor, Source());
  embedded::Merge(facts, contact);
  return known;
}

// Whatever the guest looked at before lies in a chat, so a browsing begins here. The chat begins in the same moment: until
// then nothing else is shown.
Composer::Arrival Composer::Arrive(const Script& script, Known& guest, Changes& changes) {
  const Json info = PageInfo(script.page);
  Arrival arrival;
  arrival.page = embedded::MakePageVisit(info, guest.visitor.token, ids_, script.opened);
  records::AddPage(guest.visit, script.opened, false);

  embedded::Welcome& welcome = arrival.welcome;
  welcome.visit = embedded::SiteVisitOf(guest.visit, guest.visitor);
  welcome.showings = records::ShowingsOf(setting_.greetings, welcome.visit, script.page, script.opened, guest.shown);
  Changes told;
  records::RecordShowings(recorder_, welcome.visit, welcome.showings, told);
  for (records::GreetingShowing& showing : welcome.showings) showing.known = true;
  for (const storage::LedgerChange& change : told.ledger) {
    if (const auto* added = std::get_if<storage::AddLedgerGreeting>(&change)) guest.shown.push_back(added->greeting);
  }
  MoveInto(changes, std::move(told));
  return arrival;
}

// The first answer of a month counts the guest among that month's.
void Composer::MarkActive(Telling& telling) {
  const std::string month = IsoTime(telling.chat.now()).substr(0, 7);
  auto& months = telling.chat.room().visitor.activity;
  if (std::find(months.begin(), months.end(), month) != months.end()) return;
  months.push_back(month);
  telling.guest.visitor.activity.push_back(month);
  embedded::ContactFacts facts;
  facts.activity = {month};
  embedded::Merge(facts, telling.guest.contact);
  telling.guest_noted = telling.chat.now();
}

// ---- the chat -------------------------------------------------------------------------------------------------------

void Composer::Open(Telling& telling, Arrival& arrival) {
  const embedded::Room& room = telling.chat.room();
  arrival.page.room_id = room.id;
  Save(arrival.page, telling.chat.now(), telling.chat.changes());
  embedded::RecordWelcome(recorder_, arrival.welcome, telling.chat);
  records::AddChatStart(telling.guest.visit);
  if (telling.script.waits()) {
    telling.chat.Queue(std::nullopt);
  } else {
    telling.chat.Assign(UserOf(*telling.script.agent));
  }
  embedded::CountChat(room, telling.guest.visitor, telling.guest.contact);
}

void Composer::HandOver(Telling& telling, const Handover& handover) {
  Chat& chat = telling.chat;
  chat.GoOnAt(handover.at);
  embedded::Transfer transfer;
  transfer.scope = "agent";
  transfer.by = embedded::PersonOf(UserOf(*telling.script.agent));
  transfer.by_type = "agent";
  transfer.to = embedded::PersonOf(UserOf(*handover.to));
  chat.TellTransfer(transfer);
  chat.Release(SeatsIn(chat.changes()).back());
  chat.Assign(UserOf(*handover.to));
}

void Composer::Speak(Telling& telling, const Spoken& line) {
  telling.chat.GoOnAt(line.at);
  embedded::Message message;
  embedded::SetText(message, std::string(line.text));
  if (!line.from_agent) {
    telling.chat.PostFromVisitor(telling.guest.visitor, std::move(message));
    return;
  }
  MarkActive(telling);
  const std::string& agent = telling.chat.room().served_by->username;
  telling.chat.PostFromAgent(setting_.agents.at(agent), std::move(message));
}

void Composer::SeeOrderPage(Telling& telling) {
  Chat& chat = telling.chat;
  const Time at = *telling.script.page_seen;
  const Json info = PageInfo(kOrderedPage);
  embedded::Message page = embedded::MakePageVisit(info, telling.guest.visitor.token, ids_, at);
  page.room_id = chat.room().id;
  Save(page, at, chat.changes());
  records::AddPage(telling.guest.visit, at, true);
  records::GoalHit hit;
  hit.at = at;
  hit.visitor_id = telling.guest.visitor.id;
  hit.chat_id = chat.room().id;
  hit.goal_id = shop_.order_goal.id;
  hit.goal_name = shop_.order_goal.name;
  hit.goal_type = shop_.order_goal.type;
  hit.id = records::HitIdInChat(hit);
  records::RecordGoalHit(recorder_, hit, chat.changes());
}

void Composer::Rate(Telling& telling) {
  const Script& script = telling.script;
  telling.chat.GoOnAt(*script.rated);
  Json survey = Json::Of({{"satisfaction", script.mark}});
  if (!script.remark.empty()) survey.Append("additionalFeedback", script.remark);
  telling.chat.Rate(std::move(survey));
}

void Composer::Close(Telling& telling) {
  const Script& script = telling.script;
  Chat& chat = telling.chat;
  chat.GoOnAt(*script.ended);
  embedded::Closing closing;
  closing.by_visitor = script.ended_by_guest;
  if (script.ended_by_guest) {
    closing.by = telling.guest.visitor.AsPerson();
    closing.comment = "Closed by visitor";
  } else {
    const embedded::User& agent = setting_.agents.at(chat.room().served_by->username);
    closing.by = embedded::PersonOf(agent);
    closing.login = embedded::LedgerAgentOf(agent).email;
    closing.comment = script.conversation->closing_comment;
    chat.SetTags({script.conversation->tags.begin(), script.conversation->tags.end()});
  }
  std::vector<embedded::Subscription> seats = SeatsIn(chat.changes());
  if (!seats.empty()) seats.erase(seats.begin(), seats.end() - 1);  // those given up before are buried already
  chat.Close(closing, seats);
  records::AddChatEnd(telling.guest.visit, chat.room().created, chat.now());
}

// Who comes back is written over.
void Composer::SaveGuest(Telling& telling, Changes& changes) {
  Known& guest = telling.guest;
  Save(guest.visitor, telling.guest_noted, changes);
  SaveContact(guest.contact, telling.guest_noted, changes);
  if (!records::IsForgotten(guest.visit, setting_.now)) records::SaveVisit(guest.visit, changes);
  guest.visitor.version = guest.contact.version = guest.visit.version = storage::kAnyVersion;
}

// ---- afterwards -----------------------------------------------------------------------------------------------------

void Composer::Order(const Telling& telling, Changes& changes) {
  const demo::Order& order = *telling.script.order;
  records::GoalHit hit;
  hit.id = OrderedObjectId(ids_, order.at);
  hit.at = order.at;
  hit.visitor_id = telling.guest.visitor.id;
  hit.chat_id = telling.guest.visitor.last_chat->room_id;
  hit.goal_id = shop_.sale_goal.id;
  hit.goal_name = shop_.sale_goal.name;
  hit.goal_type = shop_.sale_goal.type;
  hit.order_id = order.id;
  hit.order_description = order.ware.name;
  hit.order_price = order.ware.price;
  hit.order_currency = "EUR";
  records::RecordGoalHit(recorder_, hit, changes);
}

void Composer::Write(const Telling& telling, Changes& changes) {
  const TicketScript& script = *telling.script.ticket;
  records::NewTicket ticket;
  ticket.id = OrderedRoomId(ids_, script.at);
  ticket.at = script.at;
  ticket.mail = telling.script.guest.email;
  ticket.name = telling.script.guest.name;
  ticket.subject = script.letter->subject;
  ticket.message = script.letter->message;
  ticket.groups = {shop_.IdOf(script.letter->desk)};
  ticket.source_type = "mail";
  ticket.visitor_id = telling.guest.visitor.id;
  Changes made;
  records::AddTicket(ticket, events::Source::kEmbedded, recorder_, made);
  Json& document = made.puts.back().body;
  if (script.answered) {
    records::TicketChange answer;
    answer.tags = {std::string(script.letter->tag)};
    answer.assignee = answer.by = TicketAgentOf(*script.agent);
    answer.message = script.letter->answer;
    records::ChangeTicket(document, answer, *script.answered);
  }
  if (script.solved) {
    records::TicketChange solution;
    solution.status = "solved";
    solution.by = TicketAgentOf(*script.agent);
    records::ChangeTicket(document, solution, *script.solved);
  }
  MoveInto(changes, std::move(made));
}

std::string Composer::Compose(const Script& script, Changes& changes) {
  Known& guest = Register(script, changes);
  Arrival arrival = Arrive(script, guest, changes);
  embedded::Opening opening;
  opening.department = opening.inquiry_department = guest.visitor.department;
  opening.source = Source();
  opening.page_url = script.page;
  opening.invited = arrival.welcome.Any();
  opening.contact_id = guest.contact.id;
  opening.contact_name = guest.contact.name;
  const embedded::ConversationContext context{script.opened, &ids_, &recorder_};
  Telling telling{script, guest, Chat(context, guest.visitor, opening), script.opened};
  Chat& chat = telling.chat;

  Open(telling, arrival);
  if (script.taken) {
    chat.GoOnAt(*script.taken);
    chat.Assign(UserOf(*script.agent));
  }
  for (std::size_t number = 0; number < script.lines.size(); ++number) {
    if (script.handover && script.handover->before_line == number) HandOver(telling, *script.handover);
    Speak(telling, script.lines[number]);
  }
  if (script.page_seen) SeeOrderPage(telling);
  if (script.rated) Rate(telling);
  Close(telling);
  std::string room_id = chat.room().id;
  Changes told = chat.Finish();
  SaveGuest(telling, told);
  if (script.order) Order(telling, told);
  MoveInto(changes, std::move(told));
  if (script.ticket) Write(telling, changes);
  return room_id;
}

void Composer::Compose(const Turn& turn, Changes& changes) {
  events::AgentStatusChanged changed;
  changed.agent = embedded::LedgerAgentOf(UserOf(*turn.person));
  changed.accepting = turn.comes;
  events::Event event;
  event.id = OrderedObjectId(ids_, turn.at);
  event.at = turn.at;
  event.subject = changed.agent.id;
  event.payload = std::move(changed);
  Changes told;
  recorder_.Record(event, told);
  MoveInto(changes, std::move(told));
}

}  // namespace parley::demo
