#include "backend/backend.h"

#include <algorithm>

namespace parley::backend {
namespace {

// Directories hold at most a few thousand people; a scan of short keys is cheaper than keeping a map beside them.
template <class Item, class Key>
const Item* FindBy(const std::vector<Item>& items, Key key, std::string_view value) {
  const auto found = std::find_if(items.begin(), items.end(), [&](const Item& item) { return item.*key == value; });
  return found == items.end() ? nullptr : &*found;
}

}  // namespace

const DirectoryAgent* Directory::AgentById(std::string_view id) const {
  return FindBy(agents, &DirectoryAgent::id, id);
}

const DirectoryAgent* Directory::AgentByLogin(std::string_view login) const {
  return FindBy(agents, &DirectoryAgent::login, login);
}

const DirectoryDepartment* Directory::DepartmentById(std::string_view id) const {
  return FindBy(departments, &DirectoryDepartment::id, id);
}

Awaitable<Result<std::shared_ptr<const Capabilities>>> Backend::GetCapabilities() {
  static const auto none = std::make_shared<const Capabilities>();
  co_return none;
}

Awaitable<Result<std::string>> Backend::KeepPicture(Picture) {
  co_return Unsupported("keeping pictures");
}

}  // namespace parley::backend
