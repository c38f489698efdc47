// How an embedded backend is set up: what configuration says, in the backend's own types.
#pragma once

#include <memory>
#include <string>

#include "mail/smtp.h"
#include "outgoing/outgoing.h"

namespace parley::backend::embedded {

enum class Edition { kCommunity, kPremium };

enum class PasswordCost {
  kInteractive,  // argon2id, 64 MiB
  kMinimal,      // the least libsodium accepts: tests
};

struct Options {
  Edition edition = Edition::kPremium;
  std::string version = "8.3.0";               // which it is like, and what GET /api/info claims
  std::string time_zone = "UTC";               // whose days and hours dashboards count by
  std::string site_url;                        // "https://chat.acme.test", without a slash at the end
  std::string service_user_id = "rocket.cat";  // who the gateway's own calls act as, unless they name a user
  std::string create_token_secret;             // of users.createToken; empty: nobody may
  PasswordCost password_cost = PasswordCost::kInteractive;
  std::shared_ptr<mail::Transport> mail_transport;  // null: by SMTP
  std::shared_ptr<outgoing::Caller> outgoing;       // of other services; null: public addresses only
  std::string uploads_directory = "data/uploads";   // made when it is first needed
};

}  // namespace parley::backend::embedded
