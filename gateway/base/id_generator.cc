#include "base/id_generator.h"

#include <sodium.h>

#include <array>
#include <mutex>
#include <random>
#include <utility>

namespace parley {
namespace {

constexpr std::string_view kRoomAlphabet = "23456789ABCDEFGHJKLMNPQRSTWXYZabcdefghijkmnopqrstuvwxyz";
constexpr std::string_view kHexAlphabet = "0123456789abcdef";
constexpr std::string_view kUrlSafeAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::string_view kUpperAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

// Random bytes of one thread, taken from the system a few hundred at a time: a request draws some eighty of them, and
// a system call for each was measured to cost a third of a small durable write.
class RandomBytes {
 public:
  unsigned char Next() {
    if (used_ == bytes_.size()) {
      randombytes_buf(bytes_.data(), bytes_.size());
      used_ = 0;
    }
    // Handed out once: what a secret was made of does not stay in memory.
    return std::exchange(bytes_[used_++], 0);
  }

 private:
  std::array<unsigned char, 512> bytes_{};
  std::size_t used_ = bytes_.size();
};

class SecureIdGenerator final : public IdGenerator {
 public:
  std::string Draw(std::string_view alphabet, std::size_t length) override {
    thread_local RandomBytes bytes;
    // Bytes past the last whole multiple of the alphabet would favour its first characters.
    const std::size_t fair = 256 - 256 % alphabet.size();
    std::string id(length, '\0');
    for (char& c : id) {
      std::size_t byte = bytes.Next();
      while (byte >= fair) byte = bytes.Next();
      c = alphabet[byte % alphabet.size()];
    }
    return id;
  }
};

class SeededIdGenerator final : public IdGenerator {
 public:
  explicit SeededIdGenerator(std::uint64_t seed) : engine_(seed) {}

  std::string Draw(std::string_view alphabet, std::size_t length) override {
    const std::lock_guard lock(mutex_);
    std::string id(length, '\0');
    for (char& c : id) c = alphabet[engine_() % alphabet.size()];
    return id;
  }

 private:
  std::mutex mutex_;
  std::mt19937_64 engine_;
};

}  // namespace

std::string IdGenerator::RoomId() {
  return Draw(kRoomAlphabet, 17);
}
std::string IdGenerator::ObjectId() {
  return Draw(kHexAlphabet, 24);
}
std::string IdGenerator::Hex(std::size_t digits) {
  return Draw(kHexAlphabet, digits);
}
std::string IdGenerator::Secret() {
  return Draw(kUrlSafeAlphabet, 43);
}
std::string IdGenerator::ChatId() {
  return Draw(kUpperAlphabet, 10);
}

std::unique_ptr<IdGenerator> MakeSecureIdGenerator() {
  // Until it has been initialised the source may not be used by several threads. It fails only where the system has no
  // source of randomness at all, and then every draw aborts.
  [[maybe_unused]] const int ready = sodium_init();
  return std::make_unique<SecureIdGenerator>();
}

std::unique_ptr<IdGenerator> MakeSeededIdGenerator(std::uint64_t seed) {
  return std::make_unique<SeededIdGenerator>(seed);
}

}  // namespace parley
