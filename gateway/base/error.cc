#include "base/error.h"

#include <utility>

namespace parley {

std::string_view NameOf(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalidArgument:
      return "invalid_argument";
    case ErrorCode::kUnauthenticated:
      return "unauthenticated";
    case ErrorCode::kPermissionDenied:
      return "permission_denied";
    case ErrorCode::kNotFound:
      return "not_found";
    case ErrorCode::kMethodNotAllowed:
      return "method_not_allowed";
    case ErrorCode::kConflict:
      return "conflict";
    case ErrorCode::kAlreadyExists:
      return "already_exists";
    case ErrorCode::kPayloadTooLarge:
      return "payload_too_large";
    case ErrorCode::kTooManyRequests:
      return "too_many_requests";
    case ErrorCode::kUnsupported:
      return "unsupported";
    case ErrorCode::kInternal:
      return "internal";
    case ErrorCode::kBadGateway:
      return "bad_gateway";
    case ErrorCode::kUnavailable:
      return "unavailable";
    case ErrorCode::kTimeout:
      return "timeout";
  }
  return "unknown";
}

std::string_view NameOf(ErrorOrigin origin) {
  switch (origin) {
    case ErrorOrigin::kClient:
      return "client";
    case ErrorOrigin::kBackend:
      return "backend";
    case ErrorOrigin::kStorage:
      return "storage";
    case ErrorOrigin::kGateway:
      return "gateway";
  }
  return "unknown";
}

namespace {

Error ClientError(ErrorCode code, int status, std::string message) {
  return Error{code, status, std::move(message), ErrorOrigin::kClient};
}

}  // namespace

Error InvalidArgument(std::string message) {
  return ClientError(ErrorCode::kInvalidArgument, 400, std::move(message));
}

Error InvalidArguments(std::vector<std::string> violations) {
  Error error = InvalidArgument(violations.front());
  error.all = std::move(violations);
  return error;
}

Error Unauthenticated(std::string message) {
  return ClientError(ErrorCode::kUnauthenticated, 401, std::move(message));
}

Error PermissionDenied(std::string message) {
  return ClientError(ErrorCode::kPermissionDenied, 403, std::move(message));
}

Error NotFound(std::string what) {
  return ClientError(ErrorCode::kNotFound, 404, std::move(what) + " not found");
}

Error MethodNotAllowed(std::string message) {
  return ClientError(ErrorCode::kMethodNotAllowed, 405, std::move(message));
}

Error Conflict(std::string message) {
  Error error = ClientError(ErrorCode::kConflict, 409, std::move(message));
  error.retryable = true;
  return error;
}

Error AlreadyExists(std::string what) {
  return ClientError(ErrorCode::kAlreadyExists, 400, std::move(what) + " is already in use");
}

Error PayloadTooLarge(std::string message) {
  return ClientError(ErrorCode::kPayloadTooLarge, 413, std::move(message));
}

Error TooManyRequests(std::string message, int retry_after_seconds) {
  Error error = ClientError(ErrorCode::kTooManyRequests, 429, std::move(message));
  error.retryable = true;
  error.retry_after_seconds = retry_after_seconds;
  return error;
}

Error Unsupported(std::string operation_id) {
  return Error{ErrorCode::kUnsupported, 501, "operation " + std::move(operation_id) + " is not supported",
               ErrorOrigin::kGateway};
}

Error Internal(std::string detail) {
  Error error{ErrorCode::kInternal, 500, "internal error", ErrorOrigin::kGateway};
  error.detail = std::move(detail);
  return error;
}

Error StorageFailure(std::string detail) {
  Error error{ErrorCode::kUnavailable, 503, "the store is not available", ErrorOrigin::kStorage, true};
  error.detail = std::move(detail);
  return error;
}

Error BadGateway(std::string message, std::string detail) {
  Error error{ErrorCode::kBadGateway, 502, std::move(message), ErrorOrigin::kBackend};
  error.detail = std::move(detail);
  return error;
}

Error Unavailable(std::string message) {
  return Error{ErrorCode::kUnavailable, 503, std::move(message), ErrorOrigin::kGateway, true};
}

Error DeadlineExceeded(std::string message) {
  return Error{ErrorCode::kTimeout, 504, std::move(message), ErrorOrigin::kBackend, true};
}

}  // namespace parley
