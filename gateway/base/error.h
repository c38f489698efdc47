// The only error type that crosses a folder boundary.
//
// Purpose: say in the gateway's own terms what failed, who is to blame and whether trying again makes sense.
// Refuses to know: bytes on the wire. Only `pipeline` renders an Error for a face.
// Threading: a plain value.
// Tests: tests/unit/base/error_test.cc
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace parley {

// Stable names: log field, metric label, and what callers branch on.
enum class ErrorCode {
  kInvalidArgument,
  kUnauthenticated,
  kPermissionDenied,
  kNotFound,
  kMethodNotAllowed,
  kConflict,
  kAlreadyExists,
  kPayloadTooLarge,
  kTooManyRequests,
  kUnsupported,
  kInternal,
  kBadGateway,
  kUnavailable,
  kTimeout,
};

// Who caused the failure: decides who is paged.
enum class ErrorOrigin { kClient, kBackend, kStorage, kGateway };

std::string_view NameOf(ErrorCode code);      // "invalid_argument"
std::string_view NameOf(ErrorOrigin origin);  // "client"

struct Error {
  ErrorCode code;
  int http_status;      // what a client sees, 400..599
  std::string message;  // safe to show to the client, no trailing period
  ErrorOrigin origin;
  bool retryable = false;             // the same request may succeed later, and repeating it does no harm
  std::string detail = {};            // log only: backend body, SQL state, mapping file:line
  std::vector<std::string> all = {};  // every violation when there are several; empty means just `message`
  std::string type = {};              // Rocket.Chat errorType, empty when the failure has none
  int retry_after_seconds = 0;        // with kTooManyRequests and kUnavailable; 0 means unknown
};

Error InvalidArgument(std::string message);                   // 400, client
Error InvalidArguments(std::vector<std::string> violations);  // 400, client; REQUIRES: not empty
Error Unauthenticated(std::string message);                   // 401, client
Error PermissionDenied(std::string message);                  // 403, client
Error NotFound(std::string what);                             // 404, client: "<what> not found"
Error MethodNotAllowed(std::string message);                  // 405, client
Error Conflict(std::string message);         // 409, client; the record changed meanwhile: read again, retry
Error AlreadyExists(std::string what);       // 400, client: a unique value is taken; `what` names index or field
Error PayloadTooLarge(std::string message);  // 413, client
Error TooManyRequests(std::string message, int retry_after_seconds);  // 429, client
Error Unsupported(std::string operation_id);                          // 501, gateway: the operation is not served
Error Internal(std::string detail);                                   // 500, gateway; the client sees a fixed sentence
Error StorageFailure(std::string detail);                             // 503, storage, retryable
Error BadGateway(std::string message, std::string detail);            // 502, backend
Error Unavailable(std::string message);                               // 503, gateway, retryable
Error DeadlineExceeded(std::string message);                          // 504, backend, retryable

}  // namespace parley
