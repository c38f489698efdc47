#include "http/response_parser.h"

#include <algorithm>
#include <boost/beast/http/error.hpp>

#include "base/text.h"
#include "http/field_guard.h"

namespace parley::http {

namespace beast = boost::beast;

namespace {

std::string_view Std(beast::string_view text) {
  return {text.data(), text.size()};
}

}  // namespace

ResponseParser::ResponseParser(std::vector<HeaderView>& headers, std::size_t body_limit, bool answers_head,
                               Longer longer)
    : headers_(headers), most_(longer == Longer::kTaken ? SIZE_MAX : body_limit) {
  headers_.clear();
  headers_.reserve(kTypicalFields);
  if (longer == Longer::kRefused) {
    Base::body_limit(body_limit);
  } else {
    Base::body_limit(boost::none);
  }
  Base::header_limit(UINT32_MAX);  // the caller's buffer is the limit
  if (answers_head) Base::skip(true);
}

std::size_t ResponseParser::Put(std::string_view bytes) {
  window_ = bytes;
  beast::error_code ec;
  const std::size_t consumed = Base::put(boost::asio::buffer(bytes.data(), bytes.size()), ec);
  if (ec && ec != beast::http::error::need_more && !failed())
    reason_ = ec == beast::http::error::body_limit ? "response body too large" : "malformed response";
  return consumed;
}

std::size_t ResponseParser::ParseHead(std::string_view bytes) {
  return Put(bytes);
}

std::size_t ResponseParser::ParseBody(std::string_view bytes, std::string& body) {
  if (Base::chunked() && bytes.size() < kLeastChunkedBytes) return 0;
  body_ = &body;
  Base::eager(true);
  return Put(bytes);
}

std::optional<std::uint64_t> ResponseParser::length() const {
  if (const auto known = Base::content_length(); known) return *known;
  return std::nullopt;
}

bool ResponseParser::Finish() {
  beast::error_code ec;
  if (!Base::got_some()) return false;
  Base::put_eof(ec);
  return !ec && Base::is_done();
}

void ResponseParser::Refuse(std::string_view reason, ErrorCodeRef ec) {
  reason_ = reason;
  ec = beast::http::error::bad_field;
}

void ResponseParser::on_response_impl(int status, View, int, ErrorCodeRef) {
  status_ = status;
}

void ResponseParser::on_field_impl(Field field, View name_view, View value_view, ErrorCodeRef ec) {
  const std::string_view name = Std(name_view);
  const std::string_view value = Std(value_view);
  if (++fields_ > kMaxFields) return Refuse("too many response header fields", ec);
  if (IsFolded(window_, name, value)) return Refuse("folded response header field", ec);
  if (head_done_) return;  // trailers are read and dropped
  if (field == Field::content_length && (++lengths_ > 1 || !IsDigits(value)))
    return Refuse("malformed Content-Length in response", ec);
  if (field == Field::transfer_encoding && (++codings_ > 1 || !EqualsIgnoreCase(value, "chunked")))
    return Refuse("unknown transfer coding in response", ec);
  headers_.push_back({name, value});
}

void ResponseParser::Append(View bytes) {
  const std::size_t taken = std::min(bytes.size(), most_ - std::min(most_, body_->size()));
  body_->append(bytes.data(), taken);
  truncated_ = truncated_ || taken < bytes.size();
}

std::size_t ResponseParser::on_body_impl(View bytes, ErrorCodeRef) {
  Append(bytes);
  return bytes.size();
}

std::size_t ResponseParser::on_chunk_body_impl(std::uint64_t, View bytes, ErrorCodeRef) {
  Append(bytes);
  return bytes.size();
}

}  // namespace parley::http
