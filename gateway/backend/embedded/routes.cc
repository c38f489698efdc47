#include "backend/embedded/routes.h"

#include <algorithm>

namespace parley::backend::embedded {

Routes AllRoutes() {
  Routes all;
  for (const auto& family : {
           AccountRoutes,        AgentMessageRoutes, AgentRoutes,          ClosingRoutes,        CustomFieldRoutes,
           DepartmentRoutes,     DownloadRoutes,     EmailInboxRoutes,     InquiryRoutes,        MailerRoutes,
           OfflineMessageRoutes, PageVisitRoutes,    RoleRoutes,           VisitorHistoryRoutes, RoomRoutes,
           RoomListRoutes,       RoomInfoRoutes,     ServerRoutes,         SettingRoutes,        TokenRoutes,
           TranscriptRoutes,     TransferRoutes,     UploadRoutes,         UserReadRoutes,       UserRoutes,
           UserDeleteRoutes,     UserPresenceRoutes, VisitorMessageRoutes, VisitorRoutes,        WidgetRoutes,
       }) {
    const Routes routes = family();
    all.insert(all.end(), routes.begin(), routes.end());
  }
  std::sort(all.begin(), all.end(), [](const Route& a, const Route& b) { return a.operation < b.operation; });
  return all;
}

}  // namespace parley::backend::embedded
