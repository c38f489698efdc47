// What the settings demand of a contact before agents talk to it, in the premium edition.
//
// Livechat_Block_Unknown_Contacts and Livechat_Block_Unverified_Contacts keep agents from taking the chat;
// Livechat_Require_Contact_Verification only keeps it from being given to one. Nothing here verifies anybody: that is
// the work of an app, see docs/differences.md.
// Source: administration reference §3.2, §8.3. Threading: pure functions.
// Tests: tests/unit/backend/embedded/verification_test.cc
#pragma once

#include <optional>

#include "backend/embedded/contact.h"
#include "backend/embedded/reply.h"
#include "backend/embedded/settings.h"

namespace parley::backend::embedded {

// Whether a new chat waits for the contact to be verified. `channel`: the one it comes by.
bool AwaitsVerification(const Settings& settings, const Contact& contact, const ContactChannel& channel);

// Under `always` every chat asks anew, whatever was proven before.
void ForgetVerification(const Settings& settings, ContactChannel& channel);

// Whether an agent may take the chat. `channel`: null when the contact has no such channel.
// Errors: error-unknown-contact, error-unverified-contact
std::optional<Failure> CheckMayBeTaken(const Settings& settings, const Contact& contact, const ContactChannel* channel);

}  // namespace parley::backend::embedded
