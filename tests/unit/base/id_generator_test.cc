#include "base/id_generator.h"

#include <gtest/gtest.h>

#include <set>
#include <thread>

namespace parley {
namespace {

constexpr std::string_view kHex = "0123456789abcdef";
constexpr std::string_view kRoom = "23456789ABCDEFGHJKLMNPQRSTWXYZabcdefghijkmnopqrstuvwxyz";
constexpr std::string_view kUrlSafe = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::string_view kUpper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

bool OnlyFrom(std::string_view alphabet, std::string_view id) {
  return id.find_first_not_of(alphabet) == std::string_view::npos;
}

struct Case {
  const char* name;
  std::string (*draw)(IdGenerator&);
  std::size_t length;
  std::string_view alphabet;
};

class IdForms : public testing::TestWithParam<Case> {};

TEST_P(IdForms, HaveTheirLengthAndUseTheirWholeAlphabet) {
  const std::unique_ptr<IdGenerator> generators[] = {MakeSecureIdGenerator(), MakeSeededIdGenerator(7)};
  for (const auto& generator : generators) {
    std::set<char> seen;
    for (int i = 0; i < 500; ++i) {
      const std::string id = GetParam().draw(*generator);
      ASSERT_EQ(id.size(), GetParam().length);
      ASSERT_TRUE(OnlyFrom(GetParam().alphabet, id)) << id;
      seen.insert(id.begin(), id.end());
    }
    EXPECT_EQ(seen.size(), GetParam().alphabet.size());
  }
}

INSTANTIATE_TEST_SUITE_P(All, IdForms,
                         testing::Values(Case{"RoomId", [](IdGenerator& ids) { return ids.RoomId(); }, 17, kRoom},
                                         Case{"ObjectId", [](IdGenerator& ids) { return ids.ObjectId(); }, 24, kHex},
                                         Case{"Hex", [](IdGenerator& ids) { return ids.Hex(32); }, 32, kHex},
                                         Case{"Secret", [](IdGenerator& ids) { return ids.Secret(); }, 43, kUrlSafe},
                                         Case{"ChatId", [](IdGenerator& ids) { return ids.ChatId(); }, 10, kUpper}),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(SeededIdGenerator, RepeatsItselfForOneSeed) {
  const auto a = MakeSeededIdGenerator(1), b = MakeSeededIdGenerator(1), other = MakeSeededIdGenerator(2);
  EXPECT_EQ(a->RoomId(), b->RoomId());
  EXPECT_EQ(a->Secret(), b->Secret());
  EXPECT_NE(a->ObjectId(), other->ObjectId());
}

TEST(SecureIdGenerator, NeverRepeats) {
  const auto ids = MakeSecureIdGenerator();
  std::set<std::string> seen;
  for (int i = 0; i < 10'000; ++i) EXPECT_TRUE(seen.insert(ids->RoomId()).second);
}

TEST(SecureIdGenerator, MayBeSharedByThreads) {
  const auto ids = MakeSecureIdGenerator();
  std::vector<std::set<std::string>> drawn(4);
  std::vector<std::thread> threads;
  for (std::set<std::string>& mine : drawn)
    threads.emplace_back([&] {
      for (int i = 0; i < 1000; ++i) mine.insert(ids->Secret());
    });
  for (std::thread& thread : threads) thread.join();
  std::set<std::string> all;
  for (const std::set<std::string>& mine : drawn) all.insert(mine.begin(), mine.end());
  EXPECT_EQ(all.size(), 4000u);
}

}  // namespace
}  // namespace parley
