// The head of a response as sent.
//
// Purpose: status line, our own framing fields, and the response's fields as long as they cannot break the framing.
// Threading: RenderHead is a pure function; DateLine belongs to one thread.
// Tests: tests/unit/http/response_head_test.cc
#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"
#include "http/message.h"

namespace parley::http {

// "Date: Tue, 06 Jan 2026 10:15:30 GMT\r\n", rendered once a second.
class DateLine {
 public:
  std::string_view At(Time now);

 private:
  std::int64_t second_ = -1;
  std::string line_;
};

struct Framing {
  bool keep_alive = true;
  bool http10 = false;   // the client's version; such a client must be told about keep-alive
  bool to_head = false;  // the length is given, the body is not
};

// Whether `status` ever has a body: not 1xx, 204, 304.
bool HasBody(int status);

// Replaces `head` by everything up to and including the empty line.
void RenderHead(const Response& response, const Framing& framing, std::string_view date_line, std::string& head);

// Appends "name: value\r\n" unless that would break the framing; says whether it did.
bool AppendField(std::string_view name, std::string_view value, std::string& head);

// What the engine itself answers, in a shape clients of either face read: {"error":reason,"message":reason,"code":status}.
Response EngineError(int status, std::string_view reason);

}  // namespace parley::http
