// Who a visitor is when they say something about themselves.
//
// Source: omnichannel reference §2.7. Threading: one shard.
// Tests: tests/unit/backend/embedded/visitors_test.cc, visitor_contacts_test.cc
#pragma once

#include <string>
#include <vector>

#include "backend/embedded/chats.h"

namespace parley::backend::embedded {

// The visitor with this text at `path`; nobody for an empty text.
Awaitable<Maybe<Visitor>> FindVisitorWith(const Call& call, const char* path, std::string value);

// What marks the addresses and numbers a visitor has registered with, by document id. First registrations write them, so
// that two at the same time with one address are one visitor: the later one is run again and finds the other.
std::vector<std::string> AddressMarks(const std::vector<EmailEntry>& emails, const std::vector<PhoneEntry>& phones);

// A mark as it was read.
struct AddressMark {
  std::string id;
  std::int64_t version = 0;
};

// As the marks are before anybody looks for the visitor, and the same marks written.
Awaitable<Result<std::vector<AddressMark>>> ReadAddressMarks(const Call& call, std::vector<EmailEntry> emails,
                                                             std::vector<PhoneEntry> phones);
void WriteAddressMarks(const std::vector<AddressMark>& marks, storage::Changes& changes);

// A new visitor with the next guest name. Not saved.
Awaitable<Result<Visitor>> MakeVisitor(const Call& call, std::string token);

}  // namespace parley::backend::embedded
