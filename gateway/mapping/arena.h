// Memory of one run: allocated in one direction, released at once.
//
// Threading: one run. Tests: tests/unit/mapping/value_test.cc
#pragma once

#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>
#include <type_traits>
#include <vector>

namespace parley::mapping {

class Arena {
 public:
  explicit Arena(std::size_t limit) : limit_(limit) {}
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  void* Allocate(std::size_t bytes) {
    bytes = (bytes + 7) & ~std::size_t{7};
    if (bytes > left_) Grow(bytes);
    char* result = next_;
    next_ += bytes;
    left_ -= bytes;
    return result;
  }

  // Uninitialised. T needs no destructor: none is ever run.
  template <class T>
  T* Array(std::size_t count) {
    static_assert(std::is_trivially_destructible_v<T> && alignof(T) <= 8);
    return static_cast<T*>(Allocate(count * sizeof(T)));
  }

  std::string_view Copy(std::string_view text) {
    char* copy = Array<char>(text.size());
    if (!text.empty()) std::memcpy(copy, text.data(), text.size());
    return {copy, text.size()};
  }

  // More was asked for than the limit. Memory is still handed out, so that the work under way ends in order;
  // loops over items look at this and stop.
  bool exhausted() const { return used_ > limit_ + granted_; }
  // Counts memory held elsewhere for the same run: the bytes of answers.
  void Charge(std::size_t bytes) { used_ += bytes; }
  // What has to be done even when the limit is passed may use this much more.
  void Grant(std::size_t bytes) { granted_ = (used_ > limit_ ? used_ - limit_ : 0) + bytes; }

  // Forgets everything but keeps the first block for the next run.
  void Reset() {
    if (blocks_.size() > 1) blocks_.resize(1);
    next_ = blocks_.empty() ? nullptr : blocks_.front().get();
    left_ = blocks_.empty() ? 0 : kFirstBlock;
    used_ = granted_ = 0;
    block_size_ = kFirstBlock;
  }

 private:
  static constexpr std::size_t kFirstBlock = std::size_t{16} << 10;
  static constexpr std::size_t kLargestBlock = std::size_t{1} << 20;

  void Grow(std::size_t bytes) {
    // The first block has its usual size, so that Reset() knows it.
    if (blocks_.empty() && bytes > kFirstBlock) AddBlock(kFirstBlock);
    const std::size_t size = bytes > block_size_ ? bytes : block_size_;
    AddBlock(size);
    if (block_size_ < kLargestBlock) block_size_ *= 2;
  }
  void AddBlock(std::size_t size) {
    blocks_.push_back(std::make_unique_for_overwrite<char[]>(size));
    next_ = blocks_.back().get();
    left_ = size;
    used_ += size;
  }

  std::size_t limit_;
  std::size_t used_ = 0;
  std::size_t granted_ = 0;
  std::size_t block_size_ = kFirstBlock;
  char* next_ = nullptr;
  std::size_t left_ = 0;
  std::vector<std::unique_ptr<char[]>> blocks_;
};

}  // namespace parley::mapping
