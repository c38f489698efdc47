#include "sync/room_sync.h"

#include <algorithm>
#include <set>

#include "base/log.h"
#include "base/text.h"
#include "records/visit.h"
#include "storage/transact.h"

namespace parley::sync {
namespace {

using events::Event;
using events::Source;
using storage::Collection;
using storage::Document;
using storage::Match;

// Clocks of a workspace's instances differ; what is read twice is recognised.
constexpr std::chrono::seconds kOverlap{30};
constexpr const char* kWatch = "watch";

Time ChangedAt(const Json& body) {
  return FromUnixMillis(body.Integer("_updatedAt"));
}

// What Parley keeps in a mirrored room beside what the workspace says.
constexpr const char* kAnswerOfHooks = "crmData";

Awaitable<Result<std::optional<Document>>> FindOne(storage::DocumentStore& documents, Collection collection,
                                                   const char* path, std::string value) {
  storage::Query query(collection);
  query.where.emplace_back(path, Match::kEquals, Json(std::move(value)));
  query.limit = 1;
  Result<storage::Found> found = co_await documents.Find(std::move(query));
  if (!found) co_return found.error();
  if (found->documents.empty()) co_return std::optional<Document>();
  co_return std::optional<Document>(std::move(found->documents.front()));
}

// The part of a room's visitor that a change of the visitor's record shows in.
Json VisitorInRoom(const Json& room) {
  const Json* visitor = room.Find("v");
  if (visitor == nullptr) return {};
  Json shown = *visitor;
  for (const char* name : {"status", "lastMessageTs", "activity"}) shown.Remove(name);
  return shown;
}

// The waiting-line record every open chat has.
Json InquiryOf(const ChatRecords& chat) {
  Json body = Json::MakeObject();
  body.Append("rid", chat.room_id);
  body.Append("name", chat.room.Text("fname"));
  body.Append("ts", chat.room.Integer("ts"));
  body.Append("message", chat.inquiry.IsObject() ? chat.inquiry.Text("message") : "");
  body.Append("status", chat.room.Find("servedBy") != nullptr ? "taken"
                        : chat.inquiry.IsObject()             ? chat.inquiry.Text("status")
                                                              : "ready");
  if (!chat.room.Text("departmentId").empty()) body.Append("department", chat.room.Text("departmentId"));
  body.Append("t", "l");
  for (const char* name : {"v", "lastMessage", "source", "queuedAt"}) {
    if (const Json* value = chat.room.Find(name)) body.Append(name, *value);
  }
  body.Append("_updatedAt", chat.room.Integer("_updatedAt"));
  return body;
}

// Whoever an event about what is new may name, but for the visitor.
std::set<std::string> NewPeopleOf(const ChatRecords& before, const ChatRecords& now) {
  std::set<std::string> ids;
  for (const auto& [id, body] : now.messages) {
    if (!before.messages.contains(id)) ids.emplace(TextAt(body, "u._id"));
  }
  for (const char* path : {"servedBy._id", "closedBy._id"}) ids.emplace(TextAt(now.room, path));
  ids.erase(now.visitor_id);
  ids.erase("");
  return ids;
}

// What the visitor can be reached by.
std::vector<std::string> AddressesOf(const Json& visitor) {
  constexpr std::pair<const char*, const char*> kLists[] = {{"visitorEmails", "address"}, {"phone", "phoneNumber"}};
  std::vector<std::string> addresses;
  for (const auto& [list, member] : kLists) {
    const Json* entries = visitor.Find(list);
    if (entries == nullptr || entries->AsArray() == nullptr) continue;
    for (const Json& entry : *entries->AsArray()) addresses.push_back(Lower(entry.Text(member)));
  }
  return addresses;
}

// The last thing the visitor said that has one of the addresses in it; a workspace does not say which it was.
std::string MessageWith(const ChatRecords& chat, const std::vector<std::string>& addresses) {
  std::string found;
  std::int64_t latest = -1;
  for (const auto& [id, message] : chat.messages) {
    if (message.Text("token").empty() || !message.Text("t").empty() || message.Integer("ts") <= latest) continue;
    const std::string text = Lower(message.Text("msg"));
    const auto is_in = [&](const std::string& address) { return text.find(address) != std::string::npos; };
    if (std::none_of(addresses.begin(), addresses.end(), is_in)) continue;
    latest = message.Integer("ts");
    found = id;
  }
  return found;
}

// Told once for what the visitor left, however often it is said.
Event LeadOf(const ChatRecords& now) {
  const std::vector<std::string> addresses = AddressesOf(now.visitor);
  Event lead;
  lead.id = "lead:" + now.room_id + ":" + Sha256Hex(Join(addresses, "\n")).substr(0, 16);
  lead.at = ChangedAt(now.room);
  lead.subject = now.room_id;
  lead.payload = events::LeadCaptured{MessageWith(now, addresses)};
  return lead;
}

// What rules go by. The ledger knows where the chat began, and who served it before.
records::ChatFacts FactsOf(const ChatRecords& now, const KnownPeople& people, const storage::LedgerChat& known) {
  records::ChatFacts facts;
  facts.start_url = known.start_url.empty() ? now.first_page : known.start_url;
  for (const storage::LedgerAgent& agent : known.agents) facts.agents.push_back(Lower(agent.email));
  const auto serving = people.find(std::string(TextAt(now.room, "servedBy._id")));
  if (serving != people.end()) facts.agents.push_back(Lower(serving->second.email));
  if (const Json* tags = now.room.Find("tags"); tags != nullptr && tags->AsArray() != nullptr)
    for (const Json& tag : *tags->AsArray()) facts.tags.emplace_back(tag.AsString().value_or(""));
  if (const Json* fields = now.visitor.Find("livechatData"); fields != nullptr && fields->AsObject() != nullptr)
    for (const auto& [name, value] : *fields->AsObject()) facts.custom_fields[name] = value.AsString().value_or("");
  return facts;
}

bool Has(const Json& object, std::string_view member) {
  return object.Find(member) != nullptr;
}

}  // namespace

// What Parley has of a chat.
struct RoomSync::Mirror {
  std::optional<Document> room, inquiry, visitor;
  std::map<std::string, std::int64_t> message_versions;
  ChatRecords chat;

  std::int64_t version() const { return room ? room->version : storage::kMustNotExist; }
};

// What the workspace has of it now.
struct RoomSync::Fresh {
  ChatRecords chat;
  std::string inquiry_id;
  std::map<std::string, Time> deleted;
};

// Lists and single reads may show a room differently in what nobody asks for; a change always moves its date, and what
// matters is compared besides, for two changes may be of one moment.
bool IsSameRoom(const Json& mirrored, const Json& told) {
  constexpr const char* kWhatMatters[] = {"_updatedAt", "open", "closedAt",     "msgs",           "servedBy",
                                          "onHold",     "tags", "departmentId", "surveyFeedback", "queuedAt"};
  return std::all_of(std::begin(kWhatMatters), std::end(kWhatMatters), [&](const char* name) {
    const Json* a = mirrored.Find(name);
    const Json* b = told.Find(name);
    return a == nullptr || b == nullptr ? a == b : *a == *b;
  });
}

Awaitable<Result<Time>> WatchedSince(storage::ShardStores& stores, Time now) {
  auto attempt = [&]() -> Awaitable<Result<Time>> {
    const auto found = co_await stores.documents().Get(Collection::kSyncs, kWatch);
    if (!found) co_return found.error();
    if (*found) co_return FromUnixMillis((*found)->body.Integer("since"));
    storage::Changes changes;
    changes.Insert(Collection::kSyncs, kWatch, Json::Of({{"since", UnixMillis(now)}}));
    const Status committed = co_await stores.committer().Commit(std::move(changes));
    if (!committed) co_return committed.error();
    co_return now;
  };
  co_return co_await storage::Retrying(std::move(attempt));
}

Awaitable<Result<Time>> RoomSync::Since() {
  if (!since_) {
    const Result<Time> since = co_await WatchedSince(parts_.stores, parts_.clock.Now());
    if (!since) co_return since.error();
    since_ = *since;
  }
  co_return *since_;
}

Awaitable<Result<std::size_t>> RoomSync::Sync(std::string room_id, Sighting sighting) {
  auto attempt = [&]() -> Awaitable<Result<std::size_t>> {
    const Sighting looked =
        std::exchange(sighting, Sighting{sighting.source, sighting.recovered, sighting.lead, nullptr});
    return Attempt(room_id, looked);
  };
  Result<std::size_t> synced = co_await storage::Retrying(std::move(attempt));
  if (!synced && synced.error().code == ErrorCode::kBadGateway) {
    ++parts_.progress.unusable_answers;
    Log(LogLevel::kWarning, "sync.unusable_answer",
        {{"room", room_id}, {"reason", synced.error().message}, {"detail", synced.error().detail}});
  }
  co_return synced;
}

Awaitable<Result<std::size_t>> RoomSync::Attempt(const std::string& room_id, Sighting sighting) {
  Result<Mirror> mirror = co_await ReadMirror(room_id);
  if (!mirror) co_return mirror.error();
  std::optional<Taken> room;
  if (sighting.listed != nullptr) {
    room = *sighting.listed;
  } else {
    Result<std::optional<Taken>> read = co_await reader_.Room(room_id);
    if (!read) co_return read.error();
    room = *std::move(read);
  }
  if (!room) co_return co_await Remove(*mirror, sighting);
  if (mirror->room && ChangedAt(room->body) < ChangedAt(mirror->room->body)) co_return std::size_t{0};
  if (mirror->room && sighting.listed != nullptr && IsSameRoom(mirror->room->body, room->body))
    co_return std::size_t{0};
  Mirror known = *std::move(mirror);
  const Status visitor = co_await ReadMirroredVisitor(std::string(TextAt(room->body, "v._id")), known);
  if (!visitor) co_return visitor.error();
  const Result<Fresh> fresh = co_await ReadWorkspace(known, *std::move(room), sighting);
  if (!fresh) co_return fresh.error();
  co_return co_await Write(known, *fresh, sighting);
}

// ---- reading --------------------------------------------------------------------------------------------------------

Awaitable<Result<RoomSync::Mirror>> RoomSync::ReadMirror(std::string room_id) {
  storage::DocumentStore& documents = parts_.stores.documents();
  Mirror mirror;
  mirror.chat.room_id = room_id;
  auto room = co_await documents.Get(Collection::kRooms, room_id);
  if (!room) co_return room.error();
  mirror.room = *std::move(room);
  if (!mirror.room) co_return mirror;
  mirror.chat.room = mirror.room->body;
  storage::Query query(Collection::kMessages);
  query.where.emplace_back("rid", Match::kEquals, Json(room_id));
  Result<storage::Found> messages = co_await documents.Find(std::move(query));
  if (!messages) co_return messages.error();
  for (Document& message : messages->documents) {
    mirror.message_versions[message.id] = message.version;
    mirror.chat.messages[message.id] = std::move(message.body);
  }
  auto inquiry = co_await FindOne(documents, Collection::kInquiries, "rid", room_id);
  if (!inquiry) co_return inquiry.error();
  mirror.inquiry = *std::move(inquiry);
  if (mirror.inquiry) mirror.chat.inquiry = mirror.inquiry->body;
  co_return mirror;
}

Awaitable<Status> RoomSync::ReadMirroredVisitor(std::string visitor_id, Mirror& mirror) {
  auto visitor = co_await parts_.stores.documents().Get(Collection::kVisitors, visitor_id);
  if (!visitor) co_return visitor.error();
  mirror.visitor = *std::move(visitor);
  mirror.chat.visitor_id = std::move(visitor_id);
  if (mirror.visitor) mirror.chat.visitor = mirror.visitor->body;
  co_return Status();
}

Awaitable<Result<RoomSync::Fresh>> RoomSync::ReadWorkspace(const Mirror& mirror, Taken room, const Sighting& sighting) {
  Fresh fresh;
  fresh.chat.room_id = room.id;
  fresh.chat.room = std::move(room.body);
  fresh.chat.visitor_id = mirror.chat.visitor_id;
  Status read = co_await ReadMessages(mirror, fresh);
  if (read) read = co_await ReadVisitor(mirror, sighting, fresh);
  if (read) read = co_await ReadInquiry(mirror, fresh);
  if (!read) co_return read.error();
  if (!mirror.chat.known()) {
    Result<std::string> page =
        co_await reader_.PageBefore(fresh.chat.room_id, FromUnixMillis(fresh.chat.room.Integer("ts")));
    if (!page && page.error().code != ErrorCode::kBadGateway) co_return page.error();
    if (page) fresh.chat.first_page = *std::move(page);
  }
  co_return fresh;
}

// All of them when the chat is new here, when it ends, and when fewer are left than before: what was hidden is not told
// as deleted. Else what changed since.
Awaitable<Status> RoomSync::ReadMessages(const Mirror& mirror, Fresh& fresh) {
  const Json& room = fresh.chat.room;
  const bool ends = mirror.chat.room.Flag("open") && !room.Flag("open");
  const bool whole = !mirror.chat.known() || ends || room.Integer("msgs") < mirror.chat.room.Integer("msgs");
  Time since{};
  if (!whole) {
    for (const auto& [id, body] : mirror.chat.messages) since = std::max(since, ChangedAt(body));
    since = std::max(Time{}, since - kOverlap);
  }
  Result<RoomMessages> read = co_await reader_.Messages(fresh.chat.room_id, since);
  if (!read) co_return read.error();
  if (read->unusable > 0) {
    ++parts_.progress.unusable_answers;
    Log(LogLevel::kWarning, "sync.unusable_messages",
        {{"room", fresh.chat.room_id}, {"count", static_cast<std::int64_t>(read->unusable)}});
  }
  const bool vanished = whole && read->updated.empty() && !mirror.chat.messages.empty();
  if (vanished && room.Integer("msgs") > 0)
    co_return BadGateway("The workspace's answer cannot be used", "chat.syncMessages: none of the messages is there");
  // Where something was left out, what is missing need not be gone.
  if (!whole || read->unusable > 0) fresh.chat.messages = mirror.chat.messages;
  for (Taken& message : read->updated) fresh.chat.messages[message.id] = std::move(message.body);
  for (const auto& [id, at] : read->deleted) {
    fresh.chat.messages.erase(id);
    fresh.deleted[id] = at;
  }
  co_return Status();
}

Awaitable<Status> RoomSync::ReadVisitor(const Mirror& mirror, const Sighting& sighting, Fresh& fresh) {
  const ChatRecords& known = mirror.chat;
  const bool is_new = !known.known() && sighting.source != Source::kFill;
  const bool ends = known.room.Flag("open") && !fresh.chat.room.Flag("open");
  const bool differs = known.known() && VisitorInRoom(known.room) != VisitorInRoom(fresh.chat.room);
  if (mirror.visitor && !is_new && !ends && !differs && !sighting.lead) {
    fresh.chat.visitor = known.visitor;
    co_return Status();
  }
  Result<std::optional<Taken>> visitor = co_await reader_.Visitor(fresh.chat.visitor_id);
  if (!visitor) co_return visitor.error();
  Json& body = fresh.chat.visitor;
  body = *visitor ? std::move((*visitor)->body) : mirror.visitor ? known.visitor : VisitorInRoom(fresh.chat.room);
  body.Remove("_id");
  // Some versions keep a visitor's token to themselves here, but not in the room.
  for (const char* name : {"token", "username"}) {
    const std::string_view in_room = TextAt(fresh.chat.room, std::string("v.") + name);
    if (!Has(body, name) && !in_room.empty()) body.Append(name, in_room);
  }
  if (!Has(body, "_updatedAt")) body.Append("_updatedAt", fresh.chat.room.Integer("_updatedAt"));
  body.Set("chats", known.visitor.Integer("chats"));
  co_return Status();
}

Awaitable<Status> RoomSync::ReadInquiry(const Mirror& mirror, Fresh& fresh) {
  if (!fresh.chat.room.Flag("open")) co_return Status();
  if (!Has(fresh.chat.room, "servedBy")) {
    Result<std::optional<Taken>> inquiry = co_await reader_.Inquiry(fresh.chat.room_id);
    if (!inquiry) co_return inquiry.error();
    if (*inquiry) {
      fresh.inquiry_id = (*inquiry)->id;
      fresh.chat.inquiry = std::move((*inquiry)->body);
      co_return Status();
    }
  }
  fresh.inquiry_id = mirror.inquiry ? mirror.inquiry->id : "room:" + fresh.chat.room_id;
  co_return Status();
}

// ---- writing --------------------------------------------------------------------------------------------------------

// What another visitor had is no longer theirs: a token moves on to whoever registers with its owner's address.
Awaitable<Status> RoomSync::PutVisitor(const std::string& id, const Json& body, std::int64_t version,
                                       storage::Changes& changes) {
  for (const char* name : {"token", "username"}) {
    const std::string value(body.Text(name));
    if (value.empty()) continue;
    const auto other = co_await FindOne(parts_.stores.documents(), Collection::kVisitors, name, value);
    if (!other) co_return other.error();
    if (!*other || (*other)->id == id) continue;
    Json without = (*other)->body;
    without.Remove("token");
    without.Remove("username");
    changes.Update(Collection::kVisitors, **other, std::move(without));
  }
  changes.puts.push_back({Collection::kVisitors, id, body, version});
  co_return Status();
}

Awaitable<Status> RoomSync::Record(std::vector<Event> events, const Sighting& sighting, storage::Changes& changes) {
  const Result<Time> since = co_await Since();
  if (!since) co_return since.error();
  for (Event& event : events) {
    const bool before = event.at < *since;
    event.source = before ? Source::kFill : sighting.source == Source::kFill ? Source::kPoll : sighting.source;
    event.recovered = event.source == Source::kPoll && sighting.recovered;
    parts_.recorder.Record(event, changes);
  }
  co_return Status();
}

Awaitable<Status> RoomSync::Commit(storage::Changes changes) {
  const std::vector<storage::OutboxEvent> events = changes.events;
  const Status committed = co_await parts_.stores.committer().Commit(std::move(changes));
  // Another chat took a visitor's token or the place in the line meanwhile.
  if (!committed && committed.error().code == ErrorCode::kAlreadyExists) co_return Conflict(committed.error().message);
  if (committed) Count(events);
  co_return committed;
}

void RoomSync::Count(const std::vector<storage::OutboxEvent>& events) {
  std::optional<Time> latest;
  for (const storage::OutboxEvent& event : events) {
    if (!event.deliverable) continue;
    ++parts_.progress.events;
    if (event.payload.Flag("recovered")) ++parts_.progress.recovered_events;
    latest = std::max(latest.value_or(event.at), event.at);
  }
  if (latest) parts_.progress.lag_millis = std::max<std::int64_t>(0, (parts_.clock.Now() - *latest).count());
}

// Documents of messages that are new, others, or gone.
void RoomSync::PutMessages(const Mirror& mirror, const ChatRecords& now, storage::Changes& changes) {
  for (const auto& [id, body] : now.messages) {
    const auto known = mirror.chat.messages.find(id);
    if (known != mirror.chat.messages.end() && known->second == body) continue;
    const bool is_new = known == mirror.chat.messages.end();
    const std::int64_t version = is_new ? storage::kMustNotExist : mirror.message_versions.at(id);
    changes.puts.push_back({Collection::kMessages, id, body, version});
  }
  for (const auto& [id, version] : mirror.message_versions) {
    if (!now.messages.contains(id)) changes.Remove(Collection::kMessages, id);
  }
}

void RoomSync::PutInquiry(const Mirror& mirror, const Fresh& fresh, storage::Changes& changes) {
  const bool open = fresh.chat.room.Flag("open");
  const bool same_id = mirror.inquiry && mirror.inquiry->id == fresh.inquiry_id;
  if (mirror.inquiry && (!open || !same_id)) changes.Remove(Collection::kInquiries, mirror.inquiry->id);
  if (!open) return;
  Json inquiry = InquiryOf(fresh.chat);
  if (!same_id || mirror.inquiry->body != inquiry)
    changes.Put(Collection::kInquiries, fresh.inquiry_id, std::move(inquiry));
}

void RoomSync::PutRoom(const Mirror& mirror, const ChatRecords& now, storage::Changes& changes) {
  Json room = now.room;
  const Json* own = mirror.room ? mirror.room->body.Find(kAnswerOfHooks) : nullptr;
  if (own != nullptr) room.Set(kAnswerOfHooks, *own);
  changes.puts.push_back({Collection::kRooms, now.room_id, std::move(room), mirror.version()});
}

// The chat's end is a sign of its visitor, and its department may have been set without anybody handing it on.
Awaitable<Status> RoomSync::NoteBeside(const Mirror& mirror, const ChatRecords& now, bool live,
                                       storage::Changes& changes) {
  const std::string_view department = now.room.Text("departmentId");
  if (department != mirror.chat.room.Text("departmentId") && department != ToldDepartment(now))
    changes.ledger.push_back(storage::SetLedgerDepartment{now.room_id, std::string(department)});
  const bool ended = !now.room.Flag("open") && (!mirror.chat.known() || mirror.chat.room.Flag("open"));
  const std::optional<Time> closed = MomentAt(now.room, "closedAt");
  if (!ended || !closed || !live) co_return Status();
  co_return co_await records::NoteChatEnd(parts_.stores.documents(), TextAt(now.room, "v.token"),
                                          FromUnixMillis(now.room.Integer("ts")), *closed, changes);
}

Awaitable<Result<std::size_t>> RoomSync::Write(const Mirror& mirror, const Fresh& fresh, const Sighting& sighting) {
  const ChatRecords& now = fresh.chat;
  storage::Changes changes;
  PutMessages(mirror, now, changes);
  PutInquiry(mirror, fresh, changes);
  Json visitor = now.visitor;
  if (!mirror.chat.known()) visitor.Set("chats", visitor.Integer("chats") + 1);
  if (visitor != mirror.chat.visitor) {
    const std::int64_t version = mirror.visitor ? mirror.visitor->version : storage::kMustNotExist;
    const Status put = co_await PutVisitor(now.visitor_id, visitor, version, changes);
    if (!put) co_return put.error();
  }
  const Result<KnownPeople> people = co_await people_.Find(NewPeopleOf(mirror.chat, now));
  if (!people) co_return people.error();
  std::vector<Event> events = WhatHappened(mirror.chat, now, *people, fresh.deleted);
  if (sighting.lead) events.push_back(LeadOf(now));
  const std::size_t happened = events.size();
  const Status recorded = co_await Record(std::move(events), sighting, changes);
  if (!recorded) co_return recorded.error();
  Status noted = co_await NoteBeside(mirror, now, sighting.source != Source::kFill, changes);
  if (noted) noted = co_await AssignGroup(now, *people, changes);
  if (!noted) co_return noted.error();
  if (changes.empty() && mirror.room && IsSameRoom(mirror.room->body, now.room)) co_return std::size_t{0};
  PutRoom(mirror, now, changes);
  const Status committed = co_await Commit(std::move(changes));
  if (!committed) co_return committed.error();
  co_return happened;
}

Awaitable<Status> RoomSync::AssignGroup(const ChatRecords& now, const KnownPeople& people, storage::Changes& changes) {
  if (parts_.group_rules == nullptr || parts_.group_rules->empty()) co_return Status();
  const Result<std::optional<storage::LedgerChat>> known = co_await parts_.stores.ledger().Get(now.room_id);
  if (!known) co_return known.error();
  const storage::LedgerChat chat = known->value_or(storage::LedgerChat());
  const records::ChatFacts facts = FactsOf(now, people, chat);
  const std::string* name = records::GroupOf(*parts_.group_rules, facts);
  if (name == nullptr) co_return Status();
  const Result<std::optional<std::string>> group = co_await records::FindGroupBeside(parts_.stores.documents(), *name);
  if (!group) co_return group.error();
  if (*group && chat.department != **group)
    changes.ledger.push_back(storage::SetLedgerDepartment{now.room_id, **group});
  co_return Status();
}

// The workspace does not know the chat any more.
Awaitable<Result<std::size_t>> RoomSync::Remove(const Mirror& mirror, const Sighting& sighting) {
  if (!mirror.room) co_return std::size_t{0};
  storage::Changes changes;
  const std::string& room_id = mirror.chat.room_id;
  changes.Remove(Collection::kRooms, room_id, mirror.room->version);
  changes.Sweep(Collection::kMessages, "rid", Json(room_id));
  changes.Sweep(Collection::kInquiries, "rid", Json(room_id));
  Event gone;
  gone.id = "gone:" + room_id;
  gone.at = parts_.clock.Now();
  gone.subject = room_id;
  gone.payload = events::ChatRemoved{};
  std::vector<Event> events;
  events.push_back(std::move(gone));
  const Status recorded = co_await Record(std::move(events), sighting, changes);
  if (!recorded) co_return recorded.error();
  const Status committed = co_await Commit(std::move(changes));
  if (!committed) co_return committed.error();
  co_return std::size_t{1};
}

// ---- visitors without a chat ----------------------------------------------------------------------------------------

Awaitable<Status> RoomSync::SyncVisitor(Taken visitor, Source source) {
  Sighting sighting;
  sighting.source = source;
  auto attempt = [&]() -> Awaitable<Status> {
    Mirror mirror;
    const Status read = co_await ReadMirroredVisitor(visitor.id, mirror);
    if (!read) co_return read;
    Json body = visitor.body;
    body.Set("chats", mirror.chat.visitor.Integer("chats"));
    for (const char* name : {"token", "username"}) {
      const std::string_view known = mirror.chat.visitor.Text(name);
      if (!Has(body, name) && !known.empty()) body.Append(name, known);
    }
    if (mirror.visitor && (body == mirror.chat.visitor || ChangedAt(body) < ChangedAt(mirror.chat.visitor)))
      co_return Status();
    storage::Changes changes;
    const std::int64_t version = mirror.visitor ? mirror.visitor->version : storage::kMustNotExist;
    const Status put = co_await PutVisitor(visitor.id, body, version, changes);
    if (!put) co_return put;
    events::VisitorChanged changed;
    changed.visitor = LedgerVisitorOf(visitor.id, body);
    if (mirror.visitor && !SameFacts(changed.visitor, LedgerVisitorOf(visitor.id, mirror.chat.visitor))) {
      Event event;
      event.id = "visitor:" + visitor.id + ":" + std::to_string(body.Integer("_updatedAt"));
      event.at = ChangedAt(body);
      event.subject = visitor.id;
      event.payload = std::move(changed);
      std::vector<Event> events;
      events.push_back(std::move(event));
      const auto recorded = co_await Record(std::move(events), sighting, changes);
      if (!recorded) co_return recorded.error();
    }
    co_return co_await Commit(std::move(changes));
  };
  co_return co_await storage::Retrying(std::move(attempt));
}

// Tickets the visitor wrote, known by the visitor or by an address, included.
Awaitable<Status> RoomSync::ForgetVisitor(std::string visitor_id) {
  storage::DocumentStore& documents = parts_.stores.documents();
  const auto visitor = co_await documents.Get(Collection::kVisitors, visitor_id);
  if (!visitor) co_return visitor.error();
  if (!*visitor) co_return Status();
  storage::Changes changes;
  std::vector<storage::Condition> theirs{{"visitor", Match::kEquals, Json(visitor_id)}};
  const std::string address = LedgerVisitorOf(visitor_id, (*visitor)->body).email;
  if (!address.empty()) {
    theirs.emplace_back("mail", Match::kEquals, Json(address));
    changes.ledger.emplace_back(storage::EraseEvents{address});
  }
  storage::Query query(Collection::kTickets);
  query.where.push_back(storage::Condition::AnyOf(std::move(theirs)));
  const Result<storage::Found> tickets = co_await documents.Find(std::move(query));
  if (!tickets) co_return tickets.error();
  for (const Document& ticket : tickets->documents) {
    changes.Remove(Collection::kTickets, ticket.id);
    changes.ledger.emplace_back(storage::EraseEvents{ticket.id});
  }
  const std::string token((*visitor)->body.Text("token"));
  if (!token.empty()) changes.Remove(Collection::kVisits, records::VisitIdOf(token));
  changes.Remove(Collection::kVisitors, visitor_id);
  changes.ledger.push_back(storage::RemoveLedgerVisitor{visitor_id});
  co_return co_await parts_.stores.committer().Commit(std::move(changes));
}

}  // namespace parley::sync
