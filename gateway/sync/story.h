// What a chat's records tell of what happened in it.
//
// A room and its messages, system messages included, hold nearly everything that happened: who took it and when, how it
// was handed on, when it waited. So each happening is found by comparing what is known of a chat with what is known of it
// now, whoever said that there is something to see, how often and in which order.
// Refuses to know: where the records come from, the store. Source: omnichannel reference §3.2, §3.7.
// Threading: pure functions. Tests: tests/unit/sync/story_test.cc, room_sync_test.cc
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "events/event.h"
#include "sync/people.h"

namespace parley::sync {

// What is known of a chat. Bodies have the form of Parley's documents.
struct ChatRecords {
  std::string room_id;
  Json room;  // null: nothing is known
  std::map<std::string, Json> messages;
  Json inquiry;  // null: none, or it does not wait
  Json visitor;  // null: unknown
  std::string visitor_id;
  std::string first_page;  // where the visitor was when the chat began

  bool known() const { return !room.IsNull(); }
};

// Events of everything in `now` that `before` does not have, oldest first, without a source. `people`: whoever has an id
// in `now`.
std::vector<events::Event> WhatHappened(const ChatRecords& before, const ChatRecords& now, const KnownPeople& people,
                                        const std::map<std::string, Time>& deleted);

// The department `now` belongs to by the events that were told of it, which may be another one than its record says.
std::string ToldDepartment(const ChatRecords& now);

storage::LedgerVisitor LedgerVisitorOf(const std::string& id, const Json& visitor);
// Whether the ledger would tell them apart.
bool SameFacts(const storage::LedgerVisitor& a, const storage::LedgerVisitor& b);

}  // namespace parley::sync
