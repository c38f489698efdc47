#include "backend/embedded/upload.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <cstdio>

#include "base/text.h"
#include "http/multipart.h"

namespace parley::backend::embedded {
namespace {

constexpr std::size_t kLongestName = 200;
constexpr std::string_view kUnknownType = "application/octet-stream";

// "image/png" of "Image/PNG; x=y"; what is no media type is unknown.
std::string CleanType(std::string_view type) {
  const std::string plain = Lower(Trim(type.substr(0, type.find(';'))));
  const auto fits = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || std::string_view("/.+-_").find(c) != std::string::npos;
  };
  const bool is_type = plain.size() <= 100 && std::count(plain.begin(), plain.end(), '/') == 1 &&
                       !plain.starts_with('/') && !plain.ends_with('/') &&
                       std::all_of(plain.begin(), plain.end(), fits);
  return is_type ? plain : std::string(kUnknownType);
}

bool IsInList(std::string_view list, std::string_view type) {
  for (const std::string_view entry : Split(list, ',')) {
    const std::string wanted = Lower(Trim(entry));
    if (wanted == type || wanted == "*/*") return true;
    if (wanted.ends_with("/*") && type.starts_with(std::string_view(wanted).substr(0, wanted.size() - 1))) return true;
  }
  return false;
}

// The kind of an attachment: image, audio, video; empty for other files.
std::string KindOf(const Upload& upload) {
  const std::string kind = upload.type.substr(0, upload.type.find('/'));
  return kind == "image" || kind == "audio" || kind == "video" ? kind : std::string();
}

std::string ExtensionOf(const std::string& name) {
  const std::size_t dot = name.rfind('.');
  return dot == std::string::npos ? std::string() : name.substr(dot + 1);
}

std::string Upper(std::string text) {
  for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return text;
}

Json AttachmentOf(const Upload& upload, std::string_view description) {
  const std::string path = DownloadPath(upload);
  Json attachment = Json::Of({{"title", upload.name},
                              {"type", "file"},
                              {"description", description},
                              {"title_link", path},
                              {"title_link_download", true}});
  const std::string kind = KindOf(upload);
  if (kind.empty()) {
    attachment.Append("format", Upper(ExtensionOf(upload.name)));
    attachment.Append("size", upload.size);
    return attachment;
  }
  attachment.Append(kind + "_url", path);
  attachment.Append(kind + "_type", upload.type);
  attachment.Append(kind + "_size", upload.size);
  if (!upload.dimensions.IsNull()) attachment.Append("image_dimensions", upload.dimensions);
  return attachment;
}

}  // namespace

Outcome<SentFile> ReadSentFile(const Call& call) {
  const auto boundary = http::MultipartBoundary(call.request.content_type);
  if (!boundary) return Fail("Invalid file");
  const auto parts = http::ParseMultipart(*boundary, call.request.body);
  if (!parts) return Fail("Invalid file");
  SentFile sent;
  bool found = false;
  for (const http::Part& part : *parts) {
    if (part.name == "file" && part.file_name && !found) {
      found = true;
      sent.name = CleanFileName(*part.file_name);
      sent.type = CleanType(part.content_type);
      sent.bytes = part.content;
    } else if (!part.file_name && IsValidUtf8(part.content)) {
      sent.fields.Set(part.name, Json(part.content));
    }
  }
  if (!found) return Fail("Invalid file");
  return sent;
}

std::string CleanFileName(std::string_view name) {
  const std::size_t slash = name.find_last_of("/\\");
  if (slash != std::string_view::npos) name.remove_prefix(slash + 1);
  std::string clean;
  while (!name.empty() && clean.size() < kLongestName) {
    const std::size_t length = Utf8SequenceLength(name);
    const bool is_text = length > 0 && static_cast<unsigned char>(name.front()) >= 0x20 && name.front() != 0x7f;
    if (is_text) clean += name.substr(0, length);
    name.remove_prefix(std::max<std::size_t>(length, 1));
  }
  clean = Trim(clean);
  const bool is_dots = clean.find_first_not_of('.') == std::string::npos;
  return is_dots ? "file" : clean;
}

bool IsTypeAllowed(const Settings& settings, std::string_view type) {
  const std::string_view allowed = settings.Text("FileUpload_MediaTypeWhiteList");
  if (IsInList(settings.Text("FileUpload_MediaTypeBlackList"), type)) return false;
  return Trim(allowed).empty() || IsInList(allowed, type);
}

std::optional<std::int64_t> LargestFile(const Settings& settings) {
  const std::int64_t limit = settings.Integer("FileUpload_MaxFileSize");
  if (limit < 0) return std::nullopt;
  return limit == 0 ? 104857600 : limit;  // as unset
}

std::string ReadableSize(std::int64_t bytes) {
  constexpr std::array kUnits = {"B", "KB", "MB", "GB", "TB"};
  double number = static_cast<double>(bytes);
  std::size_t unit = 0;
  while (number >= 1024 && unit + 1 < kUnits.size()) {
    number /= 1024;
    ++unit;
  }
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.15g", std::round(number * 100) / 100);
  return std::string(text.data()) + " " + kUnits[unit];
}

Json DimensionsOf(std::string_view bytes) {
  const auto size = SizeOfImage(bytes);
  if (!size) return {};
  return Json::Of({{"width", std::int64_t{size->width}}, {"height", std::int64_t{size->height}}});
}

std::string DownloadPath(const Upload& upload) {
  return "/file-upload/" + upload.id + "/" + PercentEncode(upload.name);
}

Message MessageOf(const Upload& upload, std::string_view description, std::string text) {
  Message message;
  SetText(message, std::move(text));
  message.groupable = false;
  message.file = Json::Of({{"_id", upload.id}, {"name", upload.name}, {"type", upload.type}, {"size", upload.size}});
  if (KindOf(upload).empty()) message.file.Append("format", ExtensionOf(upload.name));
  message.files = Json::MakeArray();
  message.files.Push(message.file);
  message.attachments = Json::MakeArray();
  message.attachments.Push(AttachmentOf(upload, description));
  return message;
}

Json AnswerWithFile(const Call& call, const Message& message) {
  Json answer = ToAnswer(message);
  if (message.file.IsNull()) return answer;
  Upload upload;
  upload.id = message.file.Text("_id");
  upload.name = message.file.Text("name");
  answer.Append("fileUpload", Json::Of({{"publicFilePath", call.options().site_url + DownloadPath(upload)},
                                        {"type", message.file.Text("type")},
                                        {"size", message.file.Integer("size")}}));
  return answer;
}

}  // namespace parley::backend::embedded
