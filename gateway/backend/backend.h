// The backend: who owns the chats, spoken to in Rocket.Chat's terms whichever it is.
//
// Purpose: one interface over the embedded backend and a remote workspace, so that there is one translation. The
// store's own vocabulary (`local/...`) answers the same interface, so mappings call both alike. Refuses to know:
// LiveChat, mappings, faces. Threading: a Service belongs to one shard; a Directory is immutable. Tests:
// tests/contract/backend/, run over every backend.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/awaitable.h"
#include "base/clock.h"
#include "http/message.h"

namespace parley::backend {

enum class CallerKind {
  kAnonymous,  // no credentials: public routes, and visitor routes by their token
  kSession,    // X-User-Id and X-Auth-Token as the client sent them
  kService,    // the gateway itself, with the workspace's service account
  kVouched,    // somebody another backend has authenticated, as the voucher says
};

struct Directory;

// Who a caller is in the workspace that authenticated them.
struct Voucher {
  std::string username, name;
  std::string login;  // e-mail address, lower case; empty: none
  std::vector<std::string> roles;
  std::shared_ptr<const Directory> directory;  // whose departments count
};

struct Caller {
  Caller() = default;
  explicit Caller(CallerKind caller_kind, std::string user = {}, std::string token = {})
      : kind(caller_kind), user_id(std::move(user)), auth_token(std::move(token)) {}

  CallerKind kind = CallerKind::kAnonymous;
  std::string user_id;
  std::string auth_token;
  std::shared_ptr<const Voucher> voucher;  // of kVouched
};

struct Request {
  Request() = default;
  Request(http::Method request_method, std::string request_path)
      : method(request_method), path(std::move(request_path)) {}

  http::Method method = http::Method::kGet;
  std::string
      path;  // without "/api/v1/", percent-encoded: "livechat/department/65aa"; "/api/info" for paths outside it
  std::string query;  // raw, without '?'
  std::string content_type;
  std::string body;
  // Where the body comes from instead, when nobody on the way looks into it. It can be read once: such a call is made once.
  http::IncomingBody* incoming = nullptr;
  // The caller passes the answer on, so its body may be one that still arrives.
  bool may_stream = false;
  std::vector<std::pair<std::string, std::string>>
      headers;  // further ones a route may read (x-visitor-token, user-agent)
  Caller caller;
  std::string client_address;
  std::string request_id;
  SteadyTime deadline{};
};

struct Response {
  Response() = default;
  Response(int code, std::string bytes) : status(code), body(std::move(bytes)) {}

  int status = 200;
  std::string content_type = "application/json";
  std::string body;
  std::shared_ptr<http::BodySource> stream;  // where the body comes from instead; not without Request::may_stream
  std::vector<std::pair<std::string, std::string>> headers;
};

// Something that answers calls.
class Service {
 public:
  virtual ~Service() = default;
  // Any answer, failures in Rocket.Chat's shape included, is a Response. An Error means there was no answer.
  // `request` must outlive the call.
  virtual Awaitable<Result<Response>> Call(const Request& request) = 0;
};

// ---- directory
// --------------------------------------------------------------------------------------------------------

struct DirectoryAgent {
  std::string id, username, name;
  std::string login;       // the first e-mail address, lower case
  std::string presence;    // online, away, busy, offline
  bool available = false;  // statusLivechat is "available"
  bool accepting = false;  // can be given chats now: available, active, and what the settings ask of presence
  bool active = true;
  std::vector<std::string> roles;
  std::int64_t max_chats = 0;  // 0: not set
  std::vector<std::string> departments;
};

struct DirectoryDepartment {
  std::string id, name, description, email;
  bool enabled = true;
  std::vector<std::string> agents;  // user ids, in the department's order
};

// Everybody who can serve chats, and where. Immutable.
struct Directory {
  std::uint64_t version = 0;
  std::vector<DirectoryAgent> agents;            // sorted by name, then id
  std::vector<DirectoryDepartment> departments;  // sorted by name, then id

  const DirectoryAgent* AgentById(std::string_view id) const;
  const DirectoryAgent* AgentByLogin(std::string_view login) const;
  const DirectoryDepartment* DepartmentById(std::string_view id) const;
};

// A picture everybody may see.
struct Picture {
  std::string name;  // "avatar.png"; decoration, the last part of its address
  std::string type;  // "image/png"
  std::string bytes;
};

// What a backend can do that not every one can, by the names mappings ask for: "canned_responses".
using Capabilities = std::set<std::string, std::less<>>;

class Backend : public Service {
 public:
  // The current snapshot; one made after every write this process acknowledged before the call.
  virtual Awaitable<Result<std::shared_ptr<const Directory>>> GetDirectory() = 0;
  // Never null. Errors: whatever kept it from finding out.
  virtual Awaitable<Result<std::shared_ptr<const Capabilities>>> GetCapabilities();
  // Keeps it for good; answers the path it is served at. Errors: kUnsupported  this backend keeps none; kUnavailable
  virtual Awaitable<Result<std::string>> KeepPicture(Picture picture);
};

}  // namespace parley::backend
