#include "specs/path_template.h"

#include <algorithm>
#include <set>

namespace parley::specs {
namespace {

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}
bool IsCapital(char c) {
  return c >= 'A' && c <= 'Z';
}
bool IsSmall(char c) {
  return c >= 'a' && c <= 'z';
}

bool IsNumber(std::string_view segment) {
  return !segment.empty() && std::all_of(segment.begin(), segment.end(), IsDigit);
}

bool IsCode(std::string_view segment) {
  return segment.size() >= 4 && std::any_of(segment.begin(), segment.end(), IsDigit) &&
         std::any_of(segment.begin(), segment.end(), IsCapital) &&
         std::all_of(segment.begin(), segment.end(), [](char c) { return IsDigit(c) || IsCapital(c); });
}

bool NamesAnId(std::string_view segment) {
  return segment.size() > 3 && (segment.ends_with("-id") || segment.ends_with("_id")) &&
         std::all_of(segment.begin(), segment.end(), [](char c) { return IsSmall(c) || c == '-' || c == '_'; });
}

bool IsUnmistakableExample(std::string_view segment) {
  return !IsParameterSegment(segment) &&
         (segment.find('@') != std::string_view::npos || IsNumber(segment) || IsCode(segment) || NamesAnId(segment));
}

bool IsWord(std::string_view segment) {
  return !segment.empty() && std::all_of(segment.begin(), segment.end(), [](char c) { return IsSmall(c); });
}

bool Has(const WrittenPath& written, http::Method method) {
  return std::find(written.methods.begin(), written.methods.end(), method) != written.methods.end();
}

std::string_view ParentOf(std::string_view path) {
  return path.substr(0, path.rfind('/'));
}
std::string_view LastOf(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

bool OccursElsewhere(std::string_view segment, const WrittenPath& here, const std::vector<WrittenPath>& paths) {
  for (const WrittenPath& other : paths) {
    const std::string below = here.path + "/";
    if (other.path == here.path || other.path.starts_with(below)) continue;
    const auto segments = SegmentsOf(other.path);
    if (std::find(segments.begin(), segments.end(), segment) != segments.end()) return true;
  }
  return false;
}

// Paths whose last segment is an example by rule 5.
std::set<std::string, std::less<>> RecordsNamedByAWord(const std::vector<WrittenPath>& paths) {
  std::set<std::string_view> collections;
  for (const WrittenPath& written : paths)
    if (Has(written, http::Method::kPost)) collections.insert(written.path);

  std::set<std::string, std::less<>> records;
  for (const WrittenPath& written : paths) {
    const bool changes = Has(written, http::Method::kPut) || Has(written, http::Method::kDelete);
    const std::string_view word = LastOf(written.path);
    if (changes && IsWord(word) && collections.contains(ParentOf(written.path)) &&
        !OccursElsewhere(word, written, paths))
      records.insert(written.path);
  }
  return records;
}

std::string Singular(std::string_view word) {
  if (word.ends_with("ies")) return std::string(word.substr(0, word.size() - 3)) + "y";
  if (word.ends_with("s") && !word.ends_with("ss")) word.remove_suffix(1);
  return std::string(word);
}

std::string DerivedName(std::string_view example, std::string_view segment_before) {
  if (NamesAnId(example)) {
    std::string name(example);
    std::replace(name.begin(), name.end(), '-', '_');
    return name;
  }
  if (segment_before.empty() || IsParameterSegment(segment_before)) return "id";
  return Singular(segment_before) + "_id";
}

// Shape of a template up to and including a parameter -> the name declared for it.
std::map<std::string, std::string> DeclaredNames(const std::vector<WrittenPath>& paths,
                                                 const std::set<std::string, std::less<>>& records) {
  std::map<std::string, std::string> names;
  for (const WrittenPath& written : paths) {
    std::string shape, so_far;
    for (const std::string_view segment : SegmentsOf(written.path)) {
      so_far += "/" + std::string(segment);
      const bool example = IsUnmistakableExample(segment) || records.contains(so_far);
      shape += IsParameterSegment(segment) || example ? "/{}" : "/" + std::string(segment);
      if (IsParameterSegment(segment)) names.emplace(shape, ParameterNameOf(segment));
    }
  }
  return names;
}

}  // namespace

std::vector<std::string_view> SegmentsOf(std::string_view path) {
  std::vector<std::string_view> segments;
  if (path.starts_with('/')) path.remove_prefix(1);
  if (path.empty()) return segments;
  std::size_t begin = 0;
  int braces = 0;
  for (std::size_t at = 0; at < path.size(); ++at) {
    if (path[at] == '{') ++braces;
    if (path[at] == '}' && braces > 0) --braces;
    if (path[at] != '/' || braces > 0) continue;
    segments.push_back(path.substr(begin, at - begin));
    begin = at + 1;
  }
  segments.push_back(path.substr(begin));
  return segments;
}

bool IsParameterSegment(std::string_view segment) {
  return segment.size() >= 2 && segment.front() == '{' && segment.back() == '}';
}

std::string_view ParameterNameOf(std::string_view segment) {
  return segment.substr(1, segment.size() - 2);
}

std::vector<std::string_view> ParameterNamesOf(std::string_view path) {
  std::vector<std::string_view> names;
  for (const std::string_view segment : SegmentsOf(path))
    if (IsParameterSegment(segment)) names.push_back(ParameterNameOf(segment));
  return names;
}

std::string ShapeOf(std::string_view path) {
  std::string shape;
  for (const std::string_view segment : SegmentsOf(path))
    shape += IsParameterSegment(segment) ? "/{}" : "/" + std::string(segment);
  return shape.empty() ? "/" : shape;
}

std::string_view FaultOf(std::string_view path) {
  if (!path.starts_with('/')) return "a path begins with /";
  if (path == "/") return "";
  std::set<std::string_view> names;
  for (const std::string_view segment : SegmentsOf(path)) {
    if (segment.empty()) return "a path has no empty segments";
    if (!IsParameterSegment(segment)) {
      if (segment.find_first_of("{}") != std::string_view::npos) return "braces must enclose a whole segment";
      if (segment.find_first_of("?#% ") != std::string_view::npos) return "a path has no query, escapes or spaces";
      continue;
    }
    if (ParameterNameOf(segment).empty()) return "a parameter needs a name";
    if (ParameterNameOf(segment).find_first_of("{}/") != std::string_view::npos) return "braces do not nest";
    if (!names.insert(ParameterNameOf(segment)).second) return "a path names each of its parameters once";
  }
  return "";
}

std::string DefaultOperationId(http::Method method, std::string_view path) {
  for (const std::string_view prefix : {"/api/v1/", "/"}) {
    if (!path.starts_with(prefix)) continue;
    path.remove_prefix(prefix.size());
    break;
  }
  return std::string(http::NameOf(method)) + " " + std::string(path);
}

std::map<std::string, std::string> ResolveExamples(const std::vector<WrittenPath>& paths) {
  const auto records = RecordsNamedByAWord(paths);
  const auto declared = DeclaredNames(paths, records);
  std::map<std::string, std::string> templates;
  for (const WrittenPath& written : paths) {
    std::string shape, result, so_far;
    std::string_view before;
    std::set<std::string> used;
    for (const std::string_view segment : SegmentsOf(written.path)) {
      so_far += "/" + std::string(segment);
      const bool example = IsUnmistakableExample(segment) || records.contains(so_far);
      shape += IsParameterSegment(segment) || example ? "/{}" : "/" + std::string(segment);
      if (!example) {
        result += "/" + std::string(segment);
        if (IsParameterSegment(segment)) used.emplace(ParameterNameOf(segment));
      } else {
        const auto known = declared.find(shape);
        std::string name = known != declared.end() ? known->second : DerivedName(segment, before);
        for (int number = 2; !used.insert(name).second; ++number) name += "_" + std::to_string(number);
        result += "/{" + name + "}";
      }
      before = example ? std::string_view("{}") : segment;
    }
    templates[written.path] = result.empty() ? "/" : result;
  }
  return templates;
}

}  // namespace parley::specs
