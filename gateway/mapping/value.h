// The values a program computes with: 16 bytes, texts and collections lying in the run's arena or in an answer's bytes.
//
// Refuses to know: JSON's syntax (reader.h, writer.h) and programs.
// Threading: a plain value; what it points to belongs to one run, or is immutable (a directory's rows).
// Tests: tests/unit/mapping/value_test.cc
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "json/json.h"
#include "mapping/arena.h"

namespace parley::mapping {

struct Object;
struct Field;

class Value {
 public:
  enum class Kind : std::uint8_t {
    kMissing,
    kNull,  // a literal null, or one inside a collection that is passed on whole; reading a member that is null is
            // missing
    kBoolean,
    kInteger,
    kNumber,
    kText,
    kList,
    kObject,
    kRow,  // one item of a streamed list: the slots of the members wanted
  };

  Value() : integer_(0) {}
  static Value Null() { return Value(Kind::kNull); }
  static Value Boolean(bool value) {
    Value result(Kind::kBoolean);
    result.integer_ = value ? 1 : 0;
    return result;
  }
  static Value Integer(std::int64_t value) {
    Value result(Kind::kInteger);
    result.integer_ = value;
    return result;
  }
  static Value Number(double value) {
    Value result(Kind::kNumber);
    result.number_ = value;
    return result;
  }
  // `text` must outlive the value.
  static Value Text(std::string_view text) {
    Value result(Kind::kText);
    result.size_ = static_cast<std::uint32_t>(text.size());
    result.text_ = text.data();
    return result;
  }
  static Value List(std::span<const Value> items) {
    Value result(Kind::kList);
    result.size_ = static_cast<std::uint32_t>(items.size());
    result.items_ = items.data();
    return result;
  }
  static Value Of(Object* object) {
    Value result(Kind::kObject);
    result.object_ = object;
    return result;
  }
  static Value Row(const Value* slots) {
    Value result(Kind::kRow);
    result.items_ = slots;
    return result;
  }

  Kind kind() const { return kind_; }
  bool missing() const { return kind_ == Kind::kMissing; }
  bool is_null() const { return kind_ == Kind::kNull; }
  bool absent() const { return kind_ <= Kind::kNull; }
  bool is_text() const { return kind_ == Kind::kText; }
  bool is_number() const { return kind_ == Kind::kInteger || kind_ == Kind::kNumber; }
  bool is_list() const { return kind_ == Kind::kList; }
  bool is_object() const { return kind_ == Kind::kObject; }

  // REQUIRES: that kind.
  bool boolean() const { return integer_ != 0; }
  std::int64_t integer() const { return integer_; }
  double number() const { return kind_ == Kind::kInteger ? static_cast<double>(integer_) : number_; }
  std::string_view text() const { return {text_, size_}; }
  std::span<const Value> items() const { return {items_, size_}; }
  Object& object() const { return *object_; }
  const Value& slot(std::size_t index) const { return items_[index]; }

  // Everything but missing, null and false.
  bool Truth() const { return !absent() && (kind_ != Kind::kBoolean || integer_ != 0); }

 private:
  explicit Value(Kind kind) : kind_(kind), integer_(0) {}

  Kind kind_ = Kind::kMissing;
  std::uint32_t size_ = 0;
  union {
    std::int64_t integer_;
    double number_;
    const char* text_;
    const Value* items_;
    Object* object_;
  };
};
static_assert(sizeof(Value) == 16);

struct Field {
  std::string_view name;
  Value value;
};

// Names are unique. Objects have an identity: a field set later is seen through every value that refers to it.
struct Object {
  Field* fields = nullptr;
  std::uint32_t size = 0;
  bool frozen = false;  // shared between runs: never written to

  std::span<const Field> view() const { return {fields, size}; }
  const Value* Find(std::string_view name) const;
  // Sets or replaces a field. REQUIRES: not frozen.
  void Set(std::string_view name, Value value, Arena& arena);
};

// Collects items or fields whose number is not known beforehand.
template <class T>
class Collector {
 public:
  explicit Collector(Arena& arena) : arena_(arena) {}
  void Add(T item) {
    if (size_ == capacity_) Grow();
    items_[size_++] = item;
  }
  std::span<T> view() const { return {items_, size_}; }
  std::size_t size() const { return size_; }

 private:
  void Grow() {
    const std::size_t capacity = capacity_ == 0 ? 8 : capacity_ * 2;
    T* items = arena_.Array<T>(capacity);
    for (std::size_t i = 0; i < size_; ++i) items[i] = items_[i];
    items_ = items;
    capacity_ = capacity;
  }

  Arena& arena_;
  T* items_ = nullptr;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

// An object of these fields; of two with the same name the last wins.
Value MakeObject(std::span<const Field> fields, Arena& arena);

// One step of a path: a member of an object, or an element of a list when `segment` is a number.
// Null, a path into a text and an element past the end are missing.
struct Segment {
  std::string name;
  std::optional<std::uint32_t> index;  // when the name is a number
};
Segment MakeSegment(std::string name);
Value Get(const Value& value, const Segment& segment);
Value Get(Value value, std::span<const Segment> path);
// Null read from a collection is missing.
inline Value Read(const Value& value) {
  return value.is_null() ? Value() : value;
}

// Same kind and value; 1 equals 1.0; objects regardless of order. Missing equals nothing.
bool Equal(const Value& a, const Value& b);
// Negative, zero or positive; empty unless both are numbers or both are texts.
std::optional<int> Compare(const Value& a, const Value& b);

// Texts are views into `json`, which must outlive the value.
Value FromJson(const Json& json, Arena& arena);
Json ToJson(const Value& value);

// "12", "0.5", "true" or the text itself, in the arena where needed; empty for lists, objects and missing.
std::optional<std::string_view> AsPlainText(const Value& value, Arena& arena);

std::string_view NameOf(Value::Kind kind);  // "text"

}  // namespace parley::mapping
