// Signatures of deliveries. Source: the Standard Webhooks specification, 1.0.0.
//
// Threading: pure functions. Tests: tests/unit/relay/signature_test.cc, tests/e2e/relay.test.mjs (npm standardwebhooks)
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/id_generator.h"
#include "outgoing/header_lines.h"
#include "relay/endpoint.h"

namespace parley::relay {

// "whsec_" and base64 of 32 random bytes.
std::string NewSecret(IdGenerator& ids);
// Whether it is one, of 24 to 64 bytes.
bool IsSecret(std::string_view text);

// What it is signed with: the bytes behind "whsec_", if they are base64.
std::optional<std::string> KeyOf(std::string_view secret);

// Adds webhook-id, webhook-timestamp and webhook-signature; nothing when no secret is in force. A signature for each
// secret in force, separated by spaces.
void AddSignature(const std::vector<Secret>& secrets, const std::string& id, Time at, std::string_view body,
                  outgoing::HeaderLines& headers);

}  // namespace parley::relay
