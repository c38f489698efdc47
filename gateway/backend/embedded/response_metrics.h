// How fast a chat was answered: what each message and the closing change in a room's measurements.
//
// Pure functions over records. Source: reference of room.metrics (Rocket.Chat 8.x); durations are seconds with
// milliseconds as fractions.
// Tests: tests/unit/backend/embedded/response_metrics_test.cc
#pragma once

#include "backend/embedded/room.h"

namespace parley::backend::embedded {

// A message of the visitor at `at`: the room waits for an answer again.
void CountVisitorMessage(Room& room, Time at);

// A message of an agent (neither a system message nor an edit) at `at`.
void CountAgentMessage(Room& room, const Person& agent, Time at);

// The closing at `at`, by an agent or by the visitor. REQUIRES: room.open
void CountClosing(Room& room, Time at, bool by_agent);

}  // namespace parley::backend::embedded
