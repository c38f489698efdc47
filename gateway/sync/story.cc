#include "sync/story.h"

#include <algorithm>
#include <tuple>

#include "records/rating.h"
#include "records/visitor_details.h"
#include "sync/shape.h"

namespace parley::sync {
namespace {

using events::Event;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::string_view kStarted = "livechat-started";
constexpr std::string_view kClosed = "livechat-close";
constexpr std::string_view kCommand = "command";
constexpr std::string_view kConnected = "connected";
constexpr std::string_view kJoined = "uj";
constexpr std::string_view kLeft = "ul";
constexpr std::string_view kTransferred = "livechat_transfer_history";
constexpr std::string_view kRemoved = "rm";

// One taking is told by several records, written one after the other: the message, who joined, who serves.
constexpr seconds kOneTaking{5};
// A chat that is taken within this time was assigned, and did not wait.
constexpr seconds kAssignedAtOnce{2};

milliseconds Apart(Time a, Time b) {
  return a < b ? b - a : a - b;
}

bool IsSpoken(const Json& message) {
  return message.Text("t").empty() && !message.Flag("_hidden");
}

bool IsConnection(const Json& message) {
  return message.Text("t") == kCommand && message.Text("msg") == kConnected;
}

std::string_view NameIn(const Json& person) {
  const std::string_view name = person.Text("name");
  return name.empty() ? person.Text("username") : name;
}

// In which order things of one moment were written.
int RankOf(const Json& message) {
  static constexpr std::string_view kOrder[] = {kStarted, kTransferred, kLeft, kCommand, kJoined};
  const std::string_view type = message.Text("t");
  if (type.empty()) return 5;
  const auto* found = std::find(std::begin(kOrder), std::end(kOrder), type);
  if (found != std::end(kOrder)) return static_cast<int>(found - std::begin(kOrder));
  return type == kClosed ? 7 : 6;
}

// A message in its place.
struct Line {
  const std::string* id;
  const Json* body;
  Time at;

  std::string_view Author() const { return TextAt(*body, "u._id"); }
};

std::vector<Line> LinesOf(const ChatRecords& chat) {
  std::vector<Line> lines;
  for (const auto& [id, body] : chat.messages) lines.push_back({&id, &body, FromUnixMillis(body.Integer("ts"))});
  std::stable_sort(lines.begin(), lines.end(), [](const Line& a, const Line& b) {
    return std::tuple(a.at, RankOf(*a.body), *a.id) < std::tuple(b.at, RankOf(*b.body), *b.id);
  });
  return lines;
}

const Json& TransferOf(const Line& line) {
  static const Json kNothing = Json::MakeObject();
  const Json* data = line.body->Find("transferData");
  return data != nullptr && data->IsObject() ? *data : kNothing;
}

std::string_view NextDepartmentOf(const Line& line) {
  return TextAt(TransferOf(line), "nextDepartment._id");
}

// Before anybody handed the chat on.
std::string FirstDepartment(const ChatRecords& chat, const std::vector<Line>& lines) {
  for (const Line& line : lines) {
    if (line.body->Text("t") == kTransferred && !NextDepartmentOf(line).empty())
      return std::string(TransferOf(line).Text("previousDepartment"));
  }
  return std::string(chat.room.Text("departmentId"));
}

// ---- who took it ----------------------------------------------------------------------------------------------------

struct Taking {
  std::string id;  // of the event
  std::string agent_id;
  const Json* person = nullptr;  // as the record names them
  Time at{};
  bool supervising = false;

  bool SameAs(const Taking& other) const {
    return agent_id == other.agent_id && supervising == other.supervising && Apart(at, other.at) <= kOneTaking;
  }
};

template <class Fact>
bool Holds(const std::vector<Fact>& facts, const Fact& fact) {
  return std::any_of(facts.begin(), facts.end(), [&](const Fact& each) { return each.SameAs(fact); });
}

std::vector<Taking> TakingsOf(const ChatRecords& chat, const std::vector<Line>& lines) {
  std::vector<Taking> takings;
  for (const Line& line : lines) {
    if (IsConnection(*line.body))
      takings.push_back({"taken:" + *line.id, std::string(line.Author()), line.body->Find("u"), line.at, false});
  }
  // Who serves although no message says that they took it.
  const Json* served = chat.room.Find("servedBy");
  const std::optional<Time> since = MomentAt(chat.room, "servedBy.ts");
  if (served != nullptr && since) {
    const std::string agent(served->Text("_id"));
    Taking taking{"taken:" + chat.room_id + ":" + agent + ":" + std::to_string(UnixMillis(*since)), agent, served,
                  *since, false};
    if (!Holds(takings, taking)) takings.push_back(std::move(taking));
  }
  const std::size_t served_so_far = takings.size();
  for (const Line& line : lines) {
    if (line.body->Text("t") != kJoined) continue;
    Taking joined{"joined:" + *line.id, std::string(line.Author()), line.body->Find("u"), line.at, false};
    const auto took = [&](const Taking& each) { return each.SameAs(joined); };
    if (std::any_of(takings.begin(), takings.begin() + static_cast<std::ptrdiff_t>(served_so_far), took)) continue;
    joined.supervising = true;
    takings.push_back(std::move(joined));
  }
  return takings;
}

// ---- when it waited -------------------------------------------------------------------------------------------------

struct Waiting {
  Time since{};

  bool SameAs(const Waiting& other) const { return Apart(since, other.since) <= kAssignedAtOnce; }
};

// Whether the chat is about to be assigned and waits for nobody yet. A workspace notes when a chat could have begun to
// wait even where it did not.
bool IsBeingAssigned(const ChatRecords& chat) {
  if (!chat.room.Flag("open") || chat.room.Find("servedBy") != nullptr) return false;
  return chat.inquiry.IsObject() && chat.inquiry.Text("status") != "queued";
}

std::vector<Waiting> WaitingsOf(const ChatRecords& chat, const std::vector<Line>& lines) {
  const auto taken_about = [&](Time at, milliseconds before) {
    return std::any_of(lines.begin(), lines.end(), [&](const Line& line) {
      return IsConnection(*line.body) && line.at >= at - before && line.at <= at + kAssignedAtOnce;
    });
  };
  const auto last =
      std::find_if(lines.rbegin(), lines.rend(), [](const Line& line) { return line.body->Text("t") == kTransferred; });
  std::vector<Waiting> waitings;
  for (const Line& line : lines) {
    if (line.body->Text("t") != kTransferred) continue;
    const std::string_view scope = TransferOf(line).Text("scope");
    const bool pending = last->id == line.id && IsBeingAssigned(chat);
    const bool waits =
        scope == "queue" || (scope == "department" && !taken_about(line.at, kAssignedAtOnce) && !pending);
    if (waits) waitings.push_back({line.at});
  }
  const std::optional<Time> noted = MomentAt(chat.room, "queuedAt");
  if (!noted || taken_about(*noted, milliseconds(0)) || IsBeingAssigned(chat)) return waitings;
  const Waiting waiting{*noted};
  if (!Holds(waitings, waiting)) waitings.push_back(waiting);
  // The room says when it waited last. That it waited at first too shows in when somebody came.
  const Time began = FromUnixMillis(chat.room.Integer("ts"));
  const auto first =
      std::find_if(lines.begin(), lines.end(), [](const Line& line) { return IsConnection(*line.body); });
  if (first == lines.end() || *noted <= first->at || first->at <= began + kAssignedAtOnce) return waitings;
  if (!Holds(waitings, Waiting{began})) waitings.push_back({began});
  return waitings;
}

// ---- telling --------------------------------------------------------------------------------------------------------

class Teller {
 public:
  Teller(const ChatRecords& before, const ChatRecords& now, const KnownPeople& people,
         const std::map<std::string, Time>& deleted)
      : before_(before), now_(now), people_(people), deleted_(deleted), lines_(LinesOf(now)) {}

  std::vector<Event> Tell() {
    TellVisitor();
    if (!before_.known()) TellStart();
    TellLines();
    TellTakings();
    TellWaitings();
    TellRemovals();
    TellTags();
    TellRating();
    TellEnd();
    TellEdit();
    std::stable_sort(told_.begin(), told_.end(), [](const Told& a, const Told& b) {
      return std::tuple(a.event.at, a.rank) < std::tuple(b.event.at, b.rank);
    });
    std::vector<Event> events;
    for (Told& each : told_) events.push_back(std::move(each.event));
    return events;
  }

 private:
  enum Rank { kFirst, kStart, kTransfer, kWait, kTake, kSay, kUnsay, kTag, kRate, kEnd, kEdit };
  struct Told {
    Event event;
    Rank rank;
  };

  void Add(std::string id, Time at, Rank rank, events::Payload payload, const std::string& subject = {}) {
    Told told;
    told.event.id = std::move(id);
    told.event.at = at;
    told.event.subject = subject.empty() ? now_.room_id : subject;
    told.event.payload = std::move(payload);
    told.rank = rank;
    told_.push_back(std::move(told));
  }

  Time RoomChanged() const { return FromUnixMillis(now_.room.Integer("_updatedAt")); }
  std::string OfThisChange(std::string_view kind) const {
    return std::string(kind) + ":" + now_.room_id + ":" + std::to_string(now_.room.Integer("_updatedAt"));
  }

  storage::LedgerAgent AgentOf(const std::string& id, const Json* person) const {
    if (const auto known = people_.find(id); known != people_.end()) return known->second;
    storage::LedgerAgent agent;
    agent.id = id;
    if (person == nullptr) return agent;
    agent.username = person->Text("username");
    agent.name = NameIn(*person);
    return agent;
  }

  void TellVisitor() {
    if (before_.visitor.IsNull() || now_.visitor.IsNull()) return;
    events::VisitorChanged changed;
    changed.visitor = LedgerVisitorOf(now_.visitor_id, now_.visitor);
    if (SameFacts(changed.visitor, LedgerVisitorOf(before_.visitor_id, before_.visitor))) return;
    const std::int64_t at = now_.visitor.Integer("_updatedAt");
    Add("visitor:" + now_.visitor_id + ":" + std::to_string(at), FromUnixMillis(at), kFirst, std::move(changed),
        now_.visitor_id);
  }

  void TellStart() {
    events::ChatStarted started;
    started.visitor = LedgerVisitorOf(now_.visitor_id, now_.visitor);
    started.department = FirstDepartment(now_, lines_);
    started.start_url = now_.first_page;
    started.channel = TextAt(now_.room, "source.type");
    started.channel_label = TextAt(now_.room, "source.alias");
    Add("started:" + now_.room_id, FromUnixMillis(now_.room.Integer("ts")), kStart, std::move(started));
  }

  // Everything people said and how the chat was handed on, with who served it at that moment.
  void TellLines() {
    department_ = FirstDepartment(now_, lines_);
    const Json* served = now_.room.Find("servedBy");
    const bool told =
        std::any_of(lines_.begin(), lines_.end(), [](const Line& line) { return IsConnection(*line.body); });
    if (served != nullptr && !told) Serve(served->Text("_id"), served->Text("username"));
    for (const Line& line : lines_) {
      const std::string_view type = line.body->Text("t");
      if (IsConnection(*line.body)) Serve(line.Author(), TextAt(*line.body, "u.username"));
      if (type == kLeft && line.Author() == serving_.id) Serve({}, {});
      if (type == kTransferred) TellTransfer(line);
      if (IsSpoken(*line.body)) TellMessage(line);
    }
  }

  void Serve(std::string_view id, std::string_view username) {
    served_before_ = std::exchange(serving_, storage::LedgerAgent{std::string(id), std::string(username), {}, {}});
  }

  void TellTransfer(const Line& line) {
    const Json& data = TransferOf(line);
    events::ChatTransferred told;
    told.scope = data.Text("scope");
    told.old_department = department_;
    if (const std::string_view next = NextDepartmentOf(line); !next.empty()) department_ = next;
    departments_[line.at] = department_;
    told.department = department_;
    if (const Json* by = data.Find("transferredBy")) told.by_name = NameIn(*by);
    const Json* to = data.Find("transferredTo");
    if (to != nullptr) told.to_name = NameIn(*to);
    told.comment = data.Text("comment");
    // A workspace may note the handing on when the next one has taken it.
    const bool taken_already = to != nullptr && to->Text("_id") == serving_.id;
    told.old_agent = taken_already ? served_before_ : serving_;
    if (told.old_agent.id.empty()) told.old_agent = {};
    if (!before_.messages.contains(*line.id)) Add("transferred:" + *line.id, line.at, kTransfer, std::move(told));
  }

  void TellMessage(const Line& line) {
    const auto known = before_.messages.find(*line.id);
    const bool is_known = known != before_.messages.end() && IsSpoken(known->second);
    const std::optional<Time> edited = MomentAt(*line.body, "editedAt");
    if (is_known && (!edited || edited == MomentAt(known->second, "editedAt"))) return;
    events::ChatMessage said;
    said.message_id = *line.id;
    said.text = line.body->Text("msg");
    said.files = FilesOf(*line.body);
    said.edited = edited.has_value();
    FillAuthor(line, !is_known, said);
    std::string id = "message:" + *line.id;
    if (edited) id += ":" + std::to_string(UnixMillis(*edited));
    Add(std::move(id), line.at, kSay, std::move(said));
  }

  // `whole`: it is told for the first time. What an edit leaves out is known already.
  void FillAuthor(const Line& line, bool whole, events::ChatMessage& said) const {
    const Json& person = *line.body->Find("u");
    said.author_id = line.Author();
    said.author_name = NameIn(person);
    if (!line.body->Text("token").empty() || said.author_id == now_.visitor_id) {
      said.user_type = "visitor";
      return;
    }
    said.user_type = said.author_id == serving_.id ? "agent" : "supervisor";
    if (!whole) return;
    const storage::LedgerAgent agent = AgentOf(said.author_id, &person);
    said.author_name = agent.name;
    said.author_username = agent.username;
    said.agent_login = agent.email;
  }

  static std::vector<std::string> FilesOf(const Json& message) {
    std::vector<std::string> links;
    const Json* attachments = message.Find("attachments");
    if (message.Find("file") == nullptr || attachments == nullptr || attachments->AsArray() == nullptr) return links;
    for (const Json& attachment : *attachments->AsArray()) links.emplace_back(attachment.Text("title_link"));
    return links;
  }

  void TellTakings() {
    const std::vector<Taking> known = before_.known() ? TakingsOf(before_, LinesOf(before_)) : std::vector<Taking>();
    for (const Taking& taking : TakingsOf(now_, lines_)) {
      if (Holds(known, taking)) continue;
      events::ChatTaken taken;
      taken.agent = AgentOf(taking.agent_id, taking.person);
      taken.supervising = taking.supervising;
      Add(taking.id, taking.at, kTake, std::move(taken));
    }
  }

  // The department a chat belonged to at a moment.
  std::string DepartmentAt(Time at) const {
    std::string department = FirstDepartment(now_, lines_);
    for (const auto& [since, next] : departments_) {
      if (since <= at) department = next;
    }
    return department;
  }

  void TellWaitings() {
    const std::vector<Waiting> known = before_.known() ? WaitingsOf(before_, LinesOf(before_)) : std::vector<Waiting>();
    for (const Waiting& waiting : WaitingsOf(now_, lines_)) {
      if (Holds(known, waiting)) continue;
      events::ChatQueued queued;
      queued.department = DepartmentAt(waiting.since);
      Add("queued:" + now_.room_id + ":" + std::to_string(UnixMillis(waiting.since)), waiting.since, kWait,
          std::move(queued));
    }
  }

  void TellRemovals() {
    for (const auto& [id, body] : before_.messages) {
      if (!IsSpoken(body)) continue;
      const auto left = now_.messages.find(id);
      if (left != now_.messages.end() && IsSpoken(left->second)) continue;
      const auto deleted = deleted_.find(id);
      Time at = RoomChanged();
      if (deleted != deleted_.end()) at = deleted->second;
      if (left != now_.messages.end()) at = FromUnixMillis(left->second.Integer("_updatedAt"));
      events::ChatMessageRemoved removed;
      removed.message_id = id;
      Add("unsaid:" + id, at, kUnsay, std::move(removed));
    }
  }

  static std::vector<std::string> TagsOf(const Json& room) {
    std::vector<std::string> tags;
    const Json* list = room.Find("tags");
    if (list == nullptr || list->AsArray() == nullptr) return tags;
    for (const Json& tag : *list->AsArray()) tags.emplace_back(tag.AsString().value_or(""));
    return tags;
  }

  bool EndsNow() const { return !now_.room.Flag("open") && (!before_.known() || before_.room.Flag("open")); }

  // Of what belongs to the end of a chat, the moment of that.
  Time UntilEnd(Time at) const {
    const std::optional<Time> closed = MomentAt(now_.room, "closedAt");
    return EndsNow() && closed && *closed < at ? *closed : at;
  }

  void TellTags() {
    events::ChatTagged tagged;
    tagged.tags = TagsOf(now_.room);
    if (tagged.tags == TagsOf(before_.room)) return;
    Add(OfThisChange("tagged"), UntilEnd(RoomChanged()), kTag, std::move(tagged));
  }

  void TellRating() {
    const Json* survey = now_.room.Find("surveyFeedback");
    const Json* known = before_.room.Find("surveyFeedback");
    if (survey == nullptr || !survey->IsObject() || (known != nullptr && *known == *survey)) return;
    events::ChatRated rated;
    rated.rate = records::RateOf(*survey);
    rated.comment = survey->Text("additionalFeedback");
    Add(OfThisChange("rated"), RoomChanged(), kRate, std::move(rated));
  }

  void TellEnd() {
    if (!EndsNow()) return;
    events::ChatClosed closed;
    closed.closer = now_.room.Text("closer");
    const bool by_visitor = closed.closer == "visitor";
    Time at = MomentAt(now_.room, "closedAt").value_or(RoomChanged());
    std::string by(TextAt(now_.room, "closedBy._id"));
    const Json* person = now_.room.Find("closedBy");
    const auto last =
        std::find_if(lines_.rbegin(), lines_.rend(), [](const Line& line) { return line.body->Text("t") == kClosed; });
    if (last != lines_.rend()) {
      person = last->body->Find("u");
      by = last->Author();
      closed.message_id = *last->id;
      closed.comment = last->body->Text("msg");
      if (!MomentAt(now_.room, "closedAt")) at = last->at;
    }
    const storage::LedgerAgent agent = AgentOf(by, person);
    closed.closed_by_name = by_visitor && person != nullptr ? std::string(NameIn(*person)) : agent.name;
    if (!by_visitor) closed.closed_by_login = agent.email;
    Add("closed:" + now_.room_id, at, kEnd, std::move(closed));
  }

  void TellEdit() {
    if (!before_.known() || before_.room.Flag("open") || now_.room.Flag("open")) return;
    const auto differs = [&](std::string_view name) {
      const Json* a = before_.room.Find(name);
      const Json* b = now_.room.Find(name);
      return (a == nullptr ? Json() : *a) != (b == nullptr ? Json() : *b);
    };
    if (!differs("topic") && !differs("tags") && !differs("livechatData") && !differs("fname")) return;
    Add(OfThisChange("edited"), RoomChanged(), kEdit, events::ChatEdited());
  }

  const ChatRecords& before_;
  const ChatRecords& now_;
  const KnownPeople& people_;
  const std::map<std::string, Time>& deleted_;
  const std::vector<Line> lines_;
  std::string department_;
  std::map<Time, std::string> departments_;
  storage::LedgerAgent serving_, served_before_;
  std::vector<Told> told_;
};

}  // namespace

std::vector<Event> WhatHappened(const ChatRecords& before, const ChatRecords& now, const KnownPeople& people,
                                const std::map<std::string, Time>& deleted) {
  return Teller(before, now, people, deleted).Tell();
}

std::string ToldDepartment(const ChatRecords& now) {
  const std::vector<Line> lines = LinesOf(now);
  std::string department = FirstDepartment(now, lines);
  for (const Line& line : lines) {
    if (line.body->Text("t") != kTransferred) continue;
    if (const std::string_view next = NextDepartmentOf(line); !next.empty()) department = next;
  }
  return department;
}

storage::LedgerVisitor LedgerVisitorOf(const std::string& id, const Json& visitor) {
  storage::LedgerVisitor facts;
  facts.id = id;
  facts.name = NameIn(visitor);
  const Json* emails = visitor.Find("visitorEmails");
  if (emails != nullptr && emails->AsArray() != nullptr && !emails->empty())
    facts.email = emails->AsArray()->front().Text("address");
  facts.ip = visitor.Text("ip");
  facts.user_agent = visitor.Text("userAgent");
  const Json* fields = visitor.Find("livechatData");
  if (fields != nullptr) facts.custom_variables = records::CustomVariables(*fields);
  return facts;
}

bool SameFacts(const storage::LedgerVisitor& a, const storage::LedgerVisitor& b) {
  const auto facts = [](const storage::LedgerVisitor& visitor) {
    return std::tie(visitor.name, visitor.email, visitor.ip, visitor.user_agent, visitor.custom_variables);
  };
  return facts(a) == facts(b);
}

}  // namespace parley::sync
