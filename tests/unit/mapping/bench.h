// Evaluates one expression or tree outside any operation.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "base/id_generator.h"
#include "mapping/evaluate.h"
#include "mapping/expression.h"
#include "mapping/loader.h"
#include "mapping/tree_compiler.h"
#include "mapping/writer.h"

namespace parley::mapping {

// A file with tables and shapes, an input, and what evaluation says about them.
class Bench {
 public:
  explicit Bench(const std::string& file_text = "face: livechat\n", const std::string& shared = "face: livechat\n") {
    Problems problems;
    face_.files.push_back(LoadFile("_shared.yaml", shared, problems));
    face_.files.push_back(LoadFile("test.yaml", file_text, problems));
    for (const Problem& problem : problems.list()) ADD_FAILURE() << Format(problem);
  }

  // The JSON text; "missing", "wrong" (missing because of a type), "failed: ..." or "mistake: ...".
  std::string Expression(const std::string& expression, const std::string& input, const std::string& in = "{}") {
    const Result<ast::Expr> expr = ParseExpression(expression, {});
    if (!expr) return "mistake: " + expr.error().message;
    ast::Tree tree;
    tree.kind = ast::TreeKind::kExpr;
    tree.expr = *expr;
    return Evaluate(tree, nullptr, input, in);
  }

  // `tree`: YAML of one line.
  std::string Tree(const std::string& tree, const std::string& input, const specs::SchemaPtr& schema = nullptr,
                   const std::string& in = "{}") {
    Problems problems;
    const ast::File file = LoadFile("tree.yaml", "face: livechat\nshapes:\n  it: " + tree + "\n", problems);
    for (const Problem& problem : problems.list()) return "mistake: " + problem.text;
    return Evaluate(file.shapes[0].tree, schema, input, in);
  }

  IdCache& ids() { return ids_; }
  void SetDirectory(backend::Directory directory) {
    directory_ = std::make_unique<DirectoryView>(std::make_shared<const backend::Directory>(std::move(directory)));
  }

 private:
  std::string Evaluate(const ast::Tree& tree, const specs::SchemaPtr& schema, const std::string& input,
                       const std::string& in) {
    Problems problems;
    Pool pool;
    TreeCompiler compiler(face_, face_.files[1], nullptr, pool, problems);
    Scope scope;
    scope.dot = Scope::Dot::kValue;
    const NodeId node = compiler.Compile(tree, scope, schema, true);
    for (const Problem& problem : problems.list()) return "mistake: " + problem.text;

    Arena arena(1 << 24);
    IdNeeds needs(ids_);
    const auto generator = MakeSeededIdGenerator(1);
    Environment environment(arena, needs, *generator);
    environment.directory = directory_.get();
    environment.secret_key = "key";
    environment.names.resize(pool.names);
    const Json in_json = *ParseJson(in);
    const Json account = Json::Of({{"license", Json(100)}, {"language", Json("en")}, {"timezone", Json("UTC")}});
    environment.names[kInName] = FromJson(in_json, arena);
    environment.names[kAccountName] = FromJson(account, arena);
    const Json dot_json = input.empty() ? Json() : *ParseJson(input);
    const Value dot = input.empty() ? Value() : FromJson(dot_json, arena);

    Evaluator evaluator(pool, environment);
    const Value value = evaluator.Eval(node, dot);
    std::string result = value.missing() ? "missing" : "";
    if (!value.missing()) AppendJson(result, value);
    std::string written;
    Evaluator writer(pool, environment);
    if (!writer.Write(node, dot, written)) {
      EXPECT_EQ(written, "");
      written = "missing";
    }
    EXPECT_EQ(written, result) << "writing and evaluating must agree";
    if (evaluator.failure()) return "failed: " + evaluator.failure()->message;
    if (needs.anything_noted()) return "ids wanted";
    return value.missing() && !evaluator.surprises().empty() ? "wrong" : result;
  }

  ast::Face face_;
  IdCache ids_;
  std::unique_ptr<DirectoryView> directory_;
};

inline std::string Evaluated(const std::string& expression, const std::string& input) {
  return Bench().Expression(expression, input);
}

}  // namespace parley::mapping
