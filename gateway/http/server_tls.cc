#include "http/server_tls.h"

#include <openssl/err.h>

#include <cerrno>
#include <cstring>
#include <fstream>

namespace parley::http {
namespace {

// Without this OpenSSL asks for the password on the terminal.
int NoPassword(char*, int, int, void*) {
  return -1;
}

std::string Reason() {
  const char* const reason = ERR_reason_error_string(ERR_peek_last_error());
  return reason != nullptr ? reason : "unknown reason";
}

bool CanBeRead(const std::string& file, Problems& problems) {
  errno = 0;
  std::ifstream stream(file, std::ios::binary);
  if (stream && stream.peek() != std::ifstream::traits_type::eof()) return true;
  problems.Add(file, 0, errno != 0 ? std::strerror(errno) : "is empty");
  return false;
}

void ReadCertificate(SSL_CTX* context, const std::string& file, Problems& problems) {
  if (!CanBeRead(file, problems)) return;
  ERR_clear_error();
  if (SSL_CTX_use_certificate_chain_file(context, file.c_str()) != 1)
    problems.Add(file, 0, "is not a PEM file of a certificate and its chain: " + Reason());
}

void ReadKey(SSL_CTX* context, const TlsFiles& files, Problems& problems) {
  if (!CanBeRead(files.key, problems)) return;
  ERR_clear_error();
  if (SSL_CTX_use_PrivateKey_file(context, files.key.c_str(), SSL_FILETYPE_PEM) == 1) return;
  const unsigned long error = ERR_peek_last_error();
  const bool mismatch = ERR_GET_LIB(error) == ERR_LIB_X509;
  problems.Add(files.key, 0,
               mismatch ? "is not the key of the certificate in " + files.certificate
                        : "is not a PEM file of a private key without a password: " + Reason());
}

ServerTls::Context Read(const TlsFiles& files, Problems& problems) {
  ServerTls::Context context(SSL_CTX_new(TLS_server_method()), &SSL_CTX_free);
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  SSL_CTX_set_options(context.get(), SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE);
  SSL_CTX_set_default_passwd_cb(context.get(), &NoPassword);
  const std::size_t before = problems.size();
  ReadCertificate(context.get(), files.certificate, problems);
  ReadKey(context.get(), files, problems);
  return problems.size() == before ? context : nullptr;
}

}  // namespace

std::shared_ptr<ServerTls> ServerTls::Load(TlsFiles files, Problems& problems) {
  Context context = Read(files, problems);
  if (context == nullptr) return nullptr;
  return std::shared_ptr<ServerTls>(new ServerTls(std::move(files), std::move(context)));
}

ServerTls::Context ServerTls::context() const {
  const std::lock_guard lock(mutex_);
  return context_;
}

Status ServerTls::Reload(Problems& problems) {
  Context context = Read(files_, problems);
  if (context == nullptr) return InvalidArgument("the certificate or its key cannot be used");
  const std::lock_guard lock(mutex_);
  context_ = std::move(context);
  return {};
}

}  // namespace parley::http
