// Schemas of Swagger 2.0 and OpenAPI 3 documents, references resolved.
//
// Threading: one thread.
// Tests: tests/unit/specs/schema_reader_test.cc
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/problems.h"
#include "specs/document.h"
#include "specs/spec.h"

namespace parley::specs {

// Reads the schemas of one document. A schema that is wrong is reported and read as "any", so that reading goes on and
// every problem of the file is found in one pass.
//
// allOf becomes one object with the members of all; oneOf and anyOf become the union of their types and members.
// Definitions that contain themselves are refused: every answer Parley describes has a finite shape.
class SchemaReader {
 public:
  // `root` outlives the reader.
  SchemaReader(const Node& root, std::string file, Problems& problems);

  // Never null.
  SchemaPtr Read(const Node& node);
  // The type, format, limits and default of a Swagger parameter, which stand beside its name.
  SchemaPtr ReadParameter(const Node& node);
  // Every definition of the document by its name.
  std::map<std::string, SchemaPtr> ReadDefinitions();

  // Follows `$ref` through the document; `node` itself when it is no reference. Null, and reported, when it leads
  // nowhere.
  const Node* Resolve(const Node& node);

 private:
  SchemaPtr ReadReference(std::string_view pointer, int line);
  Schema ReadInline(const Node& node);
  void ReadType(const Node& node, Schema& schema);
  Type TypeNamed(std::string_view name, int line, Schema& schema);
  void ReadLimits(const Node& node, Schema& schema);
  void ReadObject(const Node& node, Schema& schema);
  void ReadValues(const Node& node, Schema& schema);
  void MergeAll(const Node& parts, Schema& schema);
  void MergeAlternatives(const Node& alternatives, Schema& schema);
  void ApplyRequired(Schema& schema);
  void CheckKeys(const Node& node);
  Json ValueOfType(const Node& node, const Schema& schema, std::string_view what);
  SchemaPtr Wrong(int line, std::string text);

  const Node& root_;
  std::string file_;
  Problems& problems_;
  std::map<std::string, SchemaPtr, std::less<>> finished_;  // by pointer
  std::vector<std::string> in_progress_;
  std::vector<std::pair<std::string, int>> missing_required_;  // members the schema being read names, with their lines
};

}  // namespace parley::specs
