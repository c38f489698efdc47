#include "demo/builder.h"

#include "base/text.h"
#include "json/json.h"

namespace parley::demo {
namespace {

namespace embedded = backend::embedded;

// The shop's day: chats begin at nine, UTC, each in a slot of its own.
constexpr int kChatsPerDay = 10;
constexpr int kOpenChats = 2;
constexpr std::chrono::hours kOpening{9};
constexpr std::chrono::minutes kSlot{48};
constexpr std::chrono::hours kDay{24};

std::string AddressOf(const Person& person) {
  return std::string(person.username) + "@ashandalder.example";
}

std::string AddressOf(const Customer& customer) {
  return ReplaceAll(Lower(customer.name), " ", ".") + "@mail.example";
}

}  // namespace

// ---- calls ----------------------------------------------------------------------------------------------------------

Builder::Answer Builder::Send(backend::Service& service, backend::Request request) {
  Result<backend::Response> response = co_await service.Call(request);
  if (!response) co_return response.error();
  Result<Json> body = ParseJson(response->body);
  if (response->status == 200 && body) co_return body;
  co_return Internal("demo: " + std::string(http::NameOf(request.method)) + " " + request.path + " answered " +
                     std::to_string(response->status) + " " + response->body);
}

Builder::Answer Builder::Post(std::string path, Json body, std::string as_user) {
  backend::Request request(http::Method::kPost, std::move(path));
  request.content_type = "application/json";
  request.body = Print(body);
  request.client_address = "203.0.113." + std::to_string(1 + Draw(250));
  request.headers.emplace_back("user-agent", "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0");
  if (!as_user.empty()) request.caller = backend::Caller(backend::CallerKind::kService, std::move(as_user));
  return Send(backend_, std::move(request));
}

Builder::Answer Builder::Get(std::string path, std::string query) {
  backend::Request request(http::Method::kGet, std::move(path));
  request.query = std::move(query);
  return Send(backend_, std::move(request));
}

// ---- people ---------------------------------------------------------------------------------------------------------

Awaitable<Result<std::string>> Builder::Hire(const Person& person) {
  Json user = Json::Of({{"username", person.username},
                        {"name", person.name},
                        {"email", AddressOf(person)},
                        {"password", options_.agent_password},
                        {"verified", true},
                        {"joinDefaultChannels", false}});
  const std::string admin = user_ids_.at("admin");
  Result<Json> created = co_await Post("users.create", std::move(user), admin);
  if (!created) co_return created.error();
  const Json* id = created->FindPath("user._id");
  if (id == nullptr || !id->AsString()) co_return Internal("demo: users.create answered no user");
  Json role = Json::Of({{"username", person.username}});
  Result<Json> agent = co_await Post("livechat/users/agent", std::move(role), admin);
  if (!agent) co_return agent.error();
  co_return std::string(*id->AsString());
}

Awaitable<Status> Builder::HireStaff() {
  for (const Person& person : Staff()) {
    if (!user_ids_.contains(person.username)) {
      Result<std::string> id = co_await Hire(person);
      if (!id) co_return id.error();
      user_ids_[person.username] = *std::move(id);
    }
    backend::Request title(http::Method::kPut, "local/extras/agent/" + user_ids_.at(person.username));
    title.content_type = "application/json";
    title.body = Print(Json::Of({{"job_title", person.job_title}}));
    const Result<Json> titled = co_await Send(local_, std::move(title));
    if (!titled) co_return titled.error();
    const Status present = co_await SetPresence(person, true, true);
    if (!present) co_return present;
  }
  co_return Status();
}

Awaitable<Status> Builder::SetPresence(const Person& person, bool online, bool available) {
  const std::string id = user_ids_.at(person.username);
  Json presence = Json::Of({{"status", online ? "online" : "offline"}});
  const Result<Json> set = co_await Post("users.setStatus", std::move(presence), id);
  if (!set) co_return set.error();
  Json availability = Json::Of({{"agentId", id}, {"status", available ? "available" : "not-available"}});
  const Result<Json> offered = co_await Post("livechat/agent.status", std::move(availability), id);
  if (!offered) co_return offered.error();
  co_return Status();
}

Awaitable<Status> Builder::OpenDesks() {
  for (std::size_t desk = 0; desk < kDesks; ++desk) {
    Json agents = Json::MakeArray();
    for (const Person& person : Staff())
      if (std::find(person.desks.begin(), person.desks.end(), static_cast<Desk>(desk)) != person.desks.end())
        agents.Push(Json::Of({{"agentId", user_ids_.at(person.username)}}));
    Json body = Json::Of({{"department", Json::Of({{"enabled", true},
                                                   {"name", Desks()[desk].name},
                                                   {"email", Desks()[desk].email},
                                                   {"showOnRegistration", true},
                                                   {"showOnOfflineForm", true}})},
                          {"agents", std::move(agents)}});
    const std::string admin = user_ids_.at("admin");
    Result<Json> made = co_await Post("livechat/department", std::move(body), admin);
    if (!made) co_return made.error();
    const Json* id = made->FindPath("department._id");
    if (id == nullptr || !id->AsString()) co_return Internal("demo: livechat/department answered no department");
    department_ids_[desk] = std::string(*id->AsString());
  }
  // Groups get the numbers 1, 2 and 3 in this order, whoever asks for them first.
  std::vector<std::string> ids(department_ids_.begin(), department_ids_.end());
  const auto issued = co_await services_.stores.ids().Issue(storage::IdKind::kGroup, std::move(ids));
  if (!issued) co_return issued.error();
  co_return Status();
}

// ---- chats ----------------------------------------------------------------------------------------------------------

void Builder::Wait(std::uint64_t least_seconds, std::uint64_t most_seconds) {
  clock_.Advance(std::chrono::seconds(least_seconds + Draw(most_seconds - least_seconds + 1)));
}

// Ended chats fill whole days before today, the last of them yesterday; open ones began a few minutes ago.
Time Builder::StartOf(int number, bool leave_open) {
  if (leave_open) return options_.now - std::chrono::minutes(4 * (options_.chats - number));
  const int from_the_end = options_.chats - kOpenChats - 1 - number;
  const auto today = std::chrono::floor<std::chrono::days>(options_.now);
  const Time day = Time(today) - kDay * (1 + from_the_end / kChatsPerDay);
  const int slot = kChatsPerDay - 1 - from_the_end % kChatsPerDay;
  return day + kOpening + kSlot * slot + std::chrono::seconds(Draw(20 * 60));
}

Awaitable<Status> Builder::HoldChats() {
  for (int number = 0; number < options_.chats; ++number) {
    const bool leave_open = number >= options_.chats - kOpenChats;
    const Status held = co_await HoldChat(number, leave_open);
    if (!held) co_return held;
  }
  co_return Status();
}

Awaitable<Status> Builder::HoldChat(int number, bool leave_open) {
  clock_.Set(StartOf(number, leave_open));
  const Conversation& conversation = Conversations()[Draw(Conversations().size())];
  // Those who are talking now are different people.
  const std::uint64_t drawn = Draw(Customers().size());
  const Customer& customer = Customers()[leave_open ? static_cast<std::size_t>(number) % Customers().size() : drawn];
  // A customer who comes back is the same visitor.
  const std::string token = "demo-" + ReplaceAll(Lower(customer.name), " ", "-");

  Json visitor =
      Json::Of({{"visitor", Json::Of({{"token", token},
                                      {"name", customer.name},
                                      {"email", AddressOf(customer)},
                                      {"phone", customer.phone},
                                      {"department", department_ids_[static_cast<std::size_t>(conversation.desk)]}})}});
  const Result<Json> registered = co_await Post("livechat/visitor", std::move(visitor));
  if (!registered) co_return registered.error();
  Json page = Json::Of(
      {{"token", token},
       {"pageInfo",
        Json::Of({{"change", "url"}, {"title", "Ash & Alder"}, {"location", Json::Of({{"href", customer.page}})}})}});
  const Result<Json> visited = co_await Post("livechat/page.visited", std::move(page));
  if (!visited) co_return visited.error();
  const Result<Json> opened = co_await Get("livechat/room", "token=" + token);
  if (!opened) co_return opened.error();
  const Json* room = opened->Find("room");
  if (room == nullptr) co_return Internal("demo: livechat/room answered no room");

  const Status talked = co_await Talk(conversation, token, *room, leave_open ? 3 : conversation.lines.size());
  if (!talked || leave_open) co_return talked;
  co_return co_await Close(conversation, token, *room);
}

Awaitable<Status> Builder::Talk(const Conversation& conversation, const std::string& token, const Json& room,
                                std::size_t lines) {
  const std::string room_id(room.Text("_id"));
  const Json* served_by = room.FindPath("servedBy._id");
  const std::string agent_id(served_by != nullptr ? served_by->AsString().value_or("") : "");
  if (agent_id.empty()) co_return Internal("demo: nobody took the chat " + room_id);
  for (std::size_t at = 0; at < std::min(lines, conversation.lines.size()); ++at) {
    const Line& line = conversation.lines[at];
    Wait(line.from_agent ? 12 : 6, line.from_agent ? 75 : 50);
    Json message = line.from_agent ? Json::Of({{"message", Json::Of({{"rid", room_id}, {"msg", line.text}})}})
                                   : Json::Of({{"token", token}, {"rid", room_id}, {"msg", line.text}});
    std::string path = line.from_agent ? "chat.sendMessage" : "livechat/message";
    std::string as_user = line.from_agent ? agent_id : std::string();
    const Result<Json> sent = co_await Post(std::move(path), std::move(message), std::move(as_user));
    if (!sent) co_return sent.error();
  }
  co_return Status();
}

// Three of four visitors rate; most are content.
Awaitable<Status> Builder::Rate(const std::string& token, const std::string& room_id) {
  constexpr std::array<std::string_view, 8> kMarks = {"5", "5", "4", "5", "4", "2", "", ""};
  const std::string_view mark = kMarks[Draw(kMarks.size())];
  if (mark.empty()) co_return Status();
  Json data = Json::MakeArray();
  data.Push(Json::Of({{"name", "satisfaction"}, {"value", mark}}));
  Json body = Json::Of({{"rid", room_id}, {"token", token}, {"data", std::move(data)}});
  const Result<Json> rated = co_await Post("livechat/room.survey", std::move(body));
  if (!rated) co_return rated.error();
  co_return Status();
}

Awaitable<Status> Builder::Close(const Conversation& conversation, const std::string& token, const Json& room) {
  Wait(5, 60);
  const std::string room_id(room.Text("_id"));
  const Status rated = co_await Rate(token, room_id);
  if (!rated) co_return rated;
  const bool by_visitor = conversation.tags.empty();
  Json tags = Json::MakeArray();
  for (const std::string_view tag : conversation.tags) tags.Push(tag);
  Json body = by_visitor
                  ? Json::Of({{"rid", room_id}, {"token", token}})
                  : Json::Of({{"rid", room_id}, {"comment", conversation.closing_comment}, {"tags", std::move(tags)}});
  std::string path = by_visitor ? "livechat/room.close" : "livechat/room.closeByUser";
  const Json* served_by = room.FindPath("servedBy._id");
  std::string as_user(by_visitor || served_by == nullptr ? "" : served_by->AsString().value_or(""));
  const Result<Json> closed = co_await Post(std::move(path), std::move(body), std::move(as_user));
  if (!closed) co_return closed.error();
  std::vector<std::string> ids = {room_id};
  const auto issued = co_await services_.stores.ids().Issue(storage::IdKind::kChat, std::move(ids));
  if (!issued) co_return issued.error();
  co_return Status();
}

// How the staff is found when the demo begins.
Awaitable<Status> Builder::GoHome() {
  clock_.Set(options_.now);
  for (const Person& person : Staff()) {
    const bool accepting = person.mood == Mood::kAccepting;
    const Status set = co_await SetPresence(person, person.mood != Mood::kAway, accepting);
    if (!set) co_return set;
  }
  co_return Status();
}

Awaitable<Status> Builder::Build() {
  embedded::FirstAdministrator administrator;
  administrator.username = options_.admin_username;
  administrator.password = options_.admin_password;
  administrator.email = "admin@ashandalder.example";
  embedded::FirstOwner owner;
  owner.login = AddressOf(Staff().front());
  owner.username = Staff().front().username;
  owner.name = Staff().front().name;
  const Result<embedded::BootstrapResult> first =
      co_await embedded::Bootstrap(services_, std::move(administrator), std::move(owner));
  if (!first) co_return first.error();
  user_ids_["admin"] = first->admin_id;
  user_ids_[Staff().front().username] = first->owner_id;

  // Visitors of the demo have an address and a browser.
  Json collect = Json::Of({{"value", true}});
  const Result<Json> collecting = co_await Post("settings/Livechat_Allow_collect_and_store_HTTP_header_informations",
                                                std::move(collect), first->admin_id);
  if (!collecting) co_return collecting.error();
  const Status hired = co_await HireStaff();
  if (!hired) co_return hired;
  const Status opened = co_await OpenDesks();
  if (!opened) co_return opened;
  const Status held = co_await HoldChats();
  if (!held) co_return held;
  co_return co_await GoHome();
}

}  // namespace parley::demo
