// How far a long piece of work is, for whoever watches the terminal: a bar that moves, or now and then a plain line where
// there is no terminal. Nothing at all for work that is over at once.
//
// Threading: one thread. Tests: tests/unit/cli/progress_line_test.cc
#pragma once

#include <cstdint>
#include <functional>
#include <iosfwd>
#include <string>

#include "base/clock.h"

namespace parley::cli {

class ProgressLine {
 public:
  // On standard error, with the machine's clock.
  explicit ProgressLine(std::int64_t all);
  ProgressLine(std::int64_t all, std::ostream& out, bool terminal, const Clock& clock);
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  void Show(std::int64_t done);
  // Ends the line that is there.
  void Finish();

 private:
  std::string Text(std::int64_t done, double seconds) const;

  const std::int64_t all_;
  std::ostream& out_;
  const bool terminal_;
  const Clock& clock_;
  const SteadyTime began_;
  SteadyTime shown_;
  std::int64_t done_ = 0;
  bool begun_ = false;
};

}  // namespace parley::cli
