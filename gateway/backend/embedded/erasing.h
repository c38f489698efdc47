// Forgetting people: visitors and contacts with everything they said.
//
// Source: omnichannel reference §2.7 (DELETE livechat/visitor), administration reference §5.1 (contacts.delete).
// Threading: one shard; nothing is written until the caller commits.
// Tests: tests/unit/backend/embedded/visitors_test.cc, contacts_test.cc
#pragma once

#include <vector>

#include "backend/embedded/chats.h"
#include "backend/embedded/contact.h"

namespace parley::backend::embedded {

// The visitor's chats and tickets go; the record stays, disabled, without token and without anything personal.
Awaitable<Status> EraseVisitor(const Call& call, Visitor visitor, storage::Changes& changes);

// The contacts' visitors go as above; the contacts stay as empty records.
Awaitable<Status> EraseContacts(const Call& call, std::vector<Contact> contacts, storage::Changes& changes);

}  // namespace parley::backend::embedded
