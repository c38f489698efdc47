#include "http/handshake_log.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <boost/asio/error.hpp>
#include <boost/asio/ssl/error.hpp>

#include "base/log.h"

namespace parley::http {
namespace {

namespace asio = boost::asio;

bool HasLeft(const boost::system::error_code& reason) {
  if (reason == asio::error::eof || reason == asio::ssl::error::stream_truncated) return true;
  if (reason == asio::error::connection_reset || reason == asio::error::broken_pipe) return true;
  return reason.category() == asio::error::get_ssl_category() &&
         ERR_GET_REASON(static_cast<unsigned long>(reason.value())) == SSL_R_UNEXPECTED_EOF_WHILE_READING;
}

}  // namespace

void HandshakeLog::NoteFailure(const std::string& peer, const boost::system::error_code& reason, SteadyTime now) {
  if (HasLeft(reason)) {
    Log(LogLevel::kDebug, "http.handshake_left", {{"peer", peer}, {"reason", reason.message()}});
    return;
  }
  if (warned_ && now - *warned_ < kEvery) {
    ++others_;
    return;
  }
  Log(LogLevel::kWarning, "http.handshake_failed", {{"peer", peer}, {"reason", reason.message()}, {"others", others_}});
  warned_ = now;
  others_ = 0;
}

}  // namespace parley::http
