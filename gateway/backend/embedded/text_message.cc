#include "backend/embedded/text_message.h"

#include <algorithm>

#include "base/digest.h"
#include "base/text.h"

namespace parley::backend::embedded {
namespace {

constexpr const char* kXml = "text/xml";

// What a provider calls the parts of a message.
struct Names {
  const char* from;
  const char* to;
  const char* text;
};

Names NamesOf(TextProvider provider) {
  switch (provider) {
    case TextProvider::kTwilio:
      return {"From", "To", "Body"};
    case TextProvider::kVoxtelesys:
      return {"from", "to", "body"};
    case TextProvider::kMobex:
      return {"from", "to", "content"};
  }
  return {"", "", ""};
}

std::vector<std::pair<std::string, std::string>> OriginOf(const Json& body) {
  constexpr std::pair<const char*, const char*> kFields[] = {
      {"country", "FromCountry"}, {"state", "FromState"}, {"city", "FromCity"}, {"zip", "FromZip"}};
  std::vector<std::pair<std::string, std::string>> origin;
  for (const auto& [field, member] : kFields) {
    if (const std::string_view value = body.Text(member); !value.empty()) origin.emplace_back(field, value);
  }
  return origin;
}

Json LocationOf(const Json& body) {
  const auto latitude = ParseNumber(body.Text("Latitude"));
  const auto longitude = ParseNumber(body.Text("Longitude"));
  if (!latitude || !longitude) return {};
  return Json::Of({{"type", "Point"}, {"coordinates", Json(Json::Array{Json(*longitude), Json(*latitude)})}});
}

std::int64_t CountMedia(TextProvider provider, const Json& body) {
  if (provider != TextProvider::kVoxtelesys) return ParseInteger(body.Text("NumMedia")).value_or(0);
  const Json* media = body.Find("media");
  const Json::Array* files = media == nullptr ? nullptr : media->AsArray();
  return files == nullptr ? 0 : static_cast<std::int64_t>(files->size());
}

std::string EscapeXml(std::string_view text) {
  std::string escaped = ReplaceAll(std::string(text), "&", "&amp;");
  escaped = ReplaceAll(std::move(escaped), "<", "&lt;");
  return ReplaceAll(std::move(escaped), ">", "&gt;");
}

}  // namespace

std::optional<TextProvider> ParseTextProvider(std::string_view name) {
  if (EqualsIgnoreCase(name, "twilio")) return TextProvider::kTwilio;
  if (EqualsIgnoreCase(name, "voxtelesys")) return TextProvider::kVoxtelesys;
  if (EqualsIgnoreCase(name, "mobex")) return TextProvider::kMobex;
  return std::nullopt;
}

std::optional<TextMessage> ReadTextMessage(TextProvider provider, const Json& body) {
  const Names names = NamesOf(provider);
  for (const char* name : {names.from, names.to, names.text}) {
    const Json* member = body.Find(name);
    if (member == nullptr || !member->IsString()) return std::nullopt;
  }
  TextMessage message;
  message.from = body.Text(names.from);
  message.to = body.Text(names.to);
  message.text = body.Text(names.text);
  if (message.from.empty()) return std::nullopt;
  message.media = CountMedia(provider, body);
  if (provider != TextProvider::kTwilio) return message;
  message.origin = OriginOf(body);
  message.location = LocationOf(body);
  return message;
}

std::string TwilioSignature(std::string_view auth_token, std::string url,
                            std::vector<std::pair<std::string, std::string>> form) {
  std::sort(form.begin(), form.end());
  std::string covered = std::move(url);
  for (const auto& [name, value] : form) covered += name + value;
  return Base64Encode(HmacSha1(auth_token, covered));
}

Reply AcceptText(TextProvider provider) {
  switch (provider) {
    case TextProvider::kTwilio:
      return Reply::Bytes(kXml, "<Response></Response>");
    case TextProvider::kMobex:
      return Reply::Bytes(kXml, "ACK/Jasmin");  // the word its gateway waits for
    case TextProvider::kVoxtelesys:
      break;
  }
  return Reply::Empty();
}

Reply RefuseText(TextProvider provider, std::string_view reason) {
  if (provider == TextProvider::kVoxtelesys) return Reply(200, Json::Of({{"success", false}, {"error", reason}}));
  return Reply::Bytes(kXml, "<Response><Message>" + EscapeXml(reason) + "</Message></Response>");
}

}  // namespace parley::backend::embedded
