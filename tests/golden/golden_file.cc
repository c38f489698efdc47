#include "golden_file.h"

#include <algorithm>

#include "base/text.h"
#include "json/json.h"

namespace parley::golden {
namespace {

constexpr std::string_view kMark = "--- ";
constexpr std::size_t kWidth = 130;

bool IsRequest(const Section& section) {
  return section.title.ends_with(" request");
}

void LayOut(const Json& value, std::size_t indent, std::size_t used, std::string& out) {
  const std::string line = Print(value);
  const bool collection = (value.IsArray() || value.IsObject()) && !value.empty();
  if (!collection || indent + used + line.size() <= kWidth) {
    out += line;
    return;
  }
  const std::string inner(indent + 2, ' ');
  out += value.IsArray() ? "[\n" : "{\n";
  std::size_t left = value.size();
  auto end = [&] { out += --left == 0 ? "\n" : ",\n"; };
  if (const Json::Array* items = value.AsArray()) {
    for (const Json& item : *items) {
      out += inner;
      LayOut(item, indent + 2, 1, out);
      end();
    }
  } else {
    for (const auto& [name, member] : *value.AsObject()) {
      const std::string key = Print(Json(name)) + ": ";
      out += inner + key;
      LayOut(member, indent + 2, key.size() + 1, out);
      end();
    }
  }
  out += std::string(indent, ' ') + (value.IsArray() ? "]" : "}");
}

}  // namespace

std::string Layout(std::string_view body) {
  if (Trim(body).empty()) return {};
  Result<Json> value = ParseJson(body);
  if (!value) return std::string(body);
  std::string out;
  LayOut(*value, 0, 0, out);
  return out;
}

File ParseFile(std::string_view text) {
  File file;
  std::string* current = &file.description;
  for (std::string_view line : Split(text, '\n')) {
    if (line.substr(0, kMark.size()) == kMark) {
      file.sections.push_back({std::string(Trim(line.substr(kMark.size()))), {}});
      current = &file.sections.back().text;
      continue;
    }
    if (!current->empty()) *current += '\n';
    *current += line;
  }
  file.description = Trim(file.description);
  for (Section& section : file.sections) section.text = Trim(section.text);
  return file;
}

std::string FormatFile(const File& file) {
  std::string text = file.description + "\n";
  for (const Section& section : file.sections) {
    text += std::string(kMark) + section.title + "\n";
    if (!section.text.empty()) text += section.text + "\n";
  }
  return text;
}

File Normalised(File file) {
  for (Section& section : file.sections) {
    if (!IsRequest(section)) {
      section.text = Layout(section.text);
      continue;
    }
    const std::size_t end = section.text.find('\n');
    std::string body = end == std::string::npos ? "" : Layout(section.text.substr(end + 1));
    section.text = section.text.substr(0, end) + (body.empty() ? "" : "\n" + body);
  }
  return file;
}

std::vector<std::filesystem::path> GoldenFiles() {
  std::vector<std::filesystem::path> files;
  const std::filesystem::path root = std::filesystem::path(PARLEY_SOURCE_DIR) / "tests" / "golden";
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
    if (entry.path().extension() == ".golden") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace parley::golden
