#include "resources/merge_patch.h"

#include <gtest/gtest.h>

namespace parley::resources {
namespace {

std::string Merged(std::string_view target, std::string_view patch) {
  Json json = *ParseJson(target);
  MergePatch(json, *ParseJson(patch));
  return Print(json);
}

// The cases of RFC 7396, appendix A, that apply to objects, and some of our own.
TEST(MergePatch, FollowsTheStandard) {
  struct Case {
    const char *target, *patch, *merged;
  };
  for (const Case& one : {
           Case{R"({"a":"b"})", R"({"a":"c"})", R"({"a":"c"})"},
           Case{R"({"a":"b"})", R"({"b":"c"})", R"({"a":"b","b":"c"})"},
           Case{R"({"a":"b"})", R"({"a":null})", R"({})"},
           Case{R"({"a":"b","b":"c"})", R"({"a":null})", R"({"b":"c"})"},
           Case{R"({"a":["b"]})", R"({"a":"c"})", R"({"a":"c"})"},
           Case{R"({"a":"c"})", R"({"a":["b"]})", R"({"a":["b"]})"},
           Case{R"({"a":{"b":"c"}})", R"({"a":{"b":"d","c":null}})", R"({"a":{"b":"d"}})"},
           Case{R"({"a":[{"b":"c"}]})", R"({"a":[1]})", R"({"a":[1]})"},
           Case{R"({"e":null})", R"({"a":1})", R"({"e":null,"a":1})"},
           Case{R"({})", R"({"a":{"bb":{"ccc":null}}})", R"({"a":{"bb":{}}})"},
           Case{R"({"a":{"b":1,"c":2}})", R"({"a":{"c":3}})", R"({"a":{"b":1,"c":3}})"},
           Case{R"({"a":1})", R"({})", R"({"a":1})"},
       }) {
    EXPECT_EQ(Merged(one.target, one.patch), one.merged) << one.target << " + " << one.patch;
  }
}

}  // namespace
}  // namespace parley::resources
