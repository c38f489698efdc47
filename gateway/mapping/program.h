// Compiled programs: nodes in one array, children by index.
//
// Purpose: what compile.cc makes and evaluate.cc, run.cc walk. Names are slots, shapes are inlined, member texts are
// escaped beforehand. Refuses to know: YAML and how anything is executed.
// Threading: immutable once compiled.
// Tests: tests/unit/mapping/evaluate_test.cc
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "mapping/directory.h"
#include "mapping/functions.h"
#include "mapping/mapping.h"
#include "mapping/reader.h"
#include "mapping/value.h"

namespace parley::mapping {

using NodeId = std::uint32_t;
inline constexpr NodeId kNoNode = UINT32_MAX;

enum class Op : std::uint8_t {
  // a: an index into the table named, kids: children
  kConstant,  // a: constants
  kMissing,
  kDot,         // path
  kSlot,        // a: slot of the row that is `.`; path: the rest
  kName,        // a: name slot; path
  kNameSlot,    // a: name slot holding a row, b: slot of the row; path: the rest
  kDirectory,   // a: DirectoryList; path
  kKey,         // $key
  kSecret,      // $secret
  kInto,        // kids: input; path
  kFunction,    // a: functions; kids: input, argument when given
  kTable,       // a: tables, b: 1 backwards; kids: input
  kLookup,      // a: Lookup; kids: input
  kStepLookup,  // a: step_lookups; kids: input
  kLiveChatId,  // a: IdKind; kids: input
  kBackendId,   // a: IdKind, b: origins, or kLenient; kids: input
  kSecretFor,   // a: IdKind; kids: input
  kElse,        // kids
  kCompare,     // a: Comparison; kids: two
  kNot,         // kids: one
  kAnd,         // kids
  kOr,          // kids
  kTemplate,    // kids: texts as constants, and holes; missing when a hole is
  kObject,      // a: first of members, b: how many
  kList,        // kids; an each among them contributes its items
  kEach,        // a: name slot for `as` or kNoNode; kids: list, item
  kWhen,        // kids: condition, given
  kChoose,      // kids: each a kWhen, or any other node as the last
  kCopy,        // a: copies; kids: sources
  kWith,        // a shape; b: 1 when also for a missing input; kids: input, tree evaluated with the input as `.`
};

enum class Comparison : std::uint32_t { kEqual, kUnequal, kLess, kAtMost, kGreater, kAtLeast, kIn };

// What a leaf must be, by the spec's schema: bits by Value::Kind. 0: anything.
using KindMask = std::uint16_t;
constexpr KindMask MaskOf(Value::Kind kind) {
  return static_cast<KindMask>(1u << static_cast<unsigned>(kind));
}

struct Node {
  Op op = Op::kMissing;
  KindMask expects = 0;
  std::uint32_t a = 0;
  std::uint32_t b = 0;
  std::uint32_t first_kid = 0;
  std::uint16_t kids = 0;
  std::uint16_t path_length = 0;
  std::uint32_t first_segment = 0;
  std::uint32_t site = 0;  // of sites
};

struct MemberCode {
  std::string name;
  std::string key;  // ,"name": as it is written behind another member
  NodeId value = kNoNode;
  bool required = false;
};

struct CopyCode {
  std::vector<std::string> names;   // those taken from the sources, sorted; meaningless when `all`
  bool all = false;                 // the target takes any member
  std::vector<MemberCode> members;  // written beside
  std::vector<std::string> required;
};

struct TableCode {
  struct Row {
    Value from;
    Value to;
    bool rest = false;
  };
  std::vector<Row> rows;
};

// Where a value came from in the request, for the error about an id nobody knows.
struct Origin {
  std::string parameter;
  bool in_path = false;
};
inline constexpr std::uint32_t kLenient = UINT32_MAX;  // missing instead of an error

struct StepLookup {
  std::uint32_t step = 0;
  std::string key;
};

// The source text of a leaf: the label of surprises.
struct Site {
  std::string text;
  std::string place;  // groups.yaml:12
};

// Name slots every program has; steps and `as` names follow.
enum FixedName : std::uint32_t { kInName, kAccountName, kCallerName, kNowName, kFixedNames };

// The pool of nodes of one variant.
struct Pool {
  Pool() : texts(SIZE_MAX) {}

  std::vector<Node> nodes;
  std::vector<NodeId> kids;
  std::vector<Segment> segments;
  std::vector<Value> constants;  // texts and collections lie in `texts`
  Arena texts;
  std::vector<const Function*> functions;
  std::vector<TableCode> tables;
  std::vector<MemberCode> members;
  std::vector<CopyCode> copies;
  std::vector<Origin> origins;
  std::vector<StepLookup> step_lookups;
  std::vector<Site> sites;
  std::uint32_t names = kFixedNames;  // slots needed
  bool uses_directory = false;
  bool uses_now = false;

  std::span<const NodeId> KidsOf(const Node& node) const { return {kids.data() + node.first_kid, node.kids}; }
  std::span<const Segment> PathOf(const Node& node) const {
    return {segments.data() + node.first_segment, node.path_length};
  }
};

// ---- steps
// ------------------------------------------------------------------------------------------------------------

struct OutcomeCode {
  bool missing = false;
  int status = 0;
  NodeId text = kNoNode;   // none: fixed_text
  std::string fixed_text;  // empty: the standard sentence
};

struct ErrorRowCode {
  std::string key;
  OutcomeCode outcome;
};
using ErrorTable = std::vector<ErrorRowCode>;

struct CallCode {
  http::Method method = http::Method::kGet;
  bool local = false;
  bool write = false;
  bool client_body = false;  // what is sent depends on the request
  std::vector<NodeId> path;  // texts as constants, and holes, which are percent-encoded
  NodeId query = kNoNode;
  NodeId body = kNoNode;
  std::string label;                            // "GET livechat/department/{}"
  const specs::Operation* operation = nullptr;  // null when the spec does not know it
};

struct UndoCode {
  CallCode call;
  NodeId when = kNoNode;
  bool needs_answer = false;  // mentions the step it undoes
};

enum class StepKind { kCall, kValue, kRead };

struct StepCode {
  std::string name;
  std::uint32_t slot = 0;
  StepKind kind = StepKind::kValue;
  std::string place;

  CallCode call;
  std::string all;                // member of a paged answer
  bool streamed = false;          // its items are read by VariantCode::rows
  NodeId value = kNoNode;         // kValue; kRead: the $in of what is read
  const Program* read = nullptr;  // kRead
  std::string read_id;

  std::vector<std::pair<std::string, bool>> needs;  // capability, negated
  NodeId when = kNoNode;
  NodeId each = kNoNode;  // for:
  NodeId take = kNoNode;
  std::optional<OutcomeCode> otherwise;
  ErrorTable errors;
  std::optional<UndoCode> undo;
};

struct RequirementCode {
  NodeId that = kNoNode;
  OutcomeCode otherwise;
};

struct VariantCode {
  Pool pool;
  std::vector<std::pair<std::string, bool>> needs;
  NodeId when = kNoNode;
  std::vector<RequirementCode> require;
  std::vector<StepCode> steps;
  std::vector<std::vector<std::uint32_t>> waves;  // of steps
  std::size_t last_write = 0;                     // index into `waves` behind the last wave that writes; 0: none does
  NodeId answer = kNoNode;
  std::optional<std::chrono::milliseconds> deadline;
  int limit = 10000;
  int parallel = 4;
  RowPlan rows;  // of the streamed step, when there is one
};

struct Code {
  const specs::Operation* operation = nullptr;
  std::string file;
  int line = 0;
  std::string resource;
  ErrorTable file_errors;
  ErrorTable shared_errors;
  std::vector<Loss> losses;
  std::vector<PlannedVariant> plans;
  std::vector<std::unique_ptr<VariantCode>> variants;
};

}  // namespace parley::mapping
