#include "http/request_parser.h"

#include <boost/beast/http/error.hpp>

#include "base/text.h"
#include "http/field_guard.h"

namespace parley::http {

namespace beast = boost::beast;

namespace {

std::string_view Std(beast::string_view text) {
  return {text.data(), text.size()};
}

bool IsPort(std::string_view text) {
  return IsDigits(text) && text.size() <= 5;
}

}  // namespace

bool IsHost(std::string_view text) {
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos || end < 3) return false;
    if (text.substr(1, end - 1).find_first_not_of("0123456789abcdefABCDEF:.") != std::string_view::npos) return false;
    text.remove_prefix(end + 1);
    return text.empty() || (text.front() == ':' && IsPort(text.substr(1)));
  }
  const std::size_t colon = text.find(':');
  if (colon != std::string_view::npos) {
    if (!IsPort(text.substr(colon + 1))) return false;
    text = text.substr(0, colon);
  }
  constexpr std::string_view kNameCharacters =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~%!$&'()*+,;=";
  return !text.empty() && text.find_first_not_of(kNameCharacters) == std::string_view::npos;
}

RequestParser::RequestParser(const Limits& limits, Request& request) : limits_(limits), request_(request) {
  // Nothing of the request before may show through, not even when this one is refused early.
  request_.method = Method::kGet;
  request_.path = request_.query = request_.body = {};
  request_.headers.clear();
  request_.incoming = nullptr;
  Base::eager(false);
  Base::body_limit(boost::none);  // known only when the head is
  Base::header_limit(static_cast<std::uint32_t>(limits.head_bytes));
}

std::size_t RequestParser::Put(std::string_view bytes) {
  window_ = bytes;
  beast::error_code ec;
  const std::size_t consumed = Base::put(boost::asio::buffer(bytes.data(), bytes.size()), ec);
  if (ec && ec != beast::http::error::need_more && !failed()) Refuse(ec);
  return consumed;
}

std::size_t RequestParser::ParseHead(std::string_view bytes) {
  const std::size_t consumed = Put(bytes);
  head_consumed_ += consumed;
  const std::size_t seen = head_done_ ? head_consumed_ : head_consumed_ + (bytes.size() - consumed);
  // Beast counts from the start of each call, so a head that comes in pieces would pass its limit.
  if (!failed() && seen > limits_.head_bytes) {
    status_ = 431;
    reason_ = "request head too large";
  }
  return consumed;
}

std::size_t RequestParser::ParseChunks(std::string_view bytes, std::string& body) {
  if (bytes.size() < kLeastChunkedBytes) return 0;
  body_ = &body;
  Base::eager(true);
  return Put(bytes);
}

void RequestParser::Refuse(int status, std::string_view reason, ErrorCodeRef ec) {
  status_ = status;
  reason_ = reason;
  ec = beast::http::error::bad_field;  // only stops the parser; status_ is what counts
}

void RequestParser::Refuse(const beast::error_code& ec) {
  if (ec == beast::http::error::header_limit) {
    status_ = 431;
    reason_ = "request head too large";
  } else if (ec == beast::http::error::body_limit) {
    status_ = 413;
    reason_ = "request body too large";
  } else {
    status_ = 400;
    reason_ = "malformed request";
  }
}

void RequestParser::on_request_impl(beast::http::verb, View method, View target, int version, ErrorCodeRef ec) {
  const auto known = ParseMethod(Std(method));
  if (!known) return Refuse(501, "unknown method", ec);
  if (!target.starts_with('/') || target.find('#') != View::npos)
    return Refuse(400, "request target must be a path", ec);
  const std::string_view whole = Std(target);
  const std::size_t question = whole.find('?');
  request_.method = *known;
  request_.path = whole.substr(0, question);
  request_.query = question == std::string_view::npos ? std::string_view() : whole.substr(question + 1);
  http10_ = version == 10;
}

void RequestParser::on_field_impl(Field field, View name_view, View value_view, ErrorCodeRef ec) {
  const std::string_view name = Std(name_view);
  const std::string_view value = Std(value_view);
  if (++fields_ > limits_.fields) return Refuse(431, "too many header fields", ec);
  if (IsFolded(window_, name, value)) return Refuse(400, "folded header field", ec);
  if (head_done_) return;  // trailers are read and dropped
  switch (field) {
    case Field::host:
      if (++hosts_ > 1) return Refuse(400, "more than one Host", ec);
      if (!IsHost(value)) return Refuse(400, "malformed Host", ec);
      break;
    case Field::content_length:
      if (++lengths_ > 1 || !IsDigits(value)) return Refuse(400, "malformed Content-Length", ec);
      break;
    case Field::transfer_encoding:
      if (++codings_ > 1 || !EqualsIgnoreCase(value, "chunked")) return Refuse(501, "unknown transfer coding", ec);
      break;
    case Field::expect:
      if (!EqualsIgnoreCase(value, "100-continue")) return Refuse(417, "unknown expectation", ec);
      expects_continue_ = true;
      break;
    default:
      break;
  }
  request_.headers.push_back({name, value});
}

void RequestParser::on_header_impl(ErrorCodeRef ec) {
  head_done_ = true;
  if (hosts_ == 0 && !http10_) return Refuse(400, "Host is missing", ec);
  if (codings_ > 0 && http10_) return Refuse(400, "transfer coding in HTTP/1.0", ec);
  content_length_ = Base::content_length().value_or(0);
}

std::size_t RequestParser::on_chunk_body_impl(std::uint64_t, View bytes, ErrorCodeRef) {
  body_->append(bytes.data(), bytes.size());
  return bytes.size();
}

}  // namespace parley::http
