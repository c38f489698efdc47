// A body that is still arriving, read part by part by whoever passes it on.
//
// Purpose: what merely passes through is never held whole: neither a file on its way up nor one on its way down. A part
// is asked for when the one before has been passed on, so a slow receiver slows down the sender (back-pressure), and what
// is held at a time is one buffer of the connection it comes from.
// Refuses to know: framing, sockets, what the bytes mean.
// Errors: whatever keeps the body from being complete; what has been read of it then is not the whole.
// Threading: one thread, the shard's.
// Tests: tests/unit/http/body_source_test.cc, streaming_test.cc, client_streaming_test.cc
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/awaitable.h"
#include "base/result.h"

namespace parley::http {

class BodySource {
 public:
  virtual ~BodySource() = default;

  // The next bytes, at least one; none at all is the end. They stay where they are until the next Read.
  // REQUIRES: no Read is under way, and none has ended with an error
  virtual Awaitable<Result<std::string_view>> Read() = 0;

  // How long it is as a whole; empty as long as only its end will tell.
  virtual std::optional<std::uint64_t> Length() const = 0;

  // How much of it has been read.
  std::uint64_t bytes_read() const { return bytes_read_; }

 protected:
  std::uint64_t bytes_read_ = 0;
};

// The body of a request. Nobody needs to read it, or all of it.
class IncomingBody : public BodySource {
 public:
  // Ends a Read that is under way with an error, before this returns; there are no further ones.
  virtual void Cancel() = 0;
};

// A body that is announced and does not follow: the answer to HEAD.
class UnsentBody final : public BodySource {
 public:
  explicit UnsentBody(std::uint64_t length) : length_(length) {}
  Awaitable<Result<std::string_view>> Read() override { co_return std::string_view(); }
  std::optional<std::uint64_t> Length() const override { return length_; }

 private:
  const std::uint64_t length_;
};

// All of it, for those who cannot do with less. Errors: kPayloadTooLarge beyond `limit`; those of the source
Awaitable<Result<std::string>> ReadWhole(BodySource& source, std::size_t limit);

}  // namespace parley::http
