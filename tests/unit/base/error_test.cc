#include "base/error.h"

#include <gtest/gtest.h>

namespace parley {
namespace {

struct Case {
  const char* name;
  Error error;
  const char* code;
  int status;
  const char* origin;
  bool retryable;
  const char* message;
};

class ErrorFactory : public testing::TestWithParam<Case> {};

TEST_P(ErrorFactory, DecidesCodeStatusOriginAndRetry) {
  const Case& expected = GetParam();
  EXPECT_EQ(NameOf(expected.error.code), expected.code);
  EXPECT_EQ(expected.error.http_status, expected.status);
  EXPECT_EQ(NameOf(expected.error.origin), expected.origin);
  EXPECT_EQ(expected.error.retryable, expected.retryable);
  EXPECT_EQ(expected.error.message, expected.message);
}

INSTANTIATE_TEST_SUITE_P(
    All, ErrorFactory,
    testing::Values(
        Case{"InvalidArgument", InvalidArgument("bad"), "invalid_argument", 400, "client", false, "bad"},
        Case{"InvalidArguments", InvalidArguments({"a", "b"}), "invalid_argument", 400, "client", false, "a"},
        Case{"Unauthenticated", Unauthenticated("who"), "unauthenticated", 401, "client", false, "who"},
        Case{"PermissionDenied", PermissionDenied("no"), "permission_denied", 403, "client", false, "no"},
        Case{"NotFound", NotFound("tag x"), "not_found", 404, "client", false, "tag x not found"},
        Case{"MethodNotAllowed", MethodNotAllowed("GET"), "method_not_allowed", 405, "client", false, "GET"},
        Case{"Conflict", Conflict("changed"), "conflict", 409, "client", true, "changed"},
        Case{"AlreadyExists", AlreadyExists("login"), "already_exists", 400, "client", false,
             "login is already in use"},
        Case{"PayloadTooLarge", PayloadTooLarge("big"), "payload_too_large", 413, "client", false, "big"},
        Case{"TooManyRequests", TooManyRequests("slow", 7), "too_many_requests", 429, "client", true, "slow"},
        Case{"Unsupported", Unsupported("GoalsGet"), "unsupported", 501, "gateway", false,
             "operation GoalsGet is not supported"},
        Case{"Internal", Internal("secret"), "internal", 500, "gateway", false, "internal error"},
        Case{"StorageFailure", StorageFailure("secret"), "unavailable", 503, "storage", true,
             "the store is not available"},
        Case{"BadGateway", BadGateway("bad answer", "html"), "bad_gateway", 502, "backend", false, "bad answer"},
        Case{"Unavailable", Unavailable("later"), "unavailable", 503, "gateway", true, "later"},
        Case{"DeadlineExceeded", DeadlineExceeded("late"), "timeout", 504, "backend", true, "late"}),
    [](const auto& test) { return std::string(test.param.name); });

TEST(Error, KeepsEveryViolation) {
  EXPECT_EQ(InvalidArguments({"a", "b"}).all, (std::vector<std::string>{"a", "b"}));
  EXPECT_TRUE(InvalidArgument("a").all.empty());
}

TEST(Error, KeepsWhatIsForTheLogOutOfTheMessage) {
  EXPECT_EQ(Internal("secret").detail, "secret");
  EXPECT_EQ(StorageFailure("secret").detail, "secret");
  EXPECT_EQ(BadGateway("bad answer", "html").detail, "html");
}

TEST(Error, SaysWhenToTryAgain) {
  EXPECT_EQ(TooManyRequests("slow", 7).retry_after_seconds, 7);
}

}  // namespace
}  // namespace parley
