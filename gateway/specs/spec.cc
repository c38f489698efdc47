#include "specs/spec.h"

#include <algorithm>

namespace parley::specs {

const Property* Schema::Find(std::string_view property) const {
  for (const Property& candidate : properties)
    if (candidate.name == property) return &candidate;
  return nullptr;
}

const Parameter* Operation::FindParameter(std::string_view parameter) const {
  for (const Parameter& candidate : parameters)
    if (candidate.name == parameter) return &candidate;
  return nullptr;
}

SchemaPtr Operation::Success() const {
  const auto found = responses.find(200);
  return found == responses.end() ? nullptr : found->second;
}

const Operation* Spec::Find(std::string_view operation_id) const {
  const auto found =
      std::lower_bound(operations.begin(), operations.end(), operation_id,
                       [](const Operation& operation, std::string_view id) { return operation.id < id; });
  return found != operations.end() && found->id == operation_id ? &*found : nullptr;
}

std::string_view NameOf(Type type) {
  switch (type) {
    case Type::kAny:
      return "any";
    case Type::kBoolean:
      return "boolean";
    case Type::kInteger:
      return "integer";
    case Type::kNumber:
      return "number";
    case Type::kString:
      return "string";
    case Type::kArray:
      return "array";
    case Type::kObject:
      return "object";
  }
  return "any";
}

bool IsOfType(Type type, const Json& value) {
  switch (type) {
    case Type::kAny:
      return true;
    case Type::kBoolean:
      return value.IsBoolean();
    case Type::kInteger:
      return value.AsInteger().has_value();
    case Type::kNumber:
      return value.IsNumber();
    case Type::kString:
      return value.IsString();
    case Type::kArray:
      return value.IsArray();
    case Type::kObject:
      return value.IsObject();
  }
  return false;
}

}  // namespace parley::specs
