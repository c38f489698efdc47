#include "base/result.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace parley {
namespace {

Result<std::string> Word(bool good) {
  if (!good) return NotFound("word");
  return "text";
}

Status Check(bool good) {
  if (!good) return InvalidArgument("bad");
  return {};
}

TEST(Result, HoldsAValue) {
  Result<std::string> word = Word(true);
  ASSERT_TRUE(word);
  EXPECT_TRUE(word.ok());
  EXPECT_EQ(*word, "text");
  EXPECT_EQ(word->size(), 4u);
  word->push_back('!');
  EXPECT_EQ(*std::move(word), "text!");
}

TEST(Result, HoldsAnError) {
  const Result<std::string> word = Word(false);
  ASSERT_FALSE(word);
  EXPECT_EQ(word.error().message, "word not found");
}

TEST(Result, HandsAnErrorOnAsItIs) {
  Result<std::string> word = Word(false);
  const Result<int> number = std::move(word).error();
  ASSERT_FALSE(number);
  EXPECT_EQ(number.error().code, ErrorCode::kNotFound);
}

TEST(Result, MovesWhatCannotBeCopied) {
  Result<std::unique_ptr<int>> made = std::make_unique<int>(3);
  ASSERT_TRUE(made);
  const std::unique_ptr<int> taken = *std::move(made);
  EXPECT_EQ(*taken, 3);
}

TEST(Result, OfABooleanIsAskedForItsValue) {
  const Result<bool> no = false;
  EXPECT_TRUE(no.ok());
  EXPECT_FALSE(*no);
}

TEST(Status, IsEitherFineOrAnError) {
  EXPECT_TRUE(Check(true));
  EXPECT_FALSE(Check(false));
  EXPECT_EQ(Check(false).error().message, "bad");
}

}  // namespace
}  // namespace parley
