// Follows values through expressions and trees without a request: what type they have, whether they may be missing,
// whether stored or sent data is in them, and which members of the request and of answers were read on the way.
//
// Purpose: the one walk that the lint and the losses share. Mistakes it meets are reported. Refuses to know: steps,
// files. Threading: one thread. Tests: tests/unit/mapping/lint_test.cc
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "mapping/ast.h"
#include "mapping/types.h"

namespace parley::mapping::lint {

struct FunctionRule;

// The members of one record, or of the items of a list, and which of them were read.
class Reads {
 public:
  explicit Reads(std::string about = {}) : about_(std::move(about)) {}

  Reads* Member(std::string_view name);
  void Mark() { read_ = true; }
  void MarkAll() { all_ = true; }
  bool all() const { return all_; }
  bool Touched() const;  // it or anything inside was read
  const Reads* Find(std::string_view name) const;
  // Whose members these are, for messages: "GET livechat/department".
  const std::string& about() const { return about_; }

 private:
  std::string about_;
  bool read_ = false;
  bool all_ = false;
  std::map<std::string, std::unique_ptr<Reads>, std::less<>> members_;
};

struct Value {
  TypePtr type = Anything();
  bool missing = false;  // may be missing
  bool data = true;      // something stored or sent is in it; false: only constants, $account and $now
  std::vector<Reads*> reads;
};

void Merge(std::vector<Reads*>& into, const std::vector<Reads*>& more);

// A `$name`. `when`: the conditions without which it is missing, each as Flow::Fact writes it.
struct Named {
  Value value;
  std::vector<std::string> when;
};
using Names = std::map<std::string, Named, std::less<>>;

// Where an expression stands.
struct Scope {
  const Names* names = nullptr;
  std::map<std::string, Value, std::less<>> items;  // each ... as: name
  Value dot;
  bool has_dot = false;
  int dot_number = 0;            // tells one `.` from another
  std::set<std::string> facts;   // paths known to be there, conditions known to hold
  bool decided_by_data = false;  // within a branch which data chose
};

// What a tree must fit: a member of an answer or a request body. A null schema accepts anything.
struct Target {
  std::string label;  // "GET /agents/{login}", "POST users.create"
  bool answer = false;
  std::map<std::string, bool>* writers = nullptr;  // of an answer: path -> stored or sent data is in it
};
struct Sink {
  specs::SchemaPtr schema;
  std::string path;  // "department.name"; empty: the whole
  const Target* target = nullptr;
};

// Everything of the face that the walk looks up or keeps count of.
class Surroundings {
 public:
  Surroundings(const ast::Face& face, Problems& problems) : face_(face), problems_(problems) {}

  const ast::Face& face() const { return face_; }
  // Shapes are walked once per use: the same mistake is reported once.
  void Report(const ast::Place& place, std::string text);
  void Use(const void* table_or_shape_or_directory) { used_.insert(table_or_shape_or_directory); }
  bool Used(const void* thing) const { return used_.count(thing) != 0; }

 private:
  const ast::Face& face_;
  Problems& problems_;
  std::set<const void*> used_;
  std::set<std::string> reported_;
};

class Flow {
 public:
  // `partial_input`: members of the request that other users of this file's shapes have, so that a shape may mention
  // them.
  Flow(Surroundings& around, const ast::File& file, const Names& shape_names, const std::set<std::string>& step_lookups)
      : around_(around), file_(file), shape_names_(shape_names), step_lookups_(step_lookups) {}

  Value Of(const ast::Expr& expr, const Scope& scope);
  Value Of(const ast::Template& parts, const Scope& scope);
  Value Build(const ast::Tree& tree, const Scope& scope, const Sink* sink);

  // Of a condition: like Of, and its operands count as read.
  Value Test(const ast::Expr& expr, const Scope& scope);
  // The whole value is used: everything in it counts as read.
  static void Consume(const Value& value);
  Scope Within(const Scope& scope, Value dot);

  // What holds when `condition` is true, or when it is false.
  static void Assume(const ast::Expr& condition, const Scope& scope, bool holds, std::set<std::string>& facts);
  static std::string Fact(const ast::Expr& expr, const Scope& scope);

  void Fit(const Value& value, const Sink& sink, const ast::Place& place);

  // Lookups of steps with `keys`: "extras.by_id" -> a row.
  std::map<std::string, Value, std::less<>> lookups;

 private:
  Value Name(const ast::Expr& expr, const Scope& scope);
  Value Navigate(Value value, const std::vector<std::string>& path, const std::string& from, const Scope& scope,
                 const ast::Place& place);
  Value Apply(const ast::Expr& expr, const Scope& scope);
  Value ApplyFunction(const ast::Expr& expr, const Scope& scope);
  bool CheckFunctionUse(const ast::Expr& expr, const FunctionRule& rule, const Value& input);
  Value FunctionArgument(const ast::Expr& expr, const FunctionRule& rule, const Scope& scope, Value& item);
  Value ApplyTable(const ast::Expr& expr, const ast::Table& table, bool back, const Scope& scope);
  Value ApplyShape(const ast::Expr& expr, const ast::Shape& shape, const Scope& scope, const Sink* sink);
  Value ApplyLookup(const ast::Expr& expr, const Scope& scope);
  Value Compare(const ast::Expr& expr, const Scope& scope);
  static TypePtr Narrowed(TypePtr item, const ast::Expr& condition, const Scope& inside);
  Value Else(const ast::Expr& expr, const Scope& scope);
  Value AndOr(const ast::Expr& expr, const Scope& scope);

  Value BuildTree(const ast::Tree& tree, const Scope& scope, const Sink* sink);
  Value BuildMembers(const ast::Tree& tree, const Scope& scope, const Sink* sink);
  void BuildMember(const ast::Member& member, const Scope& scope, const Sink* sink, std::vector<Field>& fields,
                   bool& data);
  // Whether there is surely something to copy from.
  bool Copy(const ast::Tree& tree, const Scope& scope, const Sink* sink, std::vector<Field>& fields);
  void RequireAll(const ast::Tree& tree, const Sink& sink, const std::vector<Field>& fields);
  Value BuildList(const ast::Tree& tree, const Scope& scope, const Sink* sink);
  Value BuildEach(const ast::Tree& tree, const Scope& scope, const Sink* items);
  Value BuildWhen(const ast::Tree& tree, const Scope& scope, const Sink* sink);
  Value BuildChoose(const ast::Tree& tree, const Scope& scope, const Sink* sink);
  Value Leaf(Value value, const Scope& scope, const Sink* sink, const ast::Place& place);

  const ast::Shape* FindShape(std::string_view name) const { return around_.face().FindShape(file_, name); }
  const ast::Table* FindTable(std::string_view name) const { return around_.face().FindTable(file_, name); }
  std::vector<std::string> Applicable() const;

  Surroundings& around_;
  const ast::File& file_;
  const Names& shape_names_;
  const std::set<std::string>& step_lookups_;
  std::vector<const ast::Shape*> open_shapes_;
  int last_dot_ = 0;
};

// The rows of a directory, and the names of its lookups ("by_id") with what each gives.
TypePtr RowOf(const ast::Directory& directory);
std::vector<std::string> ColumnsOf(const ast::Directory& directory);

// "a, b and 3 more": for messages.
std::string Listed(const std::vector<std::string>& names);
// "; did you mean livechat/department" or, without a near one, "; it has a, b, c" (empty without candidates).
std::string Hint(std::string_view word, const std::vector<std::string>& candidates,
                 std::string_view otherwise = "it has");
std::string Joined(std::string_view path, std::string_view name);
std::string TextOf(const ast::Expr& expr);

}  // namespace parley::mapping::lint
