// A workspace of one's own for tests about chats: people, departments and visitors in a line each, and every call goes
// through the embedded backend as a client's would. Every success is checked against the spec's description of it.
//
//   ChatFixture chats;
//   const std::string ann = chats.AddAgent("ann");
//   Answer room = chats.OpenRoom("vt-1");
//   EXPECT_EQ(room.Text("room.servedBy.username"), "ann");
//
// Threading: one thread.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "backend/embedded/department.h"
#include "backend/embedded/embedded.h"
#include "backend/embedded/timed_work.h"
#include "ledger/projector.h"
#include "sent_mails.h"
#include "support/called_services.h"
#include "support/test_store.h"

namespace parley::backend::embedded {

struct Answer {
  int status = 0;
  Json body;

  // The text at a dotted path; empty when there is none.
  std::string Text(std::string_view path) const;
  std::string error() const { return Text("error"); }
  // The member `name` of every element of the list at `path`, separated by spaces.
  std::string Each(std::string_view path, std::string_view name) const;
};

class ChatFixture {
 public:
  explicit ChatFixture(Edition edition = Edition::kPremium);
  ~ChatFixture();

  // ---- people and settings ----
  // An available agent with the given further roles; returns the id, which is the name with "-id".
  std::string AddAgent(const std::string& username, std::vector<std::string> further_roles = {});
  std::string AddUser(const std::string& username, std::vector<std::string> roles);
  void SetAvailable(const std::string& user_id, bool available);
  // Returns the id, which is the name in lower case with "-id".
  std::string AddDepartment(const std::string& name, const std::vector<std::string>& agent_ids);
  void Change(const Department& department);
  void Set(const std::string& setting, Json value);

  // ---- calls ----
  Answer Get(const std::string& path, const std::string& query = {}, const std::string& as_user = {});
  Answer Post(const std::string& path, const Json& body, const std::string& as_user = {});
  Answer Put(const std::string& path, const Json& body, const std::string& as_user = {});
  Answer Delete(const std::string& path, const Json& body = {}, const std::string& as_user = {});
  Awaitable<Answer> Call(http::Method method, std::string path, std::string query, Json body, std::string as_user);

  // ---- whole steps ----
  // Registers the visitor first when the token is new.
  Answer OpenRoom(const std::string& token, const std::string& name = "Bob", const std::string& department = {});
  std::string RoomOf(const std::string& token) { return OpenRoom(token).Text("room._id"); }
  Answer Say(const std::string& token, const std::string& room_id, const std::string& text);
  Answer SayAs(const std::string& as_user, const std::string& room_id, const std::string& text);
  Answer Close(const std::string& as_user, const std::string& room_id, const std::string& comment = "done");

  // ---- time ----
  // The default business hour of a first start; returns its id.
  std::string AddBusinessHour();
  // Time passes, and the backend does what is due then.
  void Pass(std::chrono::milliseconds time);
  // As after a restart.
  void Restart() { timed_work_.emplace(services()); }

  // ---- what is stored ----
  std::optional<storage::LedgerChat> LedgerOf(const std::string& room_id);
  std::vector<std::string> EventsOf(const std::string& room_id);
  template <class Record>
  std::optional<Record> Stored(const std::string& id) {
    return *test::Await(backend::embedded::Get<Record>(store_.documents(), id));
  }

  test::SentMails& mails() { return *mails_; }
  test::CalledServices& outside() { return *outside_; }
  Services services() { return {store_.stores(), projector_, store_.clock(), store_.generator(), *workspace_}; }
  test::FakeClock& clock() { return store_.clock(); }
  test::TestStore& store() { return store_; }
  EmbeddedBackend& backend() { return *backend_; }
  static const specs::Spec& Spec();

 private:
  void ExpectDescribed(http::Method method, const std::string& path, const Json& body);
  void Commit(storage::Changes changes);

  test::TestStore store_;
  ledger::Projector projector_;
  const std::shared_ptr<test::SentMails> mails_ = std::make_shared<test::SentMails>();
  const std::shared_ptr<test::CalledServices> outside_ = std::make_shared<test::CalledServices>();
  std::unique_ptr<Workspace> workspace_;
  std::unique_ptr<EmbeddedBackend> backend_;
  std::optional<TimedWork> timed_work_;
};

// "a=1&b=2", encoded.
std::string Query(const std::vector<std::pair<std::string, std::string>>& pairs);

}  // namespace parley::backend::embedded
