#include "pipeline/local_handlers.h"

#include <algorithm>
#include <array>

#include "pipeline/previews.h"

namespace parley::pipeline {
namespace {

constexpr std::array<std::string_view, 2> kResets = {"AgentsResetApiKeyPost", "AgentsResetApiKeyPut"};
constexpr std::string_view kPreview = "PreviewsPost";
constexpr std::string_view kAgentRead = "AgentsJohnPublicComGet";

// A new API key in place of the old ones, shown in the full agent. The spec's role `self` has been checked.
Awaitable<Result<std::string>> ResetApiKey(auth::CredentialStore& credentials, mapping::Runner& runner,
                                           const ServingSlot& slot, const LocalCall& call) {
  const std::shared_ptr<const Serving> serving = slot.Get();
  const mapping::Program* read = serving->catalog->Find(kAgentRead);
  if (read == nullptr) co_return Unsupported(std::string(kAgentRead));
  const Result<std::string> agent = co_await runner.Run(*read, call.invocation);
  if (!agent) co_return agent;
  Result<Json> answer = ParseJson(*agent);
  if (!answer) co_return Internal("the agent's answer is not JSON");

  Result<std::string> key = co_await credentials.Reset(call.principal.login, call.principal.role);
  if (!key) co_return key;
  answer->Set("api_key", std::move(*key));
  co_return Print(*answer);
}

// Where the picture is, as the client reaches us: without scheme, as LiveChat writes addresses of pictures.
Awaitable<Result<std::string>> KeepPreview(backend::Backend& backend, const LocalCall& call) {
  Result<backend::Picture> picture = ReadPreview(call.in.Text("type"), call.request);
  if (!picture) co_return picture.error();
  const Result<std::string> path = co_await backend.KeepPicture(*std::move(picture));
  if (!path) co_return path.error();
  co_return Print(Json::Of({{"path", call.invocation.account.host + *path}}));
}

}  // namespace

bool IsHandledLocally(std::string_view operation_id) {
  return operation_id == kPreview || std::find(kResets.begin(), kResets.end(), operation_id) != kResets.end();
}

LocalHandlers MakeLocalHandlers(auth::CredentialStore& credentials, mapping::Runner& runner, backend::Backend& backend,
                                const ServingSlot& serving) {
  LocalHandlers handlers;
  handlers.emplace(std::string(kPreview), [&](const LocalCall& call) { return KeepPreview(backend, call); });
  for (const std::string_view operation : kResets)
    handlers.emplace(std::string(operation),
                     [&](const LocalCall& call) { return ResetApiKey(credentials, runner, serving, call); });
  return handlers;
}

}  // namespace parley::pipeline
