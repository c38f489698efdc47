// docs/synchronisation.md says of every event how it is known.
#include <gmock/gmock.h>

#include <fstream>
#include <sstream>

#include "events/event.h"

namespace parley::sync {
namespace {

TEST(Synchronisation, SaysOfEveryEventHowItIsKnown) {
  std::ifstream file(PARLEY_SOURCE_DIR "/docs/synchronisation.md");
  std::stringstream text;
  text << file.rdbuf();
  for (const std::string_view kind : events::AllKinds())
    EXPECT_THAT(text.str(), testing::HasSubstr("| `" + std::string(kind) + "` |"));
}

}  // namespace
}  // namespace parley::sync
