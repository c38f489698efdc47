#include "base/id_generator.h"

#include <sodium.h>

#include <mutex>
#include <random>

namespace parley {
namespace {

constexpr std::string_view kRoomAlphabet = "23456789ABCDEFGHJKLMNPQRSTWXYZabcdefghijkmnopqrstuvwxyz";
constexpr std::string_view kHexAlphabet = "0123456789abcdef";
constexpr std::string_view kUrlSafeAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::string_view kUpperAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

class SecureIdGenerator final : public IdGenerator {
 public:
  std::string Draw(std::string_view alphabet, std::size_t length) override {
    std::string id(length, '\0');
    for (char& c : id) c = alphabet[randombytes_uniform(static_cast<std::uint32_t>(alphabet.size()))];
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
