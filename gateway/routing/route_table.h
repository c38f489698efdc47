// Which operation a request line means.
//
// Purpose: path templates of one or more specs as a tree by segment, built once, with one verb for requests, Match, and
// one for the calls written in mappings, FindOperation.
// Refuses to know: faces, prefixes such as /v2, credentials, and what an operation does.
// Threading: immutable after Build(); safe from any thread. Points into the specs, which must outlive it.
// Tests: tests/unit/routing/route_table_test.cc
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/problems.h"
#include "base/result.h"
#include "http/message.h"
#include "specs/spec.h"

namespace parley::routing {

// The longest path that is looked up; longer ones are not found.
inline constexpr std::size_t kMostSegments = 24;

struct PathParameter {
  std::string_view name;  // of the operation's template
  std::string value;      // percent-decoded exactly once
};

struct RouteMatch {
  const specs::Operation* operation;
  std::vector<PathParameter> parameters;  // in template order

  // The value of a parameter; null when the template has none of that name.
  const std::string* Find(std::string_view name) const;
};

// A call of a mapping, found in the spec it is made against.
struct CallMatch {
  const specs::Operation* operation;
  // Parameter name -> the segment as written in the call: a literal ("agent") or a hole ("{.id}"). Views into both.
  std::vector<std::pair<std::string_view, std::string_view>> parameters;
};

class RouteTable {
 public:
  struct Options {
    bool trailing_slash = true;         // "/agents/" is "/agents"
    std::string call_base = "/api/v1";  // what FindOperation puts before a relative path
  };

  // An empty table: matches nothing.
  RouteTable() = default;

  // All operations of `specs`. Two operations with one method and one path shape are a problem; the first is kept.
  static RouteTable Build(const std::vector<const specs::Spec*>& specs, const Options& options, Problems& problems);

  // Finds the operation for a request line.
  //
  // `path`: raw request path without query, still percent-encoded ("/tags/on%20hold"). Each segment is decoded by
  // itself, so that %2F stays inside its segment. Errors: kInvalidArgument   a broken percent escape, or one that gives
  // invalid UTF-8 or a NUL byte
  //         kNotFound          no template has this shape
  //         kMethodNotAllowed  the shape exists, not for `method`
  // A literal segment beats a parameter, unless only the parameter's template leads further or has the method. HEAD is
  // answered by GET where nothing else is declared.
  Result<RouteMatch> Match(http::Method method, std::string_view path) const;

  // The methods some template of this shape has, in the order of http::Method: for an Allow header.
  std::vector<http::Method> MethodsFor(std::string_view path) const;

  // Finds the operation a mapping calls: "livechat/users/agent", "livechat/rooms/{.rid}", "local/tickets", "/api/info".
  // A path without a leading slash is looked up below `call_base`, then as it stands. A hole matches parameters only; a
  // literal matches itself, else a parameter whose enum, if it has one, contains it. Empty when no operation fits.
  std::optional<CallMatch> FindOperation(http::Method method, std::string_view call_path) const;

  std::size_t size() const { return routes_.size(); }

 private:
  static constexpr std::uint32_t kNone = UINT32_MAX;

  struct Node {
    std::vector<std::pair<std::string, std::uint32_t>> literals;  // sorted after Build
    std::uint32_t parameter = kNone;
    std::vector<std::uint32_t> routes;  // ends here; at most one per method
  };
  struct Slot {
    std::string_view parameter;
    std::size_t segment;
  };
  struct Route {
    const specs::Operation* operation;
    std::vector<Slot> slots;  // in template order
  };

  void Add(const specs::Operation& operation, Problems& problems);
  std::optional<CallMatch> FindCall(http::Method method, const std::vector<std::string_view>& segments) const;
  std::uint32_t LiteralChild(std::uint32_t node, std::string_view segment) const;
  std::uint32_t AddLiteral(std::uint32_t node, std::string_view segment);
  const Route* RouteFor(const Node& node, http::Method method) const;

  // Walks every template of the path's shape, literals first, until `visit(node)` is true.
  template <class Segments, class Visit>
  bool Walk(std::uint32_t node, const Segments& segments, std::size_t at, const Visit& visit) const;

  Options options_;
  std::vector<Node> nodes_ = std::vector<Node>(1);
  std::vector<Route> routes_;
};

}  // namespace parley::routing
