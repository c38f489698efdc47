// The waiting line: its order, and who in it is served next while routing assigns by itself.
//
// Source: administration reference §8.4. Threading: one request or one pass of the timed work.
// Tests: tests/unit/backend/embedded/queue_test.cc
#pragma once

#include <vector>

#include "backend/embedded/chats.h"

namespace parley::backend::embedded {

// The order in which queued inquiries are served, under the setting Omnichannel_sorting_mechanism.
std::vector<storage::SortKey> QueueOrder(const Settings& settings);

// One round: the first inquiry of each department, and of those without one, is offered to an agent; where nobody can
// take it, it goes on waiting. Inquiries that were left behind by their rooms are mended. Commits each by itself.
Awaitable<Status> ServeQueue(const Call& call);

// How long the queue rests between two rounds.
std::chrono::seconds QueuePause(const Settings& settings);

// Closes chats that have waited for longer than Livechat_max_queue_wait_time allows (premium).
Awaitable<Status> CloseOverdue(const Call& call);

}  // namespace parley::backend::embedded
