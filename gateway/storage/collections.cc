#include "storage/collections.h"

#include <array>
#include <cstddef>

namespace parley::storage {
namespace {

constexpr IndexInfo kUsers[] = {
    {"users.username", "username", kUnique | kIgnoreCase},
    {"users.emails.0.address", "emails.0.address", kUnique | kIgnoreCase},
    {"users.username.exact", "username"},
    {"users.emails.0.address.exact", "emails.0.address"},
    {"users.awaySince", "awaySince", kSparse},
};
constexpr IndexInfo kTokens[] = {{"tokens.user_id", "user_id"}};
constexpr IndexInfo kDepartments[] = {{"departments.name", "name"}};
constexpr IndexInfo kDepartmentAgents[] = {
    {"department_agents.departmentId_agentId", "departmentId,agentId", kUnique},
    {"department_agents.agentId", "agentId"},
};
constexpr IndexInfo kVisitors[] = {
    {"visitors.token", "token", kUnique},
    {"visitors._updatedAt", "_updatedAt"},
    {"visitors.username", "username", kUnique},
    {"visitors.visitorEmails.0.address", "visitorEmails.0.address", kSparse},
    {"visitors.phone.0.phoneNumber", "phone.0.phoneNumber", kSparse},
    {"visitors.contactManager.username", "contactManager.username", kSparse},
};
constexpr IndexInfo kContacts[] = {{"contacts.unknown_name", "unknown,name"}};
constexpr IndexInfo kContactKeys[] = {{"contact_keys.key", "key"}};
constexpr IndexInfo kRooms[] = {
    {"rooms.v.token", "v.token"},
    {"rooms.v._id", "v._id"},
    {"rooms.open", "open", kCoarse | kSparse},
    {"rooms.source.type", "source.type", kCoarse},
    {"rooms.departmentId_closedAt", "departmentId,closedAt"},
    {"rooms.servedBy._id", "servedBy._id"},
    {"rooms.ts", "ts"},
    {"rooms.closedAt", "closedAt"},
    {"rooms.contactId_closedAt", "contactId,closedAt", kSparse},
};
constexpr IndexInfo kInquiries[] = {
    {"inquiries.rid", "rid", kUnique},
    {"inquiries.status_ts", "status,ts", kCoarse},
};
constexpr IndexInfo kSubscriptions[] = {
    {"subscriptions.rid_u._id", "rid,u._id", kUnique},
    {"subscriptions.u._id", "u._id"},
};
constexpr IndexInfo kMessages[] = {
    {"messages.rid_ts", "rid,ts"},
    {"messages.navigation.token", "navigation.token,ts", kSparse},
};
constexpr IndexInfo kAgentActivity[] = {{"agent_activity.agentId_date", "agentId,date"}};
constexpr IndexInfo kMails[] = {{"mails.dueAt", "dueAt"}, {"mails.rid", "rid", kSparse}};
constexpr IndexInfo kUploads[] = {{"uploads.rid", "rid"}};
// A page is read in the order of its last change, whatever it is filtered by.
constexpr IndexInfo kTickets[] = {
    {"tickets.modified_at", "modified_at"},
    {"tickets.created_at", "created_at"},
    {"tickets.first_response_at", "first_response_at", kSparse},
    {"tickets.resolved_at", "resolved_at", kSparse},
    {"tickets.status_modified_at", "status,modified_at", kCoarse},
    {"tickets.source.type_modified_at", "source.type,modified_at", kCoarse},
    {"tickets.assignee.login_modified_at", "assignee.login,modified_at"},
    {"tickets.mail_modified_at", "mail,modified_at"},
    {"tickets.visitor", "visitor", kSparse},
    {"tickets.tags.0_modified_at", "tags.0,modified_at"},
    {"tickets.tags", "tags", kElements},
    {"tickets.groups", "groups", kElements},
    {"tickets.activity", "activity", kElements},
};
constexpr IndexInfo kEmailInboxes[] = {{"email_inboxes.email", "email", kUnique | kIgnoreCase}};
constexpr IndexInfo kExtras[] = {
    {"extras.rid__deletedAt", "rid,_deletedAt", kSparse},
    {"extras.uid__deletedAt", "uid,_deletedAt", kSparse},
    {"extras.group", "group", kUnique | kSparse},
};
constexpr IndexInfo kCannedResponses[] = {
    {"canned_responses.shortcut", "shortcut", kUnique},
    {"canned_responses.departmentId", "departmentId", kSparse},
};
constexpr IndexInfo kTags[] = {
    {"tags.name", "name"},
    {"tags.livechatKey", "livechatKey", kUnique | kSparse},
};
constexpr IndexInfo kVisits[] = {{"visits.there_at", "there_at"}};
constexpr IndexInfo kVisitorChats[] = {{"visitor_chats.seen_at", "seen_at"}};
constexpr IndexInfo kCredentials[] = {{"credentials.login", "login"}};

// What Parley must be able to read back, and nobody else. What is only compared is not kept at all, but its digest. An
// address may hold a name and a password.
constexpr SealedMember kSecretsOfSettings[] = {
    {"value",
     "Livechat_External_Queue_Token,Livechat_External_Queue_URL,Livechat_secret_token,Livechat_webhookUrl,"
     "SMS_Mobex_password,SMS_Twilio_Account_SID,SMS_Twilio_authToken,SMS_Voxtelesys_authToken,SMTP_Password,"
     "SMTP_Username"},
};
constexpr SealedMember kSecretsOfEmailInboxes[] = {{"imap.password"}, {"smtp.password"}};
constexpr SealedMember kSecretsOfWebhooks[] = {{"token"}, {"url"}};
constexpr SealedMember kSecretsOfRelayEndpoints[] = {{"headers"}, {"secrets"}, {"token"}, {"url"}};

constexpr CollectionInfo kCollections[] = {
    {Collection::kUsers, "users", kUsers},
    {Collection::kTokens, "tokens", kTokens},
    {Collection::kRoles, "roles", {}},
    {Collection::kPermissions, "permissions", {}},
    {Collection::kSettings, "settings", {}, kSecretsOfSettings},
    {Collection::kDepartments, "departments", kDepartments},
    {Collection::kDepartmentAgents, "department_agents", kDepartmentAgents},
    {Collection::kVisitors, "visitors", kVisitors},
    {Collection::kContacts, "contacts", kContacts},
    {Collection::kContactKeys, "contact_keys", kContactKeys},
    {Collection::kRooms, "rooms", kRooms},
    {Collection::kInquiries, "inquiries", kInquiries},
    {Collection::kSubscriptions, "subscriptions", kSubscriptions},
    {Collection::kMessages, "messages", kMessages},
    {Collection::kCustomFields, "custom_fields", {}},
    {Collection::kTriggers, "triggers", {}},
    {Collection::kBusinessHours, "business_hours", {}},
    {Collection::kAgentActivity, "agent_activity", kAgentActivity},
    {Collection::kMails, "mails", kMails},
    {Collection::kUploads, "uploads", kUploads},
    {Collection::kTickets, "tickets", kTickets},
    {Collection::kEmailInboxes, "email_inboxes", kEmailInboxes, kSecretsOfEmailInboxes},
    {Collection::kCredentials, "credentials", kCredentials},
    {Collection::kExtras, "extras", kExtras},
    {Collection::kCannedResponses, "canned_responses", kCannedResponses},
    {Collection::kTags, "tags", kTags},
    {Collection::kGoals, "goals", {}},
    {Collection::kWebhooks, "webhooks", {}, kSecretsOfWebhooks},
    {Collection::kGreetings, "greetings", {}},
    {Collection::kVisits, "visits", kVisits},
    {Collection::kVisitorChats, "visitor_chats", kVisitorChats},
    {Collection::kRelayEndpoints, "relay_endpoints", {}, kSecretsOfRelayEndpoints},
    {Collection::kSyncs, "syncs", {}},
};

constexpr bool InOrderOfTheEnumeration() {
  for (std::size_t i = 0; i < std::size(kCollections); ++i) {
    if (static_cast<std::size_t>(kCollections[i].collection) != i) return false;
  }
  return std::size(kCollections) == kCollectionCount;
}
static_assert(InOrderOfTheEnumeration(), "InfoOf indexes the table by the enumerator");

}  // namespace

const CollectionInfo& InfoOf(Collection collection) {
  return kCollections[static_cast<std::size_t>(collection)];
}

std::span<const CollectionInfo> AllCollections() {
  return kCollections;
}

}  // namespace parley::storage
