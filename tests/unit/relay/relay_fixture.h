// A relay on a store of its own, with a clock that is moved by hand and receivers that answer what a test says.
#pragma once

#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "ledger/projector.h"
#include "relay/livechat_dialect.h"
#include "relay/neutral_dialect.h"
#include "relay/relay.h"
#include "relay/rocketchat_dialect.h"
#include "support/called_services.h"
#include "support/test_store.h"

namespace parley::relay::test {

using parley::test::Await;
using parley::test::CalledServices;
using storage::Collection;
using storage::Delivery;
using storage::DeliveryStatus;

class CountedAttempts final : public RelayObserver {
 public:
  void Attempted(std::string_view /*dialect*/, std::string_view outcome, std::chrono::milliseconds) override {
    outcomes.append(outcomes.empty() ? "" : " ").append(outcome);
  }
  void Waiting(std::int64_t pending, std::chrono::milliseconds oldest) override {
    waiting = std::to_string(pending) + " for " + std::to_string(oldest.count()) + " ms";
  }
  std::string outcomes;
  std::string waiting;
};

class RelayFixture : public testing::Test {
 protected:
  Time Now() { return store_.clock().Now(); }
  void Wait(std::chrono::milliseconds time) { store_.clock().Advance(time); }

  Status Commit(storage::Changes changes) { return Await(store_.committer().Commit(std::move(changes))); }

  // A webhook of the LiveChat face.
  void AddWebhook(const std::string& id, const std::string& event_type, const std::string& data_types = R"(["chat"])",
                  const std::string& url = "https://hooks.acme.test/lc") {
    storage::Changes changes;
    Json body = *ParseJson(R"({"event_type":")" + event_type + R"(","data_types":)" + data_types + R"(,"url":")" + url +
                           R"(","token":"0123456789abcdef0123456789abcdef"})");
    body.Set("_createdAt", UnixMillis(Now()));
    changes.Insert(Collection::kWebhooks, id, std::move(body));
    ASSERT_TRUE(Commit(std::move(changes)));
  }
  void RemoveWebhook(const std::string& id) {
    storage::Changes changes;
    changes.Remove(Collection::kWebhooks, id);
    ASSERT_TRUE(Commit(std::move(changes)));
  }
  // An endpoint of the admin API.
  Endpoint Register(DialectKind dialect = DialectKind::kNeutral, std::vector<std::string> types = {},
                    const std::string& url = "https://hooks.acme.test/n") {
    Endpoint endpoint;
    endpoint.dialect = dialect;
    endpoint.types = std::move(types);
    endpoint.url = url;
    return *Await(book_.Register(endpoint));
  }
  Endpoint Amend(const std::string& id, const EndpointBook::Amendment& amendment) {
    return *Await(book_.Amend(id, amendment));
  }
  Endpoint Read(const std::string& id) { return *Await(book_.Get(id)); }

  // An event as a backend records it, now.
  void Happens(const std::string& id, const std::string& subject, events::Payload payload,
               events::Source source = events::Source::kEmbedded) {
    events::Event event;
    event.id = id;
    event.at = Now();
    event.subject = subject;
    event.source = source;
    event.payload = std::move(payload);
    storage::Changes changes;
    projector_.Record(event, changes);
    ASSERT_TRUE(Commit(std::move(changes)));
  }
  // A chat that began, was taken and has ended; events <room>.started, .taken and .closed.
  void HoldChat(const std::string& room, const std::string& department = {}) {
    events::ChatStarted started;
    started.visitor.id = "v1";
    started.visitor.name = "Ida Holm";
    started.visitor.email = "ida@buyer.test";
    started.department = department;
    started.start_url = "https://acme.test/cart";
    Happens(room + ".started", room, started);
    events::ChatTaken taken;
    taken.agent = {"u1", "liv", "Liv Berg", "liv@acme.test"};
    Wait(std::chrono::seconds(1));
    Happens(room + ".taken", room, taken);
    events::ChatMessage message;
    message.message_id = room + ".m1";
    message.user_type = "visitor";
    message.author_id = "v1";
    message.author_name = "Ida Holm";
    message.text = "Hi";
    Wait(std::chrono::seconds(1));
    Happens(room + ".said", room, message);
    Wait(std::chrono::seconds(1));
    events::ChatClosed closed;
    closed.closer = "visitor";
    closed.closed_by_name = "Ida Holm";
    Happens(room + ".closed", room, closed);
  }

  // Does what is due, to the end, at the time it is.
  std::optional<Time> Settle() {
    for (;;) {
      const std::size_t sent = services_.requests().size();
      const Result<std::optional<Time>> next = Await(relay_.Step());
      EXPECT_TRUE(next) << next.error().detail;
      // What was sent may be answered and noted within the step, which does not know of it then.
      const bool busy = !relay_.idle() || services_.requests().size() != sent;
      while (!relay_.idle()) parley::test::Loop().run_one();
      if (!next) return std::nullopt;
      const bool more = *next && **next <= Now();
      if (!busy && !more) return *next;
    }
  }

  std::vector<Delivery> Deliveries() { return *Await(store_.deliveries().Find({}, 1'000)); }
  // "chat_ended delivered" of each, the oldest first, with commas between.
  std::string Fates() {
    std::string text;
    const std::vector<Delivery> all = Deliveries();
    for (auto delivery = all.rbegin(); delivery != all.rend(); ++delivery) {
      text.append(text.empty() ? "" : ", ").append(delivery->type).append(" ").append(NameOf(delivery->status));
    }
    return text;
  }
  // The bodies that were sent, since the answers were said.
  std::vector<Json> Sent() {
    std::vector<Json> bodies;
    for (const auto& request : services_.requests()) bodies.push_back(*ParseJson(request.body));
    return bodies;
  }
  std::string TypesSent() {
    std::string text;
    for (const Json& body : Sent())
      text.append(text.empty() ? "" : " ").append(body.Text("event_type", body.Text("type")));
    return text;
  }

  parley::test::TestStore store_;
  ledger::Projector projector_;
  CalledServices services_;
  CountedAttempts counted_;
  LiveChatDialect livechat_{store_.stores(), 700123};
  RocketChatDialect rocketchat_{store_.stores()};
  NeutralDialect neutral_;
  EndpointBook book_{store_.stores(), store_.clock(), store_.generator()};
  Relay relay_{{store_.stores(), projector_, store_.clock(), store_.generator(), services_, counted_},
               {livechat_, rocketchat_, neutral_},
               {}};
};

}  // namespace parley::relay::test
