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

void GoalTally::Add(const GoalTally& more) {
  goals += more.goals;
  for (const auto& [currency, sales] : more.by_currency) {
    by_currency[currency].count += sales.count;
    by_currency[currency].value += sales.value;
  }
}

void GreetingTally::Add(const GreetingTally& more) {
  shown += more.shown;
  accepted += more.accepted;
  goals += more.goals;
}

void WaitTally::Add(const WaitTally& more) {
  entered.Add(more.entered);
  left.Add(more.left);
}

}  // namespace parley::storage
