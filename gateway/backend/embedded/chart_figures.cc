#include "backend/embedded/chart_figures.h"

#include <algorithm>
#include <array>

namespace parley::backend::embedded {
namespace {

double InSeconds(double millis) {
  return Hundredths(Seconds(millis));
}

constexpr std::array<ChartFigure, 7> kFigures = {{
    {"Total_conversations", [](const ChatFigures& chats) { return static_cast<double>(chats.chats); }, false,
     ChatKey::kAgent, true},
    {"Avg_chat_duration", [](const ChatFigures& chats) { return InSeconds(chats.duration.positive_mean()); }, true,
     ChatKey::kAgent, true},
    {"Total_messages", [](const ChatFigures& chats) { return static_cast<double>(chats.agent_messages); }, false,
     ChatKey::kAgent, true},
    {"Avg_first_response_time",
     [](const ChatFigures& chats) { return InSeconds(chats.first_response.positive_mean()); }, true,
     ChatKey::kResponder, false},
    {"Best_first_response_time", [](const ChatFigures& chats) { return InSeconds(chats.first_response.shortest); },
     true, ChatKey::kResponder, false},
    {"Avg_response_time", [](const ChatFigures& chats) { return InSeconds(chats.mean_response.positive_mean()); }, true,
     ChatKey::kAgent, false},
    {"Avg_reaction_time", [](const ChatFigures& chats) { return InSeconds(chats.first_reaction.positive_mean()); },
     true, ChatKey::kAgent, false},
}};

}  // namespace

const ChartFigure* FindChartFigure(std::string_view name) {
  const auto found =
      std::find_if(kFigures.begin(), kFigures.end(), [&](const ChartFigure& figure) { return figure.name == name; });
  return found == kFigures.end() ? nullptr : &*found;
}

}  // namespace parley::backend::embedded
