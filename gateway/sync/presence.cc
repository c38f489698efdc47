#include "sync/presence.h"

#include "storage/transact.h"

namespace parley::sync {
namespace {

using events::Source;
using storage::Collection;

constexpr const char* kDocument = "presence";

// What is kept of an agent between two looks.
Json KeptOf(const backend::DirectoryAgent& agent) {
  Json kept;
  kept.Append("username", agent.username);
  kept.Append("name", agent.name.empty() ? agent.username : agent.name);
  kept.Append("email", agent.login);
  kept.Append("accepting", agent.accepting);
  return kept;
}

Json UserOf(const backend::DirectoryAgent& agent) {
  Json user;
  user.Append("username", agent.username);
  if (!agent.name.empty()) user.Append("name", agent.name);
  if (!agent.login.empty()) {
    Json emails = Json::MakeArray();
    emails.Push(Json::Of({{"address", agent.login}}));
    user.Append("emails", std::move(emails));
  }
  return user;
}

events::Event EventOf(const std::string& id, const Json& kept, bool accepting, Time now) {
  events::AgentStatusChanged changed;
  changed.agent = {id, std::string(kept.Text("username")), std::string(kept.Text("name")),
                   std::string(kept.Text("email"))};
  changed.accepting = accepting;
  events::Event event;
  event.id = "presence:" + id + ":" + std::to_string(UnixMillis(now));
  event.at = now;
  event.subject = id;
  event.payload = std::move(changed);
  return event;
}

bool SamePerson(const Json& a, const Json& b) {
  return a.Text("username") == b.Text("username") && a.Text("name") == b.Text("name") &&
         a.Text("email") == b.Text("email");
}

}  // namespace

Awaitable<Status> Presence::Look(Source source) {
  const auto directory = co_await parts_.workspace.GetDirectory();
  if (!directory) co_return directory.error();
  auto attempt = [&] { return Attempt(**directory, source); };
  co_return co_await storage::Retrying(std::move(attempt));
}

Awaitable<Status> Presence::Attempt(const backend::Directory& directory, Source source) {
  const auto found = co_await parts_.stores.documents().Get(Collection::kSyncs, kDocument);
  if (!found) co_return found.error();
  const Json nobody = Json::MakeObject();
  const Json* agents = *found ? (*found)->body.Find("agents") : nullptr;
  const Json& known = agents == nullptr ? nobody : *agents;
  const Time now = parts_.clock.Now();
  storage::Changes changes;
  Json kept = Json::MakeObject();
  const auto note = [&](events::Event event) {
    event.source = *found ? source : Source::kFill;
    parts_.recorder.Record(event, changes);
  };
  for (const backend::DirectoryAgent& agent : directory.agents) {
    Json now_kept = KeptOf(agent);
    const Json* before = known.Find(agent.id);
    const bool accepted = before != nullptr && before->Flag("accepting");
    if (accepted != agent.accepting) note(EventOf(agent.id, now_kept, agent.accepting, now));
    // Removed first: names and addresses may change hands.
    if (before == nullptr || !SamePerson(*before, now_kept)) {
      changes.Remove(Collection::kUsers, agent.id);
      changes.Put(Collection::kUsers, agent.id, UserOf(agent));
    }
    kept.Append(agent.id, std::move(now_kept));
  }
  if (known.AsObject() != nullptr) {
    for (const auto& [id, before] : *known.AsObject()) {
      if (kept.Find(id) != nullptr) continue;
      if (before.Flag("accepting")) note(EventOf(id, before, false, now));
      changes.Remove(Collection::kUsers, id);
    }
  }
  if (*found && kept == known) co_return Status();
  Json body = Json::Of({{"agents", std::move(kept)}});
  changes.puts.push_back({Collection::kSyncs, kDocument, std::move(body), *found ? (*found)->version : 0});
  co_return co_await parts_.stores.committer().Commit(std::move(changes));
}

}  // namespace parley::sync
