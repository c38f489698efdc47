// What of a workspace's record is kept, and what each member must be.
//
// A workspace's answers are not trusted: only members that are listed are taken, each only when it is of its type. A
// required one that is missing or wrong makes the record unusable, and the error names it; any other is left out. What
// results has the form Parley's own documents have: times as integers (UTC milliseconds), absent rather than null, no id
// inside.
// Threading: pure functions; shapes are constants.
// Tests: tests/unit/sync/shape_test.cc
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "json/json.h"

namespace parley::sync {

enum class Kind {
  kText,
  kId,      // a text that can be an id
  kMoment,  // ISO text, milliseconds, or {"$date": milliseconds}
  kWhole,
  kNumber,
  kFlag,
  kTrue,   // absent rather than false
  kTexts,  // elements that are no texts are left out
  kData,   // as it is
  kPart,   // an object of `shape`; left out when nothing of it is usable
  kParts,  // a list of them
};

struct Shape;

struct Member {
  std::string_view name;
  Kind kind = Kind::kText;
  bool required = false;
  const Shape* shape = nullptr;  // of kPart and kParts
};

struct Shape {
  std::span<const Member> members;
};

extern const Shape kRoomShape;
extern const Shape kMessageShape;
extern const Shape kVisitorShape;
extern const Shape kInquiryShape;
extern const Shape kCannedResponseShape;

// A record as Parley keeps it.
struct Taken {
  std::string id;
  Json body;
};

// `what`: names the record in errors, "room". Errors: kBadGateway  names the member that is missing or wrong
Result<Taken> Take(const Json& record, const Shape& shape, std::string_view what);

std::optional<Time> MomentOf(const Json& value);
// Whether a text can be the id of anything: 1 to 64 letters, digits, '-', '_', '.' or ':'.
bool IsId(std::string_view text);
// A member that holds a moment, of a record that was taken.
std::optional<Time> MomentAt(const Json& body, std::string_view dotted);
std::string_view TextAt(const Json& body, std::string_view dotted);

}  // namespace parley::sync
