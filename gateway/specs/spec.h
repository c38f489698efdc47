// An API as data: operations, their parameters and schemas, whatever the format they were written in.
//
// Purpose: one model for Swagger 2.0, OpenAPI 3 and Markdown endpoint tables, which routing, validation, the mapping
// compiler and `parley check` read. Refuses to know: how an operation is served.
// Threading: immutable once loaded; share by const reference.
// Tests: tests/unit/specs/
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/pattern.h"
#include "http/message.h"
#include "json/json.h"

namespace parley::specs {

struct Schema;
// Schemas may refer to one another, so they are shared and never copied. Never null inside a loaded Spec.
using SchemaPtr = std::shared_ptr<const Schema>;

enum class Type { kAny, kBoolean, kInteger, kNumber, kString, kArray, kObject };

struct Property {
  std::string name;
  SchemaPtr schema;
  bool required = false;
};

struct Schema {
  Type type = Type::kAny;
  std::string name;  // of the definition it came from; empty when inline
  std::string description;
  std::vector<Type> types;  // of a union (x-parley-types), else empty
  bool nullable = false;    // x-nullable
  std::string format;       // date-time, date, email, ...
  std::vector<Json> enumeration;
  std::optional<Json> default_value;
  std::optional<double> minimum, maximum;
  std::optional<std::size_t> min_length, max_length, min_items, max_items;
  std::string pattern;               // as written; `form` is what matches it
  std::optional<Pattern> form;       // empty without a pattern
  std::vector<Property> properties;  // of an object, in file order
  bool additional_properties = true;
  SchemaPtr additional_schema;  // null: anything
  SchemaPtr items;              // of an array; null: anything
  int line = 0;

  const Property* Find(std::string_view property) const;
};

enum class In { kPath, kQuery, kHeader, kForm };

struct Parameter {
  std::string name;  // without brackets: "tags[0]" in a file is the parameter "tags" of type array
  In in = In::kQuery;
  bool required = false;
  SchemaPtr schema;
  std::string description;
  bool lenient = false;  // x-parley-lenient: a value that does not fit counts as absent, not as an error
};

enum class Effect { kRead, kWrite };

// Which principals may call: the least LiveChat role, or nobody needs to be logged in.
struct Access {
  bool anonymous = false;                // x-parley-auth: none; security: []
  bool cross_origin = false;             // x-parley-cross-origin: pages of any site may call it
  std::string role;                      // x-parley-role: owner, administrator, self-or-administrator, self; empty: any
  std::vector<std::string> scopes;       // x-parley-scopes: any one entry suffices for a bearer token; an entry
                                         // may name several scopes, divided by a space, that are all needed
  std::vector<std::string> permissions;  // x-parley-permission: Rocket.Chat permission ids
  bool all_permissions = false;          // all of them, not any
};

struct Operation {
  std::string id;  // operationId; for Rocket.Chat routes "GET livechat/department/{_id}"
  http::Method method = http::Method::kGet;
  std::string path;  // full path template with {name}
  std::string summary;
  std::string resource;  // the first tag
  std::vector<Parameter> parameters;
  SchemaPtr body;  // null: no body
  bool body_required = false;
  std::map<int, SchemaPtr> responses;          // by status; a null schema means an undescribed body
  Effect effect = Effect::kRead;               // x-parley-effect; default by method
  bool idempotent = false;                     // x-parley-idempotent; always true for reads
  std::vector<std::string> touches;            // x-parley-touches: kinds of records a write changes
  std::vector<std::string> shows;              // x-parley-shows: kinds of records a read answers
  std::string list_member;                     // x-parley-list: the member holding the items of a paged answer
  std::map<std::string, std::string> aliases;  // x-parley-aliases: accepted name -> parameter or body member
  std::string error_member;                    // x-parley-error-member: "both", else empty
  std::string unsupported;                     // x-parley-unsupported: why it cannot be served, else empty
  std::string edition;                         // x-parley-edition: "premium", else empty
  std::string since, removed;                  // x-parley-since, -removed: versions of the backend; empty: always there
  Access access;
  std::string file;
  int line = 0;

  const Parameter* FindParameter(std::string_view name) const;
  SchemaPtr Success() const;  // the schema of 200, or null
};

struct Spec {
  std::string name;                   // file name without folder
  std::vector<Operation> operations;  // sorted by id
  std::map<std::string, SchemaPtr> definitions;
  std::vector<std::string> noise;  // x-parley-noise: response members nobody needs to show

  const Operation* Find(std::string_view id) const;
};

std::string_view NameOf(Type type);  // "integer"
// Whether a value is of a type as it stands, without conversion; 1.0 is an integer.
bool IsOfType(Type type, const Json& value);

}  // namespace parley::specs
