// The mapping's view of the id map. One shard.
#pragma once

#include "mapping/mapping.h"
#include "storage/ids.h"

namespace parley::app {

class StoreIdResolver final : public mapping::IdResolver {
 public:
  explicit StoreIdResolver(storage::IdStore& ids) : ids_(ids) {}

  Awaitable<Result<std::vector<std::optional<std::string>>>> FindLiveChatIds(
      mapping::IdKind kind, std::vector<std::string> backend_ids) override;
  Awaitable<Result<std::vector<std::optional<std::string>>>> FindBackendIds(
      mapping::IdKind kind, std::vector<std::string> livechat_ids) override;
  Awaitable<Result<std::vector<std::string>>> IssueLiveChatIds(mapping::IdKind kind,
                                                               std::vector<std::string> backend_ids) override;

 private:
  storage::IdStore& ids_;
};

}  // namespace parley::app
