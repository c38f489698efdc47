// Specs written inside tests.
#pragma once

#include <string>

#include "base/problems.h"
#include "specs/loader.h"

namespace parley::specs {

struct Parsed {
  Spec spec;
  Problems problems;

  // "spec.yaml:7: text" per problem, one a line.
  std::string Complaints() const {
    std::string text;
    for (const Problem& problem : problems.list()) text += Format(problem) + "\n";
    return text;
  }
};

inline Parsed Parse(const std::string& text) {
  Parsed parsed;
  parsed.spec = ParseSpec(text, "spec.yaml", parsed.problems);
  return parsed;
}

inline Parsed Load(const std::string& file_below_source) {
  Parsed parsed;
  parsed.spec = LoadSpec(std::string(PARLEY_SOURCE_DIR) + "/" + file_below_source, parsed.problems);
  return parsed;
}

inline Parsed Fixture(const std::string& name) {
  return Load("tests/unit/specs/fixtures/" + name);
}

// A Swagger document with one operation, GET /things, whose answer has the schema `thing` (one line of YAML).
inline Parsed WithSchema(const std::string& thing) {
  return Parse(
      "swagger: '2.0'\n"
      "paths:\n"
      "  /things:\n"
      "    get: {operationId: ThingsGet, responses: {'200': {schema: {$ref: '#/definitions/Thing'}}}}\n"
      "definitions:\n"
      "  Thing: " +
      thing + "\n");
}

}  // namespace parley::specs
