#include "backend/rocketchat/overlay.h"

#include "base/text.h"

namespace parley::backend::rocketchat {
namespace {

constexpr std::string_view kFiles = "/file-upload/";
constexpr std::size_t kMostKnown = 10'000;

bool IsRead(const Request& request) {
  return request.method == http::Method::kGet || request.method == http::Method::kHead;
}

std::string FirstAddress(const Json& user) {
  const Json* emails = user.Find("emails");
  const Json::Array* list = emails != nullptr ? emails->AsArray() : nullptr;
  return list != nullptr && !list->empty() ? Lower(list->front().Text("address")) : std::string();
}

Voucher VoucherOf(const Json& me) {
  Voucher voucher;
  voucher.username = me.Text("username");
  voucher.name = me.Text("name");
  voucher.login = FirstAddress(me);
  const Json* roles = me.Find("roles");
  if (roles == nullptr || roles->AsArray() == nullptr) return voucher;
  for (const Json& role : *roles->AsArray())
    if (const auto name = role.AsString()) voucher.roles.emplace_back(*name);
  return voucher;
}

}  // namespace

Awaitable<Result<Response>> Overlay::Call(const Request& request) {
  if (IsRead(request) && request.path.starts_with(kFiles)) co_return co_await FindPicture(request);
  // Without a session the workspace refuses; what the gateway itself asks is meant for the workspace.
  if (request.caller.kind != CallerKind::kSession) co_return co_await workspace_->Call(request);
  const std::string_view feature = FeatureOfRoute(request.path);
  if (feature.empty()) co_return co_await workspace_->Call(request);
  const Result<bool> lacks = co_await Lacks(feature);
  if (!lacks) co_return lacks.error();
  if (*lacks) co_return co_await AnswerHere(request);
  co_return co_await workspace_->Call(request);
}

Awaitable<Result<bool>> Overlay::Lacks(std::string_view feature) {
  if (knowledge_.findings() == nullptr) {
    const auto asked = co_await workspace_->GetCapabilities();
    if (!asked) co_return asked.error();
  }
  const std::shared_ptr<const Findings> findings = knowledge_.findings();
  const Feature* found = findings != nullptr ? findings->Find(feature) : nullptr;
  co_return found != nullptr && found->state == FeatureState::kLocal;
}

Awaitable<Result<Response>> Overlay::AnswerHere(const Request& request) {
  Response refusal;
  const Result<Known> known = co_await Introduce(request, refusal);
  if (!known && known.error().code == ErrorCode::kUnauthenticated) co_return refusal;
  if (!known) co_return known.error();
  const auto directory = co_await GetDirectory();
  if (!directory) co_return directory.error();
  auto voucher = std::make_shared<Voucher>(known->voucher);
  voucher->directory = *directory;
  Request own = request;
  own.caller = Caller(CallerKind::kVouched, known->user_id);
  own.caller.voucher = std::move(voucher);
  co_return co_await own_->Call(own);
}

Awaitable<Result<Overlay::Known>> Overlay::Introduce(const Request& request, Response& refusal) {
  const std::string key = Sha256Hex(request.caller.user_id + "\n" + request.caller.auth_token);
  const auto found = known_.find(key);
  if (found != known_.end() && found->second.until > clock_.Steady()) co_return found->second;
  Request me(http::Method::kGet, "me");
  me.caller = request.caller;
  me.client_address = request.client_address;
  me.request_id = request.request_id;
  me.deadline = request.deadline;
  Result<Response> answer = co_await workspace_->Call(me);
  if (!answer) co_return answer.error();
  const Result<Json> body = ParseJson(answer->body);
  if (answer->status != 200 || !body || body->Text("_id") != request.caller.user_id) {
    if (answer->status == 200) co_return BadGateway("the workspace does not say who this is", answer->body);
    refusal = *std::move(answer);
    co_return Unauthenticated("the workspace refuses the session");
  }
  if (known_.size() >= kMostKnown) known_.clear();
  Known known{request.caller.user_id, VoucherOf(*body), clock_.Steady() + kBelieved};
  known_.insert_or_assign(key, known);
  co_return known;
}

Awaitable<Result<Response>> Overlay::FindPicture(const Request& request) {
  Request ours = request;
  ours.caller = Caller();
  Result<Response> picture = co_await own_->Call(ours);
  if (picture && picture->status < 400) co_return picture;
  co_return co_await workspace_->Call(request);
}

}  // namespace parley::backend::rocketchat
