// Mapping YAML -> ast. yaml-cpp stays in yaml_reader.h, tree_reader.h, which builds on it, and loader.cc.
//
// Refuses to know: specs and the meaning of names. What is not well-formed or not known at its place is reported and
// left out, so that one run reports everything. Threading: pure functions. Tests: tests/unit/mapping/loader_test.cc
#pragma once

#include <filesystem>
#include <string>

#include "base/problems.h"
#include "mapping/ast.h"

namespace parley::mapping {

// Every *.yaml file of `directory`, in order of their names, _shared.yaml first.
ast::Face LoadFace(const std::filesystem::path& directory, Problems& problems);

// One file from memory. `name` is what problems are reported under; "_shared.yaml" at its end makes it the shared file.
ast::File LoadFile(const std::string& name, const std::string& text, Problems& problems);

}  // namespace parley::mapping
