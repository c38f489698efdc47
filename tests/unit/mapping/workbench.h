// A whole face on a scripted backend: mapping text in, client answers and the calls they took out.
#pragma once

#include <gtest/gtest.h>

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "mapping/compile.h"
#include "mapping/loader.h"
#include "mapping/mapping.h"
#include "mapping/program.h"
#include "specs/loader.h"
#include "support/await.h"
#include "support/fake_clock.h"

namespace parley::mapping {

inline constexpr char kFaceSpec[] = R"(
swagger: "2.0"
info: {title: Pens, version: "1"}
paths:
  /pens:
    get:
      operationId: PensGet
      parameters: [{in: query, name: color, type: string}, {in: query, name: box, type: integer}]
      responses: {"200": {description: d, schema: {type: array, items: {$ref: "#/definitions/Pen"}}}}
    post:
      operationId: PensPost
      parameters:
        - in: body
          name: body
          schema: {type: object, properties: {name: {type: string}, color: {type: string}, boxes: {type: array, items: {type: integer}}}}
      responses: {"200": {description: d, schema: {$ref: "#/definitions/Pen"}}}
  /pens/{pen_id}:
    parameters: [{in: path, name: pen_id, required: true, type: integer}]
    get:
      operationId: PenGet
      responses: {"200": {description: d, schema: {$ref: "#/definitions/Pen"}}}
    put:
      operationId: PenPut
      parameters: [{in: body, name: body, schema: {type: object, properties: {name: {type: string}}}}]
      responses: {"200": {description: d, schema: {$ref: "#/definitions/Pen"}}}
  /report:
    get:
      operationId: ReportGet
      responses: {"200": {description: d, schema: {}}}
definitions:
  Pen:
    type: object
    required: [name]
    properties: {id: {type: integer}, name: {type: string}, color: {type: string}, note: {type: string}, owner: {type: string}}
)";

inline constexpr char kBackendSpec[] = R"(
swagger: "2.0"
info: {title: Boxes, version: "1"}
paths:
  /api/v1/pens:
    get:
      operationId: GET pens
      parameters: [{in: query, name: tone, type: string}]
      responses: {"200": {description: d, schema: {type: object}}}
    post:
      operationId: POST pens
      parameters: [{in: body, name: body, schema: {type: object, properties: {name: {type: string}, tone: {type: string}}}}]
      responses: {"200": {description: d, schema: {type: object}}}
  /api/v1/pens/{_id}:
    parameters: [{in: path, name: _id, required: true, type: string}]
    get: {operationId: "GET pens/{_id}", responses: {"200": {description: d, schema: {type: object}}}}
    put:
      operationId: PUT pens/{_id}
      parameters: [{in: body, name: body, schema: {type: object, properties: {name: {type: string}, tone: {type: string}}}}]
      responses: {"200": {description: d, schema: {type: object}}}
    delete: {operationId: "DELETE pens/{_id}", responses: {"200": {description: d, schema: {type: object}}}}
  /api/v1/pens.paint:
    post: {operationId: POST pens.paint, parameters: [{in: body, name: body, schema: {type: object}}], responses: {"200": {description: d, schema: {type: object}}}}
  /api/v1/boxes:
    get: {operationId: GET boxes, responses: {"200": {description: d, schema: {type: object}}}}
  /api/v1/pens.open:
    get: {operationId: GET pens.open, x-parley-effect: write, responses: {"200": {description: d, schema: {type: object}}}}
)";

inline constexpr char kLocalSpec[] = R"(
swagger: "2.0"
info: {title: Shelf, version: "1"}
paths:
  /local/notes/{id}:
    parameters: [{in: path, name: id, required: true, type: string}]
    get: {operationId: "GET local/notes/{id}", responses: {"200": {description: d, schema: {type: object}}}}
    put:
      operationId: PUT local/notes/{id}
      parameters: [{in: body, name: body, schema: {type: object}}]
      responses: {"200": {description: d, schema: {type: object}}}
)";

inline constexpr char kSharedFile[] = R"(
face: livechat
directories:
  agents: {from: agents, keys: [id, login]}
  members: {from: memberships, by: department}
errors:
  shared-error: 403 said by the shared file
)";

inline specs::Spec ParsedSpec(const char* text, const char* name) {
  Problems problems;
  specs::Spec spec = specs::ParseSpec(text, name, problems);
  for (const Problem& problem : problems.list()) ADD_FAILURE() << Format(problem);
  return spec;
}

// Answers calls from a script, and writes down what was asked.
class ScriptedBackend final : public backend::Backend {
 public:
  // `call`: "GET pens?count=100&offset=0". Answers to the same call are given in order, the last again and again.
  void Answer(const std::string& call, int status, std::string body) {
    script_[call].push_back(backend::Response(status, std::move(body)));
  }
  void Answer(const std::string& call, std::string body) { Answer(call, 200, std::move(body)); }
  void Answer(const std::string& call, backend::Response response) { script_[call].push_back(std::move(response)); }
  void Fail(const std::string& call, Error error) { failures_.emplace(call, std::move(error)); }

  Awaitable<Result<backend::Response>> Call(const backend::Request& request) override {
    std::string call = std::string(http::NameOf(request.method)) + " " + request.path;
    if (!request.query.empty()) call += "?" + request.query;
    asked.push_back(request.body.empty() ? call : call + " " + request.body);
    last = request;
    ++running_;
    most_at_once = std::max(most_at_once, running_);
    co_await boost::asio::post(test::Loop(), UseAwaitable());  // others may run meanwhile
    --running_;
    if (const auto failure = failures_.find(call); failure != failures_.end()) co_return failure->second;
    const auto found = script_.find(call);
    if (found == script_.end()) co_return backend::Response(404, R"({"success":false,"error":"not scripted"})");
    backend::Response response = found->second.front();
    if (found->second.size() > 1) found->second.pop_front();
    co_return response;
  }

  Awaitable<Result<std::shared_ptr<const backend::Directory>>> GetDirectory() override {
    ++directories_asked;
    co_return std::make_shared<const backend::Directory>(directory);
  }

  Awaitable<Result<std::shared_ptr<const Capabilities>>> GetCapabilities() override {
    if (!able) co_return able.error();
    co_return std::make_shared<const Capabilities>(*able);
  }

  std::vector<std::string> asked;
  backend::Request last;
  backend::Directory directory;
  Result<Capabilities> able = Capabilities();
  int directories_asked = 0;
  int most_at_once = 0;

 private:
  std::map<std::string, std::deque<backend::Response>> script_;
  std::map<std::string, Error> failures_;
  int running_ = 0;
};

// Issues 1, 2, 3... per kind, and writes down how it was asked.
class ScriptedIds final : public IdResolver {
 public:
  Awaitable<Result<std::vector<std::optional<std::string>>>> FindLiveChatIds(IdKind kind,
                                                                             std::vector<std::string> ids) override {
    log.push_back("find livechat " + Listed(kind, ids));
    std::vector<std::optional<std::string>> found;
    for (const std::string& id : ids) found.push_back(Find(known_[kind], id));
    co_return found;
  }
  Awaitable<Result<std::vector<std::optional<std::string>>>> FindBackendIds(IdKind kind,
                                                                            std::vector<std::string> ids) override {
    log.push_back("find backend " + Listed(kind, ids));
    std::vector<std::optional<std::string>> found;
    for (const std::string& id : ids) found.push_back(Find(back_[kind], id));
    co_return found;
  }
  Awaitable<Result<std::vector<std::string>>> IssueLiveChatIds(IdKind kind, std::vector<std::string> ids) override {
    log.push_back("issue " + Listed(kind, ids));
    if (refuse) co_return StorageFailure("disk full");
    std::vector<std::string> issued;
    for (const std::string& id : ids) issued.push_back(Issue(kind, id));
    co_return issued;
  }

  std::string Issue(IdKind kind, const std::string& backend_id) {
    const auto [at, fresh] = known_[kind].emplace(backend_id, std::to_string(known_[kind].size() + 1));
    back_[kind][at->second] = backend_id;
    return at->second;
  }

  std::vector<std::string> log;
  bool refuse = false;

 private:
  using Map = std::map<std::string, std::string>;

  static std::string Listed(IdKind kind, const std::vector<std::string>& ids) {
    std::string text(NameOf(kind));
    for (const std::string& id : ids) text += " " + id;
    return text;
  }
  static std::optional<std::string> Find(const Map& map, const std::string& id) {
    const auto found = map.find(id);
    return found == map.end() ? std::nullopt : std::optional(found->second);
  }

  std::map<IdKind, Map> known_;
  std::map<IdKind, Map> back_;
};

class RecordingObserver final : public Observer {
 public:
  void Surprise(std::string_view operation, std::string_view path) override {
    surprises.push_back(std::string(operation) + " " + std::string(path));
  }
  void UndoFailed(std::string_view operation, std::string_view call) override {
    undo_failed.push_back(std::string(operation) + " " + std::string(call));
  }

  std::vector<std::string> surprises;
  std::vector<std::string> undo_failed;
};

class Workbench {
 public:
  // `operations`: what stands below "operations:", indented by two.
  explicit Workbench(const std::string& operations, const CompileOptions& options = {}) {
    Problems problems;
    ast::Face face;
    face.files.push_back(LoadFile("_shared.yaml", kSharedFile, problems));
    face.files.push_back(LoadFile("pens.yaml", kHead + operations, problems));
    auto programs = Compile(face, {FaceSpec(), BackendSpec(), LocalSpec()}, {}, problems, options);
    for (const Problem& problem : problems.list()) mistakes.push_back(Format(problem));
    catalog = std::make_unique<Catalog>(std::move(programs));
    MakeRunner();
  }

  void MakeRunner() {
    runner_options.observer = &observer;
    runner = std::make_unique<Runner>(backend, local, ids, clock, *generator, runner_options);
  }

  Result<std::string> Run(const std::string& operation, const std::string& in = "{}") {
    const Program* program = catalog->Find(operation);
    if (program == nullptr) return Unsupported(operation);
    const Json input = *ParseJson(in);
    Invocation invocation(input);
    invocation.caller = {"boss@acme.test", "owner"};
    invocation.account = {100, "en", "UTC", "Acme", "parley.acme.test"};
    invocation.now = clock.Now();
    invocation.deadline = clock.Steady() + std::chrono::seconds(30);
    invocation.request_id = "req-1";
    if (knows_capabilities) invocation.capabilities = &capabilities;
    invocation.trace = &trace;
    return test::Await(runner->Run(*program, invocation));
  }

  // The answer, or "400 text".
  std::string Answer(const std::string& operation, const std::string& in = "{}") {
    const Result<std::string> answer = Run(operation, in);
    if (answer) return *answer;
    return std::to_string(answer.error().http_status) + " " + answer.error().message;
  }

  std::vector<std::string> TakeAsked() { return std::exchange(backend.asked, {}); }

  static const specs::Spec& FaceSpec() {
    static const specs::Spec spec = ParsedSpec(kFaceSpec, "face.yaml");
    return spec;
  }
  static const specs::Spec& BackendSpec() {
    static const specs::Spec spec = ParsedSpec(kBackendSpec, "backend.yaml");
    return spec;
  }
  static const specs::Spec& LocalSpec() {
    static const specs::Spec spec = ParsedSpec(kLocalSpec, "local.yaml");
    return spec;
  }

  static constexpr char kHead[] =
      "face: livechat\n"
      "resource: pen\n"
      "tables: {tone: {warm: red, cold: blue}}\n"
      "shapes:\n"
      "  pen: {id: ._id | livechat_id(group), name: .name, color: .tone | tone, owner: .owner.login}\n"
      "errors: {file-error: 400 said by the file, 410: missing}\n"
      "operations:\n";

  std::vector<std::string> mistakes;
  std::unique_ptr<const Catalog> catalog;
  ScriptedBackend backend;
  ScriptedBackend local;
  ScriptedIds ids;
  test::FakeClock clock;
  std::unique_ptr<IdGenerator> generator = MakeSeededIdGenerator(1);
  RecordingObserver observer;
  RunnerOptions runner_options;
  Capabilities capabilities;
  bool knows_capabilities = true;
  Trace trace;
  std::unique_ptr<Runner> runner;
};

}  // namespace parley::mapping
