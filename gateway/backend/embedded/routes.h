// Route families: which operations of specs/rocketchat-livechat.yaml are served, by which handler.
//
// Path, parameters, body schema, who may call and with which permission stand in the spec; a route adds how its input
// is checked and the function that answers.
//
// A handler may be run again from its start when its commit lost a race (kConflict), so it commits at most once and has
// no other effects before that.
#pragma once

#include <string_view>
#include <vector>

#include "backend/embedded/reply.h"
#include "base/awaitable.h"

namespace parley::backend::embedded {

struct Call;
using Handler = Awaitable<Reply> (*)(Call& call);

// How a request that does not fit the spec is refused (omnichannel reference §1.4).
enum class Checks {
  kClassic,  // "must have required property 'rid' [invalid-params]"
  kTyped,    // the same without the suffix; errorType error-invalid-params for queries
  kNone,     // by the handler
};

struct Route {
  std::string_view operation;  // "GET livechat/department/{_id}"
  Handler handler;
  Checks checks = Checks::kClassic;
  bool two_factor = false;  // a change that asks for a second factor, see two_factor.h
};

using Routes = std::vector<Route>;

Routes AccountRoutes();             // accounts.cc: login, logout, me
Routes UserRoutes();                // users.cc
Routes UserReadRoutes();            // user_reads.cc
Routes UserPresenceRoutes();        // user_presence.cc
Routes UserDeleteRoutes();          // user_delete.cc
Routes TokenRoutes();               // tokens.cc
Routes RoleRoutes();                // roles.cc: permissions and roles
Routes SettingRoutes();             // setting_routes.cc
Routes AgentRoutes();               // agents.cc: agents and managers
Routes DepartmentRoutes();          // departments.cc
Routes ServerRoutes();              // server.cc: /api/info, licenses.info
Routes VisitorRoutes();             // visitors.cc
Routes RegistrationRoutes();        // registering.cc
Routes ContactRoutes();             // contacts.cc
Routes ContactListRoutes();         // contact_lists.cc
Routes ChannelRoutes();             // contact_blocking.cc
Routes RetiredVisitorRoutes();      // retired_visitors.cc
Routes VisitorContactRoutes();      // visitor_contacts.cc: contacts in their older form
Routes VisitorMessageRoutes();      // visitor_messages.cc
Routes PageVisitRoutes();           // page_visits.cc
Routes VisitorHistoryRoutes();      // visitor_history.cc
Routes RoomRoutes();                // rooms.cc
Routes RoomListRoutes();            // room_lists.cc
Routes RoomInfoRoutes();            // room_info.cc
Routes ClosingRoutes();             // closing_routes.cc
Routes InquiryRoutes();             // inquiries.cc
Routes TransferRoutes();            // transfers.cc
Routes AgentMessageRoutes();        // agent_messages.cc
Routes CustomFieldRoutes();         // custom_fields.cc
Routes WidgetRoutes();              // widget.cc
Routes DashboardRoutes();           // dashboards.cc
Routes DashboardChartRoutes();      // dashboard_charts.cc
Routes ConversationReportRoutes();  // conversation_reports.cc
Routes AnalyticsOverviewRoutes();   // analytics_overview.cc
Routes StaffAnalyticsRoutes();      // staff_analytics.cc
Routes TranscriptRoutes();          // transcripts.cc
Routes UploadRoutes();              // uploads.cc
Routes DownloadRoutes();            // downloads.cc
Routes OfflineMessageRoutes();      // offline_messages.cc
Routes MailerRoutes();              // mailer.cc
Routes EmailInboxRoutes();          // email_inboxes.cc
Routes BusinessHourRoutes();        // business_hours.cc
Routes CallRoutes();                // calls.cc: retired
Routes RoomCleanupRoutes();         // room_cleanup.cc
Routes CannedResponseRoutes();      // canned_responses.cc
Routes TagRoutes();                 // tags.cc
Routes TriggerRoutes();             // triggers.cc
Routes TriggerServiceRoutes();      // trigger_services.cc: triggers that ask another service
Routes WebhookTestRoutes();         // webhook_test.cc
Routes WidgetSettingRoutes();       // widget_settings.cc
Routes LicenseRoutes();             // licenses.cc
Routes MethodRoutes();              // methods.cc: method.call
Routes RoomReadRoutes();            // room_reads.cc: rooms.info, rooms.get, channels.info
Routes SeatRoutes();                // seats.cc: subscriptions
Routes GroupRoutes();               // groups.cc
Routes MessageReadRoutes();         // message_reads.cc
Routes TextMessageRoutes();         // text_messages.cc: SMS

// Every route there is, sorted by operation.
Routes AllRoutes();

}  // namespace parley::backend::embedded
