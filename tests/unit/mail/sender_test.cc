#include "mail/sender.h"

#include <gtest/gtest.h>

#include <boost/asio/detached.hpp>
#include <mutex>
#include <thread>

#include "support/await.h"

namespace parley::mail {
namespace {

struct Sent {
  std::string host;
  Envelope envelope;
  std::thread::id thread;
};

// Keeps what it is given; waits until it is told to stop when asked to.
class Recorder final : public Transport {
 public:
  Status Deliver(const SmtpServer& server, const Envelope& envelope, const std::atomic<bool>& stop) override {
    started = true;
    while (hangs && !stop) std::this_thread::yield();
    if (stop) return Unavailable("stopped");
    const std::lock_guard lock(mutex);
    sent.push_back({server.host, envelope, std::this_thread::get_id()});
    return answer;
  }

  std::atomic<bool> hangs = false, started = false;
  Status answer;
  std::mutex mutex;
  std::vector<Sent> sent;
};

SmtpServer Server() {
  SmtpServer server;
  server.host = "mail.acme.test";
  return server;
}

Message Hello() {
  Message message;
  message.from = {"Support", "support@acme.test"};
  message.to = {{"Bob", "bob@x.test"}, {"", "ann@x.test"}};
  message.subject = "Hello";
  message.text = "Hi\n";
  return message;
}

TEST(MailSender, HandsTheMailToTheTransportBesideTheShard) {
  const auto recorder = std::make_shared<Recorder>();
  Sender sender(recorder);
  ASSERT_TRUE(test::Await(sender.Send(Server(), Hello(), {Time{}, "id1"})));
  ASSERT_EQ(recorder->sent.size(), 1U);
  const Sent& sent = recorder->sent.front();
  EXPECT_EQ(sent.host, "mail.acme.test");
  EXPECT_EQ(sent.envelope.from, "support@acme.test");
  EXPECT_EQ(sent.envelope.to, (std::vector<std::string>{"bob@x.test", "ann@x.test"}));
  EXPECT_NE(sent.envelope.bytes.find("To: Bob <bob@x.test>,\r\n ann@x.test\r\n"), std::string::npos);
  EXPECT_NE(sent.thread, std::this_thread::get_id());
}

TEST(MailSender, AnswersWhatTheServerSaid) {
  const auto recorder = std::make_shared<Recorder>();
  recorder->answer = BadGateway("refused", "550 no such user");
  Sender sender(recorder);
  const Status sent = test::Await(sender.Send(Server(), Hello(), {Time{}, "id1"}));
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().code, ErrorCode::kBadGateway);
}

TEST(MailSender, NeverSendsWhatCannotBeAMail) {
  const auto recorder = std::make_shared<Recorder>();
  Sender sender(recorder);
  Message message = Hello();
  message.subject = "a\r\nBcc: eve@x.test";
  EXPECT_FALSE(test::Await(sender.Send(Server(), message, {Time{}, "id1"})));
  EXPECT_TRUE(recorder->sent.empty());
}

Awaitable<> ExpectFailure(Sender& sender, int& failures) {
  Stamp stamp{Time{}, "id1"};
  const Status sent = co_await sender.Send(Server(), Hello(), std::move(stamp));
  if (!sent) ++failures;
}

TEST(MailSender, StopsInTheMiddleOfAMail) {
  const auto recorder = std::make_shared<Recorder>();
  recorder->hangs = true;
  Sender sender(recorder);
  int failures = 0;
  for (int i = 0; i < 5; ++i) {
    boost::asio::co_spawn(test::Loop(), ExpectFailure(sender, failures), boost::asio::detached);
  }
  test::Poll();
  while (!recorder->started) std::this_thread::yield();
  sender.Stop();
  test::Poll();
  EXPECT_EQ(failures, 5);
  EXPECT_TRUE(recorder->sent.empty());
}

TEST(Smtp, NeedsAServer) {
  Smtp smtp;
  const std::atomic<bool> stop = false;
  EXPECT_EQ(smtp.Deliver(SmtpServer(), Envelope(), stop).error().code, ErrorCode::kInvalidArgument);
  SmtpServer server;
  server.host = "mail.acme.test/?x";
  EXPECT_EQ(smtp.Deliver(server, Envelope(), stop).error().code, ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace parley::mail
