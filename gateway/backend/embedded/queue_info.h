// Where a waiting chat stands in the line, and how long that may take: `queueInfo` of a widget's configuration.
//
// Premium, while Livechat_waiting_queue and the queue's statistics are on. Source: administration reference §8.4.
// Threading: one shard. Tests: tests/unit/backend/embedded/queue_info_test.cc
#pragma once

#include "backend/embedded/chats.h"

namespace parley::backend::embedded {

// Null when the room does not wait, or nobody is told.
Awaitable<Result<Json>> FindQueueInfo(const Call& call, const Room& room);

}  // namespace parley::backend::embedded
