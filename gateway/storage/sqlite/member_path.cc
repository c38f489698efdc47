#include "storage/sqlite/member_path.h"

#include <algorithm>

#include "base/text.h"

namespace parley::storage::sqlite {
namespace {

constexpr std::size_t kLongestPath = 256;

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

bool IsSegmentCharacter(char c) {
  return IsDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-';
}

bool IsArrayIndex(std::string_view segment) {
  return segment.size() <= 6 && std::all_of(segment.begin(), segment.end(), IsDigit);
}

bool IsSegment(std::string_view segment) {
  return !segment.empty() && std::all_of(segment.begin(), segment.end(), IsSegmentCharacter);
}

}  // namespace

Result<std::string> JsonPath(std::string_view dotted) {
  std::string path = "$";
  for (const std::string_view segment : Split(dotted, '.')) {
    if (!IsSegment(segment) || dotted.size() > kLongestPath) {
      return InvalidArgument("'" + std::string(dotted.substr(0, kLongestPath)) + "' is not a member path");
    }
    if (IsArrayIndex(segment)) {
      path.append("[").append(segment).append("]");
    } else {
      path.append(".\"").append(segment).append("\"");
    }
  }
  return path;
}

Result<std::string> MemberSql(std::string_view dotted) {
  if (dotted == "_id") return "id";
  Result<std::string> path = JsonPath(dotted);
  if (!path) return path.error();
  return "json_extract(body,'" + *path + "')";
}

}  // namespace parley::storage::sqlite
