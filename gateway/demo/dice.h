// Chance that can be asked for anywhere: the same seed and the same subject give the same draws, whatever was drawn
// before. So a longer history has the shorter one in it, word for word.
//
// Threading: one thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <span>

namespace parley::demo {

class Dice {
 public:
  Dice(std::uint64_t seed, std::uint64_t subject, std::uint64_t number)
      : state_(Mixed(Mixed(Mixed(seed) ^ subject) ^ number)) {}

  std::uint64_t Draw() { return Mixed(state_ += kStep); }
  std::uint64_t Below(std::uint64_t bound) { return Draw() % bound; }
  double Fraction() { return static_cast<double>(Draw() >> 11) * 0x1p-53; }  // from 0 to below 1
  bool Percent(unsigned percent) { return Below(100) < percent; }
  std::chrono::seconds Seconds(std::uint64_t least, std::uint64_t most) {
    return std::chrono::seconds(least + Below(most - least + 1));
  }
  template <class T>
  const T& Of(std::span<const T> choices) {
    return choices[Below(choices.size())];
  }

 private:
  static constexpr std::uint64_t kStep = 0x9E3779B97F4A7C15;  // the constants of splitmix64
  static std::uint64_t Mixed(std::uint64_t value) {
    value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
    value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
    return value ^ (value >> 31);
  }

  std::uint64_t state_;
};

}  // namespace parley::demo
