#include "routing/route_table.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "specs/path_template.h"

namespace parley::routing {
namespace {

// Request path segments: raw views, decoded text only for those that hold an escape.
class PathSegments {
 public:
  enum class Fault { kNone, kEscape, kTooMany };

  PathSegments(std::string_view path, bool trailing_slash) {
    if (path.starts_with('/')) path.remove_prefix(1);
    if (trailing_slash && path.ends_with('/')) path.remove_suffix(1);
    while (!path.empty()) {
      const std::size_t slash = path.find('/');
      Push(path.substr(0, slash));
      if (fault_ != Fault::kNone || slash == std::string_view::npos) return;
      path.remove_prefix(slash + 1);
      if (path.empty()) Push("");
    }
  }

  Fault fault() const { return fault_; }
  std::size_t size() const { return size_; }
  std::string_view operator[](std::size_t at) const { return segments_[at]; }

 private:
  void Push(std::string_view raw) {
    if (size_ == kMostSegments) {
      fault_ = Fault::kTooMany;
      return;
    }
    if (raw.find('%') == std::string_view::npos) {
      Check(raw);
      segments_[size_++] = raw;
      return;
    }
    auto decoded = PercentDecode(raw, false);
    if (!decoded) {
      fault_ = Fault::kEscape;
      return;
    }
    if (decoded_.capacity() == 0) decoded_.reserve(kMostSegments);  // the views into it must stay
    segments_[size_++] = decoded_.emplace_back(std::move(*decoded));
    Check(decoded_.back());
  }

  void Check(std::string_view text) {
    if (text.find('\0') != std::string_view::npos || !IsValidUtf8(text)) fault_ = Fault::kEscape;
  }

  std::array<std::string_view, kMostSegments> segments_;
  std::vector<std::string> decoded_;
  std::size_t size_ = 0;
  Fault fault_ = Fault::kNone;
};

bool IsHole(std::string_view segment) {
  return segment.find('{') != std::string_view::npos;
}

// Whether a parameter of this operation may have the literal value.
bool Accepts(const specs::Operation& operation, std::string_view parameter, std::string_view literal) {
  for (const specs::Parameter& candidate : operation.parameters) {
    if (candidate.in != specs::In::kPath || candidate.name != parameter) continue;
    const auto& allowed = candidate.schema->enumeration;
    return allowed.empty() || std::find(allowed.begin(), allowed.end(), Json(literal)) != allowed.end();
  }
  return true;
}

}  // namespace

const std::string* RouteMatch::Find(std::string_view name) const {
  for (const PathParameter& parameter : parameters)
    if (parameter.name == name) return &parameter.value;
  return nullptr;
}

RouteTable RouteTable::Build(const std::vector<const specs::Spec*>& specs, const Options& options, Problems& problems) {
  RouteTable table;
  table.options_ = options;
  for (const specs::Spec* spec : specs)
    for (const specs::Operation& operation : spec->operations) table.Add(operation, problems);
  for (Node& node : table.nodes_) std::sort(node.literals.begin(), node.literals.end());
  return table;
}

void RouteTable::Add(const specs::Operation& operation, Problems& problems) {
  std::uint32_t at = 0;
  Route route{&operation, {}};
  std::size_t position = 0;
  for (const std::string_view segment : specs::SegmentsOf(operation.path)) {
    if (specs::IsParameterSegment(segment)) route.slots.push_back({specs::ParameterNameOf(segment), position});
    ++position;
    if (!specs::IsParameterSegment(segment)) {
      at = AddLiteral(at, segment);
    } else if (nodes_[at].parameter != kNone) {
      at = nodes_[at].parameter;
    } else {
      const auto child = static_cast<std::uint32_t>(nodes_.size());
      nodes_[at].parameter = child;
      nodes_.emplace_back();
      at = child;
    }
  }
  if (const Route* known = RouteFor(nodes_[at], operation.method); known != nullptr) {
    problems.Add(operation.file, operation.line,
                 operation.id + ": " + operation.path + " is the same route as " + known->operation->id);
    return;
  }
  nodes_[at].routes.push_back(static_cast<std::uint32_t>(routes_.size()));
  routes_.push_back(std::move(route));
}

std::uint32_t RouteTable::AddLiteral(std::uint32_t node, std::string_view segment) {
  for (const auto& [literal, child] : nodes_[node].literals)
    if (literal == segment) return child;
  const auto child = static_cast<std::uint32_t>(nodes_.size());
  nodes_[node].literals.emplace_back(segment, child);
  nodes_.emplace_back();
  return child;
}

std::uint32_t RouteTable::LiteralChild(std::uint32_t node, std::string_view segment) const {
  const auto& literals = nodes_[node].literals;
  const auto found = std::lower_bound(literals.begin(), literals.end(), segment,
                                      [](const auto& entry, std::string_view text) { return entry.first < text; });
  return found != literals.end() && found->first == segment ? found->second : kNone;
}

const RouteTable::Route* RouteTable::RouteFor(const Node& node, http::Method method) const {
  for (const std::uint32_t route : node.routes)
    if (routes_[route].operation->method == method) return &routes_[route];
  return nullptr;
}

template <class Segments, class Visit>
bool RouteTable::Walk(std::uint32_t node, const Segments& segments, std::size_t at, const Visit& visit) const {
  if (at == segments.size()) return !nodes_[node].routes.empty() && visit(nodes_[node]);
  const std::uint32_t literal = LiteralChild(node, segments[at]);
  if (literal != kNone && Walk(literal, segments, at + 1, visit)) return true;
  const std::uint32_t parameter = nodes_[node].parameter;
  return parameter != kNone && !segments[at].empty() && Walk(parameter, segments, at + 1, visit);
}

Result<RouteMatch> RouteTable::Match(http::Method method, std::string_view path) const {
  const PathSegments segments(path, options_.trailing_slash);
  if (segments.fault() == PathSegments::Fault::kEscape) return InvalidArgument("the path has a broken percent escape");
  if (segments.fault() == PathSegments::Fault::kTooMany) return NotFound("path");

  bool shape_known = false;
  const Route* route = nullptr;
  Walk(0, segments, 0, [&](const Node& node) {
    shape_known = true;
    route = RouteFor(node, method);
    if (route == nullptr && method == http::Method::kHead) route = RouteFor(node, http::Method::kGet);
    return route != nullptr;
  });
  if (route == nullptr)
    return shape_known ? MethodNotAllowed(std::string(http::NameOf(method)) + " is not allowed here")
                       : NotFound("path");

  RouteMatch match{route->operation, {}};
  match.parameters.reserve(route->slots.size());
  for (const Slot& slot : route->slots)
    match.parameters.push_back({slot.parameter, std::string(segments[slot.segment])});
  return match;
}

std::vector<http::Method> RouteTable::MethodsFor(std::string_view path) const {
  std::vector<http::Method> methods;
  const PathSegments segments(path, options_.trailing_slash);
  if (segments.fault() != PathSegments::Fault::kNone) return methods;
  Walk(0, segments, 0, [&](const Node& node) {
    for (const std::uint32_t route : node.routes) methods.push_back(routes_[route].operation->method);
    return false;
  });
  std::sort(methods.begin(), methods.end());
  methods.erase(std::unique(methods.begin(), methods.end()), methods.end());
  return methods;
}

std::optional<CallMatch> RouteTable::FindOperation(http::Method method, std::string_view call_path) const {
  const std::vector<std::string_view> written = specs::SegmentsOf(call_path);
  if (!call_path.starts_with('/')) {
    std::vector<std::string_view> below_base = specs::SegmentsOf(options_.call_base);
    below_base.insert(below_base.end(), written.begin(), written.end());
    if (auto match = FindCall(method, below_base)) return match;
  }
  return FindCall(method, written);
}

std::optional<CallMatch> RouteTable::FindCall(http::Method method,
                                              const std::vector<std::string_view>& segments) const {
  std::optional<CallMatch> match;
  Walk(0, segments, 0, [&](const Node& node) {
    const Route* route = RouteFor(node, method);
    if (route == nullptr) return false;
    CallMatch candidate{route->operation, {}};
    for (const Slot& slot : route->slots) {
      const std::string_view written = segments[slot.segment];
      if (!IsHole(written) && !Accepts(*route->operation, slot.parameter, written)) return false;
      candidate.parameters.emplace_back(slot.parameter, written);
    }
    match = std::move(candidate);
    return true;
  });
  return match;
}

}  // namespace parley::routing
