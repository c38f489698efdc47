// The certificate a server answers with.
//
// Purpose: read certificate and key, say what is wrong with them, and replace them while connections come in.
// Refuses to know: connections, configuration keys.
// Threading: thread-safe. A context that was handed out stays as it is.
// Tests: tests/unit/http/server_tls_test.cc
#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <mutex>
#include <string>

#include "base/problems.h"
#include "base/result.h"

namespace parley::http {

struct TlsFiles {
  std::string certificate;  // PEM: the server's certificate, then those between it and the authority
  std::string key;          // PEM, without a password
};

class ServerTls {
 public:
  using Context = std::shared_ptr<SSL_CTX>;

  // TLS 1.2 and 1.3. Null, with each reason in `problems` under the file it is about, when the files cannot be used.
  static std::shared_ptr<ServerTls> Load(TlsFiles files, Problems& problems);

  // For the connections that come in from now on.
  Context context() const;
  // Reads the files again. Keeps what it has when they cannot be used.
  Status Reload(Problems& problems);

 private:
  ServerTls(TlsFiles files, Context context) : files_(std::move(files)), context_(std::move(context)) {}

  const TlsFiles files_;
  mutable std::mutex mutex_;
  Context context_;
};

}  // namespace parley::http
