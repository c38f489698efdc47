// One row per rule of each function: input, what stands in parentheses, result.
#include "mapping/functions.h"

#include <gtest/gtest.h>

#include <string>

#include "bench.h"
#include "mapping/expression.h"
#include "mapping/loader.h"
#include "mapping/tree_compiler.h"

namespace parley::mapping {
namespace {

struct Row {
  const char* expression;
  const char* input;   // JSON; "" is missing
  const char* result;  // JSON; "missing", or "wrong" for missing with a surprise
};

class FunctionGives : public ::testing::TestWithParam<Row> {};

TEST_P(FunctionGives, This) {
  EXPECT_EQ(Evaluated(GetParam().expression, GetParam().input), GetParam().result)
      << GetParam().input << " " << GetParam().expression;
}

INSTANTIATE_TEST_SUITE_P(Text, FunctionGives,
                         ::testing::Values(Row{". | lower", R"("AbC")", R"("abc")"}, Row{". | lower", "", "missing"},
                                           Row{". | lower", "1", "wrong"}, Row{". | trim", R"(" a b ")", R"("a b")"},
                                           Row{". | text", "12", R"("12")"}, Row{". | text", "0.5", R"("0.5")"},
                                           Row{". | text", "true", R"("true")"}, Row{". | text", R"("x")", R"("x")"},
                                           Row{". | text", "[]", "wrong"}, Row{". | nonempty", R"("")", "missing"},
                                           Row{". | nonempty", R"("a")", R"("a")"}, Row{". | nonempty", "1", "wrong"},
                                           Row{". | join(', ')", R"(["a",1,null,"b"])", R"("a, 1, b")"},
                                           Row{". | key", R"("Az9-x")", R"("Az9-x")"},
                                           Row{". | key", R"("a b_c")", R"("a_20b_5fc")"},
                                           Row{". | key", R"("\u00e9")", R"("_c3_a9")"}, Row{". | key", "1", "wrong"},
                                           Row{". | key", "", "missing"}, Row{". | join(',')", "[]", R"("")"},
                                           Row{". | join(',')", R"([[1]])", "wrong"},
                                           Row{". | split(',')", R"("a,b,,c")", R"(["a","b","","c"])"},
                                           Row{". | split('--')", R"("a--b")", R"(["a","b"])"},
                                           Row{". | split('')", R"("a")", "wrong"}));

INSTANTIATE_TEST_SUITE_P(Numbers, FunctionGives,
                         ::testing::Values(Row{". | number", R"(" 12 ")", "12"}, Row{". | number", R"("0.5")", "0.5"},
                                           Row{". | number", "true", "1"}, Row{". | number", "7", "7"},
                                           Row{". | number", R"("x")", "wrong"}, Row{". | number", "[]", "wrong"},
                                           Row{". | round", "2.5", "3"}, Row{". | round", "2", "2"},
                                           Row{". | round", "1e300", "wrong"}, Row{". | flag", "true", "1"},
                                           Row{". | flag", "false", "0"}, Row{". | flag", "", "0"},
                                           Row{". | flag", "1", "0"}));

INSTANTIATE_TEST_SUITE_P(
    Lists, FunctionGives,
    ::testing::Values(
        Row{". | map(.a)", R"([{"a":1},{},{"a":null},{"a":2}])", "[1,2]"}, Row{". | map(.a)", "", "missing"},
        Row{". | map(.a)", "{}", "wrong"}, Row{". | where(. > 1)", "[1,2,3]", "[2,3]"},
        Row{". | where(.a)", R"([{"a":false},{"a":0}])", R"([{"a":0}])"}, Row{". | find(. > 1)", "[1,2,3]", "2"},
        Row{". | find(. > 5)", "[1,2,3]", "missing"}, Row{". | any(. == 2)", "[1,2]", "true"},
        Row{". | any(. == 2)", "[]", "false"}, Row{". | all(. == 2)", "[2,2]", "true"},
        Row{". | all(. == 2)", "[]", "true"}, Row{". | all(. == 2)", "[2,1]", "false"},
        Row{". | after(. == 2)", "[1,2,3,2]", "[3,2]"}, Row{". | after(. == 9)", "[1,2]", "[1,2]"},
        Row{". | sort(.k) | map(.n)", R"([{"k":2,"n":1},{"n":2},{"k":1,"n":3},{"k":2,"n":4}])", "[3,1,4,2]"},
        Row{". | sort(.)", R"(["b","a",2,1])", R"([1,2,"a","b"])"}, Row{". | first", "[3,4]", "3"},
        Row{". | first", "[]", "missing"}, Row{". | first", "[null,1]", "missing"}, Row{". | last", "[3,4]", "4"},
        Row{". | count", "[3,4]", "2"}, Row{". | count", "", "0"}, Row{". | count", R"({"a":1})", "1"},
        Row{". | count", "3", "wrong"}, Row{". | unique", "[1,2,1,1.0,null]", "[1,2]"},
        Row{". | with(3)", "[1]", "[1,3]"}, Row{". | with(.x)", "[1]", "[1]"}, Row{". | list", "", "[]"},
        Row{". | list", "1", "[1]"}, Row{". | list", "[1]", "[1]"},
        Row{". | entries", R"({"a":1,"b":null,"c":"x"})", R"([{"key":"a","value":1},{"key":"c","value":"x"}])"},
        Row{". | entries", "[]", "wrong"}));

INSTANTIATE_TEST_SUITE_P(
    Time, FunctionGives,
    ::testing::Values(
        Row{". | unix", R"("2026-01-05T10:15:30.999Z")", "1767608130"}, Row{". | unix", "1767608130999", "1767608130"},
        Row{". | unix", "1767608130", "1767608130"}, Row{". | unix", R"({"$date":1767608130999})", "1767608130"},
        Row{". | unix", R"({"$date":"2026-01-05T10:15:30Z"})", "1767608130"},
        Row{". | unix", R"({"$date":{}})", "wrong"}, Row{". | unix", R"("soon")", "wrong"},
        Row{". | unix", "1e300", "wrong"}, Row{". | iso", "1767608130999", R"("2026-01-05T10:15:30.999Z")"},
        Row{". | archive_date('Europe/Berlin')", R"("2026-01-05T10:15:30Z")", R"("Mon, 01/05/26 11:15:30 am")"},
        Row{". | archive_date('Nowhere')", R"("2026-01-05T10:15:30Z")", "wrong"},
        Row{". | stamp('America/New_York')", R"("2026-01-05T10:15:30Z")", R"("2026-01-05 05:15:30")"},
        Row{".b | since(.a)", R"({"a":"2026-01-05T10:00:00Z","b":"2026-01-05T10:01:30.5Z"})", "90"},
        Row{".b | since(.a)", R"({"a":100,"b":160})", "60"}, Row{".b | since(.a)", R"({"b":160})", "missing"}));

INSTANTIATE_TEST_SUITE_P(
    Domain, FunctionGives,
    ::testing::Values(Row{". | username", R"("Ann.Lee+x@acme.test")", R"("ann.lee-x")"},
                      Row{". | username", R"("@acme.test")", R"("agent")"},
                      Row{".l | username(.taken)", R"({"l":"ann@a","taken":["ANN","ann-2"]})", R"("ann-3")"},
                      Row{".l | username(.taken)", R"({"l":"ann@a"})", R"("ann")"},
                      Row{".l | unused(.taken)", R"({"l":["a","b"],"taken":["a"]})", R"("b")"},
                      Row{".l | unused(.taken)", R"({"l":["a","b"],"taken":["a","b","a-2"]})", R"("a-3")"},
                      Row{"(.l | unused(.taken)) else 'none'", R"({"l":[],"taken":[]})", R"("none")"}));

TEST(Functions, AreListedInOrder) {
  const std::vector<std::string> names = FunctionNames();
  EXPECT_TRUE(std::is_sorted(names.begin(), names.end()));
  for (const std::string& name : names) {
    const std::vector<std::string> ids = IdFunctionNames();
    EXPECT_TRUE(FindFunction(name) != nullptr || std::find(ids.begin(), ids.end(), name) != ids.end()) << name;
  }
}

}  // namespace
}  // namespace parley::mapping
