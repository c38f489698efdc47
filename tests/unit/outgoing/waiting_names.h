// Names that this program's resolver (rebinding_test.cc) does not answer for a while.
#pragma once

#include <string>

namespace parley::test {

// While it lives, whoever asks for the name waits; then the name is not known.
class WaitingName {
 public:
  explicit WaitingName(std::string name);
  ~WaitingName();
  WaitingName(const WaitingName&) = delete;
  WaitingName& operator=(const WaitingName&) = delete;

 private:
  const std::string name_;
};

}  // namespace parley::test
