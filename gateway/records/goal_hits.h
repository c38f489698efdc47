// Goals being reached: which ones a page reaches, whose chat they belong to, and what is recorded.
//
// Whoever sees a visitor's pages (the embedded backend's page visits) asks GoalsReached; a client that says so itself
// comes by way of goals.h. A goal is reached in the chat its visitor has, or had last; without any it is the visitor's.
// Threading: one shard. Tests: tests/unit/resources/goals_test.cc, tests/unit/backend/embedded/visitors_test.cc
#pragma once

#include <string>
#include <vector>

#include "events/event.h"
#include "storage/store.h"

namespace parley::records {

struct GoalHit {
  std::string id;  // the same id is recorded once
  Time at{};
  std::string visitor_id;
  std::string chat_id;  // empty: without a chat
  std::string goal_id, goal_name, goal_type;
  std::string order_id, order_description, order_price, order_currency;
};

struct PageView {
  std::string url;
  Json variables;  // an object: what is known of the visitor
};

// Goals as stored.
using Goals = std::vector<storage::Document>;
Awaitable<Result<Goals>> FindActiveGoals(storage::DocumentStore& documents);
// Those of types `url` and `custom_variable` that are reached; only goal_* of a hit is set.
std::vector<GoalHit> GoalsReached(const Goals& active, const PageView& view);

// The visitor's newest chat, running or ended; empty when there is none.
Awaitable<Result<std::string>> FindChatOf(storage::LedgerReader& ledger, std::string visitor_id);

// Adds the event, and what follows from it, to the changes. A page that is seen again in the same chat reaches nothing
// new when its hits have the ids of HitIdInChat.
void RecordGoalHit(const events::Recorder& recorder, const GoalHit& hit, storage::Changes& changes);
std::string HitIdInChat(const GoalHit& hit);

}  // namespace parley::records
