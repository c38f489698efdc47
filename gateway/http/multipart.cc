// preamble, then for each part: "--boundary" CRLF, fields, an empty line, the content, CRLF; at last "--boundary--".
#include "http/multipart.h"

#include <algorithm>
#include <cctype>

#include "base/text.h"

namespace parley::http {
namespace {

constexpr std::size_t kLongestBoundary = 70;  // RFC 2046 §5.1.1
constexpr std::size_t kMostFields = 16;

bool IsBoundaryCharacter(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
         std::string_view("'()+_,-./:=? ").find(c) != std::string_view::npos;
}

bool IsBoundary(std::string_view text) {
  return !text.empty() && text.size() <= kLongestBoundary && text.back() != ' ' &&
         std::all_of(text.begin(), text.end(), IsBoundaryCharacter);
}

// The parameters behind the first ';' of a field, one by one: name=value or name="value".
class Parameters {
 public:
  explicit Parameters(std::string_view field) {
    const std::size_t semicolon = field.find(';');
    rest_ = semicolon == std::string_view::npos ? std::string_view() : field.substr(semicolon);
  }

  // False at the end, or when the rest is broken: see broken().
  bool Next(std::string& name, std::string& value) {
    rest_ = Trim(rest_);
    if (rest_.empty() || broken_) return false;
    if (rest_.front() != ';') return Break();
    rest_ = Trim(rest_.substr(1));
    if (rest_.empty()) return false;  // a stray semicolon at the end
    const std::size_t equals = rest_.find('=');
    if (equals == std::string_view::npos || equals == 0) return Break();
    name = Lower(Trim(rest_.substr(0, equals)));
    rest_ = Trim(rest_.substr(equals + 1));
    return !rest_.empty() && rest_.front() == '"' ? Quoted(value) : Token(value);
  }
  bool broken() const { return broken_; }

 private:
  bool Break() {
    broken_ = true;
    return false;
  }
  bool Token(std::string& value) {
    const std::size_t end = std::min(rest_.find(';'), rest_.size());
    value = Trim(rest_.substr(0, end));
    rest_.remove_prefix(end);
    return true;
  }
  // A backslash escapes quotes and itself alone: some clients send Windows paths as they are.
  bool Quoted(std::string& value) {
    value.clear();
    for (std::size_t i = 1; i < rest_.size(); ++i) {
      const bool escapes = rest_[i] == '\\' && i + 1 < rest_.size() && (rest_[i + 1] == '"' || rest_[i + 1] == '\\');
      if (escapes) {
        value += rest_[++i];
      } else if (rest_[i] == '"') {
        rest_.remove_prefix(i + 1);
        return true;
      } else {
        value += rest_[i];
      }
    }
    return Break();
  }

  std::string_view rest_;
  bool broken_ = false;
};

// "UTF-8''na%C3%AFve.txt"
std::optional<std::string> ExtendedValue(std::string_view value) {
  const std::size_t first = value.find('\'');
  const std::size_t second = first == std::string_view::npos ? first : value.find('\'', first + 1);
  if (second == std::string_view::npos || !EqualsIgnoreCase(value.substr(0, first), "utf-8")) return std::nullopt;
  return PercentDecode(value.substr(second + 1), false);
}

bool ReadDisposition(std::string_view field, Part& part) {
  const std::string_view type = Trim(field.substr(0, field.find(';')));
  if (!EqualsIgnoreCase(type, "form-data")) return false;
  Parameters parameters(field);
  std::string name, value;
  bool named = false;
  std::optional<std::string> extended;
  while (parameters.Next(name, value)) {
    if (name == "name" && !named) {
      part.name = value;
      named = true;
    } else if (name == "filename") {
      part.file_name = value;
    } else if (name == "filename*") {
      extended = ExtendedValue(value);
    }
  }
  if (extended) part.file_name = std::move(extended);
  return named && !parameters.broken();
}

// The fields of one part, without the empty line behind them.
bool ReadHead(std::string_view head, Part& part) {
  bool disposed = false;
  std::size_t fields = 0;
  while (!head.empty()) {
    const std::size_t end = std::min(head.find("\r\n"), head.size());
    const std::string_view line = head.substr(0, end);
    head.remove_prefix(std::min(end + 2, head.size()));
    const std::size_t colon = line.find(':');
    if (++fields > kMostFields || colon == 0 || colon == std::string_view::npos) return false;
    if (line.find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos) return false;
    const std::string_view name = line.substr(0, colon);
    const std::string_view value = Trim(line.substr(colon + 1));
    if (EqualsIgnoreCase(name, "Content-Disposition")) {
      if (disposed || !ReadDisposition(value, part)) return false;
      disposed = true;
    } else if (EqualsIgnoreCase(name, "Content-Type")) {
      part.content_type = value;
    } else if (EqualsIgnoreCase(name, "Content-Transfer-Encoding") && !EqualsIgnoreCase(value, "binary") &&
               !EqualsIgnoreCase(value, "8bit") && !EqualsIgnoreCase(value, "7bit")) {
      return false;  // nobody sends encoded parts; taken as they are they would be something else
    }
  }
  return disposed;
}

Error Broken(const char* what) {
  return InvalidArgument(std::string("the form is broken: ") + what);
}

}  // namespace

std::optional<std::string> MultipartBoundary(std::string_view content_type) {
  if (!EqualsIgnoreCase(Trim(content_type.substr(0, content_type.find(';'))), "multipart/form-data"))
    return std::nullopt;
  Parameters parameters(content_type);
  std::string name, value;
  while (parameters.Next(name, value)) {
    if (name == "boundary") return IsBoundary(value) ? std::optional<std::string>(value) : std::nullopt;
  }
  return std::nullopt;
}

Result<std::vector<Part>> ParseMultipart(std::string_view boundary, std::string_view body,
                                         const MultipartLimits& limits) {
  const std::string delimiter = "\r\n--" + std::string(boundary);
  const std::string_view first = std::string_view(delimiter).substr(2);
  std::size_t at = 0;
  if (!body.starts_with(first)) {
    at = body.find(delimiter);
    if (at == std::string_view::npos) return Broken("no part begins");
    at += 2;
  }
  at += first.size();
  std::vector<Part> parts;
  for (;;) {
    const std::string_view rest = body.substr(at);
    if (rest.starts_with("--")) return parts;
    if (!rest.starts_with("\r\n")) return Broken("a boundary is not followed by a line end");
    if (parts.size() == limits.parts) return Broken("too many parts");
    // The line end of the boundary may be the first half of the empty line of a part without fields.
    const std::size_t blank = rest.substr(0, limits.head_bytes + 6).find("\r\n\r\n");
    if (blank == std::string_view::npos) return Broken("the head of a part has no end");
    Part& part = parts.emplace_back();
    if (!ReadHead(rest.substr(2, blank < 2 ? 0 : blank - 2), part)) return Broken("the head of a part cannot be read");
    const std::size_t begin = at + blank + 4;
    const std::size_t end = body.find(delimiter, begin - 2);
    if (end == std::string_view::npos) return Broken("a part has no end");
    part.content = end < begin ? std::string_view() : body.substr(begin, end - begin);
    at = end + delimiter.size();
  }
}

}  // namespace parley::http
