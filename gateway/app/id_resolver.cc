#include "app/id_resolver.h"

namespace parley::app {
namespace {

// The mapping language and the store name the same kinds; the language does not know the store.
storage::IdKind ToStore(mapping::IdKind kind) {
  return *storage::ParseIdKind(mapping::NameOf(kind));
}

}  // namespace

Awaitable<Result<std::vector<std::optional<std::string>>>> StoreIdResolver::FindLiveChatIds(
    mapping::IdKind kind, std::vector<std::string> backend_ids) {
  return ids_.FindLiveChatIds(ToStore(kind), std::move(backend_ids));
}

Awaitable<Result<std::vector<std::optional<std::string>>>> StoreIdResolver::FindBackendIds(
    mapping::IdKind kind, std::vector<std::string> livechat_ids) {
  return ids_.FindBackendIds(ToStore(kind), std::move(livechat_ids));
}

Awaitable<Result<std::vector<std::string>>> StoreIdResolver::IssueLiveChatIds(mapping::IdKind kind,
                                                                              std::vector<std::string> backend_ids) {
  return ids_.Issue(ToStore(kind), std::move(backend_ids));
}

}  // namespace parley::app
