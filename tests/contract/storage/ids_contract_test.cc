#include <gmock/gmock.h>

#include <set>

#include "contract/storage/engines.h"
#include "storage/ids.h"

namespace parley::storage::test {
namespace {

using testing::ElementsAre;
using testing::MatchesRegex;
using testing::Optional;
using testing::SizeIs;

using Texts = std::vector<std::string>;

class IdsContract : public StorageContract {
 protected:
  Texts Issue(IdKind kind, Texts backend_ids) {
    Result<Texts> issued = Await(ids().Issue(kind, std::move(backend_ids)));
    if (!issued) return {"error: " + issued.error().message};
    return *std::move(issued);
  }

  std::vector<std::optional<std::string>> LiveChatIds(IdKind kind, Texts backend_ids) {
    return *Await(ids().FindLiveChatIds(kind, std::move(backend_ids)));
  }

  std::vector<std::optional<std::string>> BackendIds(IdKind kind, Texts livechat_ids) {
    return *Await(ids().FindBackendIds(kind, std::move(livechat_ids)));
  }
};

TEST_P(IdsContract, IntegersCountFromOnePerKindInTheOrderAsked) {
  EXPECT_THAT(Issue(IdKind::kGroup, {"d9", "d1", "d5"}), ElementsAre("1", "2", "3"));
  EXPECT_THAT(Issue(IdKind::kGroup, {"d5", "d7", "d9"}), ElementsAre("3", "4", "1"));
  EXPECT_THAT(Issue(IdKind::kGoal, {"x"}), ElementsAre("1"));
}

TEST_P(IdsContract, FormsOfTheOtherKinds) {
  clock_.SetNow(FromUnixMillis(1'561'020'400'999));
  EXPECT_THAT(Issue(IdKind::kChat, {"r1"}), ElementsAre(MatchesRegex("[A-Z0-9]{10}")));
  EXPECT_THAT(Issue(IdKind::kTicket, {"t1"}), ElementsAre(MatchesRegex("[A-Z0-9]{5}")));
  EXPECT_THAT(Issue(IdKind::kVisitor, {"v1"}), ElementsAre(MatchesRegex("S1561020400\\.[0-9a-f]{10}")));
}

TEST_P(IdsContract, IssuingAgainGivesTheSame) {
  for (const IdKind kind : {IdKind::kChat, IdKind::kVisitor, IdKind::kTicket, IdKind::kMessage}) {
    const Texts first = Issue(kind, {"b"});
    EXPECT_EQ(Issue(kind, {"b"}), first);
    EXPECT_EQ(Issue(kind, {"b", "b"}), (Texts{first[0], first[0]}));
  }
}

TEST_P(IdsContract, ADuplicateInOneRequestIsIssuedOnce) {
  EXPECT_THAT(Issue(IdKind::kGroup, {"d1", "d1", "d2"}), ElementsAre("1", "1", "2"));
}

TEST_P(IdsContract, FoundBothWays) {
  const Texts issued = Issue(IdKind::kChat, {"r1", "r2"});
  EXPECT_THAT(LiveChatIds(IdKind::kChat, {"r2", "unknown", "r1"}),
              ElementsAre(Optional(issued[1]), std::nullopt, Optional(issued[0])));
  EXPECT_THAT(BackendIds(IdKind::kChat, {"NOBODYKNOW", issued[0]}),
              ElementsAre(std::nullopt, Optional(std::string("r1"))));
  EXPECT_THAT(LiveChatIds(IdKind::kTicket, {"r1"}), ElementsAre(std::nullopt)) << "kinds are apart";
}

TEST_P(IdsContract, StayForEver) {
  const Texts chats = Issue(IdKind::kChat, {"r1"});
  Issue(IdKind::kGroup, {"d1"});
  Reopen();
  EXPECT_EQ(Issue(IdKind::kChat, {"r1"}), chats);
  EXPECT_THAT(Issue(IdKind::kGroup, {"d2", "d1"}), ElementsAre("2", "1"));
}

TEST_P(IdsContract, AnEmptyIdIsRefused) {
  Result<Texts> refused = Await(ids().Issue(IdKind::kChat, {"r1", ""}));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kInvalidArgument);
}

TEST_P(IdsContract, ConcurrentShardsAgree) {
  constexpr int kShards = 4;
  constexpr int kIds = 100;
  std::vector<Texts> seen(kShards);
  OnShards(kShards, [&](std::size_t shard, ShardStores& stores, boost::asio::io_context& loop) {
    for (int i = 0; i < kIds; ++i) {
      // Each shard walks the ids in another order.
      const int which = (i * 7 + static_cast<int>(shard) * 13) % kIds;
      ASSERT_TRUE(Await(loop, stores.ids().Issue(IdKind::kGroup, {"d" + std::to_string(which)})));
    }
    for (int i = 0; i < kIds; ++i) {
      seen[shard].push_back((*Await(loop, stores.ids().Issue(IdKind::kGroup, {"d" + std::to_string(i)})))[0]);
    }
  });
  for (const Texts& other : seen) EXPECT_EQ(other, seen[0]);
  EXPECT_THAT(std::set<std::string>(seen[0].begin(), seen[0].end()), SizeIs(kIds));
}

TEST_P(IdsContract, ExportComesBackByImport) {
  Issue(IdKind::kGroup, {"d1", "d2"});
  Issue(IdKind::kChat, {"r1"});
  const std::vector<IdPair> exported = *Await(ids().Export());
  ASSERT_THAT(exported, SizeIs(3));
  EXPECT_TRUE(Await(ids().Import(exported))) << "what is there already contradicts nothing";

  const std::unique_ptr<Database> other = GetParam().make();
  Result<std::unique_ptr<Store>> store = OpenStore(other->url(), clock_, *generator_);
  ASSERT_TRUE(store);
  Result<std::unique_ptr<ShardStores>> stores = (*store)->OpenShard(parley::test::Loop().get_executor());
  ASSERT_TRUE(stores);
  ASSERT_TRUE(Await((*stores)->ids().Import(exported)));
  EXPECT_EQ(*Await((*stores)->ids().Issue(IdKind::kGroup, {"d2", "new"})), (Texts{"2", "3"}))
      << "new ids begin after the imported ones";
  (*store)->Stop();
}

TEST_P(IdsContract, AContradictingImportIsRefusedAsAWhole) {
  Issue(IdKind::kGroup, {"d1"});
  const std::pair<IdPair, std::string> wrong_ones[] = {
      {{IdKind::kGroup, "5", "d1"}, "group 5 cannot be d1: group 1 is d1"},
      {{IdKind::kGroup, "1", "d9"}, "group 1 cannot be d9: group 1 is d1"}};
  for (const auto& [wrong, message] : wrong_ones) {
    const Status refused = Await(ids().Import({{IdKind::kGroup, "7", "d7"}, wrong}));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::kConflict);
    EXPECT_EQ(refused.error().message, message);
    EXPECT_THAT(LiveChatIds(IdKind::kGroup, {"d7"}), ElementsAre(std::nullopt));
  }
}

TEST_P(IdsContract, ImportChecksForms) {
  for (const IdPair& wrong : std::vector<IdPair>{{IdKind::kGroup, "zero", "d1"},
                                                 {IdKind::kGroup, "0", "d1"},
                                                 {IdKind::kGroup, "01", "d1"},
                                                 {IdKind::kChat, "", "r"},
                                                 {IdKind::kChat, "AAAAAAAAAA", ""}}) {
    EXPECT_EQ(Await(ids().Import({wrong})).error().code, ErrorCode::kInvalidArgument) << wrong.livechat_id;
  }
}

TEST(IdKinds, NamesComeBack) {
  for (const IdKind kind : {IdKind::kGroup, IdKind::kChat, IdKind::kVisitor, IdKind::kTicket, IdKind::kGoal,
                            IdKind::kGreeting, IdKind::kCannedResponse, IdKind::kMessage}) {
    EXPECT_EQ(ParseIdKind(NameOf(kind)), kind);
  }
  EXPECT_EQ(ParseIdKind("room"), std::nullopt);
}

INSTANTIATE_TEST_SUITE_P(Engines, IdsContract, testing::ValuesIn(AllEngines()), NameOfEngine);

}  // namespace
}  // namespace parley::storage::test
