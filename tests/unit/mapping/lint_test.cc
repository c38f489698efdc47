// Every rule of the lint, on mappings no larger than the mistake.
#include "mapping/lint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "mapping/functions.h"
#include "mapping/loader.h"
#include "mapping/types_functions.h"
#include "specs/loader.h"

namespace parley::mapping {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

// Two boxes of pens, a shelf of the store, and what clients see of them.
constexpr char kFaceSpec[] = R"(
swagger: "2.0"
info: {title: Pens, version: "1"}
x-parley-noise: [result]
paths:
  /pens:
    get:
      operationId: PensGet
      parameters:
        - {in: query, name: color, type: string, enum: [red, blue]}
      responses: {"200": {description: d, schema: {type: array, items: {$ref: "#/definitions/Pen"}}}}
    post:
      operationId: PensPost
      parameters:
        - in: body
          name: body
          required: true
          schema:
            type: object
            required: [name]
            properties:
              name: {type: string}
              size: {type: integer}
              note: {type: string}
              color: {type: string, enum: [red, blue], default: red}
      responses: {"200": {description: d, schema: {$ref: "#/definitions/Pen"}}}
  /pens/{pen_id}:
    get:
      operationId: PenGet
      parameters:
        - {in: path, name: pen_id, required: true, type: integer}
      responses: {"200": {description: d, schema: {$ref: "#/definitions/Pen"}}}
    delete:
      operationId: PenDelete
      parameters:
        - {in: path, name: pen_id, required: true, type: integer}
      responses: {"200": {description: d, schema: {type: object, required: [result], properties: {result: {type: string}}}}}
definitions:
  Pen:
    type: object
    required: [id, name]
    properties:
      id: {type: integer}
      name: {type: string}
      size: {type: integer}
      color: {type: string, enum: [red, blue]}
      tags: {type: array, items: {type: string}}
)";

constexpr char kBackendSpec[] = R"(
swagger: "2.0"
info: {title: Boxes, version: "1"}
x-parley-noise: [success, total, count, offset]
paths:
  /api/v1/box.pens:
    get:
      operationId: GET box.pens
      x-parley-list: pens
      parameters:
        - {in: query, name: tone, type: string, enum: [warm, cold]}
      responses:
        "200":
          description: d
          schema:
            type: object
            required: [pens]
            properties:
              pens: {type: array, items: {$ref: "#/definitions/BoxPen"}}
              total: {type: integer}
  /api/v1/box.pens/{_id}:
    get:
      operationId: GET box.pens/{_id}
      parameters:
        - {in: path, name: _id, required: true, type: string}
      responses:
        "200": {description: d, schema: {type: object, required: [pen], properties: {pen: {$ref: "#/definitions/BoxPen"}}}}
    delete:
      operationId: DELETE box.pens/{_id}
      parameters:
        - {in: path, name: _id, required: true, type: string}
      responses: {"200": {description: d, schema: {type: object, properties: {success: {type: boolean}}}}}
  /api/v1/box.create:
    post:
      operationId: POST box.create
      parameters:
        - in: body
          name: body
          required: true
          schema:
            type: object
            required: [pen]
            additionalProperties: false
            properties:
              pen:
                type: object
                required: [name, shown]
                additionalProperties: false
                properties:
                  name: {type: string}
                  shown: {type: boolean}
                  length: {type: string}
      responses:
        "200": {description: d, schema: {type: object, required: [pen], properties: {pen: {$ref: "#/definitions/BoxPen"}}}}
  /api/v1/box.paint:
    post:
      operationId: POST box.paint
      parameters:
        - in: body
          name: body
          schema: {type: object, required: [penId], properties: {penId: {type: string}, tone: {type: string}}}
      responses: {"200": {description: d, schema: {type: object, properties: {success: {type: boolean}}}}}
definitions:
  BoxPen:
    type: object
    required: [_id, name]
    properties:
      _id: {type: string}
      name: {type: string}
      length: {type: string}
      tone: {type: string, enum: [warm, cold]}
)";

constexpr char kLocalSpec[] = R"(
swagger: "2.0"
info: {title: Shelf, version: "1"}
paths:
  /local/notes/{id}:
    get:
      operationId: GET local/notes/{id}
      parameters: [{in: path, name: id, required: true, type: string}]
      responses:
        "200": {description: d, schema: {type: object, required: [note], properties: {note: {type: object}}}}
    put:
      operationId: PUT local/notes/{id}
      parameters:
        - {in: path, name: id, required: true, type: string}
        - {in: body, name: body, schema: {type: object}}
      responses: {"200": {description: d, schema: {type: object}}}
)";

constexpr char kShared[] = R"(
face: livechat
directories:
  agents: {from: agents, keys: [id, login]}
  members: {from: memberships, by: department}
shapes:
  everybody: = $agents | map(.id) | with(. | members.by_department | count)
)";

specs::Spec Parsed(const char* text, const char* name) {
  Problems problems;
  specs::Spec spec = specs::ParseSpec(text, name, problems);
  for (const Problem& problem : problems.list()) ADD_FAILURE() << Format(problem);
  return spec;
}

struct Linted {
  std::vector<std::string> problems;
  LossesByOperation losses;
};

Linted LintFiles(std::vector<ast::File> files, Problems problems) {
  static const specs::Spec face_spec = Parsed(kFaceSpec, "face.yaml");
  static const specs::Spec backend_spec = Parsed(kBackendSpec, "backend.yaml");
  static const specs::Spec local_spec = Parsed(kLocalSpec, "local.yaml");
  ast::Face face{std::move(files)};
  Linted linted;
  linted.losses = Lint(face, SpecSet{face_spec, backend_spec, local_spec}, problems);
  for (const Problem& problem : problems.list()) linted.problems.push_back(Format(problem));
  return linted;
}

// Losses are a matter of their own: here they are declared away unless a test is about them.
constexpr char kHead[] = "face: livechat\nresource: pen\n";

Linted LintText(const std::string& text) {
  Problems problems;
  std::vector<ast::File> files;
  files.push_back(LoadFile("pens.yaml", kHead + text, problems));
  return LintFiles(std::move(files), std::move(problems));
}

std::vector<std::string> Mistakes(const std::string& text) {
  std::vector<std::string> mistakes;
  for (const std::string& problem : LintText(text).problems) {
    if (problem.find(": use or declare as loses") == std::string::npos) mistakes.push_back(problem);
  }
  return mistakes;
}

// A GET of one pen with the given extra steps and members.
std::string PenGet(const std::string& members, const std::string& steps = {}) {
  return "operations:\n  PenGet:\n    steps:\n"
         "      pen: {call: \"GET box.pens/{$in.pen_id | backend_id(goal)}\", take: .pen}\n" +
         steps + "    answer: {id: $pen._id | number else 0, name: $pen.name" + members + "}\n";
}

std::string PensPost(const std::string& steps) {
  return "operations:\n  PensPost:\n    steps:\n" + steps + "    answer: {id: 1, name: $in.name}\n";
}

TEST(Lint, SaysNothingAboutASoundMapping) {
  EXPECT_THAT(Mistakes(PenGet(", size: $pen.length | number")), IsEmpty());
}

struct Mistake {
  const char* name;
  std::string mapping;
  const char* says;
};

class LintMistake : public ::testing::TestWithParam<Mistake> {};

TEST_P(LintMistake, IsReported) {
  EXPECT_THAT(Mistakes(GetParam().mapping), Contains(HasSubstr(GetParam().says)));
}

std::string NameOfMistake(const ::testing::TestParamInfo<Mistake>& info) {
  return info.param.name;
}

const Mistake kBackendSide[] = {
    {"UnknownRoute", PensPost("      made: {call: POST box.creat, body: {}}\n"),
     "pens.yaml:6: no backend route POST box.creat; did you mean box.create"},
    {"RouteOfAnotherMethod", PensPost("      made: {call: PUT box.create, body: {}}\n"),
     "no backend route PUT box.create; it exists with POST"},
    {"UnknownLocalRoute", PenGet("", "      note: {call: \"GET local/note/{$pen._id}\", else: missing}\n"),
     "no local route GET local/note/{$pen._id}; did you mean local/notes/{id}"},
    {"UnknownMemberOfAnAnswer", PenGet(", size: $pen.lenght | number"),
     "GET box.pens/{_id} answers no member \"lenght\"; did you mean length"},
    {"MissingBodyMember", PensPost("      made: {call: POST box.create, body: {pen: {name: $in.name}}}\n"),
     "POST box.create needs pen.shown: set it"},
    {"MissingBody", PensPost("      made: {call: POST box.create}\n"), "POST box.create needs pen: set it in body"},
    {"BodyMemberTheServerRefuses",
     PensPost("      made: {call: POST box.create, body: {pen: {name: a, shown: true, shwn: 1}}}\n"),
     "POST box.create: pen takes no member \"shwn\"; did you mean shown"},
    {"BodyMemberOfAnotherType",
     PensPost("      made: {call: POST box.create, body: {pen: {name: a, shown: true, length: $in.size}}}\n"),
     "pen.length is text, the value is an integer: add | text"},
    {"BodyMemberThatMayBeMissing",
     PensPost("      made: {call: POST box.create, body: {pen: {name: $in.note, shown: true}}}\n"),
     "POST box.create must have \"pen.name\", which may be missing here: add else"},
    {"BodyWhereNoneIsTaken", PenGet("", "      again: {call: GET box.pens, body: {a: 1}, all: pens}\n"),
     "GET box.pens takes no body: remove it"},
    {"UnknownQueryParameter", PenGet("", "      again: {call: GET box.pens, query: {tine: warm}, all: pens}\n"),
     "GET box.pens takes no member \"tine\"; did you mean tone"},
    {"QueryValueOutsideItsEnumeration",
     PenGet("", "      again: {call: GET box.pens, query: {tone: hot}, all: pens}\n"),
     "tone cannot be \"hot\"; it is one of \"warm\", \"cold\""},
    {"WrongListMember", PenGet("", "      again: {call: GET box.pens, all: boxes}\n"),
     "GET box.pens pages through pens, not through boxes"},
    {"AllOfWhatIsNotPaged", PenGet("", "      again: {call: \"GET box.pens/{$pen._id}\", all: pen}\n"),
     "is not paged: use take instead of all"},
};
INSTANTIATE_TEST_SUITE_P(Backend, LintMistake, ::testing::ValuesIn(kBackendSide), NameOfMistake);

const Mistake kClientSide[] = {
    {"UnknownOperation", "operations:\n  PensGat: {answer: []}\n",
     "operation PensGat is not in the spec; did you mean PensGet"},
    {"UnknownParameter", PensPost("      made: {call: POST box.paint, body: {penId: $in.titel}}\n"),
     "$in.titel is no parameter of PensPost"},
    {"UnknownMember", PenGet(", colour: red"), "GET /pens/{pen_id} has no member \"colour\"; did you mean color"},
    {"MissingMember", "operations:\n  PenGet: {answer: {id: $in.pen_id}}\n",
     "GET /pens/{pen_id} must have \"name\": add it"},
    {"MemberThatMayBeMissing", "operations:\n  PensPost: {answer: {id: $in.size, name: $in.name}}\n",
     "POST /pens must have \"id\", which may be missing here: add else"},
    {"MemberOfAnotherType", PenGet(", size: $pen.length"), "size is an integer, the value is text: add | number"},
    {"ConstantOutsideItsEnumeration", PenGet(", color: green"), "color cannot be \"green\""},
    {"OneValueForAList", PenGet(", tags: $pen.name"), "tags is a list, the value is text: add | list"},
    {"TextMeantAsExpression", PenGet(", tags: [not $pen.name]"), "for the expression write \"= not $pen.name\""},
    {"NoAnswer", "operations:\n  PensGet: {steps: {a: {value: 1}}}\n", "PensGet has no answer: add answer"},
    {"AnswerThatMayBeMissing", "operations:\n  PensGet: {answer: $in.color | list | first}\n", "add | list"},
    {"VariantThatIsNeverReached", "operations:\n  PensGet:\n    - {answer: []}\n    - {answer: []}\n",
     "always applies, so the next is never reached"},
};
INSTANTIATE_TEST_SUITE_P(Client, LintMistake, ::testing::ValuesIn(kClientSide), NameOfMistake);

const Mistake kNames[] = {
    {"UndefinedName", PenGet(", size: $pan.length | number"), "$pan is no step or directory; did you mean $pen"},
    {"StepBeforeItHasRun",
     "operations:\n  PensGet:\n    steps:\n      a: {value: $b | list}\n      b: {value: 1}\n    answer: {each: $a, "
     "item: "
     "{id: ., name: x}}\n",
     "step b is used before it has run; move it up"},
    {"UndefinedFunction", PenGet(", size: $pen.length | nummer"),
     "no function, shape, table or lookup is called nummer; did you mean number"},
    {"LookupWithoutKeys", PenGet(", size: $pen.name | pen.by_id | .size"), "step pen offers no lookup pen.by_id here"},
    {"KeyThatIsNoMember",
     PenGet(", tags: $pen.name | all.by_nam | .tags", "      all: {call: GET box.pens, all: pens, keys: [nam]}\n"),
     "items of step all have no member \"nam\"; did you mean name"},
    {"UnusedShape", "shapes: {a: {b: 1}}\n" + PenGet(""), "shape a is never used: remove it"},
    {"UnusedTable", "tables: {a: {b: c}}\n" + PenGet(""), "table a is never used: remove it"},
    {"UnusedStep", PenGet("", "      again: {call: GET box.pens, all: pens}\n"), "step again is never used: remove it"},
    {"ShapeOfItself", "shapes: {a: {b: . | c}, c: = . | a}\n" + PenGet(", tags: $pen | a | .b"),
     "shape a uses itself: a > c > a"},
    {"ShapeSeesNoSteps", "shapes: {a: = $pen.name}\n" + PenGet(", tags: $in | a | list"), "shapes do not see steps"},
    {"ShapeNamedLikeAFunction", "shapes: {first: .name}\n" + PenGet(""), "first is a function: choose another name"},
    {"NameGivenTwice", "shapes: {a: .name}\ntables: {a: {b: c}}\n" + PenGet(""), "a is given twice: rename one"},
    {"StepHidingAGivenName", PenGet("", "      caller: {value: 1}\n"), "step caller hides $caller"},
    {"DotOutsideOfItems", PenGet(", tags: .name"), "has nothing to read from here; begin with a $name"},
    {"WordAsValue", PenGet(", tags: $pen.name | list | with(group)"),
     "\"group\" is no value; write 'group' for the text"},
    {"UnknownIdKind", PenGet(", size: $pen.name | livechat_id(pen)"), "\"pen\" is no kind of id"},
    {"ReadOfNothing", PenGet("", "      other: {read: PenGat, with: {pen_id: 1}}\n"),
     "no mapped operation is called PenGat; did you mean PenGet"},
    {"ReadOfAWrite",
     PenGet("", "      other: {read: PenDelete, with: {pen_id: 1}}\n") + "  PenDelete: {answer: {result: done}}\n",
     "PenDelete is no reading operation"},
    {"ReadInACircle", PenGet("", "      other: {read: PenGet, with: {pen_id: 1}}\n"), "PenGet reads itself"},
    {"ReadWithoutItsParameter",
     PensPost("      other: {read: PenGet}\n") + "  PenGet: {answer: {id: $in.pen_id, name: a}}\n",
     "PenGet needs pen_id: set it in with"},
};
INSTANTIATE_TEST_SUITE_P(Names, LintMistake, ::testing::ValuesIn(kNames), NameOfMistake);

const Mistake kTypes[] = {
    {"TableThatDoesNotCover", "tables: {a: {warm: red}}\n" + PenGet(", color: $pen.tone | a"),
     "table a does not cover \"cold\" of \"$pen.tone\": add it or _"},
    {"ComparisonThatCanNeverBe", PenGet(", tags: {when: $pen.tone == 'hot', give: [a]}"),
     "\"$pen.tone == 'hot'\" can never be: it is one of \"warm\", \"cold\""},
    {"ComparisonOfTypes", PenGet(", tags: {when: $pen.name == 1, give: [a]}"),
     "compares text with an integer: add | number"},
    {"InWithoutAList", PenGet(", tags: {when: $pen.tone in $pen.name, give: [a]}"), "\"in\" needs a list on its right"},
    {"FunctionOfAnotherType", PenGet(", tags: $pen.name | map(.)"),
     "map takes a list, \"$pen.name\" is text: add | list"},
    {"FunctionWithoutItsArgument", PenGet(", tags: $pen.name | list | join"), "join needs an argument: join(...)"},
    {"FunctionWithATooMany", PenGet(", tags: $pen.name | lower('a') | list"), "lower takes no argument: remove it"},
    {"MemberOfAText", PenGet(", tags: $pen.name.first | list"), ".first is read from text; it has no members"},
    {"MemberOfAList", PenGet(", tags: $all.name", "      all: {call: GET box.pens, all: pens}\n"),
     "use map(.name) or first"},
    {"ListInATemplate", PenGet(", tags: [\"{$all}\"]", "      all: {call: GET box.pens, all: pens}\n"),
     "puts a list into a text"},
    {"EachOverOneObject", PenGet(", tags: {each: $pen, item: .name}"),
     "each takes a list, \"$pen\" is an object: add | list"},
    {"CopyOfAText", PensPost("      painted: {call: POST box.paint, body: {copy: $in.name, penId: a}}\n"),
     "copy takes an object, this is text"},
    {"ObjectForAText", PenGet(", color: {a: b}"), "color is text, the value is an object"},
};
INSTANTIATE_TEST_SUITE_P(Types, LintMistake, ::testing::ValuesIn(kTypes), NameOfMistake);

constexpr char kMade[] = "      made: {call: POST box.create, body: {pen: {name: $in.name, shown: true}}, take: .pen";
constexpr char kPainted[] = "      painted: {call: POST box.paint, body: {penId: $made._id}";

const Mistake kWrites[] = {
    {"WriteBeforeTheLastWithoutUndo", PensPost(std::string(kMade) + "}\n" + kPainted + "}\n"),
     "step made writes before painted and has neither undo nor stays"},
    {"UndoOfARead",
     PenGet(", tags: $all | map(.name)",
            "      all: {call: GET box.pens, all: pens, undo: {call: \"DELETE box.pens/{$pen._id}\"}}\n"),
     "step all writes nothing: remove its undo"},
    {"UndoThatOnlyReads",
     PensPost(std::string(kMade) + ", undo: {call: \"GET box.pens/{$made._id}\"}}\n" + kPainted + "}\n"),
     "the undo of made writes nothing"},
    {"UndoWithAnUnknownRoute",
     PensPost(std::string(kMade) + ", undo: {call: \"DELETE box.pen/{$made._id}\"}}\n" + kPainted + "}\n"),
     "no backend route DELETE box.pen/{$made._id}"},
    {"StaysOfARead",
     PenGet(", tags: $all | map(.name)", "      all: {call: GET box.pens, all: pens, stays: forever}\n"),
     "step all writes nothing: remove its stays"},
    {"WriteInAReadingOperation", PenGet("", "      painted: {call: POST box.paint, body: {penId: $pen._id}}\n"),
     "step painted writes, and PenGet only reads"},
    {"OneCallPerItemOfAList",
     "operations:\n  PensGet:\n    steps:\n      all: {call: GET box.pens, all: pens}\n"
     "      note: {for: $all, call: \"GET local/notes/{._id}\"}\n    answer: {each: $all, item: {id: 1, name: "
     ".name}}\n",
     "one call per item of an unbounded list"},
};
INSTANTIATE_TEST_SUITE_P(Writes, LintMistake, ::testing::ValuesIn(kWrites), NameOfMistake);

TEST(Lint, AcceptsAWriteThatStaysOrIsUndone) {
  EXPECT_THAT(
      Mistakes(PensPost(std::string(kMade) + ", undo: {call: \"DELETE box.pens/{$made._id}\"}}\n" + kPainted + "}\n")),
      IsEmpty());
  EXPECT_THAT(Mistakes(PensPost(std::string(kMade) + ", stays: it does no harm}\n" + kPainted + "}\n")), IsEmpty());
}

TEST(Lint, KnowsThatAStepIsThereUnderItsOwnCondition) {
  const std::string made =
      "      made: {when: $in.note, call: POST box.create, body: {pen: {name: $in.note, shown: true}},"
      " take: .pen, stays: it does no harm}\n";
  EXPECT_THAT(
      Mistakes(PensPost(made + "      painted: {when: $in.note, call: POST box.paint, body: {penId: $made._id}}\n")),
      IsEmpty());
  EXPECT_THAT(Mistakes(PensPost(made + "      painted: {call: POST box.paint, body: {penId: $made._id}}\n")),
              Contains(HasSubstr("must have \"penId\", which may be missing here")));
}

TEST(Lint, KnowsThatACopyFillsInForAMissingMember) {
  const auto copy = [](const std::string& source) {
    return PensPost("      all: {call: GET box.pens, all: pens, take: " + source + ", else: 404}\n" +
                    "      made: {call: POST box.create, body: {pen: {copy: $all, name: $in.note, shown: true}}}\n");
  };
  EXPECT_THAT(Mistakes(copy(". | first")), IsEmpty());
  EXPECT_THAT(Mistakes(copy(". | first | .length")), ::testing::Not(IsEmpty()));
}

TEST(Lint, KnowsThatItemsHaveWhatTheirConditionNeeds) {
  const auto pens = [](const std::string& list) {
    return "operations:\n  PensGet:\n    steps:\n      all: {call: GET box.pens, all: pens}\n"
           "    answer: {each: " +
           list + ", item: {id: 1, name: .length}}\n";
  };
  EXPECT_THAT(Mistakes(pens("$all")), Contains(HasSubstr("must have \"name\", which may be missing here")));
  EXPECT_THAT(Mistakes(pens("$all | where(.length and .name != 'x')")), IsEmpty());
}

TEST(Lint, LetsACallPerItemStandBelowALimit) {
  EXPECT_THAT(
      Mistakes("operations:\n  PensGet:\n    limit: 50\n    steps:\n      all: {call: GET box.pens, all: pens}\n"
               "      note: {for: $all, call: \"GET local/notes/{._id}\", take: .note}\n"
               "    answer: {each: $all, item: {id: 1, name: .name, tags: .note.tags}}\n"),
      IsEmpty());
}

TEST(Lint, LetsAShapeMentionParametersOnlySomeOfItsOperationsHave) {
  EXPECT_THAT(Mistakes("shapes: {named: {id: 1, name: $in.note else 'x'}}\noperations:\n"
                       "  PenGet: {answer: $in | named}\n  PensPost: {answer: $in | named}\n"),
              IsEmpty());
}

TEST(Lint, ReportsTheSameMistakeOfAShapeOnce) {
  const std::string twice =
      "shapes: {named: {id: 1, nme: a, name: b}}\noperations:\n"
      "  PenGet:\n    - {when: $in.pen_id == 0, answer: $in | named}\n    - {answer: $in | named}\n";
  EXPECT_THAT(Mistakes(twice), UnorderedElementsAre(HasSubstr("has no member \"nme\"; did you mean name")));
}

TEST(Lint, ReportsEverythingAtOnce) {
  EXPECT_EQ(Mistakes(PenGet(", colour: red, size: $pen.lenght | number, tags: $pan.x")).size(), 3u);
}

TEST(Lint, ChecksDirectoriesOfTheSharedFile) {
  Problems problems;
  std::vector<ast::File> files;
  files.push_back(LoadFile("_shared.yaml",
                           "face: livechat\ndirectories:\n  a: {from: agent, keys: [id]}\n"
                           "  b: {from: agents, keys: [email]}\n  c: {from: departments, keys: [id]}\n",
                           problems));
  std::vector<std::string> found = LintFiles(std::move(files), std::move(problems)).problems;
  EXPECT_THAT(found,
              Contains(HasSubstr("directory a is from \"agent\", which no backend offers; did you mean agents")));
  EXPECT_THAT(found, Contains(HasSubstr("rows of agents have no member \"email\"")));
  EXPECT_THAT(found, Contains(HasSubstr("directory c is never used: remove it")));
}

TEST(Lint, LetsNoStepHideADirectory) {
  Problems problems;
  std::vector<ast::File> files;
  files.push_back(LoadFile("_shared.yaml", kShared, problems));
  files.push_back(LoadFile("pens.yaml", kHead + PenGet("", "      agents: {value: 1}\n"), problems));
  EXPECT_THAT(LintFiles(std::move(files), std::move(problems)).problems,
              Contains(HasSubstr("step agents hides the directory agents: choose another name")));
}

TEST(Lint, SeesNamesOfTheSharedFileInEveryFile) {
  Problems problems;
  std::vector<ast::File> files;
  files.push_back(LoadFile("_shared.yaml", kShared, problems));
  files.push_back(LoadFile("pens.yaml",
                           kHead + PenGet(", tags: $pen.name | everybody | map(. | agents.by_login | .id)"), problems));
  std::vector<std::string> found = LintFiles(std::move(files), std::move(problems)).problems;
  EXPECT_THAT(found, ::testing::Not(Contains(HasSubstr("no function, shape"))));
  EXPECT_THAT(found, ::testing::Not(Contains(HasSubstr("everybody is never used"))));
}

// ---- losses

std::vector<std::string> LossesOf(const Linted& linted, const std::string& operation) {
  std::vector<std::string> texts;
  auto found = linted.losses.find(operation);
  if (found == linted.losses.end()) return texts;
  for (const Loss& loss : found->second)
    texts.push_back(std::string(NameOf(loss.kind)) + " " + loss.name + ": " + loss.reason);
  return texts;
}

TEST(Losses, NameWhatTheClientSendsInVain) {
  EXPECT_THAT(LintText(PensPost(std::string(kMade) + "}\n")).problems,
              Contains("pens.yaml:4: color, note, size are not kept by POST /pens: use or declare as loses.not_kept"));
}

TEST(Losses, CountWhatOnlyRequireReadsAsNotKept) {
  const std::string mapping =
      "operations:\n  PensPost:\n    require: [{that: $in.note, else: 400 note is required}]\n"
      "    answer: {id: $in.size else 0, name: $in.name, color: $in.color}\n";
  EXPECT_THAT(LintText(mapping).problems, Contains(HasSubstr("note is not kept by POST /pens")));
}

TEST(Losses, NameConstantsOfAnAnswer) {
  const std::string mapping = PenGet(", color: red, tags: [$pen.name, $pen.length, $pen.tone]");
  EXPECT_THAT(LintText(mapping).problems, Contains(HasSubstr("color is made up by GET /pens/{pen_id}")));
}

TEST(Losses, DoNotNameConstantsChosenByData) {
  const std::string mapping = PenGet(", color: {choose: [{when: $pen.tone == 'warm', give: red}, {give: blue}]}");
  EXPECT_THAT(LintText(mapping).problems, ::testing::Not(Contains(HasSubstr("made up"))));
}

TEST(Losses, NameWhatTheBackendHasAndTheAnswerHasNot) {
  EXPECT_THAT(LintText(PenGet("")).problems, Contains(HasSubstr("length, tone are not shown by GET /pens/{pen_id}")));
}

TEST(Losses, AreGivenWithTheirReasons) {
  const std::string mapping = "loses: {not_shown: {\"length, tone\": pens are pens}}\n" + PenGet("");
  const Linted linted = LintText(mapping);
  EXPECT_THAT(linted.problems, IsEmpty());
  EXPECT_THAT(LossesOf(linted, "PenGet"),
              UnorderedElementsAre("not_shown length: pens are pens", "not_shown tone: pens are pens"));
}

TEST(Losses, AreCheckedNameByNameWhereSeveralShareAReason) {
  EXPECT_THAT(LintText("loses: {not_shown: {\"length, tone, weight\": pens are pens}}\n" + PenGet("")).problems,
              UnorderedElementsAre(HasSubstr("weight is declared as lost, but no operation of this file loses it")));
}

TEST(Losses, MustNotBeDeclaredWhereThereAreNone) {
  const std::string own =
      "operations:\n  PenGet: {loses: {made_up: {name: it is not}}, answer: {id: 1, name: $in.pen_id | text}}\n";
  EXPECT_THAT(LintText(own).problems,
              Contains(HasSubstr("name is declared as made_up by PenGet, but is no such loss: remove it")));
  const std::string inherited = "loses: {not_kept: {pen_id: it is}}\n" + PenGet("");
  EXPECT_THAT(LintText(inherited).problems,
              Contains(HasSubstr("pen_id is declared as lost, but no operation of this file loses it")));
}

// ---- the tables of functions

TEST(Functions, AreAllKnownToTheLintWithTheSameArguments) {
  for (const std::string& name : FunctionNames()) {
    const lint::FunctionRule* rule = lint::FindFunctionRule(name);
    ASSERT_TRUE(rule) << name << " has no row in types_functions.cc";
    if (const Function* function = FindFunction(name)) {
      EXPECT_EQ(static_cast<int>(rule->argument), static_cast<int>(function->argument)) << name;
      EXPECT_EQ(rule->fills, function->takes_missing) << name;
    }
  }
  EXPECT_EQ(lint::FunctionNames().size(), FunctionNames().size());
}

// ---- the mappings we ship

TEST(OwnMappings, PassTheLint) {
  const std::string root = PARLEY_SOURCE_DIR;
  Problems problems;
  specs::Spec face_spec = specs::LoadSpec(root + "/specs/livechat-v2.yaml", problems);
  specs::Spec backend_spec = specs::LoadSpec(root + "/specs/rocketchat-livechat.yaml", problems);
  specs::Spec local_spec = specs::LoadSpec(root + "/specs/local.yaml", problems);
  ast::Face face = LoadFace(root + "/mappings/livechat-v2", problems);
  Lint(face, SpecSet{face_spec, backend_spec, local_spec}, problems);
  for (const Problem& problem : problems.list()) ADD_FAILURE() << Format(problem);
}

}  // namespace
}  // namespace parley::mapping
