// The store's own vocabulary, `local/...`, as a service that mappings call like a backend.
//
// Purpose: routes of specs/local.yaml to the parts that answer them: extras, the archive, reports, credentials, and one part for each local resource. In process and
// never on a port: who may call was decided before. Refuses to know: LiveChat's ids and dates, principals. Answers: 200
// with the documented body; 404 for what does not exist, in Rocket.Chat's shape. A parameter or body that breaks a rule
// is an Error with every violation, so that the client reads them in its face's own shape. Threading: one shard. Tests:
// tests/unit/resources/
#pragma once

#include <string>
#include <string_view>

#include "auth/credentials.h"
#include "backend/backend.h"
#include "ledger/archive.h"
#include "resources/canned_responses.h"
#include "resources/extras.h"
#include "resources/goals.h"
#include "resources/greetings.h"
#include "resources/local_call.h"
#include "resources/local_store.h"
#include "resources/reports.h"
#include "resources/tags.h"
#include "resources/tickets.h"
#include "resources/visitor_chats.h"
#include "resources/visitors.h"
#include "resources/webhooks.h"

namespace parley::resources {

class LocalService final : public backend::Service {
 public:
  // `account_timezone`: IANA name; UTC when unknown (configuration has been validated before).
  // `caller`: whose addresses webhooks may be registered for.
  LocalService(const LocalStore& store, auth::CredentialStore& credentials, std::string_view account_timezone,
               outgoing::Caller& caller);
  LocalService(const LocalService&) = delete;
  LocalService& operator=(const LocalService&) = delete;

  // `request.path`: "local/chats/<id>", percent-encoded.
  Awaitable<Result<backend::Response>> Call(const backend::Request& request) override;

 private:
  Awaitable<Result<backend::Response>> CallChats(const LocalCall& call);
  Awaitable<Result<backend::Response>> CallReports(const LocalCall& call);
  Awaitable<Result<backend::Response>> CallExtras(const LocalCall& call);
  Awaitable<Result<backend::Response>> CallCredentials(const LocalCall& call);
  Awaitable<Result<backend::Response>> CallTickets(const LocalCall& call);

  const LocalStore store_;
  const Zone account_zone_;
  ledger::Archive archive_;
  Reports reports_;
  Extras extras_;
  auth::CredentialStore& credentials_;
  CannedResponses canned_responses_;
  Tags tags_;
  Goals goals_;
  Webhooks webhooks_;
  Greetings greetings_;
  Tickets tickets_;
  Visitors visitors_;
  VisitorChats visitor_chats_;
};

}  // namespace parley::resources
