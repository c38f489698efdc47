#include "mapping/ast.h"

#include <algorithm>

namespace parley::mapping::ast {
namespace {

template <class Item>
const Item* FindNamed(const std::vector<Item>& items, std::string_view name) {
  const auto found = std::find_if(items.begin(), items.end(), [&](const Item& item) { return item.name == name; });
  return found == items.end() ? nullptr : &*found;
}

}  // namespace

const Table* File::FindTable(std::string_view name) const {
  return FindNamed(tables, name);
}
const Shape* File::FindShape(std::string_view name) const {
  return FindNamed(shapes, name);
}

const Table* Face::FindTable(const File& file, std::string_view name) const {
  const Table* table = file.FindTable(name);
  return table == nullptr && Shared() != nullptr ? Shared()->FindTable(name) : table;
}

const Shape* Face::FindShape(const File& file, std::string_view name) const {
  const Shape* shape = file.FindShape(name);
  return shape == nullptr && Shared() != nullptr ? Shared()->FindShape(name) : shape;
}

const Directory* Face::FindDirectory(std::string_view name) const {
  return Shared() == nullptr ? nullptr : FindNamed(Shared()->directories, name);
}

}  // namespace parley::mapping::ast
