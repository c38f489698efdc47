#include "backend/embedded/message.h"

#include "base/text.h"

namespace parley::backend::embedded {
namespace {

// A paragraph of plain text per line: what answers carry as `md`.
Json ParsedForm(std::string_view text) {
  Json blocks = Json::MakeArray();
  for (const std::string_view line : Split(text, '\n')) {
    if (line.empty()) {
      blocks.Push(Json::Of({{"type", "LINE_BREAK"}}));
      continue;
    }
    Json plain = Json::Of({{"type", "PLAIN_TEXT"}, {"value", line}});
    blocks.Push(Json::Of({{"type", "PARAGRAPH"}, {"value", Json(Json::Array{std::move(plain)})}}));
  }
  return blocks;
}

Json Links(std::string_view text) {
  Json links = Json::MakeArray();
  std::size_t start = 0;
  while (start < text.size()) {
    const std::size_t end = std::min(text.find_first_of(" \t\r\n", start), text.size());
    const std::string_view word = text.substr(start, end - start);
    if (word.starts_with("https://") || word.starts_with("http://")) {
      links.Push(Json::Of({{"url", word}, {"meta", Json::MakeObject()}}));
    }
    start = end + 1;
  }
  return links;
}

}  // namespace

void SetText(Message& message, std::string text) {
  message.urls = Links(text);
  if (message.mentions.IsNull()) message.mentions = Json::MakeArray();
  if (message.channels.IsNull()) message.channels = Json::MakeArray();
  message.md = text.empty() ? Json() : ParsedForm(text);
  message.text = std::move(text);
}

std::size_t TextLength(std::string_view utf8) {
  std::size_t units = 0;
  for (const char c : utf8) {
    const auto byte = static_cast<unsigned char>(c);
    const bool continues = (byte & 0xC0) == 0x80;
    const bool outside_basic_plane = byte >= 0xF0;
    if (!continues) units += outside_basic_plane ? 2 : 1;
  }
  return units;
}

}  // namespace parley::backend::embedded
