// Mapping files as they were written, before anything is resolved.
//
// Purpose: what the loader makes of the YAML and what the compiler and the lint read. Every part knows its file and
// line. Refuses to know: specs, types, what a name means. A name in here may not exist; saying so is the reader's
// business. Threading: plain values. Tests: tests/unit/mapping/{expression,loader}_test.cc
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/problems.h"
#include "http/message.h"
#include "json/json.h"

namespace parley::mapping::ast {

struct Place {
  std::shared_ptr<const std::string> file;  // null: nowhere
  int line = 0;

  std::string_view File() const { return file ? std::string_view(*file) : std::string_view(); }
};

inline void Report(Problems& problems, const Place& place, std::string text) {
  problems.Add(std::string(place.File()), place.line, std::move(text));
}

// ---- expressions
// ------------------------------------------------------------------------------------------------------

enum class ExprKind {
  kPath,     // .a.b         path; "." has no segments
  kName,     // $in.a        name, path
  kLiteral,  // 'x' 1 true null
  kWord,     // group        name: an id kind, only as the argument of a function that takes one
  kInto,     // x | .a.b     operands: x; path
  kApply,    // x | f(y)     operands: x, then y when given; name: function, shape, table[.back] or list.by_key
  kElse,     // x else y     operands, two or more
  kCompare,  // x == y       operands: two; name: == != < <= > >= in
  kNot,      // not x        operands: one
  kAnd,      // operands, two or more
  kOr,
};

struct Expr {
  ExprKind kind = ExprKind::kLiteral;
  std::string name;
  std::vector<std::string> path;
  Json literal;
  std::vector<Expr> operands;
  std::string text;  // as written, only on the outermost expression
  Place place;       // likewise filled in at every level
};

// A text with holes: "Hello {.name}" is {"Hello ", nothing}, {"", .name}.
struct TemplatePart {
  std::string text;  // when there is no hole
  std::optional<Expr> hole;
};
using Template = std::vector<TemplatePart>;

// ---- trees
// ------------------------------------------------------------------------------------------------------------

enum class TreeKind {
  kLiteral,   // literal
  kExpr,      // expr
  kTemplate,  // parts
  kObject,    // members
  kList,      // items
  kEach,      // expr: the list; as; items[0]: one item's tree
  kWhen,      // expr: the condition; items[0]: what is given
  kChoose,    // items: each a kWhen, the last may be any other tree (it was written {give: tree})
  kCopy,      // items: the trees copied from, in order; members: those written beside them
};

struct Member;

struct Tree {
  TreeKind kind = TreeKind::kLiteral;
  Place place;
  Json literal;
  Expr expr;
  Template parts;
  std::string as;
  std::vector<Member> members;
  std::vector<Tree> items;
};

struct Member {
  std::string name;
  Tree value;
  Place place;
};

// ---- outcomes
// ---------------------------------------------------------------------------------------------------------

struct Outcome {
  bool missing = false;  // carry on without a value
  int status = 0;        // else 400..599
  Template text;         // empty: the standard sentence of the status
  Place place;
};

struct ErrorRow {
  std::string key;  // an errorType, a [code], an error text or an HTTP status
  Outcome outcome;
  Place place;
};

struct Requirement {
  Expr that;
  Outcome otherwise;
  Place place;
};

// ---- steps
// ------------------------------------------------------------------------------------------------------------

struct Need {
  std::string capability;
  bool negated = false;  // "not x"
};

struct Call {
  http::Method method = http::Method::kGet;
  std::string target;  // the path as written, holes included: "livechat/department/{$before._id}"
  Template path;
  std::optional<Tree> query;
  std::optional<Tree> body;
  Place place;

  bool local() const { return target.rfind("local/", 0) == 0; }
};

struct Undo {
  Call call;
  std::optional<Expr> when;
  Place place;
};

enum class StepKind { kCall, kValue, kRead };

struct Step {
  std::string name;
  StepKind kind = StepKind::kCall;
  Place place;

  Call call;                 // kCall
  std::string all;           // kCall: the member of a paged answer whose items are wanted; empty: one answer
  Tree value;                // kValue
  std::string read;          // kRead: an operation of this face
  std::vector<Member> with;  // kRead: its $in

  std::optional<Expr> when;
  std::vector<Need> needs;
  std::optional<Expr> each;  // for:
  std::optional<Expr> take;
  std::vector<std::string> keys;
  std::optional<Outcome> otherwise;  // else:
  std::vector<ErrorRow> errors;
  std::optional<Undo> undo;
  std::string stays;  // why this write is not undone
};

// ---- operations
// -------------------------------------------------------------------------------------------------------

enum class LossKind { kNotKept, kMadeUp, kNotShown };

struct Loss {
  LossKind kind = LossKind::kNotKept;
  std::string name;
  std::string reason;
  Place place;
};

struct Variant {
  Place place;
  std::vector<Need> needs;
  std::optional<Expr> when;
  std::vector<Requirement> require;
  std::vector<Step> steps;
  std::optional<Tree> answer;
  std::optional<std::chrono::milliseconds> deadline;
  int limit = 10000;  // items of a list
  int parallel = 4;   // pages, and items of `for`, under way at once
};

struct Operation {
  std::string id;
  Place place;
  std::vector<Variant> variants;  // one or more; the first that applies serves
  std::vector<Loss> loses;        // declared with the operation itself (those of all variants together)
};

// ---- files
// ------------------------------------------------------------------------------------------------------------

struct TableRow {
  Json from;          // text, number or boolean
  bool rest = false;  // "_"
  Json to;
  Place place;
};

struct Table {
  std::string name;
  Place place;
  std::vector<TableRow> rows;
};

struct Shape {
  std::string name;
  Place place;
  Tree tree;
};

// A list kept in memory: agents and departments are found by a key, memberships are listed by their department.
struct Directory {
  std::string name;
  Place place;
  std::string from;               // agents, departments or memberships
  std::vector<std::string> keys;  // agents: id, username, login; departments: id, name
  std::string by;                 // memberships: department
};

enum class CaseKind { kShape, kTable, kExpr };

// A test of one shape, table or expression, run by `parley check`.
struct Case {
  CaseKind kind = CaseKind::kShape;
  Place place;
  std::string subject;  // name of the shape or table ("status.back" reads it backwards); the expression as written
  Expr expr;            // kExpr
  Json given;           // the input
  Json with;            // object of surroundings: ids, in, account, caller, now, and rows of directories by name
  std::optional<Json> gives;  // empty: `gives: missing`
};

struct File {
  std::shared_ptr<const std::string> path;  // as it is reported
  bool shared = false;                      // _shared.yaml
  std::string face;                         // livechat or rocketchat
  std::string resource;
  std::vector<Table> tables;
  std::vector<Shape> shapes;
  std::vector<ErrorRow> errors;
  std::vector<Directory> directories;  // of _shared.yaml only
  std::vector<Loss> loses;             // inherited by every operation of the file
  std::vector<Operation> operations;
  std::vector<Case> cases;

  const Table* FindTable(std::string_view name) const;
  const Shape* FindShape(std::string_view name) const;
};

// All files of one face. Names are looked up in the file itself, then in _shared.yaml.
struct Face {
  std::vector<File> files;  // in order of their names; _shared.yaml, when there is one, is the first

  const File* Shared() const { return !files.empty() && files.front().shared ? &files.front() : nullptr; }
  const Table* FindTable(const File& file, std::string_view name) const;
  const Shape* FindShape(const File& file, std::string_view name) const;
  const Directory* FindDirectory(std::string_view name) const;
};

}  // namespace parley::mapping::ast
