#include "http/response_head.h"

#include <gtest/gtest.h>

namespace parley::http {
namespace {

constexpr std::string_view kDate = "Date: x\r\n";

std::string Rendered(const Response& response, const Framing& framing = {}) {
  std::string head;
  RenderHead(response, framing, kDate, head);
  return head;
}

TEST(ResponseHead, OrdinaryAnswer) {
  EXPECT_EQ(Rendered(Response(200, "application/json", "{}")),
            "HTTP/1.1 200 OK\r\nDate: x\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n");
}

TEST(ResponseHead, NoContentHasNeitherTypeNorLength) {
  EXPECT_EQ(Rendered(Response(204, "application/json", "{}")), "HTTP/1.1 204 No Content\r\nDate: x\r\n\r\n");
}

TEST(ResponseHead, NotModifiedHasNoLength) {
  EXPECT_EQ(Rendered(Response(304, "", "")), "HTTP/1.1 304 Not Modified\r\nDate: x\r\n\r\n");
}

TEST(ResponseHead, ConnectionIsSaidWhenItDiffersFromTheClientsDefault) {
  Framing closing;
  closing.keep_alive = false;
  EXPECT_NE(Rendered(Response(200, "", ""), closing).find("Connection: close\r\n"), std::string::npos);
  Framing old;
  old.http10 = true;
  EXPECT_NE(Rendered(Response(200, "", ""), old).find("Connection: keep-alive\r\n"), std::string::npos);
}

TEST(ResponseHead, HandlerCannotOverrideFraming) {
  Response response(200, "", "abc");
  response.headers = {{"Content-Length", "9"}, {"transfer-encoding", "chunked"}, {"Connection", "upgrade"}};
  EXPECT_EQ(Rendered(response), "HTTP/1.1 200 OK\r\nDate: x\r\nContent-Length: 3\r\n\r\n");
}

TEST(ResponseHead, FieldThatWouldSplitTheResponseIsLeftOut) {
  Response response(200, "", "");
  response.headers = {{"X-A", "a\r\nSet-Cookie: b"}, {"X B", "b"}, {"", "c"}, {"X-D", "d"}};
  EXPECT_EQ(Rendered(response), "HTTP/1.1 200 OK\r\nDate: x\r\nContent-Length: 0\r\nX-D: d\r\n\r\n");
}

TEST(ResponseHead, LengthToHeadIsThatOfTheBodyOrUnknown) {
  Framing framing;
  framing.to_head = true;
  EXPECT_NE(Rendered(Response(200, "", "abc"), framing).find("Content-Length: 3"), std::string::npos);
  EXPECT_EQ(Rendered(Response(200, "", ""), framing).find("Content-Length"), std::string::npos);
}

TEST(DateLine, IsInHttpFormat) {
  DateLine date;
  EXPECT_EQ(date.At(FromUnixMillis(1'767'608'130'000)), "Date: Mon, 05 Jan 2026 10:15:30 GMT\r\n");
  EXPECT_EQ(date.At(FromUnixMillis(1'767'608'131'999)), "Date: Mon, 05 Jan 2026 10:15:31 GMT\r\n");
}

TEST(EngineError, IsAJsonObject) {
  const Response response = EngineError(400, "malformed \"x\"");
  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(response.content_type, "application/json");
  EXPECT_EQ(response.body, R"({"error":"malformed \"x\"","message":"malformed \"x\"","code":400})");
}

}  // namespace
}  // namespace parley::http
