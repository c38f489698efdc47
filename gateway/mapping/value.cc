#include "mapping/value.h"

#include <algorithm>
#include <charconv>
#include <unordered_map>

#include "base/text.h"

namespace parley::mapping {
namespace {

// Above this many fields, duplicates are looked for with a hash table.
constexpr std::size_t kManyFields = 24;

Field* FindField(std::span<Field> fields, std::string_view name) {
  const auto found = std::find_if(fields.begin(), fields.end(), [&](const Field& field) { return field.name == name; });
  return found == fields.end() ? nullptr : &*found;
}

std::string_view Printed(double number, Arena& arena) {
  char digits[32];
  const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
  return arena.Copy({digits, static_cast<std::size_t>(end - digits)});
}

}  // namespace

const Value* Object::Find(std::string_view name) const {
  for (const Field& field : view())
    if (field.name == name) return &field.value;
  return nullptr;
}

void Object::Set(std::string_view name, Value value, Arena& arena) {
  if (Field* field = FindField({fields, size}, name)) {
    field->value = value;
    return;
  }
  Field* grown = arena.Array<Field>(size + 1);
  std::copy(fields, fields + size, grown);
  grown[size] = {name, value};
  fields = grown;
  ++size;
}

Value MakeObject(std::span<const Field> fields, Arena& arena) {
  Object* object = arena.Array<Object>(1);
  *object = Object{};
  object->fields = arena.Array<Field>(fields.size());
  std::unordered_map<std::string_view, std::uint32_t> seen;
  for (const Field& field : fields) {
    Field* earlier = nullptr;
    if (fields.size() <= kManyFields) {
      earlier = FindField({object->fields, object->size}, field.name);
    } else if (const auto [at, fresh] = seen.emplace(field.name, object->size); !fresh) {
      earlier = &object->fields[at->second];
    }
    if (earlier != nullptr) {
      earlier->value = field.value;
    } else {
      object->fields[object->size++] = field;
    }
  }
  return Value::Of(object);
}

Segment MakeSegment(std::string name) {
  Segment segment;
  const auto index = ParseInteger(name);
  if (index && *index >= 0 && *index <= UINT32_MAX) segment.index = static_cast<std::uint32_t>(*index);
  segment.name = std::move(name);
  return segment;
}

Value Get(const Value& value, const Segment& segment) {
  if (value.is_object()) {
    const Value* found = value.object().Find(segment.name);
    return found == nullptr ? Value() : Read(*found);
  }
  if (value.is_list() && segment.index && *segment.index < value.items().size())
    return Read(value.items()[*segment.index]);
  return {};
}

Value Get(Value value, std::span<const Segment> path) {
  for (const Segment& segment : path) value = Get(value, segment);
  return value;
}

bool Equal(const Value& a, const Value& b) {
  using Kind = Value::Kind;
  if (a.kind() == Kind::kInteger && b.kind() == Kind::kInteger) return a.integer() == b.integer();
  if (a.is_number() && b.is_number()) return a.number() == b.number();
  if (a.kind() != b.kind()) return false;
  switch (a.kind()) {
    case Kind::kNull:
      return true;
    case Kind::kBoolean:
      return a.boolean() == b.boolean();
    case Kind::kText:
      return a.text() == b.text();
    case Kind::kList:
      return std::equal(a.items().begin(), a.items().end(), b.items().begin(), b.items().end(), Equal);
    case Kind::kObject:
      return a.object().size == b.object().size &&
             std::all_of(a.object().view().begin(), a.object().view().end(), [&](const Field& field) {
               const Value* other = b.object().Find(field.name);
               return other != nullptr && Equal(field.value, *other);
             });
    default:
      return false;
  }
}

std::optional<int> Compare(const Value& a, const Value& b) {
  if (a.is_text() && b.is_text()) return a.text().compare(b.text());
  if (a.kind() == Value::Kind::kInteger && b.kind() == Value::Kind::kInteger)
    return a.integer() < b.integer() ? -1 : a.integer() > b.integer();
  if (a.is_number() && b.is_number()) return a.number() < b.number() ? -1 : a.number() > b.number();
  return std::nullopt;
}

Value FromJson(const Json& json, Arena& arena) {
  switch (json.kind()) {
    case Json::Kind::kNull:
      return Value::Null();
    case Json::Kind::kBoolean:
      return Value::Boolean(*json.AsBoolean());
    case Json::Kind::kInteger:
      return Value::Integer(*json.AsInteger());
    case Json::Kind::kNumber:
      return Value::Number(*json.AsNumber());
    case Json::Kind::kString:
      return Value::Text(*json.AsString());
    case Json::Kind::kArray: {
      Value* items = arena.Array<Value>(json.size());
      for (std::size_t i = 0; i < json.size(); ++i) items[i] = FromJson((*json.AsArray())[i], arena);
      return Value::List({items, json.size()});
    }
    case Json::Kind::kObject: {
      Collector<Field> fields(arena);
      for (const Json::Member& member : *json.AsObject()) fields.Add({member.first, FromJson(member.second, arena)});
      return MakeObject(fields.view(), arena);
    }
  }
  return {};
}

Json ToJson(const Value& value) {
  using Kind = Value::Kind;
  switch (value.kind()) {
    case Kind::kBoolean:
      return Json(value.boolean());
    case Kind::kInteger:
      return Json(value.integer());
    case Kind::kNumber:
      return Json(value.number());
    case Kind::kText:
      return Json(value.text());
    case Kind::kList: {
      Json list = Json::MakeArray();
      for (const Value& item : value.items()) list.Push(ToJson(item));
      return list;
    }
    case Kind::kObject: {
      Json object = Json::MakeObject();
      for (const Field& field : value.object().view()) object.Append(field.name, ToJson(field.value));
      return object;
    }
    default:
      return {};
  }
}

std::optional<std::string_view> AsPlainText(const Value& value, Arena& arena) {
  using Kind = Value::Kind;
  switch (value.kind()) {
    case Kind::kText:
      return value.text();
    case Kind::kBoolean:
      return value.boolean() ? "true" : "false";
    case Kind::kInteger:
      return arena.Copy(std::to_string(value.integer()));
    case Kind::kNumber:
      return Printed(value.number(), arena);
    default:
      return std::nullopt;
  }
}

std::string_view NameOf(Value::Kind kind) {
  using Kind = Value::Kind;
  switch (kind) {
    case Kind::kMissing:
      return "missing";
    case Kind::kNull:
      return "null";
    case Kind::kBoolean:
      return "boolean";
    case Kind::kInteger:
      return "integer";
    case Kind::kNumber:
      return "number";
    case Kind::kText:
      return "text";
    case Kind::kList:
      return "list";
    case Kind::kObject:
    case Kind::kRow:
      return "object";
  }
  return "missing";
}

}  // namespace parley::mapping
