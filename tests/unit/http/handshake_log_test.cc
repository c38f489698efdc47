#include "http/handshake_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <boost/asio/error.hpp>
#include <boost/asio/ssl/error.hpp>
#include <vector>

#include "base/log.h"

namespace parley::http {
namespace {

using boost::system::error_code;
using std::chrono::seconds;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class HandshakeLogTest : public testing::Test {
 protected:
  HandshakeLogTest() {
    SetLogSink([this](std::string_view line) { lines_.emplace_back(line); });
  }
  ~HandshakeLogTest() override { SetLogSink({}); }

  static error_code Ssl(int reason) {
    return {static_cast<int>(ERR_PACK(ERR_LIB_SSL, 0, reason)), boost::asio::error::get_ssl_category()};
  }
  void Fail(error_code reason, seconds at = seconds(0)) { log_.NoteFailure("198.51.100.7", reason, SteadyTime(at)); }

  HandshakeLog log_;
  std::vector<std::string> lines_;
};

TEST_F(HandshakeLogTest, WarnsOfPeerAndReason) {
  Fail(Ssl(SSL_R_UNSUPPORTED_PROTOCOL));
  EXPECT_THAT(lines_, ElementsAre(AllOf(HasSubstr(R"("level":"warning","event":"http.handshake_failed")"),
                                        HasSubstr("198.51.100.7"), HasSubstr("unsupported protocol"))));
}

TEST_F(HandshakeLogTest, OnceInAWhileAndSaysHowManyThereWere) {
  for (const int at : {0, 1, 9, 10, 11}) Fail(Ssl(SSL_R_UNSUPPORTED_PROTOCOL), seconds(at));
  EXPECT_THAT(lines_, ElementsAre(HasSubstr(R"("others":0)"), HasSubstr(R"("others":2)")));
}

TEST_F(HandshakeLogTest, WhoMerelyLeavesIsNoFailure) {
  for (const error_code left :
       {error_code(boost::asio::error::eof), error_code(boost::asio::error::connection_reset),
        error_code(boost::asio::ssl::error::stream_truncated), Ssl(SSL_R_UNEXPECTED_EOF_WHILE_READING)})
    Fail(left);
  EXPECT_THAT(lines_, IsEmpty());
}

}  // namespace
}  // namespace parley::http
