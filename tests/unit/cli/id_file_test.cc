#include "cli/id_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace parley::cli {
namespace {

using storage::IdKind;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::string Text(const IdLine& line) {
  return std::to_string(line.line) + ": " + std::string(storage::NameOf(line.pair.kind)) + " " + line.pair.livechat_id +
         " = " + line.pair.backend_id;
}

struct Read {
  std::vector<std::string> lines;
  std::vector<std::string> problems;
};

Read ReadText(std::string_view text) {
  Problems problems;
  Read read;
  for (const IdLine& line : ReadIdFile(text, "ids.jsonl", problems)) read.lines.push_back(Text(line));
  for (const Problem& problem : problems.list()) read.problems.push_back(Format(problem));
  return read;
}

TEST(IdFile, WhatIsPrintedIsReadBack) {
  const std::string text = PrintIdFile({{IdKind::kGroup, "3", "d1"}, {IdKind::kChat, "MH022RD0K5", "r\"1\n"}});
  EXPECT_THAT(text, HasSubstr("{\"kind\":\"group\",\"livechat_id\":\"3\",\"backend_id\":\"d1\"}\n"));
  const Read read = ReadText(text);
  EXPECT_THAT(read.lines, ElementsAre("1: group 3 = d1", "2: chat MH022RD0K5 = r\"1\n"));
  EXPECT_THAT(read.problems, IsEmpty());
}

TEST(IdFile, HandwrittenLinesMayBeLoose) {
  const Read read = ReadText(
      "\n{\"kind\": \"group\", \"backend_id\": \"d1\", \"livechat_id\": 3}\r\n"
      "{\"kind\":\"group\",\"livechat_id\":\"3\",\"backend_id\":\"d1\"}");
  EXPECT_THAT(read.lines, ElementsAre("2: group 3 = d1")) << "a pair twice is one pair";
  EXPECT_THAT(read.problems, IsEmpty());
}

TEST(IdFile, EveryMistakeHasItsLine) {
  const Read read = ReadText(R"({"kind":"group","livechat_id":"3"}
hello
[1]
{"kind":"room","livechat_id":"3","backend_id":"d1"}
{"kind":"group","livechat_id":"x","backend_id":"d1"}
{"kind":"group","livechat_id":9007199254740992,"backend_id":"d1"}
{"kind":"chat","livechat_id":"","backend_id":"r1"}
{"kind":"chat","livechat_id":"MH022RD0K5","backend_id":"r1","id":1}
)");
  EXPECT_THAT(
      read.problems,
      ElementsAre("ids.jsonl:1: backend_id must be a text that is not empty, or a whole number",
                  HasSubstr("ids.jsonl:2: invalid JSON"), "ids.jsonl:3: must be an object, not array",
                  "ids.jsonl:4: kind must be group, chat, visitor, ticket, goal, greeting, canned_response or message",
                  "ids.jsonl:5: livechat_id of a group must be a whole number from 1 to 9007199254740991, not x",
                  HasSubstr("ids.jsonl:6: livechat_id of a group must be a whole number"),
                  "ids.jsonl:7: livechat_id must be a text that is not empty, or a whole number",
                  "ids.jsonl:8: unknown member id; there are kind, livechat_id and backend_id"));
  EXPECT_THAT(read.lines, IsEmpty());
}

TEST(IdFile, LinesThatContradictOneAnotherAreNamedBoth) {
  const Read read = ReadText(R"({"kind":"group","livechat_id":"3","backend_id":"d1"}
{"kind":"group","livechat_id":"4","backend_id":"d1"}
{"kind":"group","livechat_id":"3","backend_id":"d2"}
{"kind":"goal","livechat_id":"3","backend_id":"d1"}
)");
  EXPECT_THAT(read.problems, ElementsAre("ids.jsonl:2: d1 is group 3 in line 1, not 4",
                                         "ids.jsonl:3: group 3 is d1 in line 1, not d2"));
}

}  // namespace
}  // namespace parley::cli
