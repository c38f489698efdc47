// The figures charts can show, by the names clients ask for them.
//
// Threading: pure functions. Tests: tests/unit/backend/embedded/dashboards_test.cc
#pragma once

#include <string_view>

#include "backend/embedded/analytics.h"

namespace parley::backend::embedded {

// A chat that was answered in no time at all counts in none of the averages, as on a workspace.
struct ChartFigure {
  std::string_view name;
  double (*value)(const ChatFigures& chats);  // a number, or seconds rounded to hundredths
  bool is_duration;
  ChatKey agent;       // whom it counts for in the table of agents
  bool highest_first;  // the table's order
};

// Null when there is none of that name.
const ChartFigure* FindChartFigure(std::string_view name);

}  // namespace parley::backend::embedded
