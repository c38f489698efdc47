// Certificates made for one test, and files of them.
#pragma once

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <fstream>
#include <memory>
#include <string>

namespace parley::http::test {

template <auto Free>
struct Deleter {
  template <class T>
  void operator()(T* one) const {
    Free(one);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Deleter<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Deleter<X509_free>>;
using Tls = std::unique_ptr<SSL, Deleter<SSL_free>>;
using TlsContext = std::unique_ptr<SSL_CTX, Deleter<SSL_CTX_free>>;
using Memory = std::unique_ptr<BIO, Deleter<BIO_free>>;

struct Identity {
  Key key{EVP_EC_gen("P-256")};
  Certificate certificate{X509_new()};
};

inline void AddExtension(X509* certificate, int kind, const std::string& value) {
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, kind, value.c_str());
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

// `names` as in a subjectAltName; signed by itself when there is no issuer.
inline Identity Issue(const std::string& common, const std::string& names, bool authority, const Identity* issuer) {
  Identity identity;
  X509* const certificate = identity.certificate.get();
  X509_set_version(certificate, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), issuer ? 2 : 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
  X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>(common.c_str()), -1, -1, 0);
  X509_set_issuer_name(certificate, X509_get_subject_name(issuer ? issuer->certificate.get() : certificate));
  X509_set_pubkey(certificate, identity.key.get());
  AddExtension(certificate, NID_basic_constraints, authority ? "critical,CA:TRUE" : "CA:FALSE");
  if (!names.empty()) AddExtension(certificate, NID_subject_alt_name, names);
  X509_sign(certificate, issuer ? issuer->key.get() : identity.key.get(), EVP_sha256());
  return identity;
}

inline Identity IssueAuthority(const Identity* issuer = nullptr) {
  return Issue(issuer ? "intermediate" : "authority", "", true, issuer);
}
inline Identity IssueLeaf(const std::string& names, const Identity& issuer) {
  return Issue("leaf", names, false, &issuer);
}

inline std::string TakeText(BIO* memory) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(memory, &data);
  return {data, static_cast<std::size_t>(size)};
}

inline std::string PemOf(const Identity& identity) {
  const Memory memory(BIO_new(BIO_s_mem()));
  PEM_write_bio_X509(memory.get(), identity.certificate.get());
  return TakeText(memory.get());
}

// Enciphered when there is a password.
inline std::string KeyPemOf(const Identity& identity, std::string password = {}) {
  const Memory memory(BIO_new(BIO_s_mem()));
  PEM_write_bio_PrivateKey(memory.get(), identity.key.get(), password.empty() ? nullptr : EVP_aes_128_cbc(),
                           reinterpret_cast<unsigned char*>(password.data()), static_cast<int>(password.size()),
                           nullptr, nullptr);
  return TakeText(memory.get());
}

inline void WriteFile(const std::string& path, const std::string& content) {
  std::ofstream(path, std::ios::binary) << content;
}

// Trusts `authority` and nobody else.
inline TlsContext ClientTrusting(const Identity& authority) {
  TlsContext context(SSL_CTX_new(TLS_client_method()));
  X509_STORE_add_cert(SSL_CTX_get_cert_store(context.get()), authority.certificate.get());
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  return context;
}

}  // namespace parley::http::test
