// What both parsers check before or after Beast looks at it.
#pragma once

#include <functional>
#include <string_view>

namespace parley::http {

// A field that continues on a second line. Beast unfolds it, either into a buffer of its own or, when the first line is
// empty, by moving the value to the next line; a sender and a receiver may then disagree on what a line is.
// `name` and `value` as Beast reports them, `window` the bytes it was given.
inline bool IsFolded(std::string_view window, std::string_view name, std::string_view value) {
  const char* const window_end = window.data() + window.size();
  const std::less<const char*> before;
  if (before(value.data(), window.data()) || before(window_end, value.data())) return true;
  for (const char* at = name.data() + name.size() + 1; before(at, value.data()); ++at)
    if (*at != ' ' && *at != '\t') return true;
  return false;
}

// The shortest a chunked body can still be while it is not complete. Beast 1.81 aborts when it is shown the last
// chunk's header again with fewer bytes than this, which a peer that sends byte by byte brings about.
inline constexpr std::size_t kLeastChunkedBytes = 5;

inline bool IsDigits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

}  // namespace parley::http
