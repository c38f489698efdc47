#include "golden_run.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "base/text.h"
#include "company.h"
#include "mapping/compile.h"
#include "mapping/lint.h"
#include "mapping/loader.h"
#include "pipeline/livechat_answer.h"
#include "pipeline/parameters.h"
#include "specs/loader.h"
#include "support/await.h"
#include "support/fake_clock.h"

namespace parley::golden {
namespace {

using mapping::IdKind;

// What a golden file says Parley is answered, in order, and what Parley asked for.
class Script {
 public:
  Script(const File& file, File& happened) : happened_(happened) {
    bool asked = false;
    for (const Section& section : file.sections) {
      bool response = section.title.find("response") != std::string::npos && !section.title.starts_with("client");
      if (section.title == "client request") asked = true;
      if (asked && (response || section.title == "directory")) left_.push_back(section);
    }
    std::reverse(left_.begin(), left_.end());
  }

  Result<backend::Response> Answer(std::string_view who, const backend::Request& request) {
    std::string path =
        request.path.starts_with("/") ? request.path : (who == "backend" ? "/api/v1/" : "/") + request.path;
    if (!request.query.empty()) path += "?" + request.query;
    std::string text = std::string(http::NameOf(request.method)) + " " + path;
    if (!request.body.empty()) text += "\n" + request.body;
    happened_.sections.push_back({std::string(who) + " request", text});

    if (left_.empty()) {
      happened_.sections.push_back(
          {std::string(who) + " response 500", "{\"error\": \"this golden file answers no further request\"}"});
      return backend::Response(500, "{}");
    }
    Section response = std::move(left_.back());
    left_.pop_back();
    happened_.sections.push_back(response);
    TakeDirectoryChange();
    std::string_view outcome = std::string_view(response.title).substr(response.title.rfind(' ') + 1);
    if (outcome == "lost") return DeadlineExceeded("the backend did not answer in time");
    return backend::Response(static_cast<int>(ParseInteger(outcome).value_or(500)), Layout(response.text));
  }

  void SetDirectory(backend::Directory directory) {
    directory_ = std::make_shared<const backend::Directory>(std::move(directory));
  }
  const std::shared_ptr<const backend::Directory>& directory() const { return directory_; }

  // Answers nobody asked for.
  void Finish() {
    for (auto section = left_.rbegin(); section != left_.rend(); ++section) {
      ADD_FAILURE() << "never asked for: " << section->title << "\n" << section->text;
    }
  }

 private:
  void TakeDirectoryChange() {
    if (left_.empty() || left_.back().title != "directory") return;
    happened_.sections.push_back(left_.back());
    Result<Json> change = ParseJson(left_.back().text);
    EXPECT_TRUE(change.ok()) << left_.back().text;
    if (change) SetDirectory(Changed(*directory_, *change));
    left_.pop_back();
  }

  File& happened_;
  std::vector<Section> left_;  // the next one last
  std::shared_ptr<const backend::Directory> directory_;
};

class ScriptedBackend final : public backend::Backend {
 public:
  explicit ScriptedBackend(Script& script) : script_(script) {}
  Awaitable<Result<backend::Response>> Call(const backend::Request& request) override {
    co_return script_.Answer("backend", request);
  }
  Awaitable<Result<std::shared_ptr<const backend::Directory>>> GetDirectory() override {
    co_return script_.directory();
  }

 private:
  Script& script_;
};

class ScriptedStore final : public backend::Service {
 public:
  explicit ScriptedStore(Script& script) : script_(script) {}
  Awaitable<Result<backend::Response>> Call(const backend::Request& request) override {
    co_return script_.Answer("local", request);
  }

 private:
  Script& script_;
};

// Issues ids that can be foretold: groups 1, 2, ..., chats CHAT000001, visitors S1767608130.1.
class CountedIds final : public mapping::IdResolver {
 public:
  void Preset(IdKind kind, std::string backend_id, std::string livechat_id) {
    Kind& known = kinds_[kind];
    known.to_backend[livechat_id] = backend_id;
    known.to_livechat[std::move(backend_id)] = std::move(livechat_id);
  }

  Awaitable<Result<std::vector<std::optional<std::string>>>> FindLiveChatIds(IdKind kind,
                                                                             std::vector<std::string> ids) override {
    co_return Found(kinds_[kind].to_livechat, ids);
  }
  Awaitable<Result<std::vector<std::optional<std::string>>>> FindBackendIds(IdKind kind,
                                                                            std::vector<std::string> ids) override {
    co_return Found(kinds_[kind].to_backend, ids);
  }
  Awaitable<Result<std::vector<std::string>>> IssueLiveChatIds(IdKind kind, std::vector<std::string> ids) override {
    std::vector<std::string> issued;
    for (const std::string& id : ids) {
      Kind& known = kinds_[kind];
      if (!known.to_livechat.count(id)) Preset(kind, id, Next(kind));
      issued.push_back(known.to_livechat[id]);
    }
    co_return issued;
  }

 private:
  using Map = std::map<std::string, std::string>;
  struct Kind {
    Map to_livechat, to_backend;
    int last = 0;
  };

  std::string Next(IdKind kind) {
    Kind& known = kinds_[kind];
    std::string id;
    do {
      std::string number = std::to_string(++known.last);
      if (kind == IdKind::kChat) {
        id = "CHAT" + std::string(6 - number.size(), '0') + number;
      } else {
        id = kind == IdKind::kVisitor ? "S1767608130." + number : number;
      }
    } while (known.to_backend.count(id));
    return id;
  }

  static std::vector<std::optional<std::string>> Found(const Map& map, const std::vector<std::string>& ids) {
    std::vector<std::optional<std::string>> found;
    for (const std::string& id : ids) {
      auto known = map.find(id);
      found.push_back(known == map.end() ? std::nullopt : std::optional(known->second));
    }
    return found;
  }

  std::map<IdKind, Kind> kinds_;
};

const Section* Find(const File& file, std::string_view title) {
  for (const Section& section : file.sections) {
    if (section.title == title) return &section;
    if (section.title == "client request") break;
  }
  return nullptr;
}

Json SetUp(const File& file, std::string_view title) {
  const Section* section = Find(file, title);
  if (!section) return Json::MakeObject();
  Result<Json> value = ParseJson(section->text);
  EXPECT_TRUE(value.ok()) << title << ": " << section->text;
  return value ? *value : Json::MakeObject();
}

void PresetIds(const Json& ids, CountedIds& resolver) {
  resolver.Preset(IdKind::kGroup, "d3", "3");
  resolver.Preset(IdKind::kGroup, "d7", "7");
  for (const auto& [name, pairs] : *ids.AsObject()) {
    std::optional<IdKind> kind = mapping::ParseIdKind(name);
    EXPECT_TRUE(kind && pairs.AsObject()) << "ids: " << name;
    if (!kind || !pairs.AsObject()) continue;
    for (const auto& [backend_id, id] : *pairs.AsObject()) {
      resolver.Preset(*kind, backend_id, id.AsString() ? std::string(*id.AsString()) : Print(id));
    }
  }
}

struct RequestLine {
  http::Method method = http::Method::kGet;
  std::string path, query, body;
};

// "PUT /groups/3?x=1", then the body.
RequestLine ReadRequestLine(const std::string& text) {
  RequestLine request;
  const std::size_t line_end = text.find('\n');
  const std::string line = text.substr(0, line_end);
  if (line_end != std::string::npos) request.body = text.substr(line_end + 1);
  const std::size_t space = line.find(' ');
  request.method = http::ParseMethod(line.substr(0, space)).value_or(http::Method::kGet);
  request.path = line.substr(space + 1);
  if (std::size_t mark = request.path.find('?'); mark != std::string::npos) {
    request.query = request.path.substr(mark + 1);
    request.path.resize(mark);
  }
  return request;
}

RequestLine ReadClientRequest(const File& file) {
  auto section = std::find_if(file.sections.begin(), file.sections.end(),
                              [](const Section& each) { return each.title == "client request"; });
  if (section == file.sections.end()) {
    ADD_FAILURE() << "no client request";
    return {};
  }
  return ReadRequestLine(section->text);
}

// Of "backend response 200"; 0 when it was lost.
int StatusOf(const Section& section) {
  return static_cast<int>(ParseInteger(section.title.substr(section.title.rfind(' ') + 1)).value_or(0));
}

struct Served {
  const specs::Operation* operation = nullptr;
  Result<std::string> answer;
};

// What the pipeline does between the route and the bytes of the answer.
Served Serve(const RequestLine& request, const Subject& subject, const mapping::Catalog& catalog,
             mapping::Runner& runner, const mapping::CallerInfo& caller, const mapping::Capabilities& capabilities,
             Time now, SteadyTime deadline) {
  Result<routing::RouteMatch> match = subject.routes.Match(request.method, request.path);
  if (!match) return {nullptr, match.error()};
  std::map<std::string, std::string> path;
  for (const routing::PathParameter& parameter : match->parameters) path[std::string(parameter.name)] = parameter.value;
  const std::string_view type = request.body.empty() ? "" : "application/json";
  Result<Json> in = pipeline::DecodeParameters(*match->operation, {path, request.query, type, request.body});
  if (!in) return {match->operation, in.error()};
  const mapping::Program* program = catalog.Find(match->operation->id);
  if (!program) return {match->operation, Unsupported(match->operation->id)};

  mapping::Invocation invocation(*in);
  invocation.caller = caller;
  invocation.account.license = 42;
  invocation.account.timezone = "Europe/Oslo";
  invocation.account.name = "Acme";
  invocation.account.host = "chat.acme.test";
  invocation.capabilities = &capabilities;
  invocation.now = now;
  invocation.deadline = deadline;
  return {match->operation, test::Await(runner.Run(*program, invocation))};
}

}  // namespace

Subject LoadSubject() {
  const std::string root = PARLEY_SOURCE_DIR;
  Problems problems;
  Subject subject;
  auto load = [&](const char* name) {
    return std::make_unique<const specs::Spec>(specs::LoadSpec(root + "/specs/" + name, problems));
  };
  subject.face = load("livechat-v2.yaml");
  subject.backend = load("rocketchat-livechat.yaml");
  subject.local = load("local.yaml");
  subject.routes = routing::RouteTable::Build({subject.face.get()}, {}, problems);
  subject.backend_routes = routing::RouteTable::Build({subject.backend.get(), subject.local.get()}, {}, problems);
  const mapping::SpecSet specs{*subject.face, *subject.backend, *subject.local};
  const mapping::ast::Face face = mapping::LoadFace(root + "/mappings/livechat-v2", problems);
  const mapping::LossesByOperation losses = mapping::Lint(face, specs, problems);
  auto compile = [&](bool stream) {
    mapping::CompileOptions options;
    options.stream = stream;
    return std::make_shared<const mapping::Catalog>(mapping::Compile(face, specs, losses, problems, options));
  };
  subject.catalog = compile(true);
  subject.plain_catalog = compile(false);
  for (const Problem& problem : problems.list()) ADD_FAILURE() << Format(problem);
  return subject;
}

File Play(const File& file, const Subject& subject, const mapping::Catalog& catalog, bool lenient) {
  File happened;
  happened.description = file.description;
  for (const Section& section : file.sections) {
    happened.sections.push_back(section);
    if (section.title == "client request") break;
  }

  Script script(file, happened);
  script.SetDirectory(Changed(Company(), SetUp(file, "directory")));
  ScriptedBackend backend(script);
  ScriptedStore store(script);
  CountedIds ids;
  PresetIds(SetUp(file, "ids"), ids);
  test::FakeClock clock;
  std::unique_ptr<IdGenerator> generator = MakeSeededIdGenerator(1);
  mapping::Runner runner(backend, store, ids, clock, *generator);

  const Json caller = SetUp(file, "caller");
  mapping::CallerInfo info;
  info.login = caller.Text("login", "nora@acme.test");
  info.role = caller.Text("role", "owner");
  const RequestLine request = ReadClientRequest(file);
  mapping::Capabilities capabilities;
  if (const Section* able = Find(file, "capabilities"); able != nullptr)
    for (const std::string_view name : Split(able->text, ' ')) capabilities.emplace(Trim(name));
  Served served = Serve(request, subject, catalog, runner, info, capabilities, clock.Now(),
                        clock.Steady() + std::chrono::seconds(30));
  if (!lenient) script.Finish();
  http::Response response = served.answer ? pipeline::LiveChatSuccess(*served.answer)
                                          : pipeline::LiveChatFailure(served.answer.error(), served.operation);
  happened.sections.push_back({"client response " + std::to_string(response.status), response.body});
  return happened;
}

std::vector<Exchange> ExchangesOf(const File& file, const Subject& subject) {
  std::vector<Exchange> exchanges;
  std::size_t waiting = 0;  // the exchange whose answer comes next
  for (std::size_t i = 0; i < file.sections.size(); ++i) {
    const Section& section = file.sections[i];
    if (section.title == "backend request" || section.title == "local request") {
      const RequestLine line = ReadRequestLine(section.text);
      Result<routing::RouteMatch> match = subject.backend_routes.Match(line.method, line.path);
      EXPECT_TRUE(match.ok()) << section.text;
      exchanges.push_back({match ? match->operation : nullptr, line.body, 0, 0});
    } else if (section.title.find(" response") != std::string::npos && waiting < exchanges.size()) {
      exchanges[waiting].answer = i;
      exchanges[waiting].status = StatusOf(section);
      ++waiting;
    }
  }
  exchanges.resize(waiting);
  return exchanges;
}

ClientAnswer ClientAnswerOf(const File& file, const Subject& subject) {
  const RequestLine request = ReadClientRequest(file);
  Result<routing::RouteMatch> match = subject.routes.Match(request.method, request.path);
  const Section& last = file.sections.back();
  return {match ? match->operation : nullptr, StatusOf(last), last.text};
}

}  // namespace parley::golden
