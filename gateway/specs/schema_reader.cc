#include "specs/schema_reader.h"

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace parley::specs {
namespace {

const std::vector<std::string> kSchemaKeys = {"$ref",
                                              "type",
                                              "format",
                                              "title",
                                              "description",
                                              "enum",
                                              "default",
                                              "minimum",
                                              "maximum",
                                              "exclusiveMinimum",
                                              "exclusiveMaximum",
                                              "minLength",
                                              "maxLength",
                                              "minItems",
                                              "maxItems",
                                              "uniqueItems",
                                              "minProperties",
                                              "maxProperties",
                                              "multipleOf",
                                              "pattern",
                                              "properties",
                                              "required",
                                              "additionalProperties",
                                              "items",
                                              "allOf",
                                              "oneOf",
                                              "anyOf",
                                              "not",
                                              "nullable",
                                              "readOnly",
                                              "writeOnly",
                                              "deprecated",
                                              "example",
                                              "examples",
                                              "discriminator",
                                              "xml",
                                              "externalDocs",
                                              "const",
                                              "in",
                                              "name",
                                              "collectionFormat",
                                              "allowEmptyValue",
                                              "style",
                                              "explode",
                                              "schema",
                                              "content",
                                              "allowReserved",
                                              "x-nullable",
                                              "x-parley-types",
                                              "x-parley-lenient"};

std::string Unescaped(std::string_view token) {
  return ReplaceAll(ReplaceAll(PercentDecode(token, false).value_or(std::string(token)), "~1", "/"), "~0", "~");
}

const Node* FindPointer(const Node& root, std::string_view pointer) {
  if (!pointer.starts_with("#/")) return nullptr;
  const Node* at = &root;
  for (const std::string_view token : Split(pointer.substr(2), '/')) {
    at = at->Find(Unescaped(token));
    if (at == nullptr) return nullptr;
  }
  return at;
}

std::string LastToken(std::string_view pointer) {
  return Unescaped(pointer.substr(pointer.rfind('/') + 1));
}

Property& PropertyNamed(Schema& schema, const std::string& name) {
  for (Property& property : schema.properties)
    if (property.name == name) return property;
  return schema.properties.emplace_back(Property{name, nullptr, false});
}

void AddType(std::vector<Type>& types, Type type) {
  if (std::find(types.begin(), types.end(), type) == types.end()) types.push_back(type);
}

}  // namespace

SchemaReader::SchemaReader(const Node& root, std::string file, Problems& problems)
    : root_(root), file_(std::move(file)), problems_(problems) {}

SchemaPtr SchemaReader::Wrong(int line, std::string text) {
  problems_.Add(file_, line, std::move(text));
  return std::make_shared<Schema>();
}

const Node* SchemaReader::Resolve(const Node& node) {
  const Node* at = &node;
  for (int hops = 0; hops < 32; ++hops) {
    const Node* reference = at->Find("$ref");
    if (reference == nullptr) return at;
    const Node* target = FindPointer(root_, reference->text);
    if (target == nullptr) {
      problems_.Add(file_, reference->line, "$ref " + reference->text + " leads nowhere in this file");
      return nullptr;
    }
    at = target;
  }
  problems_.Add(file_, node.line, "$ref leads to itself");
  return nullptr;
}

SchemaPtr SchemaReader::Read(const Node& node) {
  if (node.IsNull()) return std::make_shared<Schema>();
  if (!node.IsMap()) return Wrong(node.line, "a schema must be an object");
  if (const Node* reference = node.Find("$ref")) return ReadReference(reference->text, reference->line);
  const auto outer = std::exchange(missing_required_, {});
  Schema schema = ReadInline(node);
  ApplyRequired(schema);
  missing_required_ = outer;
  return std::make_shared<Schema>(std::move(schema));
}

SchemaPtr SchemaReader::ReadParameter(const Node& node) {
  const Node* schema = node.Find("schema");
  return schema != nullptr ? Read(*schema) : Read(node);
}

std::map<std::string, SchemaPtr> SchemaReader::ReadDefinitions() {
  std::map<std::string, SchemaPtr> definitions;
  for (const std::string place : {"#/definitions", "#/components/schemas"}) {
    const Node* section = FindPointer(root_, place);
    if (section == nullptr) continue;
    for (const Member& member : section->members) {
      const std::string escaped = ReplaceAll(ReplaceAll(member.name, "~", "~0"), "/", "~1");
      definitions[member.name] = ReadReference(place + "/" + PercentEncode(escaped), member.line);
    }
  }
  return definitions;
}

SchemaPtr SchemaReader::ReadReference(std::string_view pointer, int line) {
  const std::string key = PercentDecode(pointer, false).value_or(std::string(pointer));
  if (const auto known = finished_.find(key); known != finished_.end()) return known->second;
  const auto open = std::find(in_progress_.begin(), in_progress_.end(), key);
  if (open != in_progress_.end()) {
    std::string circle;
    for (auto at = open; at != in_progress_.end(); ++at) circle += LastToken(*at) + " > ";
    return Wrong(line, "definitions contain each other: " + circle + LastToken(key));
  }
  const Node* target = FindPointer(root_, pointer);
  if (target == nullptr)
    return finished_[key] = Wrong(line, "$ref " + std::string(pointer) + " leads nowhere in this file");
  in_progress_.push_back(key);
  const SchemaPtr read = Read(*target);
  in_progress_.pop_back();
  auto named = std::make_shared<Schema>(*read);
  if (target->Find("$ref") == nullptr) named->name = LastToken(key);
  return finished_[key] = named;
}

Schema SchemaReader::ReadInline(const Node& node) {
  Schema schema;
  schema.line = node.line;
  schema.description = std::string(node.Text("description"));
  schema.format = std::string(node.Text("format"));
  schema.pattern = std::string(node.Text("pattern"));
  CheckKeys(node);
  ReadType(node, schema);
  for (const std::string_view key : {"x-nullable", "nullable"})
    if (const Node* nullable = node.Find(key); nullable != nullptr && nullable->text == "true") schema.nullable = true;
  ReadLimits(node, schema);
  ReadObject(node, schema);
  if (const Node* items = node.Find("items")) schema.items = Read(*items);
  if (const Node* parts = node.Find("allOf")) MergeAll(*parts, schema);
  for (const std::string_view key : {"oneOf", "anyOf"})
    if (const Node* alternatives = node.Find(key)) MergeAlternatives(*alternatives, schema);
  ReadValues(node, schema);
  return schema;
}

void SchemaReader::CheckKeys(const Node& node) {
  for (const Member& member : node.members) {
    if (std::find(kSchemaKeys.begin(), kSchemaKeys.end(), member.name) != kSchemaKeys.end()) continue;
    if (member.name.starts_with("x-parley-since") || member.name.starts_with("x-parley-removed")) continue;
    const bool ours = member.name.starts_with("x-parley-");
    const auto meant = Nearest(member.name, kSchemaKeys);
    if (ours || (meant && !member.name.starts_with("x-")))
      problems_.Add(file_, member.line,
                    "unknown key " + member.name + " in a schema" + (meant ? "; did you mean " + *meant : ""));
  }
}

Type SchemaReader::TypeNamed(std::string_view name, int line, Schema& schema) {
  for (const Type type : {Type::kBoolean, Type::kInteger, Type::kNumber, Type::kString, Type::kArray, Type::kObject})
    if (NameOf(type) == name) return type;
  if (name == "file") {
    schema.format = "binary";
    return Type::kString;
  }
  if (name == "null") {
    schema.nullable = true;
    return Type::kAny;
  }
  problems_.Add(
      file_, line,
      "unknown type " + std::string(name) + ": boolean, integer, number, string, array or object is expected");
  return Type::kAny;
}

void SchemaReader::ReadType(const Node& node, Schema& schema) {
  const Node* type = node.Find("type");
  const Node* types = node.Find("x-parley-types");
  const Node* list = types != nullptr ? types : type != nullptr && type->IsList() ? type : nullptr;
  if (list != nullptr) {
    if (!list->IsList()) problems_.Add(file_, list->line, "x-parley-types must be a list of types");
    for (const Node& item : list->items) {
      const Type read = TypeNamed(item.text, item.line, schema);
      if (read != Type::kAny) AddType(schema.types, read);
    }
    if (schema.types.size() == 1) {
      schema.type = schema.types.front();
      schema.types.clear();
    }
    return;
  }
  if (type != nullptr) {
    schema.type = TypeNamed(type->text, type->line, schema);
  } else if (node.Find("properties") != nullptr || node.Find("additionalProperties") != nullptr) {
    schema.type = Type::kObject;
  } else if (node.Find("items") != nullptr) {
    schema.type = Type::kArray;
  }
}

void SchemaReader::ReadLimits(const Node& node, Schema& schema) {
  const auto number = [&](std::string_view key) -> std::optional<double> {
    const Node* limit = node.Find(key);
    if (limit == nullptr) return std::nullopt;
    const auto value = ParseNumber(limit->text);
    if (!value) problems_.Add(file_, limit->line, std::string(key) + " must be a number");
    return value;
  };
  const auto size = [&](std::string_view key) -> std::optional<std::size_t> {
    const Node* limit = node.Find(key);
    if (limit == nullptr) return std::nullopt;
    const auto value = ParseInteger(limit->text);
    if (!value || *value < 0) {
      problems_.Add(file_, limit->line, std::string(key) + " must be a whole number, 0 or more");
      return std::nullopt;
    }
    return static_cast<std::size_t>(*value);
  };
  schema.minimum = number("minimum");
  schema.maximum = number("maximum");
  schema.min_length = size("minLength");
  schema.max_length = size("maxLength");
  schema.min_items = size("minItems");
  schema.max_items = size("maxItems");
  if (schema.pattern.empty()) return;
  Result<Pattern> form = Pattern::Create(schema.pattern);
  if (form) {
    schema.form = *std::move(form);
  } else {
    problems_.Add(file_, node.line, "pattern is no regular expression: " + schema.pattern);
    schema.pattern.clear();
  }
}

void SchemaReader::ReadObject(const Node& node, Schema& schema) {
  if (const Node* properties = node.Find("properties")) {
    if (!properties->IsMap() && !properties->IsNull())
      problems_.Add(file_, properties->line, "properties must be an object of schemas");
    for (const Member& member : properties->members) PropertyNamed(schema, member.name).schema = Read(member.value);
  }
  if (const Node* additional = node.Find("additionalProperties")) {
    if (additional->IsMap())
      schema.additional_schema = Read(*additional);
    else if (additional->text == "true")
      schema.additional_schema = std::make_shared<Schema>();
    else if (additional->text == "false")
      schema.additional_properties = false;
    else
      problems_.Add(file_, additional->line, "additionalProperties must be true, false or a schema");
  }
  const Node* required = node.Find("required");
  if (required == nullptr || node.Find("in") != nullptr) return;  // beside `in` it is the parameter that is required
  if (!required->IsList()) {
    problems_.Add(file_, required->line, "required must be a list of member names");
    return;
  }
  for (const Node& name : required->items) missing_required_.emplace_back(name.text, name.line);
}

// Marks the members a schema requires, once all its parts have been read.
void SchemaReader::ApplyRequired(Schema& schema) {
  for (const auto& [name, line] : missing_required_) {
    const Property* described = schema.Find(name);
    if (described == nullptr && !schema.properties.empty() && schema.additional_schema == nullptr)
      problems_.Add(file_, line, "required member " + name + " is not described under properties");
    Property& property = PropertyNamed(schema, name);
    property.required = true;
    if (property.schema == nullptr) property.schema = std::make_shared<Schema>();
  }
  missing_required_.clear();
}

void SchemaReader::MergeAll(const Node& parts, Schema& schema) {
  for (const Node& part : parts.items) {
    const SchemaPtr read = part.Find("$ref") != nullptr ? Read(part) : std::make_shared<Schema>(ReadInline(part));
    if (schema.type == Type::kAny) schema.type = read->type;
    if (schema.format.empty()) schema.format = read->format;
    if (schema.description.empty()) schema.description = read->description;
    if (schema.enumeration.empty()) schema.enumeration = read->enumeration;
    if (schema.items == nullptr) schema.items = read->items;
    if (read->additional_schema != nullptr) schema.additional_schema = read->additional_schema;
    schema.additional_properties = schema.additional_properties && read->additional_properties;
    for (const Property& property : read->properties) {
      Property& merged = PropertyNamed(schema, property.name);
      merged.schema = property.schema;
      merged.required = merged.required || property.required;
    }
  }
}

void SchemaReader::MergeAlternatives(const Node& alternatives, Schema& schema) {
  std::vector<Type> types = schema.types;
  std::vector<Json> values;
  bool all_enumerated = true;
  bool anything = false;
  for (const Node& alternative : alternatives.items) {
    const SchemaPtr read = Read(alternative);
    if (read->type != Type::kAny) AddType(types, read->type);
    for (const Type type : read->types) AddType(types, type);
    if (read->type == Type::kAny && read->types.empty() && !read->nullable) anything = true;
    schema.nullable = schema.nullable || read->nullable;
    all_enumerated = all_enumerated && !read->enumeration.empty();
    values.insert(values.end(), read->enumeration.begin(), read->enumeration.end());
    if (schema.items == nullptr) schema.items = read->items;
    if (read->additional_schema != nullptr) schema.additional_schema = read->additional_schema;
    for (const Property& property : read->properties) {
      Property& merged = PropertyNamed(schema, property.name);
      if (merged.schema == nullptr) merged.schema = property.schema;
      if (merged.schema->type != property.schema->type) merged.schema = std::make_shared<Schema>();
    }
  }
  if (all_enumerated && !alternatives.items.empty()) schema.enumeration = std::move(values);
  if (anything || types.empty() || schema.type != Type::kAny) return;
  if (types.size() == 1)
    schema.type = types.front();
  else
    schema.types = std::move(types);
}

Json SchemaReader::ValueOfType(const Node& node, const Schema& schema, std::string_view what) {
  Json value = ToJson(node);
  if (schema.type == Type::kString && node.IsText()) return node.text;
  if (value.IsNull() || !schema.types.empty() || IsOfType(schema.type, value)) return value;
  problems_.Add(file_, node.line,
                std::string(what) + " " + Print(value) + " is not of type " + std::string(NameOf(schema.type)));
  return value;
}

void SchemaReader::ReadValues(const Node& node, Schema& schema) {
  if (const Node* values = node.Find("enum")) {
    if (!values->IsList() || values->items.empty()) problems_.Add(file_, values->line, "enum must be a list of values");
    for (const Node& value : values->items) schema.enumeration.push_back(ValueOfType(value, schema, "enum value"));
  }
  if (const Node* only = node.Find("const")) schema.enumeration = {ValueOfType(*only, schema, "const")};
  const Node* value = node.Find("default");
  if (value == nullptr) return;
  schema.default_value = ValueOfType(*value, schema, "default");
  if (!schema.enumeration.empty() && std::find(schema.enumeration.begin(), schema.enumeration.end(),
                                               *schema.default_value) == schema.enumeration.end())
    problems_.Add(file_, value->line, "default " + Print(*schema.default_value) + " is not among the enum values");
}

}  // namespace parley::specs
