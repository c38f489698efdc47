#include "events/event_json.h"

#include <array>
#include <type_traits>

#include "json/members.h"

namespace parley::events {
namespace {

// ---- the members of every payload, listed once
// ------------------------------------------------------------------------

// `Visit` is called with a name and the member itself; Value is const when writing.
template <class Visit, class Value>
void EachMember(Visit& visit, Value& value) {
  using T = std::remove_const_t<Value>;
  if constexpr (std::is_same_v<T, LedgerVisitor>) {
    visit("id", value.id), visit("name", value.name), visit("email", value.email), visit("ip", value.ip);
    visit("user_agent", value.user_agent), visit("city", value.city), visit("region", value.region);
    visit("country", value.country), visit("country_code", value.country_code), visit("timezone", value.timezone);
    visit("custom_variables", value.custom_variables);
  } else if constexpr (std::is_same_v<T, LedgerAgent>) {
    visit("id", value.id), visit("username", value.username), visit("name", value.name), visit("email", value.email);
  } else if constexpr (std::is_same_v<T, ChatStarted>) {
    visit("visitor", value.visitor), visit("department", value.department), visit("start_url", value.start_url);
    visit("referrer", value.referrer), visit("engagement", value.engagement);
    visit("prechat_survey", value.prechat_survey);
    visit("channel", value.channel), visit("channel_label", value.channel_label);
  } else if constexpr (std::is_same_v<T, ChatQueued>) {
    visit("department", value.department);
  } else if constexpr (std::is_same_v<T, ChatTaken>) {
    visit("agent", value.agent), visit("supervising", value.supervising);
  } else if constexpr (std::is_same_v<T, ChatMessage>) {
    visit("message_id", value.message_id), visit("user_type", value.user_type), visit("author_id", value.author_id);
    visit("author_name", value.author_name), visit("agent_login", value.agent_login), visit("text", value.text);
    visit("files", value.files), visit("edited", value.edited), visit("author_username", value.author_username);
  } else if constexpr (std::is_same_v<T, ChatMessageRemoved>) {
    visit("message_id", value.message_id);
  } else if constexpr (std::is_same_v<T, ChatTransferred>) {
    visit("scope", value.scope), visit("department", value.department), visit("by_name", value.by_name);
    visit("to_name", value.to_name), visit("comment", value.comment);
    visit("old_department", value.old_department), visit("old_agent", value.old_agent);
  } else if constexpr (std::is_same_v<T, ChatTagged>) {
    visit("tags", value.tags);
  } else if constexpr (std::is_same_v<T, ChatRated>) {
    visit("rate", value.rate), visit("comment", value.comment), visit("postchat_survey", value.postchat_survey);
  } else if constexpr (std::is_same_v<T, ChatClosed>) {
    visit("closer", value.closer), visit("closed_by_name", value.closed_by_name);
    visit("closed_by_login", value.closed_by_login), visit("message_id", value.message_id);
    visit("comment", value.comment);
  } else if constexpr (std::is_same_v<T, ChatRemoved>) {
    // nothing but that it happened
  } else if constexpr (std::is_same_v<T, VisitorChanged>) {
    visit("visitor", value.visitor);
  } else if constexpr (std::is_same_v<T, AgentStatusChanged>) {
    visit("agent", value.agent), visit("accepting", value.accepting);
  } else if constexpr (std::is_same_v<T, TicketCreated>) {
    visit("ticket", value.ticket);
  } else if constexpr (std::is_same_v<T, GoalReached>) {
    visit("visitor_id", value.visitor_id), visit("goal_id", value.goal_id), visit("goal_name", value.goal_name);
    visit("goal_type", value.goal_type), visit("order_id", value.order_id);
    visit("order_description", value.order_description), visit("order_price", value.order_price);
    visit("order_currency", value.order_currency);
  } else if constexpr (std::is_same_v<T, GreetingShown>) {
    visit("greeting_id", value.greeting_id), visit("visit", value.visit), visit("visitor_id", value.visitor_id);
    visit("department", value.department);
  } else if constexpr (std::is_same_v<T, GreetingAccepted>) {
    visit("showing_id", value.showing_id), visit("greeting_id", value.greeting_id);
    visit("visitor_id", value.visitor_id);
  } else if constexpr (std::is_same_v<T, CannedResponseChanged>) {
    visit("change", value.change), visit("department", value.department), visit("text", value.text);
    visit("tags", value.tags);
  } else if constexpr (std::is_same_v<T, LeadCaptured>) {
    visit("message_id", value.message_id);
  } else if constexpr (std::is_same_v<T, EndpointDisabled>) {
    visit("url", value.url), visit("reason", value.reason);
  } else if constexpr (std::is_same_v<T, ChatEdited>) {
    // nothing but that it happened
  } else {
    static_assert(std::is_same_v<T, OfflineMessage>);
    visit("name", value.name), visit("email", value.email), visit("text", value.text);
    visit("department", value.department), visit("host", value.host);
  }
}

// ---- writing
// ----------------------------------------------------------------------------------------------------------

class MemberWriter {
 public:
  explicit MemberWriter(Json& object) : object_(object) {}

  void operator()(std::string_view name, const std::string& text) {
    if (!text.empty()) object_.Append(name, text);
  }
  void operator()(std::string_view name, bool flag) {
    if (flag) object_.Append(name, flag);
  }
  void operator()(std::string_view name, const Json& value) {
    if (!value.IsNull()) object_.Append(name, value);
  }
  void operator()(std::string_view name, const std::vector<std::string>& texts) {
    if (!texts.empty()) object_.Append(name, TextsJson(texts));
  }
  template <class Nested>
  void operator()(std::string_view name, const Nested& nested) {
    Json object = Json::MakeObject();
    MemberWriter writer(object);
    EachMember(writer, nested);
    object_.Append(name, std::move(object));
  }

 private:
  Json& object_;
};

// ---- reading
// ----------------------------------------------------------------------------------------------------------

// Absent members keep their defaults; the first member of a wrong type is remembered.
class MemberReader {
 public:
  explicit MemberReader(const Json& object) : object_(object) {}

  const std::string& wrong() const { return wrong_; }

  void operator()(std::string_view name, std::string& text) {
    Take(name, [&](const Json& member) {
      const std::optional<std::string_view> given = member.AsString();
      if (given) text = *given;
      return given.has_value();
    });
  }
  void operator()(std::string_view name, bool& flag) {
    Take(name, [&](const Json& member) {
      const std::optional<bool> given = member.AsBoolean();
      if (given) flag = *given;
      return given.has_value();
    });
  }
  void operator()(std::string_view name, Json& value) {
    Take(name, [&](const Json& member) {
      value = member;
      return true;
    });
  }
  void operator()(std::string_view name, std::vector<std::string>& texts) {
    Take(name, [&](const Json& member) {
      const Json::Array* array = member.AsArray();
      if (array == nullptr) return false;
      for (const Json& element : *array) {
        if (!element.IsString()) return false;
        texts.emplace_back(*element.AsString());
      }
      return true;
    });
  }
  template <class Nested>
  void operator()(std::string_view name, Nested& nested) {
    Take(name, [&](const Json& member) {
      if (!member.IsObject()) return false;
      MemberReader reader(member);
      EachMember(reader, nested);
      return reader.wrong_.empty();
    });
  }

 private:
  template <class Read>
  void Take(std::string_view name, Read read) {
    const Json* member = object_.Find(name);
    if (member != nullptr && !read(*member) && wrong_.empty()) wrong_ = name;
  }

  const Json& object_;
  std::string wrong_;
};

template <class T>
Result<Payload> Read(std::string_view kind, const Json& json) {
  T value;
  MemberReader reader(json);
  EachMember(reader, value);
  if (!reader.wrong().empty()) {
    return InvalidArgument("event " + std::string(kind) + ": member " + reader.wrong() + " has the wrong type");
  }
  return Payload(std::move(value));
}

using Reader = Result<Payload> (*)(std::string_view, const Json&);

template <class... Kinds>
constexpr std::array<Reader, sizeof...(Kinds)> ReadersOf(const std::variant<Kinds...>*) {
  return {&Read<Kinds>...};
}

}  // namespace

Json PayloadToJson(const Payload& payload) {
  Json object = Json::MakeObject();
  MemberWriter writer(object);
  std::visit([&](const auto& value) { EachMember(writer, value); }, payload);
  return object;
}

Result<Payload> PayloadFromJson(std::string_view kind, const Json& json) {
  static constexpr auto kReaders = ReadersOf(static_cast<const Payload*>(nullptr));
  const std::optional<std::size_t> index = KindIndex(kind);
  if (!index) return InvalidArgument("unknown kind of event: " + std::string(kind));
  if (!json.IsObject())
    return InvalidArgument("event " + std::string(kind) + " has no payload; it may have been erased");
  return kReaders[*index](kind, json);
}

}  // namespace parley::events
