#include "storage/reports.h"

#include <algorithm>

namespace parley::storage {

void Lengths::Add(const Lengths& more) {
  if (more.count == 0) return;
  shortest = count == 0 ? more.shortest : std::min(shortest, more.shortest);
  longest = std::max(longest, more.longest);
  count += more.count;
  sum += more.sum;
}

void ChatTally::Add(const ChatTally& more) {
  chats += more.chats;
  auto_invites += more.auto_invites;
  manual_invites += more.manual_invites;
  immediate_starts += more.immediate_starts;
  not_replied += more.not_replied;
  rated_good += more.rated_good;
  rated_bad += more.rated_bad;
  first_responses.Add(more.first_responses);
  responses.Add(more.responses);
  durations.Add(more.durations);
}

void WaitTally::Add(const WaitTally& more) {
  entered.Add(more.entered);
  left.Add(more.left);
}

}  // namespace parley::storage
