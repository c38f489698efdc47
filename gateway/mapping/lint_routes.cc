#include "mapping/lint_routes.h"

#include <optional>
#include <string_view>

#include "base/text.h"
#include "mapping/lint_flow.h"

namespace parley::mapping::lint {
namespace {

// One segment of a call's path; `hole`: its text is known only when it is called.
struct Segment {
  std::string text;
  bool hole = false;
};

std::vector<Segment> SegmentsOf(const ast::Template& path) {
  std::vector<Segment> segments(1);
  for (const ast::TemplatePart& part : path) {
    if (part.hole) {
      segments.back().hole = true;
      continue;
    }
    bool first = true;
    for (std::string_view text : Split(part.text, '/')) {
      if (!first) segments.emplace_back();
      first = false;
      segments.back().text += text;
    }
  }
  return segments;
}

// The path of an id like "GET livechat/department/{_id}".
std::string_view PathOf(const specs::Operation& operation) {
  std::string_view id = operation.id;
  std::size_t space = id.find(' ');
  return space == std::string_view::npos ? id : id.substr(space + 1);
}

// How many segments are literally the same; empty when the route does not fit.
std::optional<int> Likeness(std::string_view route, const std::vector<Segment>& segments) {
  std::vector<std::string_view> parts = Split(route, '/');
  if (parts.size() != segments.size()) return std::nullopt;
  int same = 0;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (!parts[i].empty() && parts[i].front() == '{') continue;
    if (segments[i].hole || parts[i] != segments[i].text) return std::nullopt;
    ++same;
  }
  return same;
}

bool SameMethod(const specs::Operation& operation, const ast::Call& call) {
  return operation.method == call.method;
}

std::string Readable(const std::vector<Segment>& segments) {
  std::string text;
  for (const Segment& segment : segments) {
    if (!text.empty()) text += '/';
    text += segment.hole ? "{}" : segment.text;
  }
  return text;
}

}  // namespace

const specs::Operation* FindRoute(const specs::Spec& spec, const ast::Call& call) {
  const std::vector<Segment> segments = SegmentsOf(call.path);
  const specs::Operation* best = nullptr;
  int best_likeness = -1;
  for (const specs::Operation& operation : spec.operations) {
    if (!SameMethod(operation, call)) continue;
    std::optional<int> likeness = Likeness(PathOf(operation), segments);
    if (likeness && *likeness > best_likeness) {
      best = &operation;
      best_likeness = *likeness;
    }
  }
  return best;
}

std::string RouteHint(const specs::Spec& spec, const ast::Call& call) {
  const std::vector<Segment> segments = SegmentsOf(call.path);
  std::vector<std::string> other_methods, routes;
  for (const specs::Operation& operation : spec.operations) {
    if (SameMethod(operation, call)) {
      routes.emplace_back(PathOf(operation));
    } else if (Likeness(PathOf(operation), segments)) {
      other_methods.emplace_back(http::NameOf(operation.method));
    }
  }
  if (!other_methods.empty()) return "; it exists with " + Join(other_methods, ", ");
  if (std::optional<std::string> near = Nearest(Readable(segments), routes)) return "; did you mean " + *near;
  return "; see the backend's spec for its routes";
}

}  // namespace parley::mapping::lint
