// `local/...` on a store of its own: one call a line, its answer as text.
#pragma once

#include <gmock/gmock.h>

#include <string>

#include "ledger/projector.h"
#include "resources/local_service.h"
#include "support/called_services.h"
#include "support/test_store.h"

namespace parley::resources {

class LocalFixture : public testing::Test {
 protected:
  Result<backend::Response> Call(http::Method method, std::string path, std::string query = {}, std::string body = {}) {
    backend::Request request(method, std::move(path));
    request.query = std::move(query);
    request.body = std::move(body);
    return test::Await(service_.Call(request));
  }

  // The body of a 200, "404", or "error: " and every violation.
  std::string Answer(http::Method method, std::string path, std::string query = {}, std::string body = {}) {
    const Result<backend::Response> response = Call(method, std::move(path), std::move(query), std::move(body));
    if (!response) {
      const Error& error = response.error();
      std::string text = "error:";
      for (const std::string& violation : error.all) text += " " + violation + ";";
      return error.all.empty() ? text + " " + error.message : text;
    }
    return response->status == 200 ? response->body : std::to_string(response->status);
  }
  std::string Get(std::string path, std::string query = {}) {
    return Answer(http::Method::kGet, std::move(path), std::move(query));
  }
  std::string Post(std::string path, std::string body) {
    return Answer(http::Method::kPost, std::move(path), {}, std::move(body));
  }
  std::string Put(std::string path, std::string body) {
    return Answer(http::Method::kPut, std::move(path), {}, std::move(body));
  }
  std::string Delete(std::string path, std::string query = {}) {
    return Answer(http::Method::kDelete, std::move(path), std::move(query));
  }

  // The text at a dotted path of an answer; empty when there is none.
  static std::string TextAt(const std::string& answer, std::string_view path) {
    const Result<Json> body = ParseJson(answer);
    const Json* value = body ? body->FindPath(path) : nullptr;
    if (value == nullptr) return {};
    return value->IsString() ? std::string(*value->AsString()) : Print(*value);
  }
  // The member of every element of the list under `list`, separated by spaces.
  static std::string Each(const std::string& answer, std::string_view list, std::string_view member) {
    const Result<Json> body = ParseJson(answer);
    const Json* items = body ? body->Find(list) : nullptr;
    if (items == nullptr || items->AsArray() == nullptr) return "no list: " + answer;
    std::string texts;
    for (const Json& item : *items->AsArray()) texts.append(texts.empty() ? "" : " ").append(item.Text(member));
    return texts;
  }

  void Wait(std::chrono::milliseconds time = std::chrono::seconds(1)) { store_.clock().Advance(time); }
  std::string Now() { return std::to_string(UnixMillis(store_.clock().Now())); }

  Json Stored(storage::Collection collection, const std::string& id) {
    Result<std::optional<storage::Document>> found = test::Await(store_.documents().Get(collection, id));
    return found && *found ? (*found)->body : Json();
  }
  void Store(storage::Collection collection, std::string id, std::string_view body) {
    storage::Changes changes;
    changes.Put(collection, std::move(id), *ParseJson(body));
    ASSERT_TRUE(test::Await(store_.committer().Commit(std::move(changes))));
  }

  // A running chat of v1.
  void AddChat(std::string id, std::string department = {}, std::vector<std::string> tags = {}) {
    storage::LedgerChat chat;
    chat.id = id;
    chat.visitor.id = "v1";
    chat.department = std::move(department);
    chat.started = store_.clock().Now();
    storage::Changes changes;
    changes.ledger.push_back(storage::UpsertLedgerChat{std::move(chat)});
    changes.ledger.push_back(storage::SetLedgerTags{std::move(id), std::move(tags)});
    ASSERT_TRUE(test::Await(store_.committer().Commit(std::move(changes))));
  }

  // "kind subject payload" of every event so far.
  std::vector<std::string> Events() {
    Result<std::vector<storage::OutboxEvent>> events = test::Await(store_.outbox().Read(0, 100));
    std::vector<std::string> texts;
    if (!events) return {"error: " + events.error().message};
    for (const storage::OutboxEvent& event : *events)
      texts.push_back(event.kind + " " + event.subject + " " + Print(event.payload));
    return texts;
  }

  test::TestStore store_;
  auth::CredentialStore credentials_{store_.documents(), store_.committer(), store_.clock(), store_.generator()};
  ledger::Projector projector_;
  test::CalledServices services_;
  LocalService service_{
      {store_.stores(), projector_, store_.clock(), store_.generator()}, credentials_, "Europe/Berlin", services_};
};

}  // namespace parley::resources
