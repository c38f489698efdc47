// Which version of Rocket.Chat the embedded backend is like (omnichannel reference §1.9): which routes are there, and
// what older ones answered otherwise.
//
// Threading: pure functions. Tests: tests/unit/backend/embedded/version_test.cc
#pragma once

#include <compare>
#include <string_view>

namespace parley::backend::embedded {

struct Version {
  int major = 0;
  int minor = 0;

  friend auto operator<=>(const Version&, const Version&) = default;
};

inline constexpr Version kOwnVersion{8, 3};  // what everything is built to
inline constexpr Version kOldest{4, 0};

// "8.3.0", "7.11"; {0, 0} for what is no version.
Version ParseVersion(std::string_view text);

// Whether a server of that version has the route. `operation`: "POST livechat/agents.saveInfo".
bool HasRoute(Version version, std::string_view operation);

// What each version did first.
constexpr bool RefusesRoutesWith403(Version version) {
  return version >= Version{7, 0};
}  // before: 401
// Without a licence premium routes are refused; before they were not there at all.
constexpr bool NamesMissingLicence(Version version) {
  return version >= Version{7, 0};
}
constexpr bool RoomsByUserIdAlone(Version version) {
  return version >= Version{7, 0};
}  // before: user names too
constexpr bool ListsQueuedRooms(Version version) {
  return version >= Version{7, 0};
}  // before, the filter was not known, and every room was listed
constexpr bool HidesVisitorTokens(Version version) {
  return version >= Version{8, 0};
}  // in visitors.info
constexpr bool AsksBeforeRemovingDepartments(Version version) {
  return version >= Version{6, 0};
}
// Of realtime methods over REST; before, a failure was a success with an error in it.
constexpr bool RefusesMethodsWith400(Version version) {
  return version >= Version{8, 0};
}
constexpr bool MayForbidVisitorsToClose(Version version) {
  return version >= Version{7, 0};
}

}  // namespace parley::backend::embedded
