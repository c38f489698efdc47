// The picture of `POST /previews/{type}`: a form with one file, checked before anybody keeps it.
//
// Threading: pure function. Tests: tests/unit/pipeline/previews_test.cc
// Source: LiveChat reference, section 15.3.
#pragma once

#include <cstddef>
#include <string_view>

#include "backend/backend.h"
#include "base/result.h"

namespace parley::pipeline {

inline constexpr std::size_t kLargestPreview = std::size_t{5} << 20;

// What a picture is, is told by its first bytes and by nothing the client says. `type`: "_avatar_".
// Errors: kInvalidArgument  no such form, no file `image` in it, no picture in that, or one that is too large
Result<backend::Picture> ReadPreview(std::string_view type, const http::Request& request);

}  // namespace parley::pipeline
