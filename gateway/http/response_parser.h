// Bytes in, response out: what a backend says, which is not trusted either.
//
// Purpose: Beast's response parser with the same guards as the server's side, and bounds on sizes.
// Refuses to know: sockets, time, connection pools.
// Threading: one thread; one object per response head, so one more after each 1xx.
// Tests: tests/unit/http/client_test.cc
#pragma once

#include <boost/beast/http/basic_parser.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/message.h"

namespace parley::http {

class ResponseParser final : private boost::beast::http::basic_parser<false> {
  using Base = boost::beast::http::basic_parser<false>;
  using Field = boost::beast::http::field;
  using View = boost::beast::string_view;
  using ErrorCodeRef = boost::beast::error_code&;

 public:
  // `headers` is emptied and filled with views into the bytes given to ParseHead.
  enum class Longer { kRefused, kCut, kTaken };  // a body that is longer than the limit

  ResponseParser(std::vector<HeaderView>& headers, std::size_t body_limit, bool answers_head,
                 Longer longer = Longer::kRefused);

  // As RequestParser::ParseHead: a prefix is consumed, the bytes stay where they are.
  std::size_t ParseHead(std::string_view bytes);
  bool head_done() const { return head_done_; }

  // Appends the content of `bytes` to `body`; returns how many bytes belonged to this response.
  // REQUIRES: head_done(), !failed(), !done()
  std::size_t ParseBody(std::string_view bytes, std::string& body);
  // The connection ended. True when that completes the response.
  bool Finish();
  bool done() const { return head_done_ && Base::is_done(); }

  // The body was longer than the limit; what else comes of it is of no use.
  bool truncated() const { return truncated_; }

  // From here on a body without a length is refused beyond `bytes`. REQUIRES: head_done()
  void Limit(std::size_t bytes) { Base::body_limit(bytes); }

  bool failed() const { return !reason_.empty(); }
  std::string_view reason() const { return reason_; }  // "malformed response"

  // Once the head is done:
  int status() const { return status_; }
  bool keep_alive() const { return Base::keep_alive() && !Base::need_eof(); }
  bool ends_with_connection() const { return Base::need_eof(); }
  // Of the body as a whole; empty: its end will tell.
  std::optional<std::uint64_t> length() const;
  // What Content-Length still promises; 0 when the length is not known.
  std::uint64_t content_left() const { return Base::content_length_remaining().value_or(0); }

 private:
  void on_response_impl(int status, View reason, int version, ErrorCodeRef ec) override;
  void on_field_impl(Field field, View name, View value, ErrorCodeRef ec) override;
  void on_header_impl(ErrorCodeRef) override { head_done_ = true; }
  void on_body_init_impl(const boost::optional<std::uint64_t>&, ErrorCodeRef) override {}
  std::size_t on_body_impl(View bytes, ErrorCodeRef) override;
  void on_chunk_header_impl(std::uint64_t, View, ErrorCodeRef) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, View bytes, ErrorCodeRef) override;
  void on_finish_impl(ErrorCodeRef) override {}
  void on_request_impl(boost::beast::http::verb, View, View, int, ErrorCodeRef) override {}

  std::size_t Put(std::string_view bytes);
  void Append(View bytes);
  void Refuse(std::string_view reason, ErrorCodeRef ec);

  static constexpr std::size_t kMaxFields = 200;
  static constexpr std::size_t kTypicalFields = 16;

  std::vector<HeaderView>& headers_;
  const std::size_t most_;  // of the body, as it is given to ParseBody
  bool truncated_ = false;
  std::string_view window_;
  std::string* body_ = nullptr;
  int status_ = 0;
  int lengths_ = 0;
  int codings_ = 0;
  std::size_t fields_ = 0;
  bool head_done_ = false;
  std::string_view reason_;
};

}  // namespace parley::http
