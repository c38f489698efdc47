// A page a visitor looked at, as a message that people do not see.
//
// Threading: pure functions. Tests: tests/unit/backend/embedded/visitors_test.cc
#pragma once

#include <string>

#include "backend/embedded/message.h"
#include "base/id_generator.h"

namespace parley::backend::embedded {

// `page`: {"change", "title", "location": {"href"}}. Hidden, and in no room yet.
Message MakePageVisit(const Json& page, const std::string& token, IdGenerator& ids, Time now);

}  // namespace parley::backend::embedded
