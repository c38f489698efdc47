#include "demo/holder.h"

#include "demo/founding.h"

namespace parley::demo {
namespace {

std::string TextAt(const Json& answer, std::string_view path) {
  const Json* member = answer.FindPath(path);
  return std::string(member == nullptr ? std::string_view() : member->AsString().value_or(""));
}

Json Survey(const Script& script) {
  Json data = Json::MakeArray();
  data.Push(Json::Of({{"name", "satisfaction"}, {"value", script.mark}}));
  if (!script.remark.empty()) data.Push(Json::Of({{"name", "additionalFeedback"}, {"value", script.remark}}));
  return data;
}

Json AgentMembers(const Person& person) {
  return Json::Of({{"login", AddressOf(person)}, {"name", person.name}});
}

Json TicketBody(const Script& script, const Shop& shop, const std::string& visitor_id) {
  const Letter& letter = *script.ticket->letter;
  return Json::Of({{"requester", Json::Of({{"mail", script.guest.email}, {"name", script.guest.name}})},
                   {"subject", letter.subject},
                   {"message", letter.message},
                   {"groups", Json(Json::Array{Json(shop.IdOf(letter.desk))})},
                   {"source", Json::Of({{"type", "mail"}})},
                   {"visitor_id", visitor_id}});
}

}  // namespace

Awaitable<Status> Holder::Turn(const demo::Turn& turn) {
  clock_.Set(turn.at);
  return SetPresence(calls_, shop_, *turn.person, turn.comes, turn.comes);
}

Awaitable<Status> Holder::Register(Held& held) {
  const Guest& guest = held.script.guest;
  Json body = Json::Of({{"visitor", Json::Of({{"token", guest.token},
                                              {"name", guest.name},
                                              {"email", guest.email},
                                              {"phone", guest.phone},
                                              {"department", shop_.IdOf(held.script.conversation->desk)}})}});
  const Result<Json> registered = co_await calls_.Post("livechat/visitor", std::move(body), held.guest);
  if (!registered) co_return registered.error();
  held.visitor_id = TextAt(*registered, "visitor._id");
  co_return Status();
}

Awaitable<Status> Holder::SeePage(const Held& held, std::string_view page, const std::string& room_id) {
  Json body = Json::Of({{"token", held.script.guest.token}, {"pageInfo", PageInfo(page)}});
  if (!room_id.empty()) body.Append("rid", room_id);
  const Result<Json> seen = co_await calls_.Post("livechat/page.visited", std::move(body), held.guest);
  if (!seen) co_return seen.error();
  co_return Status();
}

// Chats wait while agents take them by hand.
Awaitable<Status> Holder::RouteByHand(bool by_hand) {
  Json value = Json::Of({{"value", by_hand ? "Manual_Selection" : "Auto_Selection"}});
  const Caller admin{shop_.user_ids.at("admin")};
  const Result<Json> set = co_await calls_.Post("settings/Livechat_Routing_Method", std::move(value), admin);
  if (!set) co_return set.error();
  co_return Status();
}

Awaitable<Status> Holder::Open(Held& held) {
  const Script& script = held.script;
  std::string query = "token=" + script.guest.token;
  if (!script.waits()) query += "&agentId=" + shop_.IdOf(*script.agent);
  if (script.waits()) {
    const Status by_hand = co_await RouteByHand(true);
    if (!by_hand) co_return by_hand;
  }
  const Result<Json> opened = co_await calls_.Get("livechat/room", std::move(query), held.guest);
  if (!opened) co_return opened.error();
  held.room_id = TextAt(*opened, "room._id");
  held.agent_id = TextAt(*opened, "room.servedBy._id");
  if (held.room_id.empty()) co_return Internal("demo: livechat/room answered no room");
  if (!script.waits()) {
    if (held.agent_id.empty()) co_return Internal("demo: nobody took the chat " + held.room_id);
    co_return Status();
  }
  co_return co_await RouteByHand(false);
}

Awaitable<Status> Holder::Take(Held& held) {
  clock_.Set(*held.script.taken);
  const Caller agent{shop_.IdOf(*held.script.agent)};
  const Result<Json> found = co_await calls_.Get("livechat/inquiries.getOne", "roomId=" + held.room_id, agent);
  if (!found) co_return found.error();
  Json body = Json::Of({{"inquiryId", TextAt(*found, "inquiry._id")}});
  const Result<Json> taken = co_await calls_.Post("livechat/inquiries.take", std::move(body), agent);
  if (!taken) co_return taken.error();
  held.agent_id = agent.user_id;
  co_return Status();
}

Awaitable<Status> Holder::HandOver(Held& held, const Handover& handover) {
  clock_.Set(handover.at);
  Json body = Json::Of({{"roomId", held.room_id}, {"userId", shop_.IdOf(*handover.to)}});
  const Caller agent{held.agent_id};
  const Result<Json> given = co_await calls_.Post("livechat/room.forward", std::move(body), agent);
  if (!given) co_return given.error();
  held.agent_id = shop_.IdOf(*handover.to);
  co_return Status();
}

Awaitable<Status> Holder::Speak(Held& held) {
  const Script& script = held.script;
  for (std::size_t number = 0; number < script.lines.size(); ++number) {
    if (script.handover && script.handover->before_line == number) {
      const Status given = co_await HandOver(held, *script.handover);
      if (!given) co_return given;
    }
    const Spoken& line = script.lines[number];
    clock_.Set(line.at);
    Json message = line.from_agent
                       ? Json::Of({{"message", Json::Of({{"rid", held.room_id}, {"msg", line.text}})}})
                       : Json::Of({{"token", script.guest.token}, {"rid", held.room_id}, {"msg", line.text}});
    std::string path = line.from_agent ? "chat.sendMessage" : "livechat/message";
    const Caller agent{held.agent_id};
    const Caller& caller = line.from_agent ? agent : held.guest;
    const Result<Json> sent = co_await calls_.Post(std::move(path), std::move(message), caller);
    if (!sent) co_return sent.error();
  }
  co_return Status();
}

Awaitable<Status> Holder::Rate(const Held& held) {
  clock_.Set(*held.script.rated);
  Json body = Json::Of({{"rid", held.room_id}, {"token", held.script.guest.token}, {"data", Survey(held.script)}});
  const Result<Json> rated = co_await calls_.Post("livechat/room.survey", std::move(body), held.guest);
  if (!rated) co_return rated.error();
  co_return Status();
}

Awaitable<Status> Holder::Close(const Held& held) {
  const Script& script = held.script;
  clock_.Set(*script.ended);
  Json body = Json::Of({{"rid", held.room_id}});
  if (script.ended_by_guest) {
    body.Append("token", script.guest.token);
  } else {
    Json tags = Json::MakeArray();
    for (const std::string_view tag : script.conversation->tags) tags.Push(tag);
    body.Append("comment", script.conversation->closing_comment);
    body.Append("tags", std::move(tags));
  }
  std::string path = script.ended_by_guest ? "livechat/room.close" : "livechat/room.closeByUser";
  const Caller agent{held.agent_id};
  const Caller& caller = script.ended_by_guest ? held.guest : agent;
  const Result<Json> closed = co_await calls_.Post(std::move(path), std::move(body), caller);
  if (!closed) co_return closed.error();
  co_return Status();
}

Awaitable<Status> Holder::Order(const Held& held) {
  const demo::Order& order = *held.script.order;
  clock_.Set(order.at);
  Json body = Json::Of({{"visitor", held.visitor_id},
                        {"order_id", order.id},
                        {"order_description", order.ware.name},
                        {"order_price", order.ware.price},
                        {"order_currency", "EUR"}});
  const Result<Json> sold = co_await calls_.PostLocal("local/goals/" + shop_.sale_goal.id + "/hits", std::move(body));
  if (!sold) co_return sold.error();
  co_return Status();
}

Awaitable<Status> Holder::Write(const Held& held) {
  const TicketScript& script = *held.script.ticket;
  clock_.Set(script.at);
  Json letter = TicketBody(held.script, shop_, held.visitor_id);
  const Result<Json> made = co_await calls_.PostLocal("local/tickets", std::move(letter));
  if (!made) co_return made.error();
  const std::string path = "local/tickets/" + TextAt(*made, "ticket.id");
  if (!script.answered) co_return Status();
  clock_.Set(*script.answered);
  Json answer = Json::Of({{"tags", Json(Json::Array{Json(script.letter->tag)})},
                          {"assignee", AgentMembers(*script.agent)},
                          {"message", script.letter->answer},
                          {"by", AgentMembers(*script.agent)}});
  const Result<Json> answered = co_await calls_.PutLocal(path, std::move(answer));
  if (!answered) co_return answered.error();
  if (!script.solved) co_return Status();
  clock_.Set(*script.solved);
  Json solution = Json::Of({{"status", "solved"}, {"by", AgentMembers(*script.agent)}});
  const Result<Json> solved = co_await calls_.PutLocal(path, std::move(solution));
  if (!solved) co_return solved.error();
  co_return Status();
}

Awaitable<Result<std::string>> Holder::Hold(const Script& script) {
  Held held{script, {{}, script.guest.address}, {}, {}, {}};
  clock_.Set(script.opened);
  Status done = co_await Register(held);
  if (done) done = co_await SeePage(held, script.page, {});
  if (done) done = co_await Open(held);
  if (done && script.taken) done = co_await Take(held);
  if (done) done = co_await Speak(held);
  if (done && script.page_seen) {
    clock_.Set(*script.page_seen);
    done = co_await SeePage(held, kOrderedPage, held.room_id);
  }
  if (done && script.rated) done = co_await Rate(held);
  if (done && script.ended) done = co_await Close(held);
  if (done && script.order) done = co_await Order(held);
  if (done && script.ticket) done = co_await Write(held);
  if (!done) co_return done.error();
  co_return held.room_id;
}

}  // namespace parley::demo
