#include "backend/embedded/conversation.h"

#include <algorithm>

#include "backend/embedded/response_metrics.h"
#include "backend/embedded/tombstone.h"
#include "base/ordered_id.h"
#include "base/text.h"
#include "base/time.h"
#include "records/rating.h"
#include "records/visitor_details.h"

namespace parley::backend::embedded {
namespace {

using storage::Collection;

MessageSnapshot SnapshotOf(const Message& message) {
  MessageSnapshot snapshot;
  snapshot.message = message;
  return snapshot;
}

const std::string& NameOf(const Person& person) {
  return person.name.empty() ? person.username : person.name;
}

// Where the files of a message are.
std::vector<std::string> FilesOf(const Message& message) {
  std::vector<std::string> links;
  if (message.file.IsNull() || message.attachments.AsArray() == nullptr) return links;
  for (const Json& attachment : *message.attachments.AsArray()) links.emplace_back(attachment.Text("title_link"));
  return links;
}

Json TransferData(const Transfer& transfer, const Room& room, Time now) {
  Json by = Json::Of({{"_id", transfer.by.id}, {"username", transfer.by.username}});
  if (!transfer.by.name.empty()) by.Append("name", transfer.by.name);
  by.Append("userType", transfer.by_type);
  Json data = Json::Of({{"transferredBy", std::move(by)}, {"ts", IsoTime(now)}, {"scope", transfer.scope}});
  if (!transfer.comment.empty()) data.Append("comment", transfer.comment);
  if (!room.department.empty()) data.Append("previousDepartment", room.department);
  if (!transfer.department.empty()) {
    data.Append("nextDepartment", Json::Of({{"_id", transfer.department}, {"name", transfer.department_name}}));
  }
  if (transfer.to) {
    Json to = Json::Of({{"_id", transfer.to->id}, {"username", transfer.to->username}});
    if (!transfer.to->name.empty()) to.Append("name", transfer.to->name);
    data.Append("transferredTo", std::move(to));
  }
  return data;
}

}  // namespace

Person PersonOf(const User& user) {
  Person person;
  person.id = user.id;
  person.username = user.username;
  person.name = user.name;
  return person;
}

storage::LedgerAgent LedgerAgentOf(const User& user) {
  storage::LedgerAgent agent;
  agent.id = user.id;
  agent.username = user.username;
  agent.name = user.name.empty() ? user.username : user.name;
  agent.email = Lower(user.Address());
  return agent;
}

storage::LedgerVisitor LedgerVisitorOf(const Visitor& visitor) {
  storage::LedgerVisitor facts;
  facts.id = visitor.id;
  facts.name = visitor.DisplayName();
  if (!visitor.emails.empty()) facts.email = visitor.emails.front().address;
  facts.ip = visitor.ip;
  facts.user_agent = visitor.user_agent;
  facts.custom_variables = records::CustomVariables(visitor.livechat_data);
  return facts;
}

Conversation::Conversation(const ConversationContext& context, const Visitor& visitor, const Opening& opening)
    : context_(context) {
  room_.id = OrderedRoomId(*context_.ids, context_.now);
  room_.display_name = opening.contact_name.empty() ? visitor.DisplayName() : opening.contact_name;
  room_.contact_id = opening.contact_id;
  room_.verified = false;
  room_.created = room_.last_activity = context_.now;
  room_.open = true;
  room_.visitor = VisitorSnapshot::Of(visitor);
  room_.department = opening.department;
  room_.source = opening.source;

  Inquiry& inquiry = inquiry_.emplace();
  inquiry.id = OrderedObjectId(*context_.ids, context_.now);
  inquiry.room_id = room_.id;
  inquiry.name = room_.display_name;
  inquiry.created = context_.now;
  inquiry.status = inquiry_status::kReady;
  inquiry.department = opening.inquiry_department;
  inquiry.visitor = room_.visitor;
  inquiry.source = opening.source;

  events::ChatStarted started;
  started.visitor = LedgerVisitorOf(visitor);
  started.department = room_.department;
  started.start_url = opening.page_url;
  if (opening.invited) started.engagement = "auto_invite";
  started.channel = room_.source.Text("type");
  started.channel_label = room_.source.Text("alias");
  Record(std::move(started));
  PostSystem(message_type::kStarted, "", visitor.AsPerson(), visitor.token);
}

Conversation::Conversation(const ConversationContext& context, Room room, std::optional<Inquiry> inquiry)
    : context_(context), room_(std::move(room)), inquiry_(std::move(inquiry)) {}

// Messages people write, the last word of who closes included, are strictly ordered by time within their room, so that no
// reader can swap two of the same millisecond.
Message& Conversation::Complete(Message& message, const Person& author) {
  if (message.id.empty()) message.id = OrderedRoomId(*context_.ids, context_.now);
  message.room_id = room_.id;
  message.author = author;
  message.at = context_.now;
  const bool written = !message.IsSystem() || message.type == message_type::kClosed;
  if (written && room_.last_message) {
    message.at = std::max(message.at, room_.last_message->message.at + std::chrono::milliseconds(1));
  }
  return message;
}

void Conversation::Store(const Message& message, bool counts_as_last) {
  Message stored = message;
  Save(stored, context_.now, changes_);
  ++room_.messages;
  if (!counts_as_last) return;
  stored.version = 0;
  room_.last_activity = stored.at;
  room_.last_message = SnapshotOf(stored);
  if (inquiry_) inquiry_->last_message = room_.last_message;
}

Message Conversation::PostFromVisitor(const Visitor& visitor, Message message) {
  Complete(message, visitor.AsPerson());
  message.token = visitor.token;
  if (message.alias.empty()) message.alias = visitor.DisplayName();
  message.updated_at = context_.now;
  CountVisitorMessage(room_, message.at);
  if (inquiry_) {
    inquiry_->visitor.last_message = message.at;
    if (inquiry_->message.empty()) inquiry_->message = message.text;
  }
  Store(message, true);

  events::ChatMessage said;
  said.user_type = "visitor";
  said.author_id = visitor.id;
  said.author_name = visitor.DisplayName();
  TellMessage(message, std::move(said));
  return message;
}

Message Conversation::PostFromAgent(const User& agent, Message message) {
  Complete(message, PersonOf(agent));
  message.updated_at = context_.now;
  CountAgentMessage(room_, message.author, message.at);
  Store(message, true);

  const storage::LedgerAgent known = LedgerAgentOf(agent);
  events::ChatMessage said;
  said.user_type = room_.ServedBy(agent.id) ? "agent" : "supervisor";
  said.author_id = agent.id;
  said.author_name = known.name;
  said.author_username = agent.username;
  said.agent_login = known.email;
  TellMessage(message, std::move(said));
  return message;
}

Message Conversation::PostSystem(const char* type, std::string text, const Person& author,
                                 const std::string& visitor_token) {
  Message message;
  message.type = type;
  message.text = std::move(text);
  message.token = visitor_token;
  message.groupable = false;
  Complete(message, author);
  Store(message, false);
  return message;
}

// A hidden copy of a message as it was before somebody changed it.
void Conversation::KeepFormer(const Message& message, const Person& by) {
  Message former = message;
  former.id = OrderedRoomId(*context_.ids, context_.now);
  former.version = 0;
  former.hidden = true;
  former.edited_at = context_.now;
  former.edited_by = Person{by.id, by.username, {}};
  former.extra.Set("parent", Json(message.id));
  Save(former, context_.now, changes_);
}

void Conversation::Edit(Message& message, std::string text, const Person& by, const Traces& traces) {
  if (traces.keep_history) KeepFormer(message, by);
  SetText(message, std::move(text));
  message.edited_at = context_.now;
  message.edited_by = Person{by.id, by.username, {}};
  Save(message, context_.now, changes_);
  if (room_.last_message && room_.last_message->message.id == message.id) {
    room_.last_message = SnapshotOf(message);
    if (inquiry_) inquiry_->last_message = room_.last_message;
  }

  events::ChatMessage said;
  said.author_id = message.author.id;
  said.author_name = NameOf(message.author);
  said.user_type = message.FromVisitor() ? "visitor" : room_.ServedBy(message.author.id) ? "agent" : "supervisor";
  TellMessage(message, std::move(said));
}

void Conversation::TakeAway(const Message& message, const Person& by, const Traces& traces) {
  if (!traces.keep_history && !traces.show_deleted) {
    Remove(message, changes_);
    if (!message.file.IsNull()) changes_.Remove(Collection::kUploads, std::string(message.file.Text("_id")));
    Bury(tombstone_kind::kMessage, message.id, room_.id, {}, context_.now, changes_);
    return;
  }
  Message left = message;
  if (traces.show_deleted) {
    if (traces.keep_history) KeepFormer(message, by);
    left.type = message_type::kRemoved;
    SetText(left, "");
    left.attachments = left.mentions = Json::MakeArray();
    left.blocks = left.files = Json();
    left.edited_at = context_.now;
    left.edited_by = Person{by.id, by.username, {}};
  } else {
    left.hidden = true;
  }
  Save(left, context_.now, changes_);
}

void Conversation::Delete(const Message& message, const std::optional<Message>& before, const Person& by,
                          const Traces& traces) {
  TakeAway(message, by, traces);
  --room_.messages;
  if (room_.last_message && room_.last_message->message.id == message.id) {
    room_.last_message.reset();
    if (before) room_.last_message = SnapshotOf(*before);
    if (inquiry_) inquiry_->last_message = room_.last_message;
  }
  events::ChatMessageRemoved removed;
  removed.message_id = message.id;
  Record(std::move(removed));
}

void Conversation::TellMessage(const Message& message, events::ChatMessage said) {
  said.message_id = message.id;
  said.text = message.text;
  said.files = FilesOf(message);
  said.edited = message.edited_at.has_value();
  events::Event event;
  event.id = "message:" + message.id;
  if (said.edited) event.id += ":" + std::to_string(UnixMillis(*message.edited_at));
  event.at = message.at;
  event.subject = room_.id;
  event.payload = std::move(said);
  context_.recorder->Record(event, changes_);
}

void Conversation::Queue(std::optional<DefaultAgent> asked) {
  inquiry_->status = inquiry_status::kQueued;
  inquiry_->queued_at = room_.queued_at = context_.now;
  inquiry_->taken_at.reset();
  inquiry_->default_agent = std::move(asked);
  events::ChatQueued queued;
  queued.department = room_.department;
  Record(std::move(queued));
}

void Conversation::Seat(const User& user) {
  Subscription seat;
  seat.id = OrderedRoomId(*context_.ids, context_.now);
  seat.room_id = room_.id;
  seat.name = room_.display_name;
  seat.user = Person{user.id, user.username, {}};
  seat.visitor = room_.visitor;
  seat.department = room_.department;
  seat.since = context_.now;
  Save(seat, context_.now, changes_);
  ++room_.users;
}

void Conversation::Assign(const User& agent) {
  inquiry_->status = inquiry_status::kTaken;
  inquiry_->taken_at = context_.now;
  inquiry_->default_agent.reset();
  inquiry_->queued_at.reset();
  room_.served_by = Assignment{agent.id, agent.username, context_.now};
  Seat(agent);
  const Person person = PersonOf(agent);
  PostSystem(message_type::kCommand, "connected", person);
  PostSystem(message_type::kJoined, agent.username, person);
  events::ChatTaken taken;
  taken.agent = LedgerAgentOf(agent);
  Record(std::move(taken));
}

void Conversation::GiveUpSeat(const Subscription& seat) {
  Remove(seat, changes_);
  Bury(tombstone_kind::kSubscription, seat.id, room_.id, seat.user.id, context_.now, changes_);
  --room_.users;
}

void Conversation::Release(const std::optional<Subscription>& subscription) {
  const Person leaving{room_.served_by->agent_id, room_.served_by->username, {}};
  if (subscription) GiveUpSeat(*subscription);
  room_.served_by.reset();
  PostSystem(message_type::kLeft, leaving.username, leaving);
}

void Conversation::Join(const User& user) {
  Seat(user);
  PostSystem(message_type::kJoined, user.username, PersonOf(user));
  events::ChatTaken joined;
  joined.agent = LedgerAgentOf(user);
  joined.supervising = true;
  Record(std::move(joined));
}

void Conversation::TellTransfer(const Transfer& transfer) {
  Message message;
  message.type = message_type::kTransferred;
  message.groupable = false;
  message.transfer_data = TransferData(transfer, room_, context_.now);
  if (transfer.by_type == "visitor") message.token = room_.visitor.token;
  Complete(message, transfer.by);
  Store(message, false);

  events::ChatTransferred told;
  told.scope = transfer.scope;
  told.department = transfer.department.empty() ? room_.department : transfer.department;
  told.by_name = NameOf(transfer.by);
  if (transfer.to) told.to_name = NameOf(*transfer.to);
  told.comment = transfer.comment;
  told.old_department = room_.department;
  if (room_.served_by) {
    told.old_agent.id = room_.served_by->agent_id;
    told.old_agent.username = room_.served_by->username;
  }
  Record(std::move(told));
}

void Conversation::TellEdited() {
  if (!room_.open) Record(events::ChatEdited{});
}

void Conversation::TellLead(const std::string& message_id) {
  Record(events::LeadCaptured{message_id});
}

void Conversation::TellTranscript(const Person& by, Json request) {
  Message message;
  message.type = message_type::kTranscript;
  message.groupable = false;
  message.request_data = std::move(request);
  Complete(message, by);
  Store(message, false);
}

void Conversation::SetDepartment(const std::string& department) {
  room_.department = department;
  if (inquiry_) inquiry_->department = department;
}

void Conversation::SetTags(std::vector<std::string> tags) {
  if (tags == room_.tags) return;
  room_.tags = std::move(tags);
  events::ChatTagged tagged;
  tagged.tags = room_.tags;
  Record(std::move(tagged));
}

void Conversation::Rate(Json survey) {
  events::ChatRated rated;
  rated.rate = records::RateOf(survey);
  rated.comment = survey.Text("additionalFeedback");
  room_.survey = std::move(survey);
  Record(std::move(rated));
}

void Conversation::Close(const Closing& closing, const std::vector<Subscription>& seats) {
  CountClosing(room_, context_.now, !closing.by_visitor);
  room_.open = false;
  room_.closed_at = context_.now;
  room_.closer = closing.by_visitor ? "visitor" : "user";
  room_.closed_by = Person{closing.by.id, closing.by.username, {}};
  room_.visitor.status = "offline";

  Message message;
  message.type = message_type::kClosed;
  message.text = closing.comment;
  message.groupable = false;
  message.transcript_requested = closing.transcript_requested;
  if (closing.by_visitor) message.token = room_.visitor.token;
  Complete(message, closing.by);
  message.updated_at = context_.now;
  if (inquiry_) {
    removed_inquiry_ = inquiry_->id;
    inquiry_.reset();
  }
  Store(message, true);
  changes_.Sweep(Collection::kSubscriptions, "rid", room_.id);
  for (const Subscription& seat : seats) {
    Bury(tombstone_kind::kSubscription, seat.id, room_.id, seat.user.id, context_.now, changes_);
  }

  events::ChatClosed closed;
  closed.closer = room_.closer;
  closed.closed_by_name = NameOf(closing.by);
  closed.closed_by_login = closing.login;
  closed.message_id = message.id;
  closed.comment = closing.comment;
  Record(std::move(closed));
}

void Conversation::Record(events::Payload payload) {
  events::Event event;
  event.id = OrderedObjectId(*context_.ids, context_.now);
  event.at = context_.now;
  event.subject = room_.id;
  event.payload = std::move(payload);
  context_.recorder->Record(event, changes_);
}

void Conversation::Rename(const Visitor& visitor) {
  const VisitorSnapshot before = std::move(room_.visitor);
  room_.visitor = VisitorSnapshot::Of(visitor);
  room_.visitor.last_message = before.last_message;
  if (!room_.open) room_.visitor.status = "offline";
  // A chat may be called as its contact is, which the visitor's coming and going does not change.
  if (before.DisplayName() != visitor.DisplayName()) room_.display_name = visitor.DisplayName();
  if (!inquiry_) return;
  inquiry_->name = room_.display_name;
  inquiry_->visitor = room_.visitor;
}

void Conversation::FinishInto(storage::Changes& changes) {
  storage::Changes own = Finish();
  const auto append = [](auto& to, auto& from) {
    to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
  };
  append(changes.removals, own.removals);
  append(changes.sweeps, own.sweeps);
  append(changes.puts, own.puts);
  append(changes.ledger, own.ledger);
  append(changes.events, own.events);
}

storage::Changes Conversation::Finish() {
  if (inquiry_) Save(*inquiry_, context_.now, changes_);
  if (!removed_inquiry_.empty()) changes_.Remove(Collection::kInquiries, removed_inquiry_);
  Save(room_, context_.now, changes_);
  return std::move(changes_);
}

}  // namespace parley::backend::embedded
