// Files into specs, whatever they are written in.
//
// Purpose: load Swagger 2.0 and OpenAPI 3 (YAML or JSON, several documents in a file) and Markdown pages with endpoint
// tables, as they are published: example values in paths, bracketed parameter names, repeated tables.
// Refuses to know: which face a spec belongs to, and how its operations are served.
// Errors: everything wrong in a file is reported in one pass, each with file and line. What could be read is returned
// all the same, so that linting can go on; a caller that found problems must not serve with it. Threading: pure
// functions. Tests: tests/unit/specs/loader_test.cc, seeds_test.cc, own_specs_test.cc
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/problems.h"
#include "specs/spec.h"

namespace parley::specs {

// Reads `file`; problems carry its path as given.
Spec LoadSpec(const std::filesystem::path& file, Problems& problems);

// Reads `text`; problems carry `file`. Which format it is, its content tells: a document with `swagger` or `openapi`
// makes it YAML or JSON, else a table with a URL column makes it Markdown. Other documents of a YAML file are skipped.
// Two operations of one id, or of one method and path shape, are a problem.
Spec ParseSpec(std::string_view text, const std::string& file, Problems& problems);

}  // namespace parley::specs
