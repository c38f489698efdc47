#include "backend/embedded/ejson.h"

#include <algorithm>
#include <string_view>

#include "base/time.h"

namespace parley::backend::embedded {
namespace {

constexpr const char* kDate = "$date";

// Every member of a record that holds a moment.
constexpr std::string_view kDates[] = {"_createdAt",
                                       "_deletedAt",
                                       "_updatedAt",
                                       "chatStartedAt",
                                       "closedAt",
                                       "createdAt",
                                       "editedAt",
                                       "expireAt",
                                       "fd",
                                       "firstResponseTs",
                                       "lastChat",
                                       "lastLogin",
                                       "lastMessageTs",
                                       "lm",
                                       "lq",
                                       "lr",
                                       "ls",
                                       "queuedAt",
                                       "requestedAt",
                                       "takenAt",
                                       "ts"};

bool IsDate(std::string_view member) {
  return std::find(std::begin(kDates), std::end(kDates), member) != std::end(kDates);
}

template <class Convert>
Json Elements(const Json::Array& elements, Convert convert) {
  Json converted = Json::MakeArray();
  for (const Json& element : elements) converted.Push(convert(element));
  return converted;
}

}  // namespace

Json FromEjson(const Json& value) {
  if (const Json::Array* elements = value.AsArray()) return Elements(*elements, FromEjson);
  const Json::Object* members = value.AsObject();
  if (members == nullptr) return value;
  if (members->size() == 1 && members->front().first == kDate) {
    const auto millis = members->front().second.AsInteger();
    return millis ? Json(IsoTime(FromUnixMillis(*millis))) : Json();
  }
  Json converted = Json::MakeObject();
  for (const auto& [name, member] : *members) converted.Append(name, FromEjson(member));
  return converted;
}

Json ToEjson(const Json& value) {
  if (const Json::Array* elements = value.AsArray()) return Elements(*elements, ToEjson);
  const Json::Object* members = value.AsObject();
  if (members == nullptr) return value;
  Json converted = Json::MakeObject();
  for (const auto& [name, member] : *members) {
    const auto text = member.AsString();
    const auto moment = text && IsDate(name) ? ParseIsoTime(*text) : std::nullopt;
    converted.Append(name, moment ? Json::Of({{kDate, UnixMillis(*moment)}}) : ToEjson(member));
  }
  return converted;
}

}  // namespace parley::backend::embedded
