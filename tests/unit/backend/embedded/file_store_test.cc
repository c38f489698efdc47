#include "backend/embedded/file_store.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "support/await.h"
#include "support/test_store.h"

namespace parley::backend::embedded {
namespace {

namespace fs = std::filesystem;
using parley::test::Await;

class Files : public testing::Test {
 protected:
  std::string Read(const std::string& room, const std::string& file, std::optional<ByteRange> range = std::nullopt) {
    const auto bytes = Await(files_.Read(room, file, range));
    return bytes ? *bytes : std::string(NameOf(bytes.error().code));
  }

  parley::test::TemporaryDirectory directory_;
  const std::string folder_ = directory_.File("deep/uploads");
  FileStore files_{folder_};
};

TEST_F(Files, AreKeptByRoomAndId) {
  const std::string bytes("a\0b\r\n", 5);
  ASSERT_TRUE(Await(files_.Write("room1", "file1", bytes)));
  EXPECT_EQ(Read("room1", "file1"), bytes);
  EXPECT_EQ(Read("room2", "file1"), "not_found");
  EXPECT_TRUE(fs::exists(folder_ + "/room1/file1"));
  EXPECT_FALSE(fs::exists(folder_ + "/room1/file1.partial"));
  EXPECT_EQ(fs::status(folder_ + "/room1/file1").permissions() & fs::perms::others_all, fs::perms::none);
}

TEST_F(Files, AreReadInParts) {
  ASSERT_TRUE(Await(files_.Write("room1", "file1", "0123456789")));
  EXPECT_EQ(Read("room1", "file1", ByteRange{2, 3}), "234");
  EXPECT_EQ(Read("room1", "file1", ByteRange{8, 10}), "89");
  EXPECT_EQ(Read("room1", "file1", ByteRange{20, 1}), "");
  ASSERT_TRUE(Await(files_.Write("room1", "empty", "")));
  EXPECT_EQ(Read("room1", "empty"), "");
}

TEST_F(Files, GoAloneOrWithTheirRoom) {
  for (const char* file : {"a", "b"}) ASSERT_TRUE(Await(files_.Write("room1", file, "x")));
  ASSERT_TRUE(Await(files_.Remove("room1", "a")));
  EXPECT_EQ(Read("room1", "a"), "not_found");
  EXPECT_EQ(Read("room1", "b"), "x");
  ASSERT_TRUE(Await(files_.RemoveRoom("room1")));
  EXPECT_FALSE(fs::exists(folder_ + "/room1"));
  EXPECT_TRUE(Await(files_.RemoveRoom("room1")));
  EXPECT_TRUE(Await(files_.Remove("room1", "a")));
}

TEST_F(Files, NeverLieOutsideTheirFolder) {
  for (const char* id : {"", "..", "../x", "a/b", ".hidden", "a.partial"}) {
    EXPECT_FALSE(Await(files_.Write("room1", id, "x"))) << id;
    EXPECT_FALSE(Await(files_.Write(id, "file1", "x"))) << id;
    EXPECT_EQ(Read(id, "file1"), "not_found");
    EXPECT_TRUE(Await(files_.RemoveRoom(id)));
  }
  EXPECT_FALSE(fs::exists(directory_.File("deep")));
}

TEST_F(Files, SayWhenTheDiskCannotBeWritten) {
  FileStore files("/dev/null/uploads");
  const Status written = Await(files.Write("room1", "file1", "x"));
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, ErrorCode::kUnavailable);
}

}  // namespace
}  // namespace parley::backend::embedded
