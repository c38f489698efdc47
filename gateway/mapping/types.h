// What the compiler knows of a value before any request: its type, as far as the two specs tell.
//
// Purpose: one model of types for schemas of both specs, rows of directories and what trees build. A type never says
// whether a value may be missing; that is the business of lint_flow.h. Refuses to know: expressions, files, losses.
// Threading: immutable values. Tests: tests/unit/mapping/lint_test.cc
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "json/json.h"
#include "specs/spec.h"

namespace parley::mapping::lint {

// A set of JSON kinds. Integers are numbers too: a value of kind kInteger fits wherever a kNumber does.
enum Kind : unsigned { kBoolean = 1, kInteger = 2, kNumber = 4, kText = 8, kList = 16, kRecord = 32, kAnyKind = 63 };

struct Type;
using TypePtr = std::shared_ptr<const Type>;  // never null

struct Field {
  std::string name;
  TypePtr type;
  bool required = false;  // always there
};

struct Type {
  unsigned kinds = kAnyKind;
  std::vector<Json> values;   // all values it can have, when they are known
  std::string format;         // of a text or number: date-time, unix-time, ...
  TypePtr items;              // of a list; null: anything
  std::vector<Field> fields;  // of a record: built by a tree, a directory's columns, or attached by `for`
  specs::SchemaPtr schema;    // of a record: its further members; null: `fields` are all there are
  bool open = false;          // a record that may have members nobody described

  bool Is(Kind kind) const { return (kinds & kind) != 0; }
  bool Only(unsigned allowed) const { return (kinds & ~allowed) == 0; }
};

TypePtr Anything();
TypePtr Plain(unsigned kinds);
TypePtr Text(std::string format = {});
TypePtr Constant(const Json& value);
TypePtr OneOf(std::vector<Json> values);
TypePtr ListOf(TypePtr items);
TypePtr RecordOf(std::vector<Field> fields);
TypePtr FromSchema(const specs::SchemaPtr& schema);  // a null schema is anything
TypePtr Union(const TypePtr& a, const TypePtr& b);
TypePtr WithField(const TypePtr& record, Field field);
// The same record, in which the member is always there.
TypePtr WithRequired(const TypePtr& record, std::string_view name);
// The same values with `values` forgotten: what a function makes of a text may be another text.
TypePtr WithoutValues(const TypePtr& type);

TypePtr ItemsOf(const TypePtr& list);
// Empty when the type has no such member. Members of what nobody described are anything, and may be absent.
std::optional<Field> FieldOf(const TypePtr& type, std::string_view name);
// Names of the described members, for messages.
std::vector<std::string> FieldNames(const TypePtr& type);
// Nothing is known of the members: whoever reads or copies it, takes all.
bool IsFree(const TypePtr& type);

// Whether some value can be of both; integers and numbers can.
bool Overlap(unsigned a, unsigned b);
bool Contains(const std::vector<Json>& values, const Json& value);
unsigned KindsOf(const specs::Schema& schema);
std::string Describe(unsigned kinds);  // "text", "an integer", "a list or text"
// What turns a value of these kinds into one of those wanted: "add | number". Empty when nothing does.
std::string Advice(unsigned have, unsigned want);

}  // namespace parley::mapping::lint
