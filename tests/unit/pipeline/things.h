// A gateway of a few operations (fixtures/) around a backend that answers what a test tells it to.
#pragma once

#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "auth/credentials.h"
#include "base/text.h"
#include "pipeline/livechat_face.h"
#include "pipeline/rocketchat_face.h"
#include "pipeline/serving.h"
#include "specs/loader.h"
#include "support/test_store.h"

namespace parley::pipeline {

// Remembers every call.
class ScriptedBackend final : public backend::Backend {
 public:
  Awaitable<Result<backend::Response>> Call(const backend::Request& request) override {
    calls.push_back(request);
    if (throws) throw std::runtime_error("the backend fell over");
    co_return answer;
  }
  Awaitable<Result<std::shared_ptr<const backend::Directory>>> GetDirectory() override {
    co_return std::make_shared<const backend::Directory>();
  }

  Result<backend::Response> answer = backend::Response(200, R"({"success":true})");
  bool throws = false;
  std::vector<backend::Request> calls;
};

class NoIds final : public mapping::IdResolver {
 public:
  using Found = std::vector<std::optional<std::string>>;
  Awaitable<Result<Found>> FindLiveChatIds(mapping::IdKind, std::vector<std::string> ids) override {
    co_return Found(ids.size());
  }
  Awaitable<Result<Found>> FindBackendIds(mapping::IdKind, std::vector<std::string> ids) override {
    co_return Found(ids.size());
  }
  Awaitable<Result<std::vector<std::string>>> IssueLiveChatIds(mapping::IdKind, std::vector<std::string>) override {
    co_return Internal("no ids here");
  }
};

inline std::shared_ptr<const Serving> LoadThings() {
  const std::filesystem::path folder = std::filesystem::path(PARLEY_SOURCE_DIR) / "tests/unit/pipeline/fixtures";
  Problems problems;
  const auto spec = [&](const char* name) {
    return std::make_shared<const specs::Spec>(specs::LoadSpec(folder / name, problems));
  };
  auto serving = std::make_shared<Serving>();
  serving->livechat_spec = spec("livechat.yaml");
  serving->rocketchat_spec = spec("rocketchat.yaml");
  serving->local_spec = spec("local.yaml");
  serving->livechat_routes = routing::RouteTable::Build({serving->livechat_spec.get()}, {}, problems);
  serving->rocketchat_routes = routing::RouteTable::Build({serving->rocketchat_spec.get()}, {}, problems);
  serving->catalog = mapping::Load(
      folder / "mappings", {*serving->livechat_spec, *serving->rocketchat_spec, *serving->local_spec}, problems);
  MetricsLabels(*serving);
  std::string text;
  for (const Problem& problem : problems.list()) text += Format(problem) + "\n";
  if (!text.empty()) throw std::runtime_error(text);
  for (const char* id : {"POST things.create", "GET livechat/room/{rid}"})
    serving->served[serving->rocketchat_spec->Find(id)] = Served::kNative;
  return serving;
}

inline std::string HeaderOf(const http::Response& response, std::string_view name) {
  for (const auto& [known, value] : response.headers)
    if (EqualsIgnoreCase(known, name)) return value;
  return "";
}

// A request as a client writes it. Keeps what its views point to.
struct Sent {
  Sent(http::Method sent_method, std::string sent_target, std::string sent_body = {})
      : target(std::move(sent_target)), body(std::move(sent_body)) {
    request.method = sent_method;
    Header("Host", "parley.test");
  }

  Sent& Header(std::string name, std::string value) {
    headers.emplace_back(std::move(name), std::move(value));
    return *this;
  }
  Sent& As(const std::string& login, const std::string& secret) {
    return Header("Authorization", "Basic " + Base64Encode(login + ":" + secret));
  }

  const http::Request& View() {
    const std::string_view whole = target;
    const std::size_t mark = whole.find('?');
    request.path = whole.substr(0, mark);
    request.query = mark == std::string_view::npos ? std::string_view() : whole.substr(mark + 1);
    request.body = body;
    request.peer_address = "192.0.2.7";
    request.headers.clear();
    for (const auto& [name, value] : headers) request.headers.push_back({name, value});
    return request;
  }

  std::string target, body;
  std::vector<std::pair<std::string, std::string>> headers;
  http::Request request;
};

inline Sent Get(std::string target) {
  return Sent(http::Method::kGet, std::move(target));
}
inline Sent Post(std::string target, std::string json) {
  Sent sent(http::Method::kPost, std::move(target), std::move(json));
  sent.Header("Content-Type", "application/json");
  return sent;
}

// One shard of it, with an owner and a normal agent.
struct Things {
  Things() {
    AddKey("owner@acme.test", auth::Role::kOwner, kOwnerKey);
    AddKey("john@acme.test", auth::Role::kNormal, kJohnsKey);
  }

  static constexpr const char* kOwnerKey = "0123456789abcdef0123456789abcdef";
  static constexpr const char* kJohnsKey = "abcdef0123456789abcdef0123456789";
  static Sent& AsOwner(Sent& sent) { return sent.As("owner@acme.test", kOwnerKey); }

  void AddKey(std::string login, auth::Role role, std::string key) {
    const Status put = test::Await(credentials.Put(std::move(login), role, auth::CredentialKind::kKey, std::move(key)));
    if (!put) throw std::runtime_error(put.error().message);
  }

  std::shared_ptr<const Serving> serving = LoadThings();
  test::TestStore store;
  ScriptedBackend backend;
  NoIds ids;
  auth::CredentialStore credentials{store.documents(), store.committer(), store.clock(), store.generator()};
  mapping::Runner runner{backend, backend, ids, store.clock(), store.generator()};
  LocalHandlers handlers;
  LiveChatFace livechat{credentials, runner, handlers, mapping::AccountInfo()};
  RocketChatFace rocketchat{backend};
};

}  // namespace parley::pipeline
