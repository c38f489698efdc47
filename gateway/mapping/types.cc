#include "mapping/types.h"

#include <algorithm>
#include <utility>

namespace parley::mapping::lint {
namespace {

unsigned KindOf(specs::Type type) {
  switch (type) {
    case specs::Type::kAny:
      return kAnyKind;
    case specs::Type::kBoolean:
      return kBoolean;
    case specs::Type::kInteger:
      return kInteger;
    case specs::Type::kNumber:
      return kInteger | kNumber;
    case specs::Type::kString:
      return kText;
    case specs::Type::kArray:
      return kList;
    case specs::Type::kObject:
      return kRecord;
  }
  return kAnyKind;
}

unsigned KindOf(const Json& value) {
  switch (value.kind()) {
    case Json::Kind::kNull:
      return 0;
    case Json::Kind::kBoolean:
      return kBoolean;
    case Json::Kind::kInteger:
      return kInteger;
    case Json::Kind::kNumber:
      return kNumber;
    case Json::Kind::kString:
      return kText;
    case Json::Kind::kArray:
      return kList;
    case Json::Kind::kObject:
      return kRecord;
  }
  return kAnyKind;
}

std::vector<Field> UnionOfFields(const TypePtr& a, const TypePtr& b) {
  std::vector<Field> fields;
  std::vector<std::string> names = FieldNames(a);
  for (std::string& name : FieldNames(b)) {
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(std::move(name));
  }
  for (std::string& name : names) {
    std::optional<Field> left = FieldOf(a, name), right = FieldOf(b, name);
    if (left && right) {
      fields.push_back({std::move(name), Union(left->type, right->type), left->required && right->required});
    } else {
      fields.push_back({std::move(name), left ? left->type : right->type, false});
    }
  }
  return fields;
}

bool SameRecord(const Type& a, const Type& b) {
  return a.schema == b.schema && a.fields.empty() && b.fields.empty();
}

}  // namespace

TypePtr Anything() {
  static const TypePtr anything = [] {
    Type type;
    type.open = true;
    return std::make_shared<const Type>(std::move(type));
  }();
  return anything;
}

TypePtr Plain(unsigned kinds) {
  Type type;
  type.kinds = kinds;
  type.open = (kinds & kRecord) != 0;
  return std::make_shared<const Type>(std::move(type));
}

TypePtr Text(std::string format) {
  Type type;
  type.kinds = kText;
  type.format = std::move(format);
  return std::make_shared<const Type>(std::move(type));
}

TypePtr Constant(const Json& value) {
  Type type;
  type.kinds = KindOf(value);
  if (type.kinds & (kBoolean | kInteger | kNumber | kText)) type.values = {value};
  type.open = false;
  return std::make_shared<const Type>(std::move(type));
}

TypePtr OneOf(std::vector<Json> values) {
  Type type;
  type.kinds = 0;
  for (const Json& value : values) type.kinds |= KindOf(value);
  type.values = std::move(values);
  return std::make_shared<const Type>(std::move(type));
}

TypePtr ListOf(TypePtr items) {
  Type type;
  type.kinds = kList;
  type.items = std::move(items);
  return std::make_shared<const Type>(std::move(type));
}

TypePtr RecordOf(std::vector<Field> fields) {
  Type type;
  type.kinds = kRecord;
  type.fields = std::move(fields);
  return std::make_shared<const Type>(std::move(type));
}

TypePtr FromSchema(const specs::SchemaPtr& schema) {
  if (!schema) return Anything();
  Type type;
  type.kinds = KindsOf(*schema);
  type.values = schema->enumeration;
  type.format = schema->format;
  if ((type.kinds & kList) && schema->items) type.items = FromSchema(schema->items);
  if (type.kinds & kRecord) {
    type.schema = schema;
    type.open = schema->properties.empty();
  }
  return std::make_shared<const Type>(std::move(type));
}

TypePtr Union(const TypePtr& a, const TypePtr& b) {
  if (a == b || b->kinds == 0) return a;
  if (a->kinds == 0) return b;
  Type type;
  type.kinds = a->kinds | b->kinds;
  // Lists, records and open texts take part without values: then the values are not known any more.
  if (!a->values.empty() && !b->values.empty()) {
    type.values = a->values;
    for (const Json& value : b->values) {
      if (!Contains(type.values, value)) type.values.push_back(value);
    }
  }
  if (a->format == b->format) type.format = a->format;
  if (a->Is(kList) && b->Is(kList)) {
    if (a->items && b->items) type.items = Union(a->items, b->items);
  } else if (type.kinds & kList) {
    type.items = a->Is(kList) ? a->items : b->items;
  }
  if (a->Is(kRecord) && b->Is(kRecord)) {
    type.open = IsFree(a) || IsFree(b);
    if (!type.open && SameRecord(*a, *b)) {
      type.schema = a->schema;
    } else if (!type.open) {
      type.fields = UnionOfFields(a, b);
    }
  } else if (type.kinds & kRecord) {
    const Type& record = a->Is(kRecord) ? *a : *b;
    type.fields = record.fields;
    type.schema = record.schema;
    type.open = record.open;
  }
  return std::make_shared<const Type>(std::move(type));
}

TypePtr WithField(const TypePtr& record, Field field) {
  Type type = *record;
  std::erase_if(type.fields, [&](const Field& other) { return other.name == field.name; });
  type.fields.push_back(std::move(field));
  return std::make_shared<const Type>(std::move(type));
}

TypePtr WithRequired(const TypePtr& record, std::string_view name) {
  std::optional<Field> field = FieldOf(record, name);
  if (!field || field->required) return record;
  field->required = true;
  return WithField(record, std::move(*field));
}

TypePtr WithoutValues(const TypePtr& type) {
  if (type->values.empty()) return type;
  Type copy = *type;
  copy.values.clear();
  return std::make_shared<const Type>(std::move(copy));
}

TypePtr ItemsOf(const TypePtr& list) {
  return list->items ? list->items : Anything();
}

std::optional<Field> FieldOf(const TypePtr& type, std::string_view name) {
  for (const Field& field : type->fields) {
    if (field.name == name) return field;
  }
  if (type->schema) {
    if (const specs::Property* property = type->schema->Find(name)) {
      bool required = property->required && !(property->schema && property->schema->nullable);
      return Field{property->name, FromSchema(property->schema), required};
    }
    if (type->schema->additional_schema) {
      return Field{std::string(name), FromSchema(type->schema->additional_schema), false};
    }
  }
  if (type->open) return Field{std::string(name), Anything(), false};
  return std::nullopt;
}

std::vector<std::string> FieldNames(const TypePtr& type) {
  std::vector<std::string> names;
  for (const Field& field : type->fields) names.push_back(field.name);
  if (type->schema) {
    for (const specs::Property& property : type->schema->properties) {
      if (std::find(names.begin(), names.end(), property.name) == names.end()) names.push_back(property.name);
    }
  }
  return names;
}

bool IsFree(const TypePtr& type) {
  return type->Is(kRecord) && type->open;
}

bool Overlap(unsigned a, unsigned b) {
  constexpr unsigned kNumbers = kInteger | kNumber;
  return (a & b) != 0 || ((a & kNumbers) != 0 && (b & kNumbers) != 0);
}

bool Contains(const std::vector<Json>& values, const Json& value) {
  return std::find(values.begin(), values.end(), value) != values.end();
}

unsigned KindsOf(const specs::Schema& schema) {
  if (schema.types.empty()) return KindOf(schema.type);
  unsigned kinds = 0;
  for (specs::Type type : schema.types) kinds |= KindOf(type);
  return kinds;
}

std::string Describe(unsigned kinds) {
  if (kinds == kAnyKind) return "anything";
  if (kinds & kNumber) kinds &= ~unsigned{kInteger};
  static constexpr std::pair<Kind, std::string_view> kNames[] = {{kBoolean, "true or false"}, {kInteger, "an integer"},
                                                                 {kNumber, "a number"},       {kText, "text"},
                                                                 {kList, "a list"},           {kRecord, "an object"}};
  std::string text;
  for (const auto& [kind, name] : kNames) {
    if (!(kinds & kind)) continue;
    if (!text.empty()) text += " or ";
    text += name;
  }
  return text.empty() ? "nothing" : text;
}

std::string Advice(unsigned have, unsigned want) {
  const unsigned numbers = kInteger | kNumber;
  if ((want & numbers) && (have & kText)) return "add | number";
  if ((want & kInteger) && (have & kNumber)) return "add | round";
  if ((want & numbers) && (have & kBoolean)) return "add | flag";
  if ((want & kText) && (have & numbers)) return "add | text";
  if (want == kList) return "add | list";
  if (have & kList) return "add | first";
  return {};
}

}  // namespace parley::mapping::lint
