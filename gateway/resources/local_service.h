// The store's own vocabulary, `local/...`, as a service that mappings call like a backend.
//
// Purpose: routes of specs/local.yaml to the parts that answer them: extras, the archive, reports, tickets, credentials. In process and
// never on a port: who may call was decided before. Refuses to know: LiveChat's ids and dates, principals. Answers: 200
// with the documented body; 404 for what does not exist, in Rocket.Chat's shape. A parameter or body that breaks a rule
// is an Error with every violation, so that the client reads them in its face's own shape. Threading: one shard. Tests:
// tests/unit/resources/
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "auth/credentials.h"
#include "backend/backend.h"
#include "ledger/archive.h"
#include "resources/extras.h"
#include "resources/reports.h"
#include "resources/tickets.h"
#include "storage/store.h"

namespace parley::resources {

// What the parts are built on. Everything outlives the service.
struct LocalSources {
  storage::ShardStores& stores;
  auth::CredentialStore& credentials;
  const events::Recorder& recorder;
  const Clock& clock;
  IdGenerator& ids;
  std::string_view account_timezone;  // IANA name; UTC when unknown (configuration has been validated before)
};

class LocalService final : public backend::Service {
 public:
  explicit LocalService(const LocalSources& sources);

  // `request.path`: "local/chats/<id>", percent-encoded.
  Awaitable<Result<backend::Response>> Call(const backend::Request& request) override;

 private:
  Awaitable<Result<backend::Response>> CallTickets(const backend::Request& request,
                                                   const std::vector<std::string>& path);

  ledger::Archive archive_;
  Reports reports_;
  Tickets tickets_;
  Extras extras_;
  auth::CredentialStore& credentials_;
};

}  // namespace parley::resources
