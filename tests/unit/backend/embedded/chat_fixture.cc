#include "chat_fixture.h"

#include <gtest/gtest.h>

#include <stdexcept>

#include "backend/embedded/business_hour.h"
#include "backend/embedded/department.h"
#include "backend/embedded/token.h"
#include "backend/embedded/validation.h"
#include "base/text.h"
#include "specs/loader.h"

namespace parley::backend::embedded {
namespace {

const specs::Spec& RocketChatSpec() {
  static const specs::Spec spec = [] {
    Problems problems;
    return specs::LoadSpec(PARLEY_SOURCE_DIR "/specs/rocketchat-livechat.yaml", problems);
  }();
  return spec;
}

std::string TokenOf(const std::string& user_id) {
  return "token-of-" + user_id;
}

template <class T>
T OrThrow(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message);
  return *std::move(result);
}

}  // namespace

std::string Answer::Text(std::string_view path) const {
  const Json* member = body.FindPath(path);
  return std::string(member ? member->AsString().value_or("") : "");
}

std::string Answer::Each(std::string_view path, std::string_view name) const {
  const Json* list = body.FindPath(path);
  std::vector<std::string> texts;
  if (list == nullptr || list->AsArray() == nullptr) return "no list";
  for (const Json& item : *list->AsArray()) {
    const Json* member = item.FindPath(name);
    texts.emplace_back(member ? member->AsString().value_or("?") : "-");
  }
  return Join(texts, " ");
}

ChatFixture::ChatFixture(Edition edition) {
  Options options;
  options.edition = edition;
  options.password_cost = PasswordCost::kMinimal;
  options.mail_transport = mails_;
  options.outgoing = outside_;
  options.uploads_directory = store_.directory().File("uploads");
  workspace_ = OrThrow(Workspace::Create(options, RocketChatSpec()));
  backend_ =
      std::make_unique<EmbeddedBackend>(store_.stores(), projector_, store_.clock(), store_.generator(), *workspace_);
  timed_work_.emplace(services());
}

const specs::Spec& ChatFixture::Spec() {
  return RocketChatSpec();
}

ChatFixture::~ChatFixture() {
  workspace_->Stop();
}

void ChatFixture::Commit(storage::Changes changes) {
  const Touched touched = TouchedBy(changes);
  const Status committed = test::Await(store_.committer().Commit(std::move(changes)));
  if (!committed) throw std::runtime_error(committed.error().message);
  workspace_->Invalidate(touched);
}

std::string ChatFixture::AddUser(const std::string& username, std::vector<std::string> roles) {
  User user;
  user.id = username + "-id";
  user.username = username;
  user.name = username + " Smith";
  user.emails = {Email{username + "@acme.test", true}};
  user.roles = std::move(roles);
  user.roles.emplace_back("user");
  if (user.IsAgent()) user.status_livechat = "available";
  storage::Changes changes;
  Save(user, clock().Now(), changes);
  AddToken(TokenOf(user.id), user.id, clock().Now(), changes);
  Commit(std::move(changes));
  return user.id;
}

std::string ChatFixture::AddAgent(const std::string& username, std::vector<std::string> further_roles) {
  further_roles.insert(further_roles.begin(), std::string(kAgentRole));
  return AddUser(username, std::move(further_roles));
}

void ChatFixture::SetAvailable(const std::string& user_id, bool available) {
  User user = *Stored<User>(user_id);
  user.status_livechat = available ? "available" : "not-available";
  storage::Changes changes;
  Save(user, clock().Now(), changes);
  Commit(std::move(changes));
}

std::string ChatFixture::AddDepartment(const std::string& name, const std::vector<std::string>& agent_ids) {
  storage::Changes changes;
  Department department;
  department.id = Lower(name) + "-id";
  department.name = name;
  department.agents = static_cast<std::int64_t>(agent_ids.size());
  Save(department, clock().Now(), changes);
  for (const std::string& agent_id : agent_ids) {
    DepartmentAgent member;
    member.id = department.id + ":" + agent_id;
    member.agent_id = agent_id;
    member.department_id = department.id;
    member.username = Stored<User>(agent_id)->username;
    Save(member, clock().Now(), changes);
  }
  Commit(std::move(changes));
  return department.id;
}

void ChatFixture::Change(const Department& department) {
  Department changed = department;
  storage::Changes changes;
  Save(changed, clock().Now(), changes);
  Commit(std::move(changes));
}

void ChatFixture::Set(const std::string& setting, Json value) {
  storage::Changes changes;
  changes.Put(storage::Collection::kSettings, setting, Json::Of({{"value", std::move(value)}}));
  Commit(std::move(changes));
}

std::string ChatFixture::AddBusinessHour() {
  BusinessHour hour = StandardBusinessHour("default-hour", clock().Now());
  storage::Changes changes;
  Save(hour, clock().Now(), changes);
  Commit(std::move(changes));
  return hour.id;
}

void ChatFixture::Pass(std::chrono::milliseconds time) {
  clock().Advance(time);
  test::Await(timed_work_->Run());
}

// Every success must be what the spec says of it.
void ChatFixture::ExpectDescribed(http::Method method, const std::string& path, const Json& body) {
  const auto match = workspace_->operations().Match(method, "/api/v1/" + path);
  if (!match || !match->operation->Success()) return;
  const auto violation = FirstViolation(*match->operation->Success(), body);
  EXPECT_FALSE(violation) << match->operation->id << ": " << *violation << "\n" << PrintPretty(body);
}

Awaitable<Answer> ChatFixture::Call(http::Method method, std::string path, std::string query, Json body,
                                    std::string as_user) {
  Request request(method, path);
  request.query = query;
  if (!body.IsNull()) {
    request.body = Print(body);
    request.content_type = "application/json";
  }
  if (!as_user.empty()) request.caller = Caller(CallerKind::kSession, as_user, TokenOf(as_user));
  Result<Response> response = co_await backend_->Call(request);
  if (!response) throw std::runtime_error(response.error().message);
  Answer answer;
  answer.status = response->status;
  answer.body = OrThrow(ParseJson(response->body));
  if (answer.status == 200) ExpectDescribed(method, path, answer.body);
  co_return answer;
}

Answer ChatFixture::Get(const std::string& path, const std::string& query, const std::string& as_user) {
  return test::Await(Call(http::Method::kGet, path, query, Json(), as_user));
}

Answer ChatFixture::Post(const std::string& path, const Json& body, const std::string& as_user) {
  return test::Await(Call(http::Method::kPost, path, std::string(), body, as_user));
}

Answer ChatFixture::Put(const std::string& path, const Json& body, const std::string& as_user) {
  return test::Await(Call(http::Method::kPut, path, std::string(), body, as_user));
}

Answer ChatFixture::Delete(const std::string& path, const Json& body, const std::string& as_user) {
  return test::Await(Call(http::Method::kDelete, path, std::string(), body, as_user));
}

Answer ChatFixture::OpenRoom(const std::string& token, const std::string& name, const std::string& department) {
  if (Get("livechat/visitor/" + token).status != 200) {
    Json visitor = Json::Of({{"token", token}, {"name", name}, {"email", token + "@x.test"}});
    if (!department.empty()) visitor.Append("department", department);
    Post("livechat/visitor", Json::Of({{"visitor", visitor}}));
  }
  return Get("livechat/room", Query({{"token", token}}));
}

Answer ChatFixture::Say(const std::string& token, const std::string& room_id, const std::string& text) {
  return Post("livechat/message", Json::Of({{"token", token}, {"rid", room_id}, {"msg", text}}));
}

Answer ChatFixture::SayAs(const std::string& as_user, const std::string& room_id, const std::string& text) {
  return Post("chat.sendMessage", Json::Of({{"message", Json::Of({{"rid", room_id}, {"msg", text}})}}), as_user);
}

Answer ChatFixture::Close(const std::string& as_user, const std::string& room_id, const std::string& comment) {
  return Post("livechat/room.closeByUser", Json::Of({{"rid", room_id}, {"comment", comment}}), as_user);
}

std::optional<storage::LedgerChat> ChatFixture::LedgerOf(const std::string& room_id) {
  return OrThrow(test::Await(store_.ledger().Get(room_id)));
}

std::vector<std::string> ChatFixture::EventsOf(const std::string& room_id) {
  std::vector<std::string> kinds;
  for (const storage::OutboxEvent& event : OrThrow(test::Await(store_.outbox().Read(0, 1000)))) {
    if (event.subject == room_id) kinds.push_back(event.kind);
  }
  return kinds;
}

std::string Query(const std::vector<std::pair<std::string, std::string>>& pairs) {
  return http::FormatQuery(pairs);
}

}  // namespace parley::backend::embedded
