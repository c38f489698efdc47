#include "backend/embedded/version.h"

#include <algorithm>
#include <iterator>

#include "base/text.h"

namespace parley::backend::embedded {
namespace {

constexpr Version kAlways{0, 0};
constexpr Version kStill{1000, 0};

// Routes that came after 4.0 or went before 8.3. One that ends in '*' is all that begin so.
struct Span {
  std::string_view operation;
  Version since, until;  // there in [since, until)
};

constexpr Span kSpans[] = {
    {"GET livechat/office-hours", kAlways, {6, 0}},
    {"POST livechat/facebook", kAlways, {5, 0}},
    {"GET livechat/video.call/{token}", kAlways, {5, 0}},
    {"GET livechat/webrtc.call", kAlways, {8, 0}},
    {"PUT livechat/webrtc.call/{callId}", kAlways, {8, 0}},
    {"POST livechat/room.transfer", kAlways, {7, 0}},
    {"PUT livechat/room.visitor", kAlways, {6, 0}},
    {"GET livechat/inquiries.queued", kAlways, {7, 0}},
    {"GET licenses.isEnterprise", kAlways, {7, 0}},
    {"GET licenses.info", {6, 5}, kStill},
    {"POST livechat/room.closeByUser", {5, 4}, kStill},
    {"POST livechat/room.saveInfo", {5, 3}, kStill},
    {"POST livechat/department/{_id}/archive", {5, 0}, kStill},
    {"POST livechat/department/{_id}/unarchive", {5, 0}, kStill},
    {"GET livechat/departments/archived", {5, 0}, kStill},
    {"GET livechat/department/isDepartmentCreationAvailable", {6, 0}, kStill},
    {"GET livechat/rooms/filters", {6, 0}, kStill},
    {"POST omnichannel/contacts*", {7, 0}, kStill},
    {"GET omnichannel/contacts*", {7, 0}, kStill},
    {"POST omnichannel/contacts.delete", {8, 0}, kStill},
    {"POST livechat/custom-fields.save", {7, 11}, kStill},
    {"POST livechat/custom-fields.delete", {7, 11}, kStill},
    {"POST livechat/agents.saveInfo", {7, 11}, kStill},
    {"POST livechat/rooms.removeAllClosedRooms", {7, 11}, kStill},
    {"GET livechat/config/routing", {7, 11}, kStill},
    {"GET livechat/analytics/dashboards/charts-data", {7, 11}, kStill},
    {"POST livechat/visitor/department.transfer", {7, 11}, kStill},
    {"POST livechat/rooms.delete", {7, 12}, kStill},
    {"POST livechat/inquiries.returnAsInquiry", {7, 12}, kStill},
    {"POST livechat/tags.save", {7, 12}, kStill},
    {"POST livechat/tags.delete", {7, 12}, kStill},
    {"DELETE canned-responses/{_id}", {7, 12}, kStill},
};

bool IsAbout(const Span& span, std::string_view operation) {
  if (!span.operation.ends_with('*')) return span.operation == operation;
  return operation.starts_with(span.operation.substr(0, span.operation.size() - 1));
}

}  // namespace

Version ParseVersion(std::string_view text) {
  const auto parts = Split(text, '.');
  if (parts.size() < 2 || parts.size() > 3) return {};
  const auto major = ParseInteger(parts[0]), minor = ParseInteger(parts[1]);
  const auto patch = parts.size() == 3 ? ParseInteger(parts[2]) : 0;
  const auto fits = [](const auto& number) { return number && *number >= 0 && *number < 1000; };
  if (!fits(major) || !fits(minor) || !fits(patch)) return {};
  return {static_cast<int>(*major), static_cast<int>(*minor)};
}

// The built version has all its routes, those it keeps for clients of older ones included.
bool HasRoute(Version version, std::string_view operation) {
  if (version >= kOwnVersion) return true;
  return std::all_of(std::begin(kSpans), std::end(kSpans), [&](const Span& span) {
    return !IsAbout(span, operation) || (version >= span.since && version < span.until);
  });
}

}  // namespace parley::backend::embedded
