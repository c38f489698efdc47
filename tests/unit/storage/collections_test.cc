#include "storage/collections.h"

#include <gtest/gtest.h>

#include <set>

#include "base/text.h"
#include "storage/sqlite/member_path.h"
#include "storage/store.h"
#include "support/test_store.h"

namespace parley::storage {
namespace {

TEST(Collections, HaveDistinctTables) {
  std::set<std::string_view> tables;
  for (const CollectionInfo& info : AllCollections()) {
    EXPECT_EQ(&InfoOf(info.collection), &info);
    EXPECT_TRUE(tables.insert(info.table).second) << info.table;
  }
}

TEST(Collections, IndexesAreNamedAfterTheirTableAndOverUsablePaths) {
  for (const CollectionInfo& info : AllCollections()) {
    for (const IndexInfo& index : info.indexes) {
      EXPECT_TRUE(index.name.starts_with(std::string(info.table) + ".")) << index.name;
      for (const std::string_view path : Split(index.paths, ',')) EXPECT_TRUE(sqlite::MemberSql(path)) << path;
    }
  }
}

TEST(Collections, WhatIsSealedIsNotIndexed) {
  for (const CollectionInfo& info : AllCollections()) {
    for (const SealedMember& member : info.sealed) {
      for (const IndexInfo& index : info.indexes) {
        for (const std::string_view path : Split(index.paths, ',')) EXPECT_FALSE(path.starts_with(member.path)) << path;
      }
    }
  }
}

TEST(MemberPath, SegmentsAreQuotedAndNumbersAreElements) {
  EXPECT_EQ(*sqlite::JsonPath("v.token"), R"($."v"."token")");
  EXPECT_EQ(*sqlite::JsonPath("emails.0.address"), R"($."emails"[0]."address")");
  EXPECT_EQ(*sqlite::MemberSql("_id"), "id");
  EXPECT_EQ(*sqlite::MemberSql("a-b"), R"(json_extract(body,'$."a-b"'))");
}

TEST(OpenStore, RefusesWhatIsNoAddressOfAnEngine) {
  const parley::test::FakeClock clock;
  const std::unique_ptr<IdGenerator> ids = MakeSeededIdGenerator(1);
  for (const char* url : {"", "sqlite:", "mysql://x", "/path/parley.db"}) {
    const Result<std::unique_ptr<Store>> store = OpenStore(url, clock, *ids);
    ASSERT_FALSE(store) << url;
    EXPECT_EQ(store.error().code, ErrorCode::kInvalidArgument);
  }
}

}  // namespace
}  // namespace parley::storage
