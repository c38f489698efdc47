#include <gmock/gmock.h>

#include <filesystem>

#include "backend/embedded/room.h"
#include "backend/embedded/upload.h"
#include "chat_fixture.h"

namespace parley::backend::embedded {
namespace {

using namespace std::string_view_literals;
using http::Method;

constexpr std::string_view kPng = "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x02\x80\0\0\x01\xe0\x08"sv;

struct FormFile {
  std::string name = "shot.png", type = "image/png";
  std::string bytes = std::string(kPng);
};

std::string Form(const FormFile& file, const std::vector<std::pair<std::string, std::string>>& fields) {
  std::string body;
  for (const auto& [name, value] : fields) {
    body += "--b\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + value + "\r\n";
  }
  return body + "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"" + file.name +
         "\"\r\nContent-Type: " + file.type + "\r\n\r\n" + file.bytes + "\r\n--b--\r\n";
}

class Uploads : public testing::Test {
 protected:
  Uploads()
      : ann_(chats_.AddAgent("ann")),
        max_(chats_.AddAgent("max")),
        room_(chats_.RoomOf("1")),
        other_(chats_.RoomOf("2")) {}

  Response Send(const Request& request) { return *test::Await(chats_.backend().Call(request)); }
  static Json BodyOf(const Response& response) { return *ParseJson(response.body); }
  static Caller As(const std::string& user) { return Caller(CallerKind::kSession, user, "token-of-" + user); }

  Response Upload(const std::string& token, const std::string& room, const FormFile& file = {},
                  const std::vector<std::pair<std::string, std::string>>& fields = {}) {
    Request request(Method::kPost, "livechat/upload/" + room);
    request.content_type = "multipart/form-data; boundary=b";
    request.body = Form(file, fields);
    if (!token.empty()) request.headers.emplace_back("x-visitor-token", token);
    return Send(request);
  }
  Response UploadAs(const std::string& user, const std::string& path, const FormFile& file = {},
                    const std::vector<std::pair<std::string, std::string>>& fields = {}) {
    Request request(Method::kPost, path);
    request.content_type = "multipart/form-data; boundary=b";
    request.body = Form(file, fields);
    request.caller = As(user);
    return Send(request);
  }
  Response Download(const std::string& path, const std::string& query = {}, const Caller& caller = Caller(),
                    std::vector<std::pair<std::string, std::string>> headers = {}) {
    Request request(Method::kGet, path);
    request.query = query;
    request.caller = caller;
    request.headers = std::move(headers);
    return Send(request);
  }
  static std::string OfVisitor(const std::string& token, const std::string& room) {
    return Query({{"rc_token", token}, {"rc_rid", room}, {"rc_room_type", "l"}});
  }
  static std::string HeaderOf(const Response& response, std::string_view name) {
    for (const auto& [header, value] : response.headers) {
      if (header == name) return value;
    }
    return {};
  }
  std::string Folder(const std::string& room) { return chats_.store().directory().File("uploads/" + room); }
  // Where the file of an upload's message is.
  static std::string LinkOf(const Json& message) {
    return std::string((*message.Find("attachments")->AsArray())[0].Text("title_link"));
  }

  ChatFixture chats_;
  std::string ann_, max_, room_, other_;
};

TEST_F(Uploads, BecomeAMessageWithThePictureInIt) {
  const Response response = Upload("1", room_, {}, {{"description", "My screen"}, {"msg", "Look"}});
  ASSERT_EQ(response.status, 200) << response.body;
  const Json message = BodyOf(response);
  EXPECT_EQ(message.Text("msg"), "Look");
  EXPECT_EQ(message.Text("token"), "1");
  EXPECT_EQ(message.Text("rid"), room_);
  EXPECT_EQ(message.FindPath("file.name")->AsString(), "shot.png");
  EXPECT_EQ(message.Flag("newRoom", true), false);
  EXPECT_EQ(message.Flag("success"), true);
  const Json& attachment = (*message.Find("attachments")->AsArray())[0];
  EXPECT_EQ(attachment.Text("description"), "My screen");
  EXPECT_EQ(attachment.Text("image_type"), "image/png");
  EXPECT_EQ(attachment.Integer("image_size"), static_cast<std::int64_t>(kPng.size()));
  EXPECT_EQ(Print(*attachment.Find("image_dimensions")), R"({"width":640,"height":480})");
  EXPECT_EQ(attachment.Text("image_url"), attachment.Text("title_link"));
}

TEST_F(Uploads, AreAttachmentsOfTheChatInTheLedger) {
  const std::string link = LinkOf(BodyOf(Upload("1", room_)));
  const auto chat = chats_.LedgerOf(room_);
  ASSERT_TRUE(chat && !chat->entries.empty());
  const auto& entry = chat->entries.back();
  EXPECT_EQ(entry.type, "attachment");
  EXPECT_EQ(entry.files, std::vector<std::string>{link});
}

TEST_F(Uploads, HaveTheMembersOfTheirKind) {
  const auto attachment = [&](const FormFile& file) {
    return (*BodyOf(Upload("1", room_, file)).Find("attachments")->AsArray())[0];
  };
  const Json audio = attachment({"a.mp3", "audio/mpeg", "x"});
  EXPECT_EQ(audio.Text("audio_type"), "audio/mpeg");
  EXPECT_NE(audio.Text("audio_url"), "");
  EXPECT_EQ(attachment({"v.mp4", "video/mp4", "x"}).Integer("video_size"), 1);
  const Json document = attachment({"Letter.pdf", "application/pdf", "xyz"});
  EXPECT_EQ(document.Text("format"), "PDF");
  EXPECT_EQ(document.Integer("size"), 3);
}

TEST_F(Uploads, NeedTheTokenOfTheOpenChat) {
  EXPECT_EQ(Upload("", room_).status, 403);
  EXPECT_EQ(Upload("nobody", room_).status, 403);
  EXPECT_EQ(Upload("2", room_).status, 403);
  EXPECT_EQ(Upload("1", "unknown").status, 403);
  chats_.Post("livechat/room.close", Json::Of({{"rid", room_}, {"token", "1"}}));
  EXPECT_EQ(Upload("1", room_).body, R"({"success":false,"error":"unauthorized"})");
  EXPECT_FALSE(std::filesystem::exists(Folder(room_)));
}

TEST_F(Uploads, AreRefusedByTypeAndSize) {
  EXPECT_EQ(Upload("1", room_, {"a.svg", "image/svg+xml", "x"}).body,
            R"({"success":false,"reason":"error-type-not-allowed"})");
  chats_.Set("FileUpload_MediaTypeWhiteList", "image/*, text/plain");
  EXPECT_EQ(Upload("1", room_, {"a.pdf", "application/pdf", "x"}).status, 400);
  EXPECT_EQ(Upload("1", room_, {"a.txt", "Text/Plain; charset=utf-8", "x"}).status, 200);
  EXPECT_EQ(Upload("1", room_, {"a", "nonsense", "x"}).status, 400);
  chats_.Set("FileUpload_MaxFileSize", 10);
  EXPECT_EQ(Upload("1", room_, {"a.txt", "text/plain", "0123456789"}).status, 200);
  EXPECT_EQ(Upload("1", room_, {"a.txt", "text/plain", "0123456789x"}).body,
            R"({"success":false,"reason":"error-size-not-allowed","sizeAllowed":"10 B"})");
  chats_.Set("FileUpload_MaxFileSize", -1);
  EXPECT_EQ(Upload("1", room_).status, 200);
  chats_.Set("Livechat_fileupload_enabled", false);
  EXPECT_EQ(Upload("1", room_).body, R"({"success":false,"reason":"error-file-upload-disabled"})");
}

TEST_F(Uploads, MustBeAWholeForm) {
  Request request(Method::kPost, "livechat/upload/" + room_);
  request.headers.emplace_back("x-visitor-token", "1");
  for (const std::string type : {"application/json", "multipart/form-data", "multipart/form-data; boundary=b"}) {
    for (const std::string body : {"", "{}", "--b\r\nContent-Disposition: form-data; name=x\r\n\r\ny\r\n--b--"}) {
      request.content_type = type;
      request.body = body;
      const Response response = Send(request);
      EXPECT_EQ(response.status, 400);
      EXPECT_EQ(response.body, R"({"success":false,"error":"Invalid file"})");
    }
  }
}

TEST_F(Uploads, AreDownloadedByWhoMayReadTheChat) {
  const std::string link = LinkOf(BodyOf(Upload("1", room_)));
  const Response response = Download(link, OfVisitor("1", room_));
  ASSERT_EQ(response.status, 200) << response.body;
  EXPECT_EQ(response.body, kPng);
  EXPECT_EQ(response.content_type, "image/png");
  EXPECT_EQ(HeaderOf(response, "Content-Disposition"), "attachment; filename*=UTF-8''shot.png");
  EXPECT_EQ(HeaderOf(response, "X-Content-Type-Options"), "nosniff");
  EXPECT_EQ(HeaderOf(response, "Cache-Control"), "private, max-age=31536000");
  const std::string serving = chats_.Stored<Room>(room_)->served_by->agent_id;
  EXPECT_EQ(Download(link, "", As(serving)).status, 200);
  const std::string by_query = Query({{"rc_uid", serving}, {"rc_token", "token-of-" + serving}});
  EXPECT_EQ(Download(link, by_query).status, 200);
  EXPECT_EQ(
      Download(link, "", Caller(), {{"cookie", "a=b; rc_uid=" + serving + "; rc_token=token-of-" + serving}}).status,
      200);
  EXPECT_EQ(Download(link, "", Caller(), {{"cookie", "rc_room_type=l; rc_token=1; rc_rid=" + room_}}).status, 200);
}

TEST_F(Uploads, AreNothingForAnybodyElse) {
  const std::string link = LinkOf(BodyOf(Upload("1", room_)));
  const std::string serving = chats_.Stored<Room>(room_)->served_by->agent_id;
  const std::string other_agent = serving == ann_ ? max_ : ann_;
  for (const std::string& query :
       {std::string(), OfVisitor("2", other_), OfVisitor("2", room_), OfVisitor("1", other_), OfVisitor("", room_),
        Query({{"rc_token", "1"}, {"rc_rid", room_}}), Query({{"rc_uid", serving}, {"rc_token", "wrong"}}),
        Query({{"rc_uid", other_agent}, {"rc_token", "token-of-" + serving}})}) {
    const Response response = Download(link, query);
    EXPECT_EQ(response.status, 403) << query;
    EXPECT_EQ(response.content_type, "application/json");
  }
  EXPECT_EQ(Download(link, "", As(other_agent)).status, 403);
  EXPECT_EQ(Download("/file-upload/unknown/shot.png", OfVisitor("1", room_)).status, 404);
  chats_.Post("livechat/room.close", Json::Of({{"rid", room_}, {"token", "1"}}));
  EXPECT_EQ(Download(link, OfVisitor("1", room_)).status, 403) << "the visitor's chat is over";
  EXPECT_EQ(Download(link, "", As(serving)).status, 200);
}

TEST_F(Uploads, AreSentInParts) {
  const std::string link = LinkOf(BodyOf(Upload("1", room_, {"a.txt", "text/plain", "0123456789"})));
  const auto part = [&](const std::string& range) {
    const Response response = Download(link, OfVisitor("1", room_), Caller(), {{"range", range}});
    return std::to_string(response.status) + " " + (response.status == 416 ? "" : response.body) + " " +
           HeaderOf(response, "Content-Range");
  };
  EXPECT_EQ(part("bytes=2-4"), "206 234 bytes 2-4/10");
  EXPECT_EQ(part("bytes=7-"), "206 789 bytes 7-9/10");
  EXPECT_EQ(part("bytes=-2"), "206 89 bytes 8-9/10");
  EXPECT_EQ(part("bytes=8-100"), "206 89 bytes 8-9/10");
  EXPECT_EQ(part("bytes=10-"), "416  bytes */10");
  for (const char* odd : {"bytes=4-2", "bytes=0-1,3-4", "lines=1-2", "bytes=x-", "bytes=-", "bytes=--1"}) {
    EXPECT_EQ(part(odd), "200 0123456789 ") << odd;
  }
}

TEST_F(Uploads, NeverUseTheClientsNameAsAPath) {
  const Response response = Upload("1", room_, {"..\\..\\etc/pass wd\x01é", "text/plain", "x"});
  const Json message = BodyOf(response);
  EXPECT_EQ(message.FindPath("file.name")->AsString(), "pass wdé");
  const std::string id(message.FindPath("file._id")->AsString().value());
  EXPECT_TRUE(std::filesystem::exists(Folder(room_) + "/" + id));
  EXPECT_EQ(LinkOf(message), "/file-upload/" + id + "/pass%20wd%C3%A9");
  for (const char* name : {"", "..", ".", "/", "\x7f"}) EXPECT_EQ(CleanFileName(name), "file");
  EXPECT_EQ(CleanFileName(std::string(1000, 'x')).size(), 200U);
  EXPECT_EQ(CleanFileName("a\xff.txt"), "a.txt");
}

TEST_F(Uploads, GoWithTheirRoom) {
  const std::string link = LinkOf(BodyOf(Upload("1", room_)));
  LinkOf(BodyOf(Upload("2", other_)));
  ASSERT_TRUE(std::filesystem::exists(Folder(room_)));
  const std::string boss = chats_.AddUser("boss", {"livechat-manager", "livechat-agent"});
  ASSERT_EQ(chats_.Post("livechat/rooms.delete", Json::Of({{"roomId", room_}}), boss).status, 200);
  EXPECT_FALSE(std::filesystem::exists(Folder(room_)));
  EXPECT_TRUE(std::filesystem::exists(Folder(other_)));
  EXPECT_EQ(Download(link, "", As(boss)).status, 404);
}

TEST_F(Uploads, GoWithTheirMessage) {
  const Json message = BodyOf(Upload("1", room_));
  BodyOf(Upload("1", room_));
  const Json own = Json::Of({{"token", "1"}, {"rid", room_}});
  ASSERT_EQ(chats_.Delete("livechat/message/" + std::string(message.Text("_id")), own).status, 200);
  EXPECT_EQ(Download(LinkOf(message), OfVisitor("1", room_)).status, 404);
  const std::filesystem::directory_iterator left(Folder(room_));
  EXPECT_EQ(std::distance(begin(left), end(left)), 1);
}

TEST_F(Uploads, OfAgentsAreMessagesToo) {
  const std::string serving = chats_.Stored<Room>(room_)->served_by->agent_id;
  const Response response =
      UploadAs(serving, "rooms.upload/" + room_, {"offer.pdf", "application/pdf", "x"}, {{"msg", "Our offer"}});
  ASSERT_EQ(response.status, 200) << response.body;
  const Json message = *BodyOf(response).Find("message");
  EXPECT_EQ(message.Text("msg"), "Our offer");
  EXPECT_EQ(message.FindPath("u._id")->AsString(), serving);
  EXPECT_EQ(Download(LinkOf(message), OfVisitor("1", room_)).status, 200);
  const Answer seen =
      chats_.Get("livechat/message/" + std::string(message.Text("_id")), Query({{"token", "1"}, {"rid", room_}}));
  EXPECT_EQ(seen.Text("message.fileUpload.publicFilePath"), LinkOf(message));
  EXPECT_EQ(seen.Text("message.fileUpload.type"), "application/pdf");
}

TEST_F(Uploads, OfAgentsNeedAccess) {
  const std::string serving = chats_.Stored<Room>(room_)->served_by->agent_id;
  const std::string other_agent = serving == ann_ ? max_ : ann_;
  EXPECT_EQ(UploadAs(other_agent, "rooms.upload/" + room_).status, 403);
  EXPECT_EQ(UploadAs(other_agent, "rooms.media/" + room_).status, 403);
  EXPECT_EQ(UploadAs(serving, "rooms.media/unknown").status, 403);
  EXPECT_EQ(UploadAs("nobody", "rooms.media/" + room_).status, 401);
  EXPECT_EQ(BodyOf(UploadAs(serving, "rooms.media/" + room_, {"a.svg", "image/svg+xml", "x"})).Text("errorType"),
            "error-invalid-file-type");
  chats_.Set("FileUpload_MaxFileSize", 3);
  EXPECT_EQ(BodyOf(UploadAs(serving, "rooms.upload/" + room_)).Text("error"),
            "File exceeds allowed size of 3 B [error-file-too-large]");
}

TEST_F(Uploads, InTwoStepsAreSeenAfterTheSecond) {
  const std::string serving = chats_.Stored<Room>(room_)->served_by->agent_id;
  const Json file = *BodyOf(UploadAs(serving, "rooms.media/" + room_)).Find("file");
  const std::string id(file.Text("_id"));
  EXPECT_EQ(Download(std::string(file.Text("url")), OfVisitor("1", room_)).status, 403) << "not sent yet";
  const std::string confirm = "rooms.mediaConfirm/" + room_ + "/" + id;
  const Json words = Json::Of({{"msg", "Here"}, {"description", "A shot"}, {"fileName", "a/renamed.png"}});
  EXPECT_EQ(chats_.Post("rooms.mediaConfirm/" + other_ + "/" + id, words, serving).error(), "[invalid-file]");
  EXPECT_EQ(chats_.Post(confirm, words, serving == ann_ ? max_ : ann_).error(), "[invalid-file]");
  const Answer sent = chats_.Post(confirm, words, serving);
  EXPECT_EQ(sent.Text("message.msg"), "Here") << Print(sent.body);
  EXPECT_EQ(sent.Text("message.file.name"), "renamed.png");
  EXPECT_EQ(Download(std::string(file.Text("url")), OfVisitor("1", room_)).status, 200);
  EXPECT_EQ(chats_.Post(confirm, words, serving).error(), "[invalid-file]") << "it was sent already";
}

TEST(UploadSize, IsWrittenForPeople) {
  EXPECT_EQ(ReadableSize(0), "0 B");
  EXPECT_EQ(ReadableSize(1536), "1.5 KB");
  EXPECT_EQ(ReadableSize(104857600), "100 MB");
  EXPECT_EQ(ReadableSize(1234567), "1.18 MB");
}

TEST_F(Uploads, APublicPictureIsShownToEverybody) {
  const Result<std::string> path =
      test::Await(chats_.backend().KeepPicture({"avatar.png", "image/png", std::string(kPng)}));
  ASSERT_TRUE(path);
  EXPECT_THAT(*path, testing::MatchesRegex("/file-upload/[A-Za-z0-9]{17}/avatar.png"));
  const Response shown = Send(Request(Method::kGet, *path));
  EXPECT_EQ(shown.status, 200);
  EXPECT_EQ(shown.content_type, "image/png");
  EXPECT_EQ(shown.body, kPng);
  EXPECT_THAT(shown.headers,
              testing::Contains(testing::Pair("Content-Disposition", "inline; filename*=UTF-8''avatar.png")));
  EXPECT_THAT(shown.headers, testing::Contains(testing::Pair("X-Content-Type-Options", "nosniff")));
}

}  // namespace
}  // namespace parley::backend::embedded
