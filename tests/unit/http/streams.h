// Bodies that are made as they are read, with what they show of their reader.
#pragma once

#include <algorithm>
#include <atomic>
#include <boost/asio/async_result.hpp>
#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "base/text.h"
#include "http/body_source.h"

namespace parley::http::test {

// Bytes [from, from + size) of one endless text, none of whose parts looks like another one nearby.
inline std::string Pattern(std::size_t from, std::size_t size) {
  std::string text(size, '\0');
  for (std::size_t i = 0; i < size; ++i) {
    const std::size_t at = from + i;
    text[i] = static_cast<char>(at * 2654435761U >> 13 ^ at >> 9);
  }
  return text;
}

// What a streamed body was like for its reader.
struct Seen {
  std::size_t parts = 0, largest = 0, bytes = 0;
  bool right = true;  // as Pattern says
  void Take(std::string_view part) {
    ++parts;
    largest = std::max(largest, part.size());
    right = right && part == Pattern(bytes, part.size());
    bytes += part.size();
  }
};

// The pattern as an answer, in parts of one size.
class PatternBody final : public BodySource {
 public:
  PatternBody(std::size_t size, std::size_t part) : size_(size), part_size_(part) {}
  ~PatternBody() override {
    if (gone != nullptr) *gone = true;
  }

  Awaitable<Result<std::string_view>> Read() override {
    if (before_part) co_await before_part();
    part_ = Pattern(bytes_read_, std::min(part_size_, size_ - bytes_read_));
    if (fails && part_.empty()) co_return BadGateway("torn", {});
    bytes_read_ += part_.size();
    if (made != nullptr) *made = bytes_read_;
    co_return std::string_view(part_);
  }
  std::optional<std::uint64_t> Length() const override { return length; }

  std::optional<std::uint64_t> length;  // what it says
  bool fails = false;                   // instead of ending
  std::function<Awaitable<void>()> before_part;
  std::atomic<std::size_t>* made = nullptr;
  std::atomic<bool>* gone = nullptr;

 private:
  const std::size_t size_, part_size_;
  std::string part_;
};

// A given text, in two parts.
class TextBody final : public BodySource {
 public:
  explicit TextBody(std::string text) : text_(std::move(text)) {}
  Awaitable<Result<std::string_view>> Read() override {
    const std::size_t half = bytes_read_ == 0 ? (text_.size() + 1) / 2 : text_.size();
    const std::string_view part = std::string_view(text_).substr(bytes_read_, half - bytes_read_);
    bytes_read_ += part.size();
    co_return part;
  }
  std::optional<std::uint64_t> Length() const override { return text_.size(); }

 private:
  const std::string text_;
};

// The pattern as the body of a request, on a client's loop: parts of one size, then an end, an error or nothing for ever.
class ScriptedIncoming final : public IncomingBody {
 public:
  enum class Then { kEnds, kFails, kWaits };
  ScriptedIncoming(std::size_t parts, std::size_t part_size, Then then) : left_(parts), size_(part_size), then_(then) {}

  Awaitable<Result<std::string_view>> Read() override {
    ++reads;
    if (left_ > 0) {
      --left_;
      part_ = Pattern(bytes_read_, size_);
      bytes_read_ += size_;
      co_return std::string_view(part_);
    }
    if (then_ == Then::kWaits) {
      UseAwaitable token;
      co_await boost::asio::async_initiate<UseAwaitable, void()>(StartWait(waiting_), token);
    }
    if (then_ != Then::kEnds) co_return InvalidArgument("the client is gone");
    co_return std::string_view();
  }
  std::optional<std::uint64_t> Length() const override { return length; }
  void Cancel() override {
    cancelled = true;
    if (std::optional<Waiting> waiting = std::exchange(waiting_, std::nullopt)) (*waiting)();
  }

  std::optional<std::uint64_t> length;  // what it says
  std::atomic<std::size_t> reads{0};
  bool cancelled = false;

 private:
  using Waiting = boost::asio::async_result<UseAwaitable, void()>::handler_type;
  struct StartWait {
    explicit StartWait(std::optional<Waiting>& where) : place(&where) {}
    void operator()(Waiting handler) const { place->emplace(std::move(handler)); }
    std::optional<Waiting>* place;
  };

  std::size_t left_;
  const std::size_t size_;
  const Then then_;
  std::string part_;
  std::optional<Waiting> waiting_;
};

// The content of a chunked body; nothing when it is not complete.
inline std::optional<std::string> Dechunk(std::string_view chunked) {
  std::string content;
  for (;;) {
    const std::size_t line = chunked.find("\r\n");
    if (line == std::string_view::npos) return std::nullopt;
    const std::size_t size = std::stoul(std::string(chunked.substr(0, line)), nullptr, 16);
    chunked.remove_prefix(line + 2);
    if (size == 0) return chunked == "\r\n" ? std::optional(content) : std::nullopt;
    if (chunked.size() < size + 2 || chunked.substr(size, 2) != "\r\n") return std::nullopt;
    content.append(chunked.substr(0, size));
    chunked.remove_prefix(size + 2);
  }
}

inline std::string Chunk(std::string_view content) {
  char head[24];
  std::snprintf(head, sizeof head, "%zx\r\n", content.size());
  return std::string(head).append(content).append("\r\n");
}

}  // namespace parley::http::test
