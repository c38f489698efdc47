#include "embedded_fixture.h"

#include <stdexcept>

#include "backend/embedded/presence.h"
#include "specs/loader.h"
#include "specs/validate.h"

namespace parley::backend::embedded::test {
namespace {

template <class T>
T OrThrow(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message + ": " + result.error().detail);
  return *std::move(result);
}

void OrThrow(const Status& status) {
  if (!status) throw std::runtime_error(status.error().message + ": " + status.error().detail);
}

// Answers must be what the spec says of them.
void ExpectDescribed(const Workspace& workspace, const Request& request, const Answer& answer, bool closed) {
  if (answer.status != 200) return;
  const std::string path = request.path.starts_with('/') ? request.path : "/api/v1/" + request.path;
  const auto match = workspace.operations().Match(request.method, path);
  if (!match || !match->operation->Success()) return;
  specs::ValidateOptions options;
  options.closed = closed;
  for (const specs::Violation& violation : specs::Validate(*match->operation->Success(), answer.body, options)) {
    ADD_FAILURE() << match->operation->id << ": " << Format(violation) << "\n" << answer.body_text;
  }
}

std::unique_ptr<Workspace> OpenWorkspace(Options options) {
  Result<std::unique_ptr<Workspace>> workspace = Workspace::Create(std::move(options), RocketChatSpec());
  if (workspace) return *std::move(workspace);
  std::string all;
  for (const std::string& violation : workspace.error().all) all += violation + "\n";
  throw std::runtime_error(all);
}

}  // namespace

const specs::Spec& RocketChatSpec() {
  static const specs::Spec spec = [] {
    Problems problems;
    specs::Spec loaded = specs::LoadSpec(PARLEY_SOURCE_DIR "/specs/rocketchat-livechat.yaml", problems);
    if (!problems.empty()) throw std::runtime_error(Format(problems.list().front()));
    return loaded;
  }();
  return spec;
}

Json Answer::At(std::string_view path) const {
  const Json* found = body.FindPath(path);
  return found == nullptr ? Json() : *found;
}

std::string Answer::Text(std::string_view path) const {
  const Json* found = body.FindPath(path);
  if (found == nullptr) return "<absent>";
  if (const auto text = found->AsString()) return std::string(*text);
  return Print(*found);
}

Json::Array Answer::List(std::string_view member) const {
  const Json* found = body.Find(member);
  return found == nullptr || found->AsArray() == nullptr ? Json::Array() : *found->AsArray();
}

Options EmbeddedTest::DefaultOptions() {
  Options options;
  options.password_cost = PasswordCost::kMinimal;
  options.site_url = "https://chat.acme.test";
  return options;
}

EmbeddedTest::EmbeddedTest(Options options)
    : workspace_(OpenWorkspace(std::move(options))),
      services_{store_.stores(), recorder_, store_.clock(), store_.generator(), *workspace_},
      backend_(store_.stores(), recorder_, store_.clock(), store_.generator(), *workspace_) {
  AddUser("admin", {"admin"});
}

EmbeddedTest::~EmbeddedTest() {
  workspace_->Stop();
}

Answer EmbeddedTest::Send(http::Method method, const std::string& target, const std::string& body,
                          const Caller& caller) {
  const auto question = target.find('?');
  Request request(method, target.substr(0, question));
  if (question != std::string::npos) request.query = target.substr(question + 1);
  request.body = body;
  if (!body.empty()) request.content_type = "application/json";
  request.caller = caller;
  request.client_address = "192.0.2.1";
  const Response response = OrThrow(Await(backend_.Call(request)));
  Answer answer;
  answer.status = response.status;
  answer.body_text = response.body;
  answer.body = OrThrow(ParseJson(response.body));
  answer.headers = response.headers;
  ExpectDescribed(*workspace_, request, answer, closed_);
  return answer;
}

Answer EmbeddedTest::Get(const std::string& target, const Caller& caller) {
  return Send(http::Method::kGet, target, "", caller);
}
Answer EmbeddedTest::Post(const std::string& target, const std::string& body, const Caller& caller) {
  return Send(http::Method::kPost, target, body, caller);
}
Answer EmbeddedTest::Put(const std::string& target, const std::string& body, const Caller& caller) {
  return Send(http::Method::kPut, target, body, caller);
}
Answer EmbeddedTest::Delete(const std::string& target, const Caller& caller) {
  return Send(http::Method::kDelete, target, "", caller);
}

std::string EmbeddedTest::AddUser(const std::string& username, std::vector<std::string> roles) {
  User user;
  user.id = username + "-id";
  user.username = username;
  user.name = "User " + username;
  user.emails.push_back({username + "@acme.test", true});
  user.roles = std::move(roles);
  user.created_at = store_.clock().Now();
  if (user.IsAgent()) BecomeAgent(user);
  storage::Changes changes;
  Save(user, store_.clock().Now(), changes);
  const Touched touched = TouchedBy(changes);
  OrThrow(Await(store_.committer().Commit(std::move(changes))));
  workspace_->Invalidate(touched);
  return user.id;
}

std::string EmbeddedTest::AddAgent(const std::string& username) {
  const std::string id = AddUser(username, {"user", std::string(kAgentRole)});
  const std::string body = R"({"status":"available","agentId":")" + id + R"("})";
  if (Post("livechat/agent.status", body, Service()).status != 200) throw std::runtime_error("agent.status");
  return id;
}

Caller EmbeddedTest::As(const std::string& user_id) {
  const std::string token = store_.generator().Secret();
  storage::Changes changes;
  AddToken(token, user_id, store_.clock().Now(), changes);
  OrThrow(Await(store_.committer().Commit(std::move(changes))));
  return Caller(CallerKind::kSession, user_id, token);
}

void EmbeddedTest::Set(const std::string& setting, Json value) {
  Json body = Json::Of({{"value", std::move(value)}});
  if (Post("settings/" + setting, Print(body), Service()).status != 200) throw std::runtime_error(setting);
}

User EmbeddedTest::Stored(const std::string& user_id) {
  auto user = OrThrow(Await(FindUser(store_.documents(), user_id)));
  if (!user) throw std::runtime_error("no user " + user_id);
  return *user;
}

std::shared_ptr<const Directory> EmbeddedTest::ReadDirectory() {
  return OrThrow(Await(backend_.GetDirectory()));
}

std::vector<std::string> EmbeddedTest::EventKinds() {
  std::vector<std::string> kinds;
  for (const auto& event : OrThrow(Await(store_.outbox().Read(0, 1000)))) kinds.push_back(event.kind);
  return kinds;
}

}  // namespace parley::backend::embedded::test
