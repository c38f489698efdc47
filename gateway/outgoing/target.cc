#include "outgoing/target.h"

#include <curl/curl.h>

#include <memory>

#include "base/text.h"

namespace parley::outgoing {
namespace {

struct FreeUrl {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};
struct FreeText {
  void operator()(char* text) const { curl_free(text); }
};
using ParsedUrl = std::unique_ptr<CURLU, FreeUrl>;

// Empty when the URL has no such part.
std::string PartOf(CURLU* url, CURLUPart part, unsigned flags = 0) {
  char* text = nullptr;
  if (curl_url_get(url, part, &text, flags) != CURLUE_OK) return {};
  const std::unique_ptr<char, FreeText> kept(text);
  return kept.get();
}

std::string WithoutBrackets(std::string host) {
  if (host.size() < 2 || host.front() != '[' || host.back() != ']') return host;
  return host.substr(1, host.size() - 2);
}

// A name in other letters than those of the name system is asked for in these.
std::string HostOf(CURLU* url) {
#ifdef CURLU_PUNYCODE
  const std::string plain = PartOf(url, CURLUPART_HOST, CURLU_PUNYCODE);
  if (!plain.empty()) return WithoutBrackets(plain);
#endif
  return WithoutBrackets(PartOf(url, CURLUPART_HOST));
}

}  // namespace

Result<Target> ParseTarget(const std::string& url) {
  const Error malformed = InvalidArgument("the URL must be one of http or https");
  const ParsedUrl parsed(curl_url());
  if (!parsed || curl_url_set(parsed.get(), CURLUPART_URL, url.c_str(), 0) != CURLUE_OK) return malformed;
  const std::string scheme = PartOf(parsed.get(), CURLUPART_SCHEME);
  if (scheme != "http" && scheme != "https") return malformed;

  Target target;
  target.origin.tls = scheme == "https";
  target.origin.host = HostOf(parsed.get());
  const auto port = ParseInteger(PartOf(parsed.get(), CURLUPART_PORT, CURLU_DEFAULT_PORT));
  if (target.origin.host.empty() || !port || *port < 1 || *port > 65535) return malformed;
  target.origin.port = static_cast<std::uint16_t>(*port);
  target.path = PartOf(parsed.get(), CURLUPART_PATH);
  const std::string query = PartOf(parsed.get(), CURLUPART_QUERY);
  if (!query.empty()) target.path += "?" + query;
  const std::string user = PartOf(parsed.get(), CURLUPART_USER, CURLU_URLDECODE);
  const std::string password = PartOf(parsed.get(), CURLUPART_PASSWORD, CURLU_URLDECODE);
  if (!user.empty() || !password.empty())
    target.authorization = "Basic " + Base64Encode(std::string(user).append(":").append(password));
  return target;
}

}  // namespace parley::outgoing
