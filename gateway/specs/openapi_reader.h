// Operations of one Swagger 2.0 or OpenAPI 3 document.
//
// Threading: one thread.
// Tests: tests/unit/specs/openapi_reader_test.cc
#pragma once

#include <string>

#include "base/problems.h"
#include "specs/document.h"
#include "specs/spec.h"

namespace parley::specs {

// True when the document says it is one.
bool IsOpenApi(const Node& document);

// Adds the document's operations, definitions and noise to `spec`; wrong ones are reported in `problems` and, where
// they cannot be understood, left out. Operations are neither sorted nor compared with those already there.
// REQUIRES: IsOpenApi(document)
void ReadOpenApi(const Node& document, const std::string& file, Spec& spec, Problems& problems);

}  // namespace parley::specs
