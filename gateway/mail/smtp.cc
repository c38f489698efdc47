#include "mail/smtp.h"

#include <curl/curl.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <mutex>
#include <string_view>

namespace parley::mail {
namespace {

struct EasyDeleter {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
struct ListDeleter {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

// One handle a thread: it keeps the connection between mails.
CURL* ThreadHandle() {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
  thread_local std::unique_ptr<CURL, EasyDeleter> handle(curl_easy_init());
  return handle.get();
}

bool IsHostName(std::string_view host) {
  return !host.empty() && host.size() <= 253 && std::all_of(host.begin(), host.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == '-' ||
           c == '_' || c == ':';
  });
}

std::string UrlOf(const SmtpServer& server) {
  const bool is_ipv6 = server.host.find(':') != std::string::npos;
  const std::uint16_t port = server.port != 0 ? server.port : server.tls ? 465 : 587;
  return std::string(server.tls ? "smtps://" : "smtp://") + (is_ipv6 ? "[" + server.host + "]" : server.host) + ":" +
         std::to_string(port);
}

std::size_t ReadBytes(char* to, std::size_t size, std::size_t count, void* source) {
  auto& rest = *static_cast<std::string_view*>(source);
  const std::size_t taken = std::min(size * count, rest.size());
  std::memcpy(to, rest.data(), taken);
  rest.remove_prefix(taken);
  return taken;
}

int StopWhenAsked(void* stop, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<const std::atomic<bool>*>(stop)->load() ? 1 : 0;
}

void Configure(CURL* handle, const SmtpServer& server, const std::atomic<bool>& stop) {
  curl_easy_setopt(handle, CURLOPT_URL, UrlOf(server).c_str());
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  curl_easy_setopt(handle, CURLOPT_PROXY, "");  // whatever the environment names
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(server.timeout.count()));
  curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(server.timeout.count() / 2));
  curl_easy_setopt(handle, CURLOPT_USE_SSL, static_cast<long>(server.start_tls ? CURLUSESSL_TRY : CURLUSESSL_NONE));
  curl_easy_setopt(handle, CURLOPT_FORBID_REUSE, server.reuse ? 0L : 1L);
  if (!server.username.empty()) {
    curl_easy_setopt(handle, CURLOPT_USERNAME, server.username.c_str());
    curl_easy_setopt(handle, CURLOPT_PASSWORD, server.password.c_str());
  }
  curl_easy_setopt(handle, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, &StopWhenAsked);
  curl_easy_setopt(handle, CURLOPT_XFERINFODATA, const_cast<std::atomic<bool>*>(&stop));
}

// What went wrong, without a word of the server's: it may name hosts nobody outside should learn.
Status OutcomeOf(CURL* handle, CURLcode code, const char* said) {
  if (code == CURLE_OK) return {};
  long reply = 0;
  curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &reply);
  const std::string detail = *said != '\0' ? said : curl_easy_strerror(code);
  if (reply >= 400 && code != CURLE_OPERATION_TIMEDOUT) {
    return BadGateway("the mail server refused the mail (" + std::to_string(reply) + ")", detail);
  }
  Error error = Unavailable("the mail server cannot be reached");
  error.detail = detail;
  return error;
}

}  // namespace

Status Smtp::Deliver(const SmtpServer& server, const Envelope& envelope, const std::atomic<bool>& stop) {
  if (server.host.empty()) return InvalidArgument("no mail server is configured");
  if (!IsHostName(server.host)) return InvalidArgument("the mail server's name is none");
  CURL* handle = ThreadHandle();
  if (handle == nullptr) return Unavailable("not enough memory to send a mail");
  Configure(handle, server, stop);

  const std::string from = "<" + envelope.from + ">";
  curl_easy_setopt(handle, CURLOPT_MAIL_FROM, from.c_str());
  std::unique_ptr<curl_slist, ListDeleter> recipients;
  for (const std::string& to : envelope.to) {
    recipients.reset(curl_slist_append(recipients.release(), ("<" + to + ">").c_str()));
  }
  curl_easy_setopt(handle, CURLOPT_MAIL_RCPT, recipients.get());
  std::string_view rest = envelope.bytes;
  curl_easy_setopt(handle, CURLOPT_READFUNCTION, &ReadBytes);
  curl_easy_setopt(handle, CURLOPT_READDATA, &rest);
  curl_easy_setopt(handle, CURLOPT_UPLOAD, 1L);
  std::array<char, CURL_ERROR_SIZE> said{};
  curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, said.data());

  Status outcome = OutcomeOf(handle, curl_easy_perform(handle), said.data());
  curl_easy_reset(handle);  // it must not keep pointers into this frame
  return outcome;
}

}  // namespace parley::mail
