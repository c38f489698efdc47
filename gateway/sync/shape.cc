#include "sync/shape.h"

#include <algorithm>
#include <optional>

#include "base/time.h"

namespace parley::sync {
namespace {

constexpr std::size_t kLongestId = 64;
constexpr std::int64_t kLastMoment = 253'402'300'799'999;  // of the year 9999

// ---- shapes ---------------------------------------------------------------------------------------------------------

constexpr Member kPersonMembers[] = {{"_id", Kind::kId, true}, {"username"}, {"name"}};
constexpr Shape kPerson{kPersonMembers};

constexpr Member kAssignmentMembers[] = {{"_id", Kind::kId, true}, {"username"}, {"ts", Kind::kMoment}};
constexpr Shape kAssignment{kAssignmentMembers};

constexpr Member kResponderMembers[] = {
    {"_id", Kind::kId, true}, {"username"}, {"firstResponseTs", Kind::kMoment}, {"lastMessageTs", Kind::kMoment}};
constexpr Shape kResponder{kResponderMembers};

constexpr Member kPhoneMembers[] = {{"phoneNumber", Kind::kText, true}};
constexpr Shape kPhone{kPhoneMembers};

constexpr Member kEmailMembers[] = {{"address", Kind::kText, true}};
constexpr Shape kEmail{kEmailMembers};

constexpr Member kVisitorInRoomMembers[] = {{"_id", Kind::kId, true},
                                            {"username"},
                                            {"token"},
                                            {"status"},
                                            {"name"},
                                            {"phone", Kind::kParts, false, &kPhone},
                                            {"activity", Kind::kTexts},
                                            {"lastMessageTs", Kind::kMoment}};
constexpr Shape kVisitorInRoom{kVisitorInRoomMembers};

constexpr Member kVisitorSideMembers[] = {{"lq", Kind::kMoment}};
constexpr Shape kVisitorSide{kVisitorSideMembers};
constexpr Member kAgentSideMembers[] = {{"lr", Kind::kMoment}};
constexpr Shape kAgentSide{kAgentSideMembers};
constexpr Member kResponseMembers[] = {{"avg", Kind::kNumber},
                                       {"fd", Kind::kMoment},
                                       {"ft", Kind::kNumber},
                                       {"total", Kind::kWhole},
                                       {"tt", Kind::kNumber}};
constexpr Shape kResponse{kResponseMembers};
constexpr Member kReactionMembers[] = {{"fd", Kind::kMoment}, {"ft", Kind::kNumber}, {"tt", Kind::kNumber}};
constexpr Shape kReaction{kReactionMembers};
constexpr Member kMetricsMembers[] = {{"v", Kind::kPart, false, &kVisitorSide},
                                      {"servedBy", Kind::kPart, false, &kAgentSide},
                                      {"response", Kind::kPart, false, &kResponse},
                                      {"reaction", Kind::kPart, false, &kReaction},
                                      {"chatDuration", Kind::kNumber},
                                      {"serviceTimeDuration", Kind::kNumber},
                                      {"visitorInactivity", Kind::kNumber}};
constexpr Shape kMetrics{kMetricsMembers};

constexpr Member kMessageMembers[] = {{"_id", Kind::kId, true},
                                      {"rid", Kind::kId, true},
                                      {"msg"},
                                      {"token"},
                                      {"alias"},
                                      {"ts", Kind::kMoment, true},
                                      {"t"},
                                      {"u", Kind::kPart, true, &kPerson},
                                      {"groupable", Kind::kFlag},
                                      {"tmid", Kind::kId},
                                      {"editedAt", Kind::kMoment},
                                      {"editedBy", Kind::kPart, false, &kPerson},
                                      {"_hidden", Kind::kTrue},
                                      {"attachments", Kind::kData},
                                      {"blocks", Kind::kData},
                                      {"file", Kind::kData},
                                      {"files", Kind::kData},
                                      {"navigation", Kind::kData},
                                      {"transferData", Kind::kData},
                                      {"_updatedAt", Kind::kMoment, true}};

constexpr Member kRoomMembers[] = {{"_id", Kind::kId, true},
                                   {"t", Kind::kText, true},
                                   {"fname"},
                                   {"ts", Kind::kMoment, true},
                                   {"lm", Kind::kMoment},
                                   {"msgs", Kind::kWhole},
                                   {"usersCount", Kind::kWhole},
                                   {"open", Kind::kTrue},
                                   {"cl", Kind::kFlag},
                                   {"closedAt", Kind::kMoment},
                                   {"closer"},
                                   {"closedBy", Kind::kPart, false, &kPerson},
                                   {"v", Kind::kPart, true, &kVisitorInRoom},
                                   {"contactId", Kind::kId},
                                   {"verified", Kind::kFlag},
                                   {"servedBy", Kind::kPart, false, &kAssignment},
                                   {"departmentId", Kind::kId},
                                   {"source", Kind::kData},
                                   {"waitingResponse", Kind::kTrue},
                                   {"responseBy", Kind::kPart, false, &kResponder},
                                   {"queuedAt", Kind::kMoment},
                                   {"tags", Kind::kTexts},
                                   {"topic"},
                                   {"livechatData", Kind::kData},
                                   {"customFields", Kind::kData},
                                   {"metrics", Kind::kPart, false, &kMetrics},
                                   {"lastMessage", Kind::kPart, false, &kMessageShape},
                                   {"onHold", Kind::kTrue},
                                   {"priorityWeight", Kind::kWhole},
                                   {"estimatedWaitingTimeQueue", Kind::kWhole},
                                   {"surveyFeedback", Kind::kData},
                                   {"_updatedAt", Kind::kMoment, true}};

constexpr Member kLastChatMembers[] = {{"_id", Kind::kId, true}, {"ts", Kind::kMoment}};
constexpr Shape kLastChat{kLastChatMembers};

constexpr Member kVisitorMembers[] = {{"_id", Kind::kId, true},
                                      {"username"},
                                      {"name"},
                                      {"token"},
                                      {"status"},
                                      {"ts", Kind::kMoment},
                                      {"department", Kind::kId},
                                      {"phone", Kind::kParts, false, &kPhone},
                                      {"visitorEmails", Kind::kParts, false, &kEmail},
                                      {"livechatData", Kind::kData},
                                      {"lastChat", Kind::kPart, false, &kLastChat},
                                      {"contactManager", Kind::kData},
                                      {"ip"},
                                      {"userAgent"},
                                      {"host"},
                                      {"activity", Kind::kTexts},
                                      {"disabled", Kind::kTrue},
                                      {"_updatedAt", Kind::kMoment, true}};

constexpr Member kInquiryMembers[] = {{"_id", Kind::kId, true},
                                      {"rid", Kind::kId, true},
                                      {"name"},
                                      {"ts", Kind::kMoment},
                                      {"message"},
                                      {"status", Kind::kText, true},
                                      {"department", Kind::kId},
                                      {"queuedAt", Kind::kMoment},
                                      {"takenAt", Kind::kMoment}};

// ---- taking ---------------------------------------------------------------------------------------------------------

std::optional<Json> TakeMembers(const Json& record, const Shape& shape, std::string& wrong);

std::optional<Json> TakeTexts(const Json& value) {
  if (value.AsArray() == nullptr) return std::nullopt;
  Json texts = Json::MakeArray();
  for (const Json& element : *value.AsArray()) {
    if (element.IsString()) texts.Push(element);
  }
  return texts;
}

// An element that is not usable is left out.
std::optional<Json> TakeParts(const Json& value, const Shape& shape) {
  if (value.AsArray() == nullptr) return std::nullopt;
  Json parts = Json::MakeArray();
  for (const Json& element : *value.AsArray()) {
    std::string wrong;
    if (std::optional<Json> part = TakeMembers(element, shape, wrong)) parts.Push(*std::move(part));
  }
  return parts;
}

std::optional<Json> TakePart(const Json& value, const Shape& shape) {
  std::string wrong;
  std::optional<Json> part = TakeMembers(value, shape, wrong);
  if (part && part->empty()) return std::nullopt;
  return part;
}

std::optional<Json> TakeMoment(const Json& value) {
  const std::optional<Time> moment = MomentOf(value);
  if (!moment) return std::nullopt;
  return Json(UnixMillis(*moment));
}

std::optional<Json> TakeValue(const Json& value, const Member& member) {
  const auto only = [&](bool fits) { return fits ? std::optional<Json>(value) : std::nullopt; };
  switch (member.kind) {
    case Kind::kText:
      return only(value.IsString());
    case Kind::kId:
      return only(value.IsString() && IsId(*value.AsString()));
    case Kind::kMoment:
      return TakeMoment(value);
    case Kind::kWhole:
      return only(value.AsInteger().has_value());
    case Kind::kNumber:
      return only(value.IsNumber());
    case Kind::kFlag:
      return only(value.IsBoolean());
    case Kind::kTrue:
      return only(value.AsBoolean().value_or(false));
    case Kind::kTexts:
      return TakeTexts(value);
    case Kind::kData:
      return only(!value.IsNull());
    case Kind::kPart:
      return TakePart(value, *member.shape);
    case Kind::kParts:
      return TakeParts(value, *member.shape);
  }
  return std::nullopt;
}

constexpr Member kCannedResponseMembers[] = {
    {"_id", Kind::kId, true},     {"text", Kind::kText, true}, {"shortcut"},
    {"scope", Kind::kText, true}, {"tags", Kind::kTexts},      {"departmentId", Kind::kId},
    {"_updatedAt", Kind::kMoment}};

// Empty when a required member is missing or wrong, whose name is in `wrong` then.
std::optional<Json> TakeMembers(const Json& record, const Shape& shape, std::string& wrong) {
  if (!record.IsObject()) {
    wrong = "(no object)";
    return std::nullopt;
  }
  Json taken = Json::MakeObject();
  for (const Member& member : shape.members) {
    const Json* value = record.Find(member.name);
    std::optional<Json> kept = value == nullptr ? std::nullopt : TakeValue(*value, member);
    if (kept) {
      taken.Append(member.name, *std::move(kept));
    } else if (member.required) {
      wrong = member.name;
      return std::nullopt;
    }
  }
  return taken;
}

}  // namespace

constexpr Shape kRoomShape{kRoomMembers};
constexpr Shape kMessageShape{kMessageMembers};
constexpr Shape kVisitorShape{kVisitorMembers};
constexpr Shape kInquiryShape{kInquiryMembers};
constexpr Shape kCannedResponseShape{kCannedResponseMembers};

std::optional<Time> MomentOf(const Json& value) {
  if (const auto text = value.AsString()) return ParseIsoTime(*text);
  if (const Json* date = value.Find("$date")) return MomentOf(*date);
  const auto millis = value.AsInteger();
  if (millis && *millis >= 0 && *millis <= kLastMoment) return FromUnixMillis(*millis);
  return std::nullopt;
}

bool IsId(std::string_view text) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("-_.:").find(c) != std::string_view::npos;
  };
  return !text.empty() && text.size() <= kLongestId && std::all_of(text.begin(), text.end(), fits);
}

std::optional<Time> MomentAt(const Json& body, std::string_view dotted) {
  const Json* value = body.FindPath(dotted);
  if (value == nullptr || !value->AsInteger()) return std::nullopt;
  return FromUnixMillis(*value->AsInteger());
}

std::string_view TextAt(const Json& body, std::string_view dotted) {
  const Json* value = body.FindPath(dotted);
  return value == nullptr ? std::string_view() : value->AsString().value_or("");
}

Result<Taken> Take(const Json& record, const Shape& shape, std::string_view what) {
  std::string wrong;
  std::optional<Json> body = TakeMembers(record, shape, wrong);
  if (!body) {
    // Not the record itself: it may hold a visitor's token.
    return BadGateway("The workspace told of a " + std::string(what) + " that cannot be used",
                      wrong + " is missing or of the wrong type");
  }
  Taken taken;
  taken.id = body->Text("_id");
  body->Remove("_id");
  taken.body = *std::move(body);
  return taken;
}

}  // namespace parley::sync
