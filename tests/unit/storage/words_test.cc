// Words that are searched, and words that are erased: in the index, and in the bytes of the file.
#include "storage/sqlite/words.h"

#include <gmock/gmock.h>

#include <fstream>
#include <iterator>

#include "unit/storage/sqlite_files.h"

namespace parley::storage::sqlite::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(PrefixQueries, OneForEachWord) {
  EXPECT_THAT(PrefixQueries("  refund\torder "), ElementsAre(R"("refund"*)", R"("order"*)"));
  EXPECT_THAT(PrefixQueries("IDA@buyer"), ElementsAre(R"("IDA@buyer"*)"));
  EXPECT_THAT(PrefixQueries("größe"), ElementsAre(R"("größe"*)"));
}

TEST(PrefixQueries, NothingIsSyntax) {
  EXPECT_THAT(PrefixQueries(R"(a" OR "b)"), ElementsAre(R"("a"""*)", R"("OR"*)", R"("""b"*)"));
  EXPECT_THAT(PrefixQueries("NEAR(x text:y ^z a*"),
              ElementsAre(R"("NEAR(x"*)", R"("text:y"*)", R"("^z"*)", R"("a*"*)"));
  EXPECT_THAT(PrefixQueries(std::string_view("a\0b", 3)), ElementsAre(R"("a"*)", R"("b"*)"));
}

TEST(PrefixQueries, PunctuationAloneIsNoWord) {
  EXPECT_THAT(PrefixQueries(" ? \" - "), IsEmpty());
  EXPECT_THAT(PrefixQueries("refund ?"), ElementsAre(R"("refund"*)"));
}

class ErasedWords : public testing::Test {
 protected:
  static UpsertLedgerChat Chat(const std::string& id, const std::string& name) {
    UpsertLedgerChat start;
    start.chat.id = id;
    start.chat.visitor.id = "v" + id;
    start.chat.visitor.name = name;
    start.chat.started = FromUnixMillis(1000);
    return start;
  }
  static PutLedgerEntry Line(const std::string& chat, const std::string& id, const std::string& text) {
    LedgerEntry entry;
    entry.id = id;
    entry.type = "message";
    entry.text = text;
    entry.user_type = "visitor";
    entry.at = FromUnixMillis(2000);
    return {chat, entry};
  }
  void Apply(std::vector<LedgerChange> ledger_changes) {
    OpenedStore opened(file_);
    Changes changes;
    changes.ledger = std::move(ledger_changes);
    ASSERT_TRUE(opened.Commit(std::move(changes)));
  }
  // What a start and a stop leave behind.
  void Restart() { Apply({}); }

  bool FileHolds(const std::string& bytes) const {
    std::ifstream file(file_, std::ios::binary);
    const std::string content{std::istreambuf_iterator<char>(file), {}};
    return content.find(bytes) != std::string::npos;
  }
  bool AreToMerge() const {
    const auto connection = Connection::Open(file_, Access::kReadOnly, std::chrono::milliseconds(100));
    return *AreWordsToMerge(**connection);
  }

  TemporaryDirectory directory_;
  const std::string file_ = directory_.File("parley.db");
};

TEST_F(ErasedWords, OfAChatLeaveTheFile) {
  Apply({Chat("r1", "Zebulon Quix"), Line("r1", "m1", "xylophone")});
  Apply({Chat("r2", "Ida"), Line("r2", "m2", "canoe")});
  ASSERT_TRUE(FileHolds("xylophone"));
  ASSERT_TRUE(FileHolds("zebulon")) << "as the index has it";
  Apply({RemoveLedgerChat{"r1"}});
  while (AreToMerge()) Restart();
  EXPECT_FALSE(FileHolds("xylophone"));
  EXPECT_FALSE(FileHolds("zebulon"));
  EXPECT_FALSE(FileHolds("Zebulon"));
  EXPECT_TRUE(FileHolds("canoe"));
}

TEST_F(ErasedWords, OfAMessageLeaveTheFile) {
  Apply({Chat("r1", "Ida"), Line("r1", "m1", "xylophone"), Line("r1", "m2", "canoe")});
  Apply({RemoveLedgerEntry{"r1", "m1"}});
  while (AreToMerge()) Restart();
  EXPECT_FALSE(FileHolds("xylophone"));
  EXPECT_TRUE(FileHolds("canoe"));
}

TEST_F(ErasedWords, AreMergedWhileTheStoreRuns) {
  OpenedStore opened(file_);
  for (int i = 0; i < 20; ++i) {
    const std::string id = "r" + std::to_string(i);
    Changes changes;
    changes.ledger = {Chat(id, "Ida"), Line(id, "m", "word" + std::to_string(i))};
    ASSERT_TRUE(opened.Commit(std::move(changes)));
  }
  Changes changes;
  changes.ledger.emplace_back(RemoveLedgerChat{"r7"});
  ASSERT_TRUE(opened.Commit(std::move(changes)));
  // Every write has at most one piece before it.
  int writes = 0;
  while (AreToMerge()) {
    ASSERT_LT(++writes, 10);
    ASSERT_TRUE(opened.Commit(InsertRoom("room" + std::to_string(writes))));
  }
}

}  // namespace
}  // namespace parley::storage::sqlite::test
