// Records and documents: one list of members per record serves reading, storing and answering.
//
//   struct Role {
//     static constexpr storage::Collection kCollection = storage::Collection::kRoles;
//     std::string id;
//     std::int64_t version = 0;  // of the document it was read from; 0: not stored yet
//     Json extra;                // members of the document that are not listed below, kept as they are
//     std::string name;
//     template <class Self, class Visit>
//     static void Members(Self& self, Visit& visit) {
//       visit("name", self.name);
//     }
//   };
//
// Documents hold times as integers (UTC milliseconds), answers as ISO text. What is unset is absent, never null: empty
// texts, empty optionals and null Json are not written; numbers, booleans and lists are. `Always` writes an empty text,
// `IfTrue` leaves out a false boolean, `IfAny` an empty list or a part without members,
// `Secret` keeps a member out of answers; `Constant` is written as given.
// Parts of a record (an e-mail address, a metric) have Members only.
// Threading: plain values.
// Tests: tests/unit/backend/embedded/record_test.cc
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/awaitable.h"
#include "base/clock.h"
#include "base/time.h"
#include "json/json.h"
#include "storage/changes.h"
#include "storage/documents.h"

namespace parley::backend::embedded {

enum class Form { kDocument, kAnswer };

namespace internal {

template <class T>
struct IsOptional : std::false_type {};
template <class T>
struct IsOptional<std::optional<T>> : std::true_type {};
template <class T>
struct IsVector : std::false_type {};
template <class T>
struct IsVector<std::vector<T>> : std::true_type {};

}  // namespace internal

// Takes the listed members out of an object. A member of another type is left as if it were absent.
class MemberReader {
 public:
  explicit MemberReader(const Json& object) : object_(object) {}

  template <class T>
  void operator()(std::string_view name, T& value) {
    seen_.push_back(name);
    const Json* member = object_.Find(name);
    if (member != nullptr) Read(*member, value);
  }
  void Always(std::string_view name, std::string& value) { (*this)(name, value); }
  void IfTrue(std::string_view name, bool& value) { (*this)(name, value); }
  template <class T>
  void Secret(std::string_view name, T& value) {
    (*this)(name, value);
  }
  template <class T>
  void IfAny(std::string_view name, T& value) {
    (*this)(name, value);
  }
  void Constant(std::string_view name, const Json&) { seen_.push_back(name); }

  // The members no list named.
  Json Rest() const {
    Json rest;
    if (object_.AsObject() == nullptr) return rest;
    for (const auto& [name, value] : *object_.AsObject()) {
      if (std::find(seen_.begin(), seen_.end(), name) == seen_.end()) rest.Append(name, value);
    }
    return rest;
  }

  template <class T>
  static void Read(const Json& member, T& value) {
    if constexpr (std::is_same_v<T, bool>) {
      if (const auto read = member.AsBoolean()) value = *read;
    } else if constexpr (std::is_same_v<T, std::int64_t>) {
      if (const auto read = member.AsInteger()) value = *read;
    } else if constexpr (std::is_same_v<T, double>) {
      if (const auto read = member.AsNumber()) value = *read;
    } else if constexpr (std::is_same_v<T, std::string>) {
      if (const auto read = member.AsString()) value = *read;
    } else if constexpr (std::is_same_v<T, Time>) {
      if (const auto read = member.AsInteger()) value = FromUnixMillis(*read);
    } else if constexpr (std::is_same_v<T, Json>) {
      value = member;
    } else if constexpr (internal::IsOptional<T>::value) {
      ReadOptional(member, value);
    } else if constexpr (internal::IsVector<T>::value) {
      ReadVector(member, value);
    } else {
      MemberReader reader(member);
      T::Members(value, reader);
    }
  }

 private:
  template <class T>
  static bool Fits(const Json& member) {
    if constexpr (std::is_same_v<T, bool>) return member.IsBoolean();
    if constexpr (std::is_same_v<T, std::int64_t> || std::is_same_v<T, Time>) return member.AsInteger().has_value();
    if constexpr (std::is_same_v<T, double>) return member.IsNumber();
    if constexpr (std::is_same_v<T, std::string>) return member.IsString();
    if constexpr (internal::IsVector<T>::value) return member.IsArray();
    return !member.IsNull();
  }
  template <class T>
  static void ReadOptional(const Json& member, std::optional<T>& value) {
    if (!Fits<T>(member)) return;
    value.emplace();
    Read(member, *value);
  }
  template <class T>
  static void ReadVector(const Json& member, std::vector<T>& value) {
    if (member.AsArray() == nullptr) return;
    value.clear();
    for (const Json& element : *member.AsArray()) {
      if constexpr (std::is_same_v<T, std::string>) {
        if (!element.IsString()) continue;
      }
      Read(element, value.emplace_back());
    }
  }

  const Json& object_;
  std::vector<std::string_view> seen_;
};

class MemberWriter {
 public:
  explicit MemberWriter(Form form) : form_(form), object_(Json::MakeObject()) {}

  template <class T>
  void operator()(std::string_view name, const T& value) {
    if constexpr (std::is_same_v<T, std::string>) {
      if (!value.empty()) object_.Append(name, Json(value));
    } else if constexpr (std::is_same_v<T, Json>) {
      if (!value.IsNull()) object_.Append(name, value);
    } else if constexpr (internal::IsOptional<T>::value) {
      if (value) object_.Append(name, Write(*value, form_));
    } else {
      object_.Append(name, Write(value, form_));
    }
  }
  void Always(std::string_view name, const std::string& value) { object_.Append(name, Json(value)); }
  void IfTrue(std::string_view name, bool value) {
    if (value) object_.Append(name, Json(true));
  }
  template <class T>
  void Secret(std::string_view name, const T& value) {
    if (form_ == Form::kDocument) (*this)(name, value);
  }
  template <class T>
  void IfAny(std::string_view name, const T& value) {
    Json written = Write(value, form_);
    if (!written.empty()) object_.Append(name, std::move(written));
  }
  void Constant(std::string_view name, const Json& value) { object_.Append(name, value); }

  Json Take() { return std::move(object_); }

  template <class T>
  static Json Write(const T& value, Form form) {
    if constexpr (std::is_same_v<T, Time>) {
      return form == Form::kAnswer ? Json(IsoTime(value)) : Json(UnixMillis(value));
    } else if constexpr (internal::IsVector<T>::value) {
      Json array = Json::MakeArray();
      for (const auto& element : value) array.Push(Write(element, form));
      return array;
    } else if constexpr (std::is_constructible_v<Json, const T&>) {
      return Json(value);
    } else {
      MemberWriter writer(form);
      T::Members(value, writer);
      return writer.Take();
    }
  }

 private:
  Form form_;
  Json object_;
};

template <class Record>
Record FromDocument(const storage::Document& document) {
  Record record;
  MemberReader reader(document.body);
  Record::Members(record, reader);
  record.extra = reader.Rest();
  record.id = document.id;
  record.version = document.version;
  return record;
}

// The document's body, without the id.
template <class Record>
Json ToDocument(const Record& record) {
  MemberWriter writer(Form::kDocument);
  Record::Members(record, writer);
  Json body = writer.Take();
  if (record.extra.AsObject() != nullptr) {
    for (const auto& [name, value] : *record.extra.AsObject()) body.Append(name, value);
  }
  return body;
}

// As Rocket.Chat shows a whole record: `_id` first, dates as text.
template <class Record>
Json ToAnswer(const Record& record) {
  MemberWriter writer(Form::kAnswer);
  writer("_id", record.id);
  Record::Members(record, writer);
  Json answer = writer.Take();
  if (record.extra.AsObject() != nullptr) {
    for (const auto& [name, value] : *record.extra.AsObject()) answer.Append(name, value);
  }
  return answer;
}

// The named members of an answer, in that order, as far as they are set.
Json Pick(const Json& answer, const std::vector<std::string_view>& names);

// Inserts the record, or overwrites the version it was read at (else the commit is a conflict). Stamps `_updatedAt`.
template <class Record>
void Save(Record& record, Time now, storage::Changes& changes) {
  record.updated_at = now;
  changes.puts.push_back({Record::kCollection, record.id, ToDocument(record), record.version});
}

template <class Record>
void Remove(const Record& record, storage::Changes& changes) {
  changes.Remove(Record::kCollection, record.id, record.version);
}

template <class Record>
Awaitable<Result<std::optional<Record>>> Get(storage::DocumentStore& documents, std::string id) {
  auto found = co_await documents.Get(Record::kCollection, std::move(id));
  if (!found) co_return found.error();
  if (!*found) co_return std::optional<Record>();
  co_return std::optional<Record>(FromDocument<Record>(**found));
}

template <class Record>
struct Records {
  std::vector<Record> list;
  std::int64_t total = 0;  // only when the query counts
};

template <class Record>
Awaitable<Result<Records<Record>>> Find(storage::DocumentStore& documents, storage::Query query) {
  auto found = co_await documents.Find(std::move(query));
  if (!found) co_return found.error();
  Records<Record> records;
  records.total = found->total;
  records.list.reserve(found->documents.size());
  for (const storage::Document& document : found->documents) records.list.push_back(FromDocument<Record>(document));
  co_return records;
}

// The first match in the order of ids.
template <class Record>
Awaitable<Result<std::optional<Record>>> FindFirst(storage::DocumentStore& documents,
                                                   std::vector<storage::Condition> where) {
  storage::Query query(Record::kCollection);
  query.where = std::move(where);
  query.limit = 1;
  auto found = co_await Find<Record>(documents, std::move(query));
  if (!found) co_return found.error();
  if (found->list.empty()) co_return std::optional<Record>();
  co_return std::optional<Record>(std::move(found->list.front()));
}

}  // namespace parley::backend::embedded
