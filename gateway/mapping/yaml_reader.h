// A mapping file's YAML, read with the place of everything: maps as entries, texts, numbers, expressions.
//
// What is not well-formed at its place is reported and left out, so that one run reports everything.
// Refuses to know: what a mapping consists of. Threading: one thread. Tests: tests/unit/mapping/loader_test.cc
#pragma once

#include <yaml-cpp/yaml.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/problems.h"
#include "mapping/ast.h"

namespace parley::mapping {

// Whether the whole of it can be walked: aliases may make a tree endless or very large.
bool IsBounded(const YAML::Node& root);

// A scalar by YAML 1.2's core schema: `no` is a text and so is "2".
Json ScalarValue(const YAML::Node& node);

class YamlReader {
 protected:
  using Keys = std::vector<std::string>;
  struct Entry {
    std::string key;
    YAML::Node key_node;
    YAML::Node value;
  };

  // `file`: what problems are reported under.
  YamlReader(std::shared_ptr<const std::string> file, Problems& problems)
      : file_name_(std::move(file)), problems_(problems) {}

  ast::Place At(int line) const { return {file_name_, line}; }
  ast::Place At(const YAML::Node& node) const { return At(node.Mark().line + 1); }
  void Wrong(const ast::Place& place, std::string text) { ast::Report(problems_, place, std::move(text)); }
  void Wrong(const YAML::Node& node, std::string text) { Wrong(At(node), std::move(text)); }

  // The entries of a map in order. Reports other nodes, keys that are no texts and keys given twice.
  std::vector<Entry> Entries(const YAML::Node& node, std::string_view what);
  // Likewise, and reports keys that are not among `known`.
  std::vector<Entry> KnownEntries(const YAML::Node& node, std::string_view what, const Keys& known);
  std::vector<Entry> KeepKnown(const std::vector<Entry>& entries, std::string_view what, const Keys& known);
  std::vector<YAML::Node> Items(const YAML::Node& node, std::string_view what);
  std::string Text(const YAML::Node& node, std::string_view what);
  std::vector<std::string> Texts(const YAML::Node& node, std::string_view what);
  int Count(const YAML::Node& node, std::string_view what, int fallback);
  ast::Expr Expression(const YAML::Node& node, std::string_view what);
  ast::Template TemplateOf(const YAML::Node& node, std::string_view text);

 private:
  const std::shared_ptr<const std::string> file_name_;
  Problems& problems_;
};

}  // namespace parley::mapping
