// Pictures everybody may see: files of no room, served like any other below /file-upload/, but to whoever asks.
//
// Threading: one shard. Tests: tests/unit/backend/embedded/uploads_test.cc
#pragma once

#include <string>

#include "backend/embedded/call.h"

namespace parley::backend::embedded {

// Answers the path it is served at. What it is called is decoration. Errors: kUnavailable
Awaitable<Result<std::string>> KeepPublicPicture(Services& services, Picture picture);

}  // namespace parley::backend::embedded
