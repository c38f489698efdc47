// Trees of a mapping file: values, and the forms each, when, choose and copy.
//
// Threading: one thread. Tests: tests/unit/mapping/loader_test.cc
#pragma once

#include <vector>

#include "mapping/yaml_reader.h"

namespace parley::mapping {

class TreeReader : protected YamlReader {
 protected:
  using YamlReader::YamlReader;

  ast::Tree ReadTree(const YAML::Node& node);
  std::vector<ast::Member> Members(const std::vector<Entry>& entries);

 private:
  ast::Tree MakeTree(ast::TreeKind kind, const YAML::Node& node) const;
  ast::Tree ReadLeaf(const YAML::Node& node);
  ast::Tree ReadMap(const YAML::Node& node);
  ast::Tree ReadForm(const YAML::Node& node, const std::vector<Entry>& entries);
  ast::Tree ReadEach(const YAML::Node& node, const std::vector<Entry>& entries);
  ast::Tree ReadWhen(const YAML::Node& node, const std::vector<Entry>& entries);
  ast::Tree ReadChoose(const YAML::Node& node, const std::vector<Entry>& entries);
  ast::Tree ReadCopy(const YAML::Node& node, const std::vector<Entry>& entries);
};

}  // namespace parley::mapping
