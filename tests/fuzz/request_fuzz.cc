#include <algorithm>

#include "fuzz/fuzz.h"
#include "http/request_parser.h"

namespace parley::fuzz {
namespace {

constexpr std::size_t kBodyLimit = 4096;

struct Outcome {
  int status = 0;  // 0: wants more bytes; 200: complete
  std::string line, body;
  std::size_t consumed = 0;

  bool operator==(const Outcome&) const = default;
};

// One request out of `bytes`, which arrive in pieces of `step`, the way a connection feeds them.
Outcome Read(std::string_view bytes, std::size_t step) {
  Outcome outcome;
  http::Request request;
  http::RequestParser parser({8192, 50}, request);
  for (std::size_t end = 0; end < bytes.size();) {
    end = std::min(bytes.size(), end + step);
    const auto rest = [&] { return bytes.substr(outcome.consumed, end - outcome.consumed); };
    if (!parser.head_done()) {
      outcome.consumed += parser.ParseHead(rest());
      if (!parser.failed() && parser.head_done()) parser.SetBodyLimit(kBodyLimit);
    }
    if (!parser.failed() && parser.head_done() && parser.chunked() && !rest().empty())
      outcome.consumed += parser.ParseChunks(rest(), outcome.body);
    if (parser.failed()) return {parser.status(), "", "", 0};
    if (!parser.head_done()) continue;
    if (parser.content_length() > kBodyLimit) return {413, "", "", 0};
    if (parser.chunked() ? !parser.body_done() : rest().size() < parser.content_length()) continue;
    if (!parser.chunked()) {
      outcome.body = rest().substr(0, parser.content_length());
      outcome.consumed += parser.content_length();
    }
    outcome.status = 200;
    outcome.line =
        std::string(NameOf(request.method)) + " " + std::string(request.path) + "?" + std::string(request.query);
    break;
  }
  return outcome;
}

}  // namespace
}  // namespace parley::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace parley;
  const std::string_view bytes = fuzz::Text(data, size);
  const fuzz::Outcome whole = fuzz::Read(bytes, std::max<std::size_t>(size, 1));
  fuzz::Require(whole.status == 0 || whole.status == 200 || (whole.status >= 400 && whole.status < 600));
  fuzz::Require(whole.consumed <= size && whole.body.size() <= fuzz::kBodyLimit);
  for (const std::size_t step : {1, 7}) {
    const fuzz::Outcome pieces = fuzz::Read(bytes, step);
    // A head that is wrong may be found so before its end or only at it, but is never taken one way and not the other.
    fuzz::Require((whole.status == 200) == (pieces.status == 200));
    fuzz::Require(whole.status == pieces.status || whole.status == 0 || pieces.status == 0);
    if (whole.status == 200) fuzz::Require(whole == pieces);
  }
  return 0;
}
