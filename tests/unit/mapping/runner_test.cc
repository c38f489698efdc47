#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "workbench.h"

namespace parley::mapping {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const char kGetPen[] = R"(
  PenGet:
    steps:
      pen: {call: "GET pens/{$in.pen_id | backend_id(group)}", take: .pen, else: 404}
    answer: $pen | pen
)";

// ---- calls and answers

TEST(Runner, CallsAndShapes) {
  Workbench bench(kGetPen);
  bench.ids.Issue(IdKind::kGroup, "p/1");
  bench.backend.Answer("GET pens/p%2F1", R"({"pen":{"_id":"p/1","name":"Pen","tone":"warm"},"success":true})");
  EXPECT_EQ(bench.Answer("PenGet", R"({"pen_id":1})"), R"({"id":1,"name":"Pen","color":"red"})");
  EXPECT_EQ(bench.backend.last.caller.kind, backend::CallerKind::kService);
  EXPECT_EQ(bench.backend.last.request_id, "req-1");
  ASSERT_EQ(bench.trace.steps.size(), 1u);
  EXPECT_EQ(bench.trace.steps[0].step, "pen");
  EXPECT_EQ(bench.trace.steps[0].call, "GET pens/p%2F1");
  EXPECT_EQ(bench.trace.steps[0].status, 200);
}

TEST(Runner, AnUnknownIdOfThePathIs404WithoutACall) {
  Workbench bench(kGetPen);
  EXPECT_EQ(bench.Answer("PenGet", R"({"pen_id":1})"), "404 group not found");
  EXPECT_THAT(bench.backend.asked, IsEmpty());
}

TEST(Runner, AnUnknownIdOfTheBodyIs400NamingTheParameter) {
  Workbench bench(R"(
  PensPost:
    steps:
      made: {call: POST pens, body: {name: x, boxes: $in.boxes | list | map(. | backend_id(group))}}
    answer: {name: x}
)");
  EXPECT_EQ(bench.Answer("PensPost", R"({"boxes":[7]})"), "400 boxes: there is no group 7");
}

TEST(Runner, AMissingRecordIsTheElseOutcome) {
  Workbench bench(kGetPen);
  bench.ids.Issue(IdKind::kGroup, "p1");
  bench.backend.Answer("GET pens/p1", R"({"pen":null,"success":true})");
  EXPECT_EQ(bench.Answer("PenGet", R"({"pen_id":1})"), "404 pen not found");
}

TEST(Runner, AHoleCannotNameAnotherResource) {
  Workbench bench("  ReportGet: {steps: {a: {call: \"GET pens/{$in.x}\"}}, answer: $a}\n");
  for (const char* in : {R"({"x":".."})", R"({"x":"."})", R"({"x":""})", R"({})", R"({"x":[1]})"})
    EXPECT_EQ(bench.Answer("ReportGet", in), "404 pen not found") << in;
  EXPECT_THAT(bench.backend.asked, IsEmpty());
  bench.Answer("ReportGet", R"({"x":"../../users?a=b#c"})");
  EXPECT_THAT(bench.backend.asked, ElementsAre("GET pens/..%2F..%2Fusers%3Fa%3Db%23c"));
}

TEST(Runner, QueriesAreEncoded) {
  Workbench bench(R"(
  ReportGet:
    steps:
      a: {call: GET boxes, query: {text: "a b&c", list: [1, x], none: $in.none, sort: {ts: -1}, flag: true}}
    answer: $a
)");
  bench.Answer("ReportGet");
  EXPECT_THAT(bench.backend.asked,
              ElementsAre("GET boxes?text=a%20b%26c&list%5B%5D=1&list%5B%5D=x&sort=%7B%22ts%22%3A-1%7D&flag=true"));
}

TEST(Runner, ARequiredMemberThatIsMissingIs502AndNothingHalfShaped) {
  Workbench bench(kGetPen);
  bench.ids.Issue(IdKind::kGroup, "p1");
  bench.backend.Answer("GET pens/p1", R"({"pen":{"_id":"p1"}})");
  EXPECT_EQ(bench.Answer("PenGet", R"({"pen_id":1})"), "502 the backend's answer lacks name");
}

TEST(Runner, AValueOfAnotherTypeIsLeftOutAndCounted) {
  Workbench bench("  ReportGet: {steps: {a: {call: GET boxes}}, answer: {x: $a.x | lower, y: 1}}\n");
  bench.backend.Answer("GET boxes", R"({"x":5})");
  EXPECT_EQ(bench.Answer("ReportGet"), R"({"y":1})");
  EXPECT_THAT(bench.observer.surprises, ElementsAre("ReportGet $a.x | lower"));
}

TEST(Runner, AnswersThatAreNoJsonAre502) {
  Workbench bench("  ReportGet: {steps: {a: {call: GET boxes}}, answer: {x: $a.x}}\n");
  for (const char* body : {"<html>502 Bad Gateway</html>", "{\"x\":", "{} trailing"}) {
    bench.backend = ScriptedBackend();
    bench.backend.Answer("GET boxes", body);
    EXPECT_EQ(bench.Answer("ReportGet"), "502 the backend's answer to GET boxes is no JSON") << body;
  }
}

// ---- errors

const char kErrors[] = R"(
  ReportGet:
    steps:
      a:
        call: GET boxes
        errors: {step-error: "400 said by the step: {$in.x}", 409: 409 again}
    answer: {a: $a.x, done: true}
  PensPost:
    steps:
      a: {call: POST pens, body: {name: $in.name}}
    answer: {name: ok}
)";

struct ErrorRow {
  const char* name;
  int status;
  const char* body;
  const char* answer;
};

class RunnerErrors : public ::testing::TestWithParam<ErrorRow> {};

TEST_P(RunnerErrors, BecomeThisOutcome) {
  Workbench bench(kErrors);
  bench.backend.Answer("GET boxes", GetParam().status, GetParam().body);
  EXPECT_EQ(bench.Answer("ReportGet", R"({"x":"y"})"), GetParam().answer);
}

INSTANTIATE_TEST_SUITE_P(
    Lookups, RunnerErrors,
    ::testing::Values(
        ErrorRow{"Type", 400, R"({"success":false,"errorType":"step-error","error":"x"})", "400 said by the step: y"},
        ErrorRow{"Code", 400, R"({"success":false,"error":"Bad thing [step-error]"})", "400 said by the step: y"},
        ErrorRow{"Text", 400, R"({"success":false,"error":"step-error"})", "400 said by the step: y"},
        ErrorRow{"Status", 409, "{}", "409 again"},
        ErrorRow{"File", 400, R"({"errorType":"file-error"})", "400 said by the file"},
        ErrorRow{"Shared", 400, R"({"errorType":"shared-error"})", "403 said by the shared file"},
        ErrorRow{"Missing", 410, "{}", R"({"done":true})"},
        ErrorRow{"SuccessFalse", 200, R"({"success":false,"errorType":"step-error"})", "400 said by the step: y"},
        ErrorRow{"UnknownRead", 400, R"({"errorType":"else"})", "502 the backend refused the gateway's request"},
        ErrorRow{"Credentials", 401, R"({"status":"error"})", "502 the backend refused the gateway's credentials"},
        ErrorRow{"Limit", 429, "{}", "429 the backend is busy"},
        ErrorRow{"Failure", 500, "oops", "502 the backend failed"},
        ErrorRow{"NoJson", 400, "<p>", "502 the backend refused the gateway's request"}),
    [](const auto& row) { return row.param.name; });

TEST(Runner, AWriteRefusedForTheClientsBodyIs400) {
  Workbench bench(kErrors);
  bench.backend.Answer(R"(POST pens)", 400, R"({"success":false,"errorType":"error-odd"})");
  const Result<std::string> answer = bench.Run("PensPost", R"({"name":"x"})");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().http_status, 400);
  EXPECT_THAT(answer.error().detail, HasSubstr("POST pens answered 400 error-odd"));
}

TEST(Runner, ABusyBackendSaysWhenToComeBack) {
  Workbench bench(kErrors);
  backend::Response busy(429, "{}");
  busy.headers = {{"X-RateLimit-Reset", std::to_string(UnixMillis(bench.clock.Now()) + 4200)}};
  bench.backend.Answer("GET boxes", busy);
  const Result<std::string> answer = bench.Run("ReportGet");
  EXPECT_EQ(answer.error().code, ErrorCode::kTooManyRequests);
  EXPECT_EQ(answer.error().retry_after_seconds, 5);
}

TEST(Runner, NoAnswerKeepsItsError) {
  Workbench bench(kErrors);
  bench.backend.Fail("GET boxes", DeadlineExceeded("the backend did not answer in time"));
  EXPECT_EQ(bench.Answer("ReportGet"), "504 the backend did not answer in time");
}

TEST(Runner, RequirementsAreCheckedInOrderBeforeAnyCall) {
  Workbench bench(R"(
  PensPost:
    require:
      - {that: $in.name, else: 400 name is needed}
      - {that: $in.color != 'pink', else: "403 {$in.color} is not allowed"}
    steps: {a: {call: POST pens, body: {name: $in.name}}}
    answer: {name: $in.name}
)");
  EXPECT_EQ(bench.Answer("PensPost", R"({"color":"pink"})"), "400 name is needed");
  EXPECT_EQ(bench.Answer("PensPost", R"({"name":"x","color":"pink"})"), "403 pink is not allowed");
  EXPECT_THAT(bench.backend.asked, IsEmpty());
}

// ---- variants and steps

TEST(Runner, TheFirstVariantThatAppliesServes) {
  Workbench bench(R"(
  ReportGet:
    - {when: $in.x == 1, answer: one}
    - {needs: [ink, not paper], answer: ink}
    - {when: $in.x == 2, answer: two}
)");
  EXPECT_EQ(bench.Answer("ReportGet", R"({"x":1})"), "\"one\"");
  EXPECT_EQ(bench.Answer("ReportGet", R"({"x":2})"), "\"two\"");
  EXPECT_EQ(bench.Answer("ReportGet", R"({"x":3})"), "501 operation ReportGet is not supported");
  bench.capabilities = {"ink"};
  EXPECT_EQ(bench.Answer("ReportGet", R"({"x":2})"), "\"ink\"");
  bench.capabilities = {"ink", "paper"};
  EXPECT_EQ(bench.Answer("ReportGet", R"({"x":2})"), "\"two\"");
}

TEST(Runner, TheBackendSaysWhatItCanDoUnlessTheCallerKnows) {
  Workbench bench("  ReportGet:\n    - {needs: [ink], answer: ink}\n    - {answer: pencil}\n");
  bench.backend.able = Capabilities{"ink"};
  EXPECT_EQ(bench.Answer("ReportGet"), "\"pencil\"");
  bench.knows_capabilities = false;
  EXPECT_EQ(bench.Answer("ReportGet"), "\"ink\"");
  bench.backend.able = Unavailable("the workspace does not answer");
  EXPECT_EQ(bench.Answer("ReportGet"), "503 the workspace does not answer");
}

TEST(Runner, StepsWhoseConditionIsFalseAreMissing) {
  Workbench bench(R"(
  ReportGet:
    steps:
      a: {when: $in.x, call: GET boxes, else: 404}
      b: {value: $a.v else 'none'}
    answer: {b: $b}
)");
  EXPECT_EQ(bench.Answer("ReportGet"), R"({"b":"none"})");
  EXPECT_THAT(bench.backend.asked, IsEmpty());
}

TEST(Runner, NeighbouringReadsRunTogether) {
  Workbench bench(R"(
  ReportGet:
    steps:
      a: {call: GET boxes}
      b: {call: GET pens}
      c: {call: "GET pens/{$a.id}"}
    answer: {a: $a.id, b: $b.id, c: $c.id}
)");
  bench.backend.Answer("GET boxes", R"({"id":1})");
  bench.backend.Answer("GET pens", R"({"id":2})");
  bench.backend.Answer("GET pens/1", R"({"id":3})");
  EXPECT_EQ(bench.Answer("ReportGet"), R"({"a":1,"b":2,"c":3})");
  EXPECT_EQ(bench.backend.most_at_once, 2);
  const auto& waves = bench.catalog->Find("ReportGet")->variants()[0].waves;
  ASSERT_EQ(waves.size(), 2u);
  EXPECT_EQ(waves[0].size(), 2u);
}

TEST(Runner, WritesRunAloneWhateverTheirMethod) {
  Workbench bench(
      "  ReportGet: {steps: {a: {call: GET boxes}, b: {call: GET pens.open}, c: {call: GET pens}}, answer: {}}\n");
  EXPECT_EQ(bench.catalog->Find("ReportGet")->variants()[0].waves.size(), 3u);
  EXPECT_TRUE(bench.catalog->Find("ReportGet")->variants()[0].waves[1][0].write);
}

TEST(Runner, ForPutsEachResultIntoItsItem) {
  Workbench bench(R"(
  ReportGet:
    steps:
      pens: {call: GET pens, take: .pens}
      note: {for: $pens | where(.noted), when: .id != 3, call: "GET local/notes/{.id}", take: .note, errors: {404: missing}}
    answer: {each: $pens, item: {id: .id, note: .note}}
)");
  bench.backend.Answer("GET pens",
                       R"({"pens":[{"id":1,"noted":true},{"id":2},{"id":3,"noted":true},{"id":4,"noted":true}]})");
  bench.local.Answer("GET local/notes/1", R"({"note":"one"})");
  EXPECT_EQ(bench.Answer("ReportGet"), R"([{"id":1,"note":"one"},{"id":2},{"id":3},{"id":4}])");
  EXPECT_THAT(bench.local.asked, ElementsAre("GET local/notes/1", "GET local/notes/4"));
  EXPECT_EQ(bench.local.most_at_once, 2);
}

TEST(Runner, ForTakesARecordAsOneItemAndDoesNotTouchTheDirectory) {
  Workbench bench(R"(
  ReportGet:
    steps:
      agent: {value: $in.login | agents.by_login, else: 404}
      note: {for: $agent, call: "GET local/notes/{.id}", take: .note}
    answer: {login: $agent.login, note: $agent.note}
)");
  backend::DirectoryAgent ann;
  ann.id = "u1";
  ann.login = "ann@acme.test";
  bench.backend.directory.agents.push_back(ann);
  bench.local.Answer("GET local/notes/u1", R"({"note":"first"})");
  bench.local.Answer("GET local/notes/u1", R"({})");
  EXPECT_EQ(bench.Answer("ReportGet", R"({"login":"ann@acme.test"})"), R"({"login":"ann@acme.test","note":"first"})");
  EXPECT_EQ(bench.Answer("ReportGet", R"({"login":"ann@acme.test"})"), R"({"login":"ann@acme.test"})");
  EXPECT_EQ(bench.Answer("ReportGet", R"({"login":"x"})"), "404 pen not found");
}

TEST(Runner, StepsWithKeysAreLookedUp) {
  Workbench bench(R"(
  ReportGet:
    steps:
      boxes: {call: GET boxes, take: .boxes, keys: [id]}
    answer: {each: $in.wanted, item: = (. | boxes.by_id | .name) else 'none'}
)");
  bench.backend.Answer("GET boxes", R"({"boxes":[{"id":"a","name":"A"},{"id":7,"name":"S"},{"name":"no id"}]})");
  EXPECT_EQ(bench.Answer("ReportGet", R"({"wanted":["a",7,"x"]})"), R"(["A","S","none"])");
}

TEST(Runner, ReadsAnotherOperationOfTheFace) {
  Workbench bench(std::string(kGetPen) + R"(
  ReportGet:
    steps: {pen: {read: PenGet, with: {pen_id: $in.id}}}
    answer: {pen: $pen.name}
)");
  bench.ids.Issue(IdKind::kGroup, "p1");
  bench.backend.Answer("GET pens/p1", R"({"pen":{"_id":"p1","name":"Pen"}})");
  EXPECT_EQ(bench.Answer("ReportGet", R"({"id":1})"), R"({"pen":"Pen"})");
  EXPECT_EQ(bench.Answer("ReportGet", R"({"id":2})"), "404 group not found");
}

TEST(Compile, RefusesReadsInACircle) {
  Workbench bench(
      "  PenGet: {steps: {a: {read: ReportGet}}, answer: $a}\n"
      "  ReportGet: {steps: {a: {read: PenGet}}, answer: $a}\n"
      "  PensGet: {steps: {a: {read: PensPost}, b: {read: Nothing}}, answer: $a}\n"
      "  PensPost: {answer: {name: x}}\n");
  EXPECT_THAT(bench.mistakes, ::testing::Contains(HasSubstr("PenGet reads itself: PenGet > ReportGet > PenGet")));
  EXPECT_THAT(bench.mistakes, ::testing::Contains(HasSubstr("reads PensPost, which is no GET")));
  EXPECT_THAT(bench.mistakes, ::testing::Contains(HasSubstr("reads Nothing, which no mapping serves")));
}

TEST(Runner, TheKeyIsOneForTheRequestAndTheSecretIsFresh) {
  Workbench bench("  ReportGet: {answer: {a: $key, b: $key, s: $secret, now: $now | unix}}\n");
  const Json one = *ParseJson(bench.Answer("ReportGet"));
  EXPECT_EQ(one.Text("a"), one.Text("b"));
  EXPECT_EQ(one.Text("s").size(), 43u);
  EXPECT_EQ(one.Integer("now"), 1767608130);
  EXPECT_NE(ParseJson(bench.Answer("ReportGet"))->Text("a"), one.Text("a"));
}

// ---- ids

TEST(Ids, AreFetchedInOneBatchAndRemembered) {
  Workbench bench(
      "  ReportGet: {steps: {p: {call: GET pens, take: .pens}}, answer: {each: $p, item: ._id | "
      "livechat_id(group)}}\n");
  bench.backend.Answer("GET pens", R"({"pens":[{"_id":"b"},{"_id":"a"},{"_id":"b"}]})");
  EXPECT_EQ(bench.Answer("ReportGet"), "[1,2,1]");
  EXPECT_THAT(bench.ids.log, ElementsAre("find livechat group b a", "issue group b a"));
  bench.ids.log.clear();
  EXPECT_EQ(bench.Answer("ReportGet"), "[1,2,1]");
  EXPECT_THAT(bench.ids.log, IsEmpty()) << "a warm process needs one pass";
}

TEST(Ids, OfRequiredMembersAreFetchedInOneBatchToo) {
  Workbench bench(R"(
  PensGet:
    steps: {p: {call: GET pens, take: .pens}}
    answer: {each: $p, item: {name: "pen {._id | livechat_id(group)}"}}
)");
  bench.backend.Answer("GET pens", R"({"pens":[{"_id":"a"},{"_id":"b"},{"_id":"c"}]})");
  EXPECT_EQ(bench.Answer("PensGet"), R"([{"name":"pen 1"},{"name":"pen 2"},{"name":"pen 3"}])");
  EXPECT_THAT(bench.ids.log, ElementsAre("find livechat group a b c", "issue group a b c"));
}

TEST(Ids, AreNotIssuedForWhatIsFilteredOut) {
  Workbench bench(R"(
  ReportGet:
    steps: {p: {call: GET pens, take: .pens}}
    answer: {each: $p | where(.box == ($in.box | backend_id(group))), item: ._id | livechat_id(chat)}
)");
  bench.ids.Issue(IdKind::kGroup, "box1");
  bench.backend.Answer("GET pens", R"({"pens":[{"_id":"a","box":"box1"},{"_id":"b","box":"box2"}]})");
  EXPECT_EQ(bench.Answer("ReportGet", R"({"box":1})"), R"(["1"])");
  EXPECT_THAT(bench.ids.log, ElementsAre("find backend group 1", "find livechat chat a", "issue chat a"));
}

TEST(Ids, ThatCannotBeIssuedAreNeverShown) {
  Workbench bench("  ReportGet: {answer: {id: \"{$in.x | livechat_id(chat)}\"}}\n");
  bench.ids.refuse = true;
  EXPECT_EQ(bench.Answer("ReportGet", R"({"x":"r1"})"), "503 the store is not available");
}

TEST(Ids, UnknownOnesMayBeProvidedFor) {
  Workbench bench(R"(
  ReportGet:
    require: [{that: $in.boxes | list | all(. | backend_id(group)), else: 400 boxes must exist}]
    answer: {a: = ($in.x | backend_id(group)) else '-'}
)");
  EXPECT_EQ(bench.Answer("ReportGet", R"({"x":9})"), R"({"a":"-"})");
  EXPECT_EQ(bench.Answer("ReportGet", R"({"boxes":[9]})"), "400 boxes must exist");
}

// ---- lists in pages

std::string PenList(int from, int to, int total) {
  std::string text = R"({"pens":[)";
  for (int i = from; i < to; ++i)
    text += (i == from ? "" : ",") + (R"({"_id":"p)" + std::to_string(i) + R"(","name":"n"})");
  return text + R"(],"total":)" + std::to_string(total) + "}";
}

const char kPaged[] =
    "  ReportGet: {limit: 500, steps: {p: {call: GET pens, query: {tone: warm}, all: pens}}, answer: $p | map(._id) | "
    "count}\n";
const char kPage[] = "GET pens?tone=warm&count=100&offset=";

TEST(Pages, AreAskedUntilTheTotalIsThere) {
  Workbench bench(kPaged);
  for (int offset = 0; offset < 250; offset += 100)
    bench.backend.Answer(kPage + std::to_string(offset), PenList(offset, std::min(offset + 100, 250), 250));
  EXPECT_EQ(bench.Answer("ReportGet"), "250");
  EXPECT_EQ(bench.backend.asked.size(), 3u);
  EXPECT_EQ(bench.backend.most_at_once, 2);
}

TEST(Pages, AreOnlyAskedWhenThereAreMore) {
  Workbench bench(kPaged);
  bench.backend.Answer(std::string(kPage) + "0", PenList(0, 100, 100));
  EXPECT_EQ(bench.Answer("ReportGet"), "100");
  EXPECT_EQ(bench.backend.asked.size(), 1u);
}

TEST(Pages, OfASmallServerAreSmaller) {
  Workbench bench(kPaged);
  bench.backend.Answer(std::string(kPage) + "0", PenList(0, 50, 120));
  bench.backend.Answer(std::string(kPage) + "50", PenList(50, 100, 120));
  bench.backend.Answer(std::string(kPage) + "100", PenList(100, 120, 120));
  EXPECT_EQ(bench.Answer("ReportGet"), "120");
}

TEST(Pages, RepeatedItemsCountOnce) {
  Workbench bench(kPaged);
  bench.backend.Answer(std::string(kPage) + "0", PenList(0, 100, 150));
  bench.backend.Answer(std::string(kPage) + "100", PenList(90, 140, 150));
  EXPECT_EQ(bench.Answer("ReportGet"), "140");
}

TEST(Pages, WithoutATotalEndAtOneThatIsNotFull) {
  Workbench bench("  ReportGet: {steps: {p: {call: GET pens, all: pens}}, answer: $p | map(._id) | count}\n");
  for (int offset = 0; offset < 230; offset += 100) {
    std::string list = PenList(offset, std::min(offset + 100, 230), 0);
    bench.backend.Answer("GET pens?count=100&offset=" + std::to_string(offset),
                         list.substr(0, list.find(",\"total\"")) + "}");
  }
  EXPECT_EQ(bench.Answer("ReportGet"), "230");
}

TEST(Pages, OverTheLimitAre502NotAShortList) {
  Workbench bench(kPaged);
  bench.backend.Answer(std::string(kPage) + "0", PenList(0, 100, 501));
  EXPECT_EQ(bench.Answer("ReportGet"), "502 the backend's list is too long");
  EXPECT_EQ(bench.backend.asked.size(), 1u);
}

TEST(Pages, AFailingPageFailsTheWhole) {
  Workbench bench(kPaged);
  bench.backend.Answer(std::string(kPage) + "0", PenList(0, 100, 150));
  bench.backend.Answer(std::string(kPage) + "100", 500, "{}");
  EXPECT_EQ(bench.Answer("ReportGet"), "502 the backend failed");
}

TEST(Pages, WithoutTheListAre502) {
  Workbench bench(kPaged);
  bench.backend.Answer(std::string(kPage) + "0", R"({"pens":3,"total":1})");
  EXPECT_EQ(bench.Answer("ReportGet"), "502 the backend's answer to GET pens has no list pens");
}

TEST(Pages, AreTogetherBeforeAnythingIsTaken) {
  Workbench bench(
      "  ReportGet: {steps: {p: {call: GET pens, all: pens, take: . | find(._id == 'p120'), else: 404}}, answer: {id: "
      "$p._id}}\n");
  bench.backend.Answer("GET pens?count=100&offset=0", PenList(0, 100, 130));
  bench.backend.Answer("GET pens?count=100&offset=100", PenList(100, 130, 130));
  EXPECT_EQ(bench.Answer("ReportGet"), R"({"id":"p120"})");
}

// ---- undo

const char kUndo[] = R"(
  PensPost:
    steps:
      a: {call: POST pens, body: {name: a}, undo: {call: "DELETE pens/{$a.id}"}}
      b: {call: POST pens.paint, body: {id: $a.id}, undo: {call: POST pens.paint, body: {undo: $a.id}}}
      note: {call: "PUT local/notes/{$a.id}", body: {text: $in.name}}
      back: {call: "GET pens/{$a.id}"}
    answer: {name: $back.name}
  PenPut:
    steps:
      before: {call: GET boxes}
      a: {call: "PUT pens/{$before.id}", body: {name: $in.name}, undo: {call: "PUT pens/{$before.id}", body: {name: $before.name}}}
      b: {call: POST pens.paint, body: {id: x}, undo: {call: POST pens.paint, body: {undo: x}, when: $in.undo}}
      c: {call: POST pens, body: {last: true}}
      back: {call: GET pens}
    answer: {name: $back.name}
)";

TEST(Undo, RunsInReverseOrderWhenSomethingLaterFails) {
  Workbench bench(kUndo);
  bench.backend.Answer("POST pens", R"({"id":"p1"})");
  bench.backend.Answer("DELETE pens/p1", "{}");
  bench.backend.Answer("POST pens.paint", "{}");
  bench.local.Answer("PUT local/notes/p1", 500, "{}");
  EXPECT_EQ(bench.Answer("PensPost", R"({"name":"n"})"), "502 the backend failed");
  EXPECT_THAT(bench.backend.asked, ElementsAre(R"(POST pens {"name":"a"})", R"(POST pens.paint {"id":"p1"})",
                                               R"(POST pens.paint {"undo":"p1"})", "DELETE pens/p1"));
  EXPECT_THAT(bench.observer.undo_failed, IsEmpty());
  EXPECT_EQ(bench.trace.steps.back().step, "a (undo)");
}

TEST(Undo, OfAPostReachesToTheShapingOfItsAnswer) {
  Workbench bench(kUndo);
  bench.backend.Answer("POST pens", R"({"id":"p1"})");
  bench.backend.Answer("POST pens.paint", "{}");
  bench.backend.Answer("DELETE pens/p1", "{}");
  bench.local.Answer("PUT local/notes/p1", "{}");
  bench.backend.Answer("GET pens/p1", "{}");
  EXPECT_EQ(bench.Answer("PensPost", R"({"name":"n"})"), "502 the backend's answer lacks name");
  EXPECT_EQ(bench.backend.asked.back(), "DELETE pens/p1");
}

TEST(Undo, OfAPutEndsWithItsLastWrite) {
  Workbench bench(kUndo);
  bench.backend.Answer("GET boxes", R"({"id":"p1","name":"old"})");
  bench.backend.Answer("PUT pens/p1", "{}");
  bench.backend.Answer("POST pens.paint", "{}");
  bench.backend.Answer("POST pens", "{}");
  EXPECT_EQ(bench.Answer("PenPut", R"({"name":"n"})"), "502 the backend refused the gateway's request");
  EXPECT_THAT(bench.backend.asked,
              ElementsAre("GET boxes", R"(PUT pens/p1 {"name":"n"})", R"(POST pens.paint {"id":"x"})",
                          R"(POST pens {"last":true})", "GET pens"));
}

TEST(Undo, HasItsOwnCondition) {
  Workbench bench(kUndo);
  bench.backend.Answer("GET boxes", R"({"id":"p1","name":"old"})");
  bench.backend.Answer("PUT pens/p1", "{}");
  bench.backend.Answer("POST pens.paint", "{}");
  bench.backend.Answer("POST pens", 500, "{}");
  bench.Answer("PenPut", R"({"name":"n"})");
  EXPECT_EQ(bench.TakeAsked().back(), R"(PUT pens/p1 {"name":"old"})");
  bench.Answer("PenPut", R"({"name":"n","undo":true})");
  EXPECT_EQ(bench.backend.asked[4], R"(POST pens.paint {"undo":"x"})");
}

TEST(Undo, AWriteThatTimedOutIsUndoneWhenItsAnswerIsNotNeeded) {
  Workbench bench(kUndo);
  bench.backend.Answer("GET boxes", R"({"id":"p1","name":"old"})");
  bench.backend.Fail("PUT pens/p1", DeadlineExceeded("late"));
  EXPECT_EQ(bench.Answer("PenPut", R"({"name":"n"})"), "504 late");
  EXPECT_EQ(bench.backend.asked.back(), R"(PUT pens/p1 {"name":"old"})");
  EXPECT_THAT(bench.observer.undo_failed, ElementsAre("PenPut PUT pens/{}"));
}

TEST(Undo, OfALostAnswerThatWouldBeNeededIsReported) {
  Workbench bench(kUndo);
  bench.backend.Fail("POST pens", DeadlineExceeded("late"));
  EXPECT_EQ(bench.Answer("PensPost"), "504 late");
  EXPECT_EQ(bench.backend.asked.size(), 1u);
  EXPECT_THAT(bench.observer.undo_failed, ElementsAre("PensPost POST pens"));
}

TEST(Undo, ThatFailsIsReportedAndTheFirstErrorStands) {
  Workbench bench(kUndo);
  bench.backend.Answer("POST pens", R"({"id":"p1"})");
  bench.backend.Answer("POST pens.paint", 500, "{}");
  EXPECT_EQ(bench.Answer("PensPost"), "502 the backend failed");
  EXPECT_THAT(bench.observer.undo_failed, ElementsAre("PensPost DELETE pens/{}"));
}

TEST(Undo, ARefusedWriteHasNothingToUndo) {
  Workbench bench(kUndo);
  bench.backend.Answer("POST pens", 200, R"({"success":false,"error":"no"})");
  bench.Answer("PensPost");
  EXPECT_EQ(bench.backend.asked.size(), 1u);
  EXPECT_THAT(bench.observer.undo_failed, IsEmpty());
}

TEST(Undo, OfItemsStopsAtTheFirstThatFailed) {
  Workbench bench(R"(
  PensPost:
    steps:
      a: {for: $in.l, call: POST pens.paint, body: {id: .}, undo: {call: "DELETE pens/{.}"}}
      b: {call: POST pens, body: {name: x}}
    answer: {name: x}
)");
  bench.backend.Answer("POST pens.paint", "{}");
  bench.backend.Answer("POST pens.paint", "{}");
  bench.backend.Answer("POST pens.paint", 500, "{}");
  bench.backend.Answer("DELETE pens/1", "{}");
  bench.backend.Answer("DELETE pens/2", "{}");
  EXPECT_EQ(bench.Answer("PensPost", R"({"l":[1,2,3,4]})"), "502 the backend failed");
  EXPECT_THAT(bench.backend.asked, ElementsAre(R"(POST pens.paint {"id":1})", R"(POST pens.paint {"id":2})",
                                               R"(POST pens.paint {"id":3})", "DELETE pens/2", "DELETE pens/1"));
}

TEST(Undo, HasMemoryOfItsOwn) {
  Workbench bench(kUndo);
  bench.runner_options.memory_limit = 100'000;
  bench.MakeRunner();
  bench.backend.Answer("POST pens", R"({"id":"p1"})");
  bench.backend.Answer("POST pens.paint", "{}");
  bench.backend.Answer("DELETE pens/p1", "{}");
  bench.local.Answer("PUT local/notes/p1", "{}");
  bench.backend.Answer("GET pens/p1", R"({"name":")" + std::string(200'000, 'x') + R"("})");
  EXPECT_EQ(bench.Answer("PensPost", R"({"name":"n"})"), "502 the answer becomes too large");
  EXPECT_EQ(bench.backend.asked.back(), "DELETE pens/p1");
  EXPECT_THAT(bench.observer.undo_failed, IsEmpty());
}

// ---- limits

TEST(Limits, TheDeadlineIsSharedByAllSteps) {
  Workbench bench("  ReportGet: {deadline: 5s, steps: {a: {call: GET boxes}}, answer: {}}\n");
  bench.backend.Answer("GET boxes", "{}");
  EXPECT_EQ(bench.Answer("ReportGet"), "{}");
  EXPECT_EQ(bench.backend.last.deadline, bench.clock.Steady() + std::chrono::seconds(5));
}

TEST(Limits, TooManyCallsAre502) {
  Workbench bench(
      "  ReportGet: {steps: {a: {for: $in.l, call: \"GET pens/{.}\", errors: {404: missing}}}, answer: {}}\n");
  bench.runner_options.call_limit = 3;
  bench.MakeRunner();
  EXPECT_EQ(bench.Answer("ReportGet", R"({"l":[1,2,3]})"), "{}");
  EXPECT_EQ(bench.Answer("ReportGet", R"({"l":[1,2,3,4]})"), "502 the request needs too many calls of the backend");
}

TEST(Limits, TooMuchMemoryIs502) {
  Workbench bench("  ReportGet: {steps: {a: {call: GET boxes}}, answer: $a.l | map(. | map(.)) | count}\n");
  bench.runner_options.memory_limit = 200'000;
  bench.MakeRunner();
  std::string list = R"({"l":[[1])";
  for (int i = 0; i < 50'000; ++i) list += ",[1]";
  bench.backend.Answer("GET boxes", list + "]}");
  EXPECT_EQ(bench.Answer("ReportGet"), "502 the answer becomes too large");
}

TEST(Directories, AreAskedAgainAfterAWrite) {
  Workbench bench(R"(
  PensPost:
    require: [{that: not ($in.name | agents.by_login), else: 400 taken}]
    steps:
      a: {call: POST pens, body: {name: x}}
    answer: {name: $agents | count | text}
)");
  bench.backend.Answer("POST pens", "{}");
  EXPECT_EQ(bench.Answer("PensPost", R"({"name":"n"})"), R"({"name":"0"})");
  EXPECT_EQ(bench.backend.directories_asked, 2);
}

}  // namespace
}  // namespace parley::mapping
