// An embedded backend on a store of its own, driven through Call as the faces drive it.
//
//   Answer answer = Post("livechat/users/agent", R"({"username":"ann"})", Admin());
//   EXPECT_EQ(answer.status, 200);
//   EXPECT_EQ(answer.Text("user.username"), "ann");
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "backend/embedded/bootstrap.h"
#include "backend/embedded/embedded.h"
#include "backend/embedded/token.h"
#include "events/event.h"
#include "support/test_store.h"

namespace parley::backend::embedded::test {

using parley::test::Await;
using parley::test::FakeClock;
using parley::test::TestStore;

// specs/rocketchat-livechat.yaml, loaded once.
const specs::Spec& RocketChatSpec();

// Writes events to the outbox and nothing else.
class OutboxRecorder final : public events::Recorder {
 public:
  void Record(const events::Event& event, storage::Changes& changes) const override {
    changes.events.push_back(events::ToOutbox(event));
  }
};

struct Answer {
  int status = 0;
  std::string body_text;
  Json body;
  std::vector<std::pair<std::string, std::string>> headers;

  // A member through objects, as text; "<absent>" when there is none, JSON when it is no text.
  std::string Text(std::string_view path) const;
  // A member through objects; null when absent.
  Json At(std::string_view path) const;
  // The elements of a list member; none when it is absent.
  Json::Array List(std::string_view member) const;
};

class EmbeddedTest : public testing::Test {
 protected:
  explicit EmbeddedTest(Options options = DefaultOptions());
  ~EmbeddedTest() override;

  static Options DefaultOptions();

  Answer Send(http::Method method, const std::string& path, const std::string& body, const Caller& caller);
  // `target`: path and, after '?', a raw query.
  Answer Get(const std::string& target, const Caller& caller = Caller());
  Answer Post(const std::string& target, const std::string& body, const Caller& caller = Caller());
  Answer Put(const std::string& target, const std::string& body, const Caller& caller = Caller());
  Answer Delete(const std::string& target, const Caller& caller = Caller());

  // Stores a user with these roles, e-mail "<username>@acme.test" and no password; answers the id, which is
  // "<username>-id".
  std::string AddUser(const std::string& username, std::vector<std::string> roles = {"user"});
  // The same, as an agent who can be given chats.
  std::string AddAgent(const std::string& username);
  // Credentials of a stored user.
  Caller As(const std::string& user_id);
  Caller Admin() { return As("admin-id"); }
  Caller Service() const { return Caller(CallerKind::kService); }
  void Set(const std::string& setting, Json value);
  // Every answer with status 200 is held against the spec; from here on it may say more than is described.
  void AllowUndescribedMembers() { closed_ = false; }
  User Stored(const std::string& user_id);
  std::shared_ptr<const Directory> ReadDirectory();
  // Kinds of the events so far, in order.
  std::vector<std::string> EventKinds();

  bool closed_ = true;
  TestStore store_;
  OutboxRecorder recorder_;
  std::unique_ptr<Workspace> workspace_;
  Services services_;
  EmbeddedBackend backend_;
};

}  // namespace parley::backend::embedded::test
