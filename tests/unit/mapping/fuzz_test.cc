// Mutated expressions, files and answers: whatever comes in, nothing crashes and both plans agree.
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "bench.h"
#include "mapping/lint.h"
#include "workbench.h"

namespace parley::mapping {
namespace {

class Mutator {
 public:
  explicit Mutator(std::uint32_t seed) : random_(seed) {}

  std::string operator()(std::string text, std::string_view alphabet) {
    const int changes = 1 + Below(4);
    for (int i = 0; i < changes; ++i) Change(text, alphabet);
    return text;
  }
  int Below(int bound) { return static_cast<int>(random_() % static_cast<std::uint32_t>(bound)); }

 private:
  void Change(std::string& text, std::string_view alphabet) {
    const auto at = static_cast<std::size_t>(Below(static_cast<int>(text.size()) + 1));
    const char c = alphabet[static_cast<std::size_t>(Below(static_cast<int>(alphabet.size())))];
    switch (Below(5)) {
      case 0:
        text.insert(at, 1, c);
        break;
      case 1:
        text.erase(at, static_cast<std::size_t>(1 + Below(3)));
        break;
      case 2:
        if (at < text.size()) text[at] = c;
        break;
      case 3:
        text = text.substr(0, at);
        break;
      case 4:
        text.insert(at, text.substr(static_cast<std::size_t>(Below(static_cast<int>(text.size()) + 1)), 12));
        break;
    }
  }

  std::mt19937 random_;
};

TEST(Fuzz, Expressions) {
  const std::vector<std::string> seeds = {". | any(. | agent_status == 'accepting chats')",
                                          "not ($in.login | lower | agents.by_login)",
                                          "$in.group == 0 and ($in.rules | all(.type | condition)) and not $in.subtype",
                                          "(.a else .b) | sort(.c) | map(.x | text)", "-1.5 <= .a.0.b else 'it''s'"};
  Mutator mutate(1);
  for (int i = 0; i < 20'000; ++i) {
    const std::string text = mutate(seeds[static_cast<std::size_t>(i) % seeds.size()], ".|$()'=!<>- ab0\n\xff");
    const Result<ast::Expr> expr = ParseExpression(text, {});
    if (expr && i % 10 == 0) Bench().Expression(text, R"({"a":[{"b":1}],"b":"x"})");
    (void)ParseTemplate(text, {});
  }
}

constexpr char kFile[] = R"(face: livechat
resource: pen
tables: {tone: {warm: red, _: blue}}
shapes: {pen: {id: ._id | livechat_id(group), name: .name, color: .tone | tone}}
errors: {gone: missing}
operations:
  PensGet:
    steps: {p: {call: GET pens, all: pens, errors: {404: 404}}}
    answer: [{each: $p | where(.a), item: . | pen}]
  PensPost:
    - when: $in.name == 'x'
      require: [{that: $in.name, else: 400 name}]
      steps:
        a: {call: POST pens, body: {copy: $in, name: "{$in.name}!"}, take: .pen, undo: {call: "DELETE pens/{$a._id}"}}
        b: {for: $in.boxes, call: "GET local/notes/{.}", else: missing}
      answer: {copy: $a, name: {choose: [{when: $b, give: b}, {give: c}]}}
cases: [{shape: pen, given: {name: x}, gives: {name: x}}]
)";

TEST(Fuzz, Files) {
  Mutator mutate(2);
  for (int i = 0; i < 1500; ++i) {
    Problems problems;
    ast::Face face;
    face.files.push_back(LoadFile("_shared.yaml", kSharedFile, problems));
    face.files.push_back(LoadFile("pens.yaml", mutate(kFile, "[]{}:,.|$'\"-&* \nab0"), problems));
    const SpecSet specs{Workbench::FaceSpec(), Workbench::BackendSpec(), Workbench::LocalSpec()};
    Problems compiled;
    Compile(face, specs, {}, compiled);
    Lint(face, specs, problems);
    for (const Problem& problem : problems.list()) ASSERT_FALSE(problem.text.empty());
  }
}

TEST(Fuzz, AnswersOfTheBackend) {
  const std::string operations =
      "  PensGet:\n"
      "    steps: {p: {call: GET pens, all: pens}}\n"
      "    answer: {each: $p, item: {id: ._id | livechat_id(group), name: .v.name, color: .tags | first, note: "
      ".a.0.b}}\n";
  const std::string seed =
      R"({"pens":[{"_id":"a","v":{"name":"A\u00e9"},"tags":["x"],"a":[{"b":"c"}]},{"_id":"b","v":{"name":"B"}}],"total":2})";
  CompileOptions plain;
  plain.stream = false;
  Workbench streamed(operations);
  Workbench tree(operations, plain);
  Mutator mutate(3);
  for (int i = 0; i < 3000; ++i) {
    const std::string body = mutate(seed, "[]{}:,\"\\0u-. e\x80");
    for (Workbench* bench : {&streamed, &tree}) {
      bench->backend = ScriptedBackend();
      bench->backend.Answer("GET pens?count=100&offset=0", body);
    }
    const std::string both = tree.Answer("PensGet");
    const std::string rows = streamed.Answer("PensGet");
    // What is not wanted is not looked at: only then may the streamed plan accept what the other refuses.
    if (both.rfind("502 ", 0) != 0) {
      EXPECT_EQ(rows, both) << body;
    }
  }
}

}  // namespace
}  // namespace parley::mapping
