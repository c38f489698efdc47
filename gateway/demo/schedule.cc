#include "demo/schedule.h"

#include <algorithm>
#include <array>

#include "demo/dice.h"

namespace parley::demo {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;

// Subjects of chance.
constexpr std::uint64_t kVolume = 1, kOpenings = 2, kShifts = 3;

constexpr int kChatsPerDay = 500;
// Sunday first; their mean is 1.
constexpr std::array<double, 7> kWeek = {0.55, 1.20, 1.15, 1.10, 1.10, 1.15, 0.75};
constexpr double kScatter = 0.16;

// How the chats of a day lie over its hours, from eight on. The last half hour of the last one stays empty, so that chats
// end before the evening.
constexpr std::array<double, 12> kHours = {4, 7, 9, 10, 8, 7, 8, 9, 9, 8, 6, 4};
constexpr hours kOpening{8};
constexpr double kHourMillis = 3'600'000;

int WeekdayOf(std::int64_t day) {
  return static_cast<int>(std::chrono::weekday(std::chrono::sys_days(days(day))).c_encoding());
}

// Where in the day, of which the share `share` of the chats has begun.
milliseconds PositionOf(double share) {
  double all = 0;
  for (const double hour : kHours) all += hour;
  double left = share * all;
  for (std::size_t hour = 0; hour < kHours.size(); ++hour) {
    const double length = hour + 1 == kHours.size() ? 0.5 : 1;
    if (left < kHours[hour]) {
      const double at = static_cast<double>(hour) + length * left / kHours[hour];
      return kOpening + milliseconds(static_cast<std::int64_t>(at * kHourMillis));
    }
    left -= kHours[hour];
  }
  return kOpening + kHours.size() * hours(1) - minutes(30);
}

}  // namespace

Time BeginningOf(std::int64_t day) {
  return Time(days(day));
}

std::int64_t DayOf(Time time) {
  return std::chrono::floor<days>(time).time_since_epoch().count();
}

int Schedule::VolumeOf(std::int64_t day) const {
  Dice dice(seed_, kVolume, static_cast<std::uint64_t>(day));
  const double share =
      kWeek[static_cast<std::size_t>(WeekdayOf(day))] * (1 - kScatter / 2 + kScatter * dice.Fraction());
  return static_cast<int>(kChatsPerDay * share);
}

std::vector<Time> Schedule::OpeningsOf(std::int64_t day) const {
  const int volume = VolumeOf(day);
  Dice dice(seed_, kOpenings, static_cast<std::uint64_t>(day));
  std::vector<Time> openings;
  for (int number = 0; number < volume; ++number) {
    openings.push_back(BeginningOf(day) + PositionOf((number + dice.Fraction()) / volume));
  }
  return openings;
}

// Breaks are taken one after the other, and free days are spread, so that no desk is ever without anybody for a whole
// day, and Sales never at all.
Schedule::Shift Schedule::ShiftOf(std::size_t person, std::int64_t day) const {
  constexpr std::array<int, 6> kFreeDays = {0, 1, 0, 2, 6, 6};  // in the order of Staff()
  Shift shift;
  shift.free = WeekdayOf(day) == kFreeDays[person % kFreeDays.size()];
  Dice dice(seed_, kShifts, static_cast<std::uint64_t>(day) * Staff().size() + person);
  shift.comes = BeginningOf(day) + hours(7) + minutes(35) + dice.Seconds(0, 20 * 60);
  shift.pauses = BeginningOf(day) + hours(11) + minutes(40 * static_cast<int>(person)) + dice.Seconds(0, 5 * 60);
  shift.resumes = shift.pauses + dice.Seconds(25 * 60, 34 * 60);
  shift.goes = BeginningOf(day) + hours(20) + dice.Seconds(0, 30 * 60);
  return shift;
}

std::vector<Turn> Schedule::TurnsOf(std::int64_t day) const {
  std::vector<Turn> turns;
  for (std::size_t person = 0; person < Staff().size(); ++person) {
    const Shift shift = ShiftOf(person, day);
    if (shift.free) continue;
    for (const auto& [at, comes] : {std::pair(shift.comes, true), std::pair(shift.pauses, false),
                                    std::pair(shift.resumes, true), std::pair(shift.goes, false)}) {
      turns.push_back({at, &Staff()[person], comes});
    }
  }
  std::stable_sort(turns.begin(), turns.end(), [](const Turn& a, const Turn& b) { return a.at < b.at; });
  return turns;
}

bool Schedule::IsAtWork(const Person& person, Time at) const {
  const Shift shift = ShiftOf(static_cast<std::size_t>(&person - Staff().data()), DayOf(at));
  if (shift.free) return false;
  return (at >= shift.comes && at < shift.pauses) || (at >= shift.resumes && at < shift.goes);
}

std::vector<const Person*> Schedule::AtWork(Desk desk, Time at) const {
  std::vector<const Person*> people;
  for (const Person& person : Staff()) {
    const bool of_desk = std::find(person.desks.begin(), person.desks.end(), desk) != person.desks.end();
    if (of_desk && IsAtWork(person, at)) people.push_back(&person);
  }
  return people;
}

}  // namespace parley::demo
