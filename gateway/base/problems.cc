#include "base/problems.h"

namespace parley {

std::string Format(const Problem& problem) {
  std::string text = problem.file;
  if (problem.line > 0) text += ":" + std::to_string(problem.line);
  return text + ": " + problem.text;
}

}  // namespace parley
