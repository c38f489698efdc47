#include "cli/progress_line.h"

#include <unistd.h>

#include <iostream>

namespace parley::cli {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kBetweenBars{200};
constexpr milliseconds kBetweenLines{5'000};
constexpr std::int64_t kBarWidth = 30;

const SystemClock& MachineClock() {
  static const SystemClock clock;
  return clock;
}

// 1h05m, 3m20s, 12s
std::string Duration(std::int64_t seconds) {
  const auto two_digits = [](std::int64_t number) { return (number < 10 ? "0" : "") + std::to_string(number); };
  if (seconds >= 3600) return std::to_string(seconds / 3600) + "h" + two_digits(seconds / 60 % 60) + "m";
  if (seconds >= 60) return std::to_string(seconds / 60) + "m" + two_digits(seconds % 60) + "s";
  return std::to_string(seconds) + "s";
}

}  // namespace

ProgressLine::ProgressLine(std::int64_t all)
    : ProgressLine(all, std::cerr, ::isatty(STDERR_FILENO) == 1, MachineClock()) {}

ProgressLine::ProgressLine(std::int64_t all, std::ostream& out, bool terminal, const Clock& clock)
    : all_(all), out_(out), terminal_(terminal), clock_(clock), began_(clock.Steady()), shown_(began_) {}

std::string ProgressLine::Text(std::int64_t done, double seconds) const {
  const double rate = static_cast<double>(done) / seconds;
  std::string text = std::to_string(done) + " of " + std::to_string(all_) + " chats, " +
                     std::to_string(static_cast<std::int64_t>(rate)) + " a second";
  if (done < all_)
    text += ", " + Duration(static_cast<std::int64_t>(static_cast<double>(all_ - done) / rate)) + " left";
  if (!terminal_) return text;
  const auto filled = static_cast<std::size_t>(kBarWidth * done / all_);
  return "[" + std::string(filled, '#') + std::string(kBarWidth - filled, ' ') + "] " + text;
}

void ProgressLine::Show(std::int64_t done) {
  done_ = done;
  const SteadyTime now = clock_.Steady();
  if (now - shown_ < (terminal_ ? kBetweenBars : kBetweenLines)) return;
  shown_ = now;
  begun_ = true;
  const std::string text = Text(done, std::chrono::duration<double>(now - began_).count());
  // The bar is written over; what a longer one left is wiped out.
  if (terminal_) {
    out_ << '\r' << text << "\x1b[K" << std::flush;
  } else {
    out_ << text << std::endl;
  }
}

void ProgressLine::Finish() {
  if (!begun_) return;
  const double seconds = std::chrono::duration<double>(clock_.Steady() - began_).count();
  if (terminal_) out_ << '\r';
  out_ << Text(done_, seconds) << " in " << Duration(static_cast<std::int64_t>(seconds));
  out_ << (terminal_ ? "\x1b[K" : "") << std::endl;
}

}  // namespace parley::cli
