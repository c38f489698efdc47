// Bytes in, Request out: everything the server accepts from a stranger passes through here.
//
// Purpose: Beast's parser with the guards it lacks (docs/decisions/0001-http-engine.md). Nothing is copied: the
// Request's views point into the bytes that were given.
// Refuses to know: sockets, time, routes.
// Threading: one thread; one object per message.
// Tests: tests/unit/http/request_parser_test.cc; this is the fuzz target.
#pragma once

#include <boost/beast/http/basic_parser.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "http/message.h"

namespace parley::http {

class RequestParser final : private boost::beast::http::basic_parser<true> {
  using Base = boost::beast::http::basic_parser<true>;
  using Field = boost::beast::http::field;
  using View = boost::beast::string_view;
  using ErrorCodeRef = boost::beast::error_code&;

 public:
  struct Limits {
    std::size_t head_bytes;
    std::size_t fields;
  };

  // Fills `request`, whose header list is emptied but keeps its memory.
  RequestParser(const Limits& limits, Request& request);

  // Takes a prefix of `bytes` and returns its length; the rest is given again, with more behind it. All bytes of the
  // head stay where they are as long as the request is used.
  // REQUIRES: !failed(), !head_done()
  std::size_t ParseHead(std::string_view bytes);
  bool head_done() const { return head_done_; }

  // Takes a prefix of `bytes`, appending the chunks' contents to `body`. Consumed bytes may be overwritten.
  // REQUIRES: chunked(), !failed(), !body_done(); SetBodyLimit was called.
  std::size_t ParseChunks(std::string_view bytes, std::string& body);
  bool body_done() { return Base::is_done(); }
  void SetBodyLimit(std::size_t bytes) { Base::body_limit(bytes); }

  // The status to refuse the request with, and why; 0 as long as nothing is wrong.
  int status() const { return status_; }
  bool failed() const { return status_ != 0; }
  std::string_view reason() const { return reason_; }

  // Once the head is done:
  bool chunked() const { return Base::chunked(); }
  std::uint64_t content_length() const { return content_length_; }
  bool has_body() const { return chunked() || content_length_ > 0; }
  bool keep_alive() const { return Base::keep_alive(); }
  bool http10() const { return http10_; }
  bool expects_continue() const { return expects_continue_; }

 private:
  void on_request_impl(boost::beast::http::verb, View method, View target, int version, ErrorCodeRef ec) override;
  void on_field_impl(Field field, View name, View value, ErrorCodeRef ec) override;
  void on_header_impl(ErrorCodeRef ec) override;
  void on_body_init_impl(const boost::optional<std::uint64_t>&, ErrorCodeRef) override {}
  std::size_t on_body_impl(View, ErrorCodeRef) override { return 0; }
  void on_chunk_header_impl(std::uint64_t, View, ErrorCodeRef) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, View bytes, ErrorCodeRef) override;
  void on_finish_impl(ErrorCodeRef) override {}
  void on_response_impl(int, View, int, ErrorCodeRef) override {}

  std::size_t Put(std::string_view bytes);
  void Refuse(int status, std::string_view reason, ErrorCodeRef ec);
  void Refuse(const boost::beast::error_code& ec);

  const Limits limits_;
  Request& request_;
  std::string_view window_;
  std::string* body_ = nullptr;
  std::size_t head_consumed_ = 0;
  std::size_t fields_ = 0;
  int hosts_ = 0;
  int lengths_ = 0;
  int codings_ = 0;
  std::uint64_t content_length_ = 0;
  bool head_done_ = false;
  bool http10_ = false;
  bool expects_continue_ = false;
  int status_ = 0;
  std::string_view reason_;
};

// "name", "name:8080", "[::1]:8080". Empty is not a host.
bool IsHost(std::string_view text);

}  // namespace parley::http
