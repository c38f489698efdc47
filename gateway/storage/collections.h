// The collections of documents, the member paths both engines index, and those that are secrets.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace parley::storage {

enum class Collection {
  kUsers,
  kTokens,  // id: SHA-256 of a Rocket.Chat session or personal access token
  kRoles,
  kPermissions,
  kSettings,
  kDepartments,
  kDepartmentAgents,
  kVisitors,
  kContacts,
  kContactKeys,  // what a contact is found by: an address, a number, a visitor
  kRooms,
  kInquiries,
  kSubscriptions,
  kMessages,
  kCustomFields,
  kTriggers,
  kBusinessHours,
  kAgentActivity,
  kMails,    // to be sent, and sent again until it worked
  kUploads,  // what is known of a file; its bytes lie beside the database
  kTickets,
  kEmailInboxes,
  kCredentials,  // id: SHA-256 of a LiveChat API key, personal access token or bearer token
  kExtras,       // id: "<kind>/<id>": what a backend's record cannot hold
  kCannedResponses,
  kTags,
  kGoals,
  kWebhooks,  // who wants to be told of which event
  kGreetings,
  kVisits,          // id: SHA-256 of a visitor's token
  kVisitorChats,    // id: SHA-256 of the session a visitor's client polls a chat with
  kRelayEndpoints,  // what is kept of whom the relay delivers to, and endpoints of the admin API
  kSyncs,           // how far a remote workspace's chats have been read; id: what is being read
};

inline constexpr std::size_t kCollectionCount = static_cast<std::size_t>(Collection::kSyncs) + 1;

enum IndexTrait : unsigned {
  kPlainIndex = 0,
  kUnique = 1,      // among documents that have every one of the members
  kIgnoreCase = 2,  // texts that differ in ASCII case alone are the same; found by Match::kSameText
  kCoarse = 4,      // few distinct values: a query plan should prefer any other index
  kSparse = 8,      // few documents have the (first) member: the others are not in the index
  kElements = 16,   // of one array member: each element is found, by Match::kHasAny and Match::kHasWithin
};

struct IndexInfo {
  std::string_view name;   // reported by a refused write: "users.username"
  std::string_view paths;  // dotted member paths, comma-separated
  unsigned traits = kPlainIndex;

  constexpr bool Is(IndexTrait trait) const { return (traits & trait) != 0; }
};

// A member that is sealed where it is stored (storage/sealing.h), whatever its type. No query compares with it.
struct SealedMember {
  std::string_view path;      // dotted, through objects
  std::string_view ids = {};  // of which documents, comma-separated; empty: of all
};

struct CollectionInfo {
  Collection collection;
  std::string_view table;
  std::span<const IndexInfo> indexes;
  std::span<const SealedMember> sealed = {};
};

const CollectionInfo& InfoOf(Collection collection);
std::span<const CollectionInfo> AllCollections();

}  // namespace parley::storage
