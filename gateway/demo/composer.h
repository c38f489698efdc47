// Composes chats of the past: what holding them call by call would have left by now, without the calls.
//
// The backend's own records and steps are used (backend/embedded/conversation.h, contact_merge.h, records/), and the
// ledger's facts are those the projector makes of the same events; so what the backend or the ledger learns to keep of a
// chat, composed chats have too. What is left out: events for subscribers, who were not there then, and visits of guests
// who have not been seen for as long as anybody is remembered (records/visit.h), which the timed work would have removed.
// What comes beside the conversation itself (registering, pages, goals, tickets) is put together here as the routes do
// it; the test holds and composes the same scripts and compares everything the two stores have.
// Threading: one thread. Tests: tests/unit/demo/composer_test.cc
#pragma once

#include <map>
#include <string>
#include <vector>

#include "backend/embedded/contact.h"
#include "backend/embedded/conversation.h"
#include "demo/script.h"
#include "demo/shop.h"
#include "records/greeting_showings.h"
#include "records/visit.h"
#include "storage/ledger.h"

namespace parley::demo {

// Events as facts of the ledger; nobody else is told.
class LedgerRecorder final : public events::Recorder {
 public:
  void Record(const events::Event& event, storage::Changes& changes) const override;
};

class Composer {
 public:
  using Agents = std::map<std::string_view, backend::embedded::User>;  // by user name

  // What the store had all the time.
  struct Setting {
    Agents agents;
    records::RunningGreetings greetings;
    // The number of the first new guest's name, guest-<number>; as many as there are chats are taken.
    std::int64_t first_guest = 1;
    Time now{};
  };

  Composer(const Shop& shop, Setting setting, IdGenerator& ids)
      : shop_(shop), setting_(std::move(setting)), ids_(ids), next_guest_(setting_.first_guest) {}

  // Adds what the chat leaves to `changes`. Answers the room's id. REQUIRES: script.ended
  std::string Compose(const Script& script, storage::Changes& changes);
  // An agent who comes or goes.
  void Compose(const Turn& turn, storage::Changes& changes);
  // Those met so far do not come back.
  void ForgetGuests() { guests_.clear(); }

 private:
  // A guest's records as the store has them.
  struct Known {
    backend::embedded::Visitor visitor;
    backend::embedded::Contact contact;
    records::Visit visit;
    std::vector<storage::LedgerGreeting> shown;  // to them
  };
  // The page a guest comes to, and the greetings met there.
  struct Arrival;
  // One chat on its way.
  struct Telling;

  Known& Register(const Script& script, storage::Changes& changes);
  Arrival Arrive(const Script& script, Known& guest, storage::Changes& changes);
  void Open(Telling& telling, Arrival& arrival);
  void HandOver(Telling& telling, const Handover& handover);
  void Speak(Telling& telling, const Spoken& line);
  void MarkActive(Telling& telling);
  void SeeOrderPage(Telling& telling);
  void Rate(Telling& telling);
  void Close(Telling& telling);
  void SaveGuest(Telling& telling, storage::Changes& changes);
  void Order(const Telling& telling, storage::Changes& changes);
  void Write(const Telling& telling, storage::Changes& changes);

  const backend::embedded::User& UserOf(const Person& person) const { return setting_.agents.at(person.username); }

  const Shop& shop_;
  const Setting setting_;
  const LedgerRecorder recorder_;
  IdGenerator& ids_;
  std::int64_t next_guest_;
  std::map<std::string, Known> guests_;  // by token
};

}  // namespace parley::demo
