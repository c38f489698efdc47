// One chat while a request changes it: the records in hand and the one change that will make everything durable.
//
//   Conversation chat(context, room, inquiry);
//   chat.Assign(agent);
//   Message& said = chat.PostFromAgent(agent, "Hi");
//   storage::Changes changes = chat.Finish();     // commit it; kConflict: somebody was faster, read again
//
// Each step changes the records, collects the documents it touches and records what happened as events. Nothing is
// decided here that needs the store or the settings: who may, who is free and what is demanded is the callers'
// business. The room's version guards the whole change, so two requests never change one chat at the same time.
// Threading: one request. Tests: tests/unit/backend/embedded/conversation_flow_test.cc
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "backend/embedded/inquiry.h"
#include "backend/embedded/message.h"
#include "backend/embedded/room.h"
#include "backend/embedded/subscription.h"
#include "backend/embedded/user.h"
#include "backend/embedded/visitor.h"
#include "base/id_generator.h"
#include "events/event.h"
#include "storage/changes.h"

namespace parley::backend::embedded {

// What every step needs. References outlive the Conversation.
struct ConversationContext {
  Time now{};
  IdGenerator* ids = nullptr;
  const events::Recorder* recorder = nullptr;
};

// How a chat came to be.
struct Opening {
  std::string department;          // where it is to be served; empty: anywhere
  std::string inquiry_department;  // what the visitor asked for
  Json source;                     // {"type": "api"}
  std::string page_url;            // where the visitor was
  bool invited = false;            // it came of a greeting
  std::string contact_id;
  std::string contact_name;  // what the chat is called; empty: as the visitor is
};

struct Closing {
  Person by;
  bool by_visitor = false;
  std::string login;  // of an agent: the e-mail address
  std::string comment;
  bool transcript_requested = false;
};

struct Transfer {
  std::string scope;  // agent, department, queue
  Person by;
  std::string by_type;  // agent, user, visitor
  std::string comment;
  std::optional<Person> to;
  std::string department;  // after the transfer; empty: unchanged
  std::string department_name;
};

// What a change of a message leaves behind, as the settings Message_KeepHistory and Message_ShowDeletedStatus want it.
struct Traces {
  bool keep_history = false;  // the former text stays, hidden
  bool show_deleted = false;  // a deleted message leaves an empty one in its place
};

Person PersonOf(const User& user);
// How the ledger knows an agent: by the e-mail address, which is the LiveChat login.
storage::LedgerAgent LedgerAgentOf(const User& user);
storage::LedgerVisitor LedgerVisitorOf(const Visitor& visitor);

class Conversation {
 public:
  // A new chat of `visitor`; the room and its inquiry get ids, and the opening is told.
  Conversation(const ConversationContext& context, const Visitor& visitor, const Opening& opening);
  // A chat that is there. A closed one has no inquiry.
  Conversation(const ConversationContext& context, Room room, std::optional<Inquiry> inquiry);

  Room& room() { return room_; }
  std::optional<Inquiry>& inquiry() { return inquiry_; }
  storage::Changes& changes() { return changes_; }
  Time now() const { return context_.now; }
  // What follows happens then, in the same change: a chat of the past is told in one go.
  void GoOnAt(Time now) { context_.now = now; }

  // `message` brings its text and what the client may set; room, author and time are given here, the id unless set.
  Message PostFromVisitor(const Visitor& visitor, Message message);
  Message PostFromAgent(const User& agent, Message message);
  Message PostSystem(const char* type, std::string text, const Person& author, const std::string& visitor_token = {});

  // An edit of a message of this chat: its new text.
  void Edit(Message& message, std::string text, const Person& by, const Traces& traces = {});
  // A message of this chat is gone; `before`: what is now the last one people see.
  void Delete(const Message& message, const std::optional<Message>& before, const Person& by = {},
              const Traces& traces = {});

  // The inquiry waits for an agent from now on.
  void Queue(std::optional<DefaultAgent> asked);
  // `agent` serves the chat. REQUIRES: an inquiry, and nobody serves the room.
  void Assign(const User& agent);
  // The serving agent leaves; `subscription` is the seat given up. REQUIRES: somebody serves the room.
  void Release(const std::optional<Subscription>& subscription);
  // Somebody who sat in leaves: their seat becomes the serving agent's.
  void GiveUpSeat(const Subscription& seat);
  // `user` sits in beside the serving agent.
  void Join(const User& user);
  // Tells of a transfer; the assignment is changed by Release, Assign and Queue.
  void TellTransfer(const Transfer& transfer);
  // The conversation was mailed. `request`: who asked for it, and whom it is about.
  // What is known of the chat was changed; told of ended ones, for nothing else tells it then.
  void TellEdited();
  // The visitor's message told how to reach them.
  void TellLead(const std::string& message_id);
  void TellTranscript(const Person& by, Json request);
  void SetDepartment(const std::string& department);
  void SetTags(std::vector<std::string> tags);
  void Rate(Json survey);
  // `seats`: who sits in the room, as far as known; who asks what was removed is told of them. REQUIRES: room().open
  void Close(const Closing& closing, const std::vector<Subscription>& seats);

  void Record(events::Payload payload);

  // The visitor as they are now: name, phones and status in room and inquiry.
  void Rename(const Visitor& visitor);

  // Everything collected, with the records as they are now. The Conversation is spent.
  storage::Changes Finish();
  // The same, added to a change of the caller's.
  void FinishInto(storage::Changes& changes);

 private:
  Message& Complete(Message& message, const Person& author);
  void Store(const Message& message, bool counts_as_last);
  void KeepFormer(const Message& message, const Person& by);
  void TakeAway(const Message& message, const Person& by, const Traces& traces);
  void TellMessage(const Message& message, events::ChatMessage said);
  void Seat(const User& user);

  ConversationContext context_;
  Room room_;
  std::optional<Inquiry> inquiry_;
  std::string removed_inquiry_;
  storage::Changes changes_;
};

}  // namespace parley::backend::embedded
