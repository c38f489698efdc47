#include "specs/parameters.h"

#include <algorithm>
#include <memory>
#include <utility>

namespace parley::specs {
namespace {

using Keys = std::vector<std::string>;

// "rules[0][type]" -> {"rules", "0", "type"}; the whole text when brackets do not match.
Keys KeysOf(const std::string& name) {
  const std::size_t open = name.find('[');
  if (open == std::string::npos || open == 0) return {name};
  Keys keys = {name.substr(0, open)};
  for (std::size_t at = open; at < name.size();) {
    const std::size_t close = name.find(']', at);
    if (name[at] != '[' || close == std::string::npos) return {name};
    keys.push_back(name.substr(at + 1, close - at - 1));
    at = close + 1;
  }
  return keys;
}

bool IsIndex(const std::string& key) {
  return std::all_of(key.begin(), key.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// `schema` with `leaf` placed where keys[at...] lead, made an array or object on the way.
SchemaPtr Place(const SchemaPtr& schema, const Keys& keys, std::size_t at, const SchemaPtr& leaf, bool required) {
  if (at == keys.size()) return leaf;
  auto composite = schema != nullptr ? std::make_shared<Schema>(*schema) : std::make_shared<Schema>();
  if (IsIndex(keys[at])) {
    composite->type = Type::kArray;
    composite->items = Place(composite->items, keys, at + 1, leaf, required);
    return composite;
  }
  composite->type = Type::kObject;
  auto& properties = composite->properties;
  auto property = std::find_if(properties.begin(), properties.end(),
                               [&](const Property& candidate) { return candidate.name == keys[at]; });
  if (property == properties.end()) property = properties.insert(property, Property{keys[at], nullptr, false});
  property->schema = Place(property->schema, keys, at + 1, leaf, required);
  property->required = property->required || required;
  return composite;
}

}  // namespace

void AddParameter(std::vector<Parameter>& parameters, Parameter parameter) {
  const Keys keys = KeysOf(parameter.name);
  parameter.name = keys.front();
  const auto known = std::find_if(parameters.begin(), parameters.end(), [&](const Parameter& candidate) {
    return candidate.name == parameter.name && candidate.in == parameter.in;
  });
  if (known == parameters.end()) {
    parameter.schema = Place(nullptr, keys, 1, parameter.schema, parameter.required);
    parameters.push_back(std::move(parameter));
  } else if (keys.size() > 1) {
    known->schema = Place(known->schema, keys, 1, parameter.schema, parameter.required);
    known->required = known->required || parameter.required;
  } else if (known->schema->type != Type::kArray || parameter.schema->type == Type::kArray) {
    *known = std::move(parameter);
  }
}

SchemaPtr FormSchema(const std::vector<Parameter>& parameters) {
  auto form = std::make_shared<Schema>();
  form->type = Type::kObject;
  for (const Parameter& parameter : parameters)
    if (parameter.in == In::kForm) form->properties.push_back({parameter.name, parameter.schema, parameter.required});
  return form;
}

}  // namespace parley::specs
