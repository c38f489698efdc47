#include "base/ordered_id.h"

#include <algorithm>
#include <string_view>

namespace parley {
namespace {

constexpr std::string_view kRoomIdAlphabet = "23456789ABCDEFGHJKLMNPQRSTWXYZabcdefghijkmnopqrstuvwxyz";
constexpr std::size_t kRoomIdLength = 17;
constexpr std::string_view kHexAlphabet = "0123456789abcdef";
constexpr std::size_t kObjectIdLength = 24;

// Digits that sort as the times do, because both alphabets are in ASCII order.
std::string Digits(Time at, std::string_view alphabet, std::size_t count) {
  auto left = static_cast<std::uint64_t>(std::max<std::int64_t>(0, UnixMillis(at)));
  std::string digits(count, alphabet.front());
  for (auto digit = digits.rbegin(); digit != digits.rend(); ++digit) {
    *digit = alphabet[left % alphabet.size()];
    left /= alphabet.size();
  }
  return digits;
}

}  // namespace

std::string OrderedRoomId(IdGenerator& ids, Time at) {
  constexpr std::size_t kDigits = 8;  // enough until the year 4600
  return Digits(at, kRoomIdAlphabet, kDigits) + ids.Draw(kRoomIdAlphabet, kRoomIdLength - kDigits);
}

std::string OrderedObjectId(IdGenerator& ids, Time at) {
  constexpr std::size_t kDigits = 11;  // enough until 2527
  return Digits(at, kHexAlphabet, kDigits) + ids.Hex(kObjectIdLength - kDigits);
}

}  // namespace parley
