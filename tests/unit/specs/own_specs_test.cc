// The specs Parley ships: they load without a problem and hold what the founding documents show.
#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>

#include "routing/route_table.h"
#include "spec_text.h"
#include "specs/path_template.h"

namespace parley::specs {
namespace {

// Every operation of the published Swagger file.
const std::vector<std::string> kPublishedOperations = {"AgentsGet",
                                                       "AgentsJohnPublicComDelete",
                                                       "AgentsJohnPublicComGet",
                                                       "AgentsJohnPublicComPut",
                                                       "AgentsPost",
                                                       "CannedResponsesABC123Delete",
                                                       "CannedResponsesABC123Get",
                                                       "CannedResponsesABC123Put",
                                                       "CannedResponsesGet",
                                                       "CannedResponsesPost",
                                                       "ChatsABC123Get",
                                                       "ChatsABC123SendTranscriptPost",
                                                       "ChatsABC123TagsPut",
                                                       "ChatsGet",
                                                       "GoalsABC123Delete",
                                                       "GoalsABC123Get",
                                                       "GoalsABC123MarkAsSuccessfulPost",
                                                       "GoalsABC123Put",
                                                       "GoalsGet",
                                                       "GoalsPost",
                                                       "Greetings2491Put",
                                                       "GreetingsABC123Delete",
                                                       "GreetingsABC123Get",
                                                       "GreetingsGet",
                                                       "GreetingsPost",
                                                       "GroupsABC123Delete2",
                                                       "GroupsABC123Put",
                                                       "GroupsByGroupIdGet",
                                                       "GroupsGet",
                                                       "GroupsPost",
                                                       "ReportsAvailabilityGet",
                                                       "ReportsChatsAgentsOccupancyGet",
                                                       "ReportsChatsChattingTimeGet",
                                                       "ReportsChatsEngagementGet",
                                                       "ReportsChatsFirstResponseTimeGet",
                                                       "ReportsChatsGoalsGet",
                                                       "ReportsChatsGreetingsGet",
                                                       "ReportsChatsQueuedVisitorsGet",
                                                       "ReportsChatsQueuedVisitorsWaitingTimesGet",
                                                       "ReportsChatsRatingsGet",
                                                       "ReportsChatsRatingsRankingGet",
                                                       "ReportsChatsResponseTimeGet",
                                                       "ReportsChatsTotalChatsGet",
                                                       "ReportsTicketsFirstResponseTimeGet",
                                                       "ReportsTicketsRatingsGet",
                                                       "ReportsTicketsRatingsRankingGet",
                                                       "ReportsTicketsResolutionTimeGet",
                                                       "ReportsTicketsSolvedTicketsGet",
                                                       "ReportsTicketsTicketSourcesGet",
                                                       "StatusGet",
                                                       "TagsGet",
                                                       "TagsPost",
                                                       "TagsSupportDelete",
                                                       "Tickets5FUEDTagsPut",
                                                       "TicketsGet",
                                                       "TicketsPost",
                                                       "VisitorsGet",
                                                       "Webhooks12345Delete",
                                                       "WebhooksGet",
                                                       "WebhooksPost"};

// Calls clients make beside them.
const std::vector<std::string> kFurtherRoutes = {"GET /tickets/{}",
                                                 "GET /reports/chats/not_replied_chats",
                                                 "GET /reports/tickets/new_tickets",
                                                 "GET /status/{}",
                                                 "POST /visitors/{}/details",
                                                 "POST /agents/{}/reset_api_key",
                                                 "PUT /agents/{}/reset_api_key",
                                                 "POST /visitors/{}/chat/start",
                                                 "GET /visitors/{}/chat/get_pending_messages",
                                                 "POST /visitors/{}/chat/send_message",
                                                 "POST /visitors/{}/chat/close",
                                                 "POST /previews/{}",
                                                 "POST /v2/tickets/new",
                                                 "POST /tickets/{}/tags",
                                                 "POST /canned_responses/{}",
                                                 "POST /greetings/{}",
                                                 "GET /visitors/{}",
                                                 "GET /reports/chats",
                                                 "GET /reports/ratings",
                                                 "GET /reports/ratings/ranking",
                                                 "GET /reports/queued_visitors",
                                                 "GET /reports/queued_visitors/waiting_times",
                                                 "GET /reports/chatting_time",
                                                 "GET /reports/goals",
                                                 "GET /reports/greetings",
                                                 "GET /reports/chats/source",
                                                 "GET /reports/chats/duration",
                                                 "GET /reports/dashboard",
                                                 "GET /reports/dashboard/agent/{}",
                                                 "GET /reports/dashboard/group/{}"};

// Every route of the published endpoint tables.
const std::vector<std::string> kPublishedRoutes = {
    "DELETE livechat/department/{_id}",
    "DELETE livechat/message/{_id}",
    "DELETE livechat/users/{type}/{_id}",
    "GET livechat/agent.info/{rid}/{token}",
    "GET livechat/agent.next/{token}",
    "GET livechat/agents/{agentId}/departments",
    "GET livechat/analytics/agents/available-for-service-history",
    "GET livechat/analytics/agents/average-service-time",
    "GET livechat/analytics/agents/total-service-time",
    "GET livechat/analytics/departments/ammount-of-chats",
    "GET livechat/analytics/departments/average-chat-duration-time",
    "GET livechat/analytics/departments/average-service-time",
    "GET livechat/analytics/departments/average-waiting-time",
    "GET livechat/analytics/departments/percentage-abandoned-chats",
    "GET livechat/analytics/departments/total-abandoned-chats",
    "GET livechat/analytics/departments/total-service-time",
    "GET livechat/analytics/departments/total-transferred-chats",
    "GET livechat/appearance",
    "GET livechat/config/{token}",
    "GET livechat/custom-fields",
    "GET livechat/custom-fields/{_id}",
    "GET livechat/department",
    "GET livechat/department/{_id}",
    "GET livechat/inquiries.getOne",
    "GET livechat/inquiries.list",
    "GET livechat/integrations.settings",
    "GET livechat/messages.history/{rid}",
    "GET livechat/office-hours",
    "GET livechat/queue",
    "GET livechat/room",
    "GET livechat/rooms",
    "GET livechat/triggers",
    "GET livechat/triggers/{_id}",
    "GET livechat/users/{type}",
    "GET livechat/users/{type}/{_id}",
    "GET livechat/video.call/{token}",
    "GET livechat/visitor/{token}",
    "GET livechat/visitors.chatHistory/room/{roomId}/visitor/{visitorId}",
    "GET livechat/visitors.info",
    "GET livechat/visitors.pagesVisited",
    "GET livechat/visitors.search",
    "POST livechat/custom.field",
    "POST livechat/custom.fields",
    "POST livechat/department",
    "POST livechat/inquiries.take",
    "POST livechat/message",
    "POST livechat/offline.message",
    "POST livechat/page.visited",
    "POST livechat/room.close",
    "POST livechat/room.forward",
    "POST livechat/room.survey",
    "POST livechat/room.transfer",
    "POST livechat/sms-incoming/{service}",
    "POST livechat/transcript",
    "POST livechat/users/{type}",
    "POST livechat/visitor",
    "PUT livechat/department/{_id}",
    "PUT livechat/message/{_id}"};

// What the published page of the rooms list shows.
const std::vector<std::string> kRoomListParameters = {"agents", "departmentId", "open", "createdAt", "closedAt", "tags",
                                                      "customFields", "roomName", "offset", "count", "sort", "fields",
                                                      // of the voice rooms that were listed in the same way
                                                      "visitorId", "queue", "direction"};
const std::vector<std::string> kRoomListMembers = {"rooms._id",
                                                   "rooms.msgs",
                                                   "rooms.usersCount",
                                                   "rooms.lm",
                                                   "rooms.fname",
                                                   "rooms.t",
                                                   "rooms.ts",
                                                   "rooms.v._id",
                                                   "rooms.v.username",
                                                   "rooms.v.token",
                                                   "rooms.v.status",
                                                   "rooms.servedBy._id",
                                                   "rooms.servedBy.username",
                                                   "rooms.servedBy.ts",
                                                   "rooms.cl",
                                                   "rooms.open",
                                                   "rooms.waitingResponse",
                                                   "rooms.departmentId",
                                                   "rooms._updatedAt",
                                                   "rooms.lastMessage._id",
                                                   "rooms.lastMessage.rid",
                                                   "rooms.lastMessage.msg",
                                                   "rooms.lastMessage.token",
                                                   "rooms.lastMessage.alias",
                                                   "rooms.lastMessage.ts",
                                                   "rooms.lastMessage.u._id",
                                                   "rooms.lastMessage.u.username",
                                                   "rooms.lastMessage.u.name",
                                                   "rooms.lastMessage._updatedAt",
                                                   "rooms.lastMessage.mentions",
                                                   "rooms.lastMessage.channels",
                                                   "rooms.lastMessage.newRoom",
                                                   "rooms.lastMessage.showConnecting",
                                                   "rooms.metrics.v.lq",
                                                   "rooms.livechatData",
                                                   "rooms.tags",
                                                   "rooms.name",
                                                   "count",
                                                   "offset",
                                                   "total",
                                                   "success"};

// What the published page of one room shows.
const std::vector<std::string> kRoomMembers = {"room._id",
                                               "room.fname",
                                               "room.t",
                                               "room.v._id",
                                               "room.v.username",
                                               "room.v.token",
                                               "room.v.status",
                                               "room.v.lastMessageTs",
                                               "room.departmentId",
                                               "room.default",
                                               "room.ro",
                                               "room.sysMes",
                                               "room.open",
                                               "room.msgs",
                                               "room.ts",
                                               "room._updatedAt",
                                               "room.lm",
                                               "room.customFields",
                                               "room.usersCount",
                                               "room.cl",
                                               "room.departmentAncestors",
                                               "room.lastMessage._id",
                                               "room.lastMessage.rid",
                                               "room.lastMessage.msg",
                                               "room.lastMessage.token",
                                               "room.lastMessage.alias",
                                               "room.lastMessage.ts",
                                               "room.lastMessage.u._id",
                                               "room.lastMessage.u.username",
                                               "room.lastMessage.u.name",
                                               "room.lastMessage._updatedAt",
                                               "room.lastMessage.urls",
                                               "room.lastMessage.mentions",
                                               "room.lastMessage.channels",
                                               "room.lastMessage.md",
                                               "room.lastMessage.newRoom",
                                               "room.lastMessage.showConnecting",
                                               "room.metrics.reaction.fd",
                                               "room.metrics.reaction.ft",
                                               "room.metrics.reaction.tt",
                                               "room.metrics.response.avg",
                                               "room.metrics.response.fd",
                                               "room.metrics.response.ft",
                                               "room.metrics.response.total",
                                               "room.metrics.response.tt",
                                               "room.metrics.v.lq",
                                               "room.metrics.servedBy.lr",
                                               "room.servedBy._id",
                                               "room.servedBy.username",
                                               "room.servedBy.ts",
                                               "room.waitingResponse",
                                               "success"};

// The schema a dotted path leads to, through the items of arrays; null when it leads nowhere.
SchemaPtr Follow(SchemaPtr schema, std::string path) {
  while (schema != nullptr && !path.empty()) {
    while (schema != nullptr && schema->type == Type::kArray) schema = schema->items;
    const std::size_t dot = path.find('.');
    const Property* property = schema == nullptr ? nullptr : schema->Find(path.substr(0, dot));
    schema = property == nullptr ? nullptr : property->schema;
    path = dot == std::string::npos ? "" : path.substr(dot + 1);
  }
  return schema;
}

void ExpectMembers(const Spec& spec, const std::string& operation, const std::vector<std::string>& members) {
  ASSERT_NE(spec.Find(operation), nullptr) << operation;
  for (const std::string& member : members)
    EXPECT_NE(Follow(spec.Find(operation)->Success(), member), nullptr) << operation << " " << member;
}

// "GET /agents/{}"
std::string RouteOf(const Operation& operation) {
  return std::string(http::NameOf(operation.method)) + " " + ShapeOf(operation.path);
}

TEST(OwnSpecs, LiveChatLoads) {
  const Parsed livechat = Load("specs/livechat-v2.yaml");
  EXPECT_EQ(livechat.Complaints(), "");
  EXPECT_EQ(livechat.spec.operations.size(), kPublishedOperations.size() + kFurtherRoutes.size());
}

TEST(OwnSpecs, LiveChatHasEveryPublishedOperation) {
  const Parsed livechat = Load("specs/livechat-v2.yaml");
  for (const std::string& id : kPublishedOperations) EXPECT_NE(livechat.spec.Find(id), nullptr) << id;
}

TEST(OwnSpecs, LiveChatHasTheCallsBesideThem) {
  const Parsed livechat = Load("specs/livechat-v2.yaml");
  std::set<std::string> routes;
  for (const Operation& operation : livechat.spec.operations) routes.insert(RouteOf(operation));
  for (const std::string& route : kFurtherRoutes) EXPECT_TRUE(routes.contains(route)) << route;
}

TEST(OwnSpecs, EveryLiveChatSuccessIsDescribed) {
  for (const Operation& operation : Load("specs/livechat-v2.yaml").spec.operations) {
    EXPECT_NE(operation.Success(), nullptr) << operation.id;
    EXPECT_FALSE(operation.summary.empty()) << operation.id;
    EXPECT_FALSE(operation.resource.empty()) << operation.id;
    EXPECT_EQ(operation.responses.size(), 2u) << operation.id;
  }
}

TEST(OwnSpecs, RocketChatLoads) {
  const Parsed rocketchat = Load("specs/rocketchat-livechat.yaml");
  EXPECT_EQ(rocketchat.Complaints(), "");
  for (const Operation& operation : rocketchat.spec.operations) {
    EXPECT_EQ(operation.id, DefaultOperationId(operation.method, operation.path));
  }
}

TEST(OwnSpecs, RocketChatHasEveryPublishedRoute) {
  const Parsed rocketchat = Load("specs/rocketchat-livechat.yaml");
  Problems problems;
  const auto table = routing::RouteTable::Build({&rocketchat.spec}, {}, problems);
  EXPECT_TRUE(problems.empty());
  for (const std::string& route : kPublishedRoutes) {
    const std::size_t space = route.find(' ');
    const auto found = table.FindOperation(*http::ParseMethod(route.substr(0, space)), route.substr(space + 1));
    EXPECT_TRUE(found) << route;
  }
}

TEST(OwnSpecs, RoomsListHasWhatItsPageShows) {
  const Parsed rocketchat = Load("specs/rocketchat-livechat.yaml");
  ExpectMembers(rocketchat.spec, "GET livechat/rooms", kRoomListMembers);
  const Operation* list = rocketchat.spec.Find("GET livechat/rooms");
  ASSERT_NE(list, nullptr);
  for (const std::string& parameter : kRoomListParameters)
    EXPECT_NE(list->FindParameter(parameter), nullptr) << parameter;
}

TEST(OwnSpecs, OneRoomHasWhatItsPageShows) {
  ExpectMembers(Load("specs/rocketchat-livechat.yaml").spec, "GET rooms.info", kRoomMembers);
}

TEST(OwnSpecs, LocalLoads) {
  EXPECT_EQ(Load("specs/local.yaml").Complaints(), "");
}

// Nothing in our own files may be mistaken for an example value.
TEST(OwnSpecs, PathsStandInTheFilesAsTheyAreServed) {
  for (const char* name : {"livechat-v2.yaml", "rocketchat-livechat.yaml", "local.yaml"}) {
    const std::string file = std::string("specs/") + name;
    std::ifstream stream(std::string(PARLEY_SOURCE_DIR) + "/" + file);
    std::ostringstream text;
    text << stream.rdbuf();
    for (const Operation& operation : Load(file).spec.operations)
      EXPECT_NE(text.str().find("\n  " + operation.path + ":"), std::string::npos) << name << " " << operation.path;
  }
}

}  // namespace
}  // namespace parley::specs
