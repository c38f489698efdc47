#include "backend/embedded/routes.h"

#include <algorithm>

namespace parley::backend::embedded {

Routes AllRoutes() {
  Routes all;
  for (const auto& family : {
           AccountRoutes,
           ContactRoutes,
           ContactListRoutes,
           ChannelRoutes,
           RegistrationRoutes,
           RetiredVisitorRoutes,
           VisitorContactRoutes,
           AgentMessageRoutes,
           AgentRoutes,
           ClosingRoutes,
           CustomFieldRoutes,
           DepartmentRoutes,
           InquiryRoutes,
           PageVisitRoutes,
           RoleRoutes,
           VisitorHistoryRoutes,
           RoomRoutes,
           RoomListRoutes,
           RoomInfoRoutes,
           ServerRoutes,
           SettingRoutes,
           TokenRoutes,
           TransferRoutes,
           UserReadRoutes,
           UserRoutes,
           UserDeleteRoutes,
           UserPresenceRoutes,
           VisitorMessageRoutes,
           VisitorRoutes,
           WidgetRoutes,
           DashboardRoutes,
           DashboardChartRoutes,
           ConversationReportRoutes,
           AnalyticsOverviewRoutes,
           StaffAnalyticsRoutes,
           DownloadRoutes,
           EmailInboxRoutes,
           MailerRoutes,
           OfflineMessageRoutes,
           TranscriptRoutes,
           UploadRoutes,
           BusinessHourRoutes,
           CallRoutes,
           RoomCleanupRoutes,
           CannedResponseRoutes,
           TagRoutes,
           TriggerRoutes,
           TriggerServiceRoutes,
           WebhookTestRoutes,
           WidgetSettingRoutes,
           GroupRoutes,
           LicenseRoutes,
           MessageReadRoutes,
           MethodRoutes,
           RoomReadRoutes,
           SeatRoutes,
           TextMessageRoutes,
       }) {
    const Routes routes = family();
    all.insert(all.end(), routes.begin(), routes.end());
  }
  std::sort(all.begin(), all.end(), [](const Route& a, const Route& b) { return a.operation < b.operation; });
  return all;
}

}  // namespace parley::backend::embedded
