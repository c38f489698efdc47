// Random identifiers and secrets, in the alphabets both APIs use.
//
// Threading: implementations are thread-safe.
// Tests: tests/unit/base/id_generator_test.cc
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace parley {

class IdGenerator {
 public:
  virtual ~IdGenerator() = default;
  // `length` characters drawn uniformly from `alphabet`. REQUIRES: 1 to 256 characters in alphabet.
  virtual std::string Draw(std::string_view alphabet, std::size_t length) = 0;

  std::string RoomId();    // 17 characters of Rocket.Chat's id alphabet: users, rooms, messages
  std::string ObjectId();  // 24 hex digits: departments, visitors, inquiries
  std::string Hex(std::size_t digits);
  std::string Secret();  // 43 URL-safe characters, 256 bits: tokens
  std::string ChatId();  // LiveChat thread id: 10 upper-case letters and digits
};

// Draws from the operating system's secure source.
std::unique_ptr<IdGenerator> MakeSecureIdGenerator();
// Deterministic for one seed: tests and the demo company.
std::unique_ptr<IdGenerator> MakeSeededIdGenerator(std::uint64_t seed);

}  // namespace parley
