// What a handler answers, in Rocket.Chat's envelopes.
//
//   co_return Fail("error-invalid-user");                                       400 {"success":false,"error":...}
//   co_return FailCoded("error-invalid-user", "Invalid user");                  error "Invalid user
//   [error-invalid-user]" co_return Json::Of({{"users", std::move(users)}});                          200,
//   "success":true is added co_return Reply::Empty();                                                   200
//   {"success":true} if (!found) co_return found.error();                                        a store failure: 503
//
// Functions of the domain that can refuse return Outcome<T>.
// Threading: plain values.
// Tests: tests/unit/backend/embedded/frame_test.cc
#pragma once

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.h"
#include "json/json.h"

namespace parley::backend::embedded {

// A refusal in Rocket.Chat's words.
struct Failure {
  Failure(int http_status, std::string text, std::string error_type = {}, Json more = {})
      : status(http_status), error(std::move(text)), type(std::move(error_type)), details(std::move(more)) {}
  // A storage failure, or a conflict: the frame runs the handler again.
  Failure(const Error& cause);

  int status;
  std::string error;  // empty: the body has no `error`
  std::string type;   // `errorType`, empty when it has none
  Json details;       // null when it has none
  bool conflict = false;
  std::string log_detail;
};

Failure Fail(std::string error);  // 400, no errorType
// 400, error "<reason> [<code>]", or "[<code>]" without a reason.
Failure FailCoded(std::string code, std::string reason = {}, Json details = {});
Failure FailBare();                               // 400 {"success":false}
Failure FailMatch(std::string what);              // 400 "Match error: <what>"
Failure Forbidden();                              // 403 "unauthorized": a refusal inside a route
Failure LacksPermission();                        // 403 at the gate
Failure ResourceNotFound(std::string what = {});  // 404 "<what>", "Resource not found" by default
Json MethodDetails(std::string_view method);      // {"method": ...}, the usual details

template <class T>
class [[nodiscard]] Outcome {
 public:
  Outcome(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Outcome(Failure failure) : state_(std::in_place_index<1>, std::move(failure)) {}
  Outcome(const Error& error) : state_(std::in_place_index<1>, Failure(error)) {}

  explicit operator bool() const { return state_.index() == 0; }
  // REQUIRES: operator bool
  T& operator*() & { return std::get<0>(state_); }
  const T& operator*() const& { return std::get<0>(state_); }
  T&& operator*() && { return std::get<0>(std::move(state_)); }
  T* operator->() { return &std::get<0>(state_); }
  const T* operator->() const { return &std::get<0>(state_); }
  // REQUIRES: !operator bool
  const Failure& failure() const { return std::get<1>(state_); }

 private:
  std::variant<T, Failure> state_;
};

struct Done {};  // Outcome<Done>: allowed, or done

struct Reply {
  // 200. An object gets "success":true; an array stays bare.
  Reply(Json answer);
  Reply(const Failure& failure);
  Reply(const Error& error) : Reply(Failure(error)) {}
  // Exactly this body: login, logout.
  Reply(int code, Json exact) : status(code), body(std::move(exact)) {}
  static Reply Empty();

  // Bytes of any type: files.
  static Reply Bytes(std::string content_type, std::string bytes);

  int status = 200;
  Json body;
  std::string content_type;  // empty: `body` as JSON
  std::string bytes;         // when it is not
  std::vector<std::pair<std::string, std::string>> headers;
  bool conflict = false;   // the commit lost a race: run the handler again
  std::string log_detail;  // of a failure that is nobody's fault outside
};

}  // namespace parley::backend::embedded
