#include "backend/embedded/setting_effects.h"

#include "backend/embedded/duty.h"
#include "backend/embedded/own_call.h"
#include "base/log.h"

namespace parley::backend::embedded {
namespace {

Awaitable<Status> StartHoursAnew(Services& services) {
  auto own = co_await BeginOwnCall(services);
  if (!own) co_return own.error();
  co_return co_await ApplyHours((*own)->call());
}

}  // namespace

Awaitable<void> ApplySetting(Services& services, std::string_view id) {
  if (id != "Livechat_enable_business_hours" && id != "Livechat_business_hour_type") co_return;
  const Status applied = co_await StartHoursAnew(services);
  if (!applied) Log(LogLevel::kWarning, "setting.not_applied", {{"reason", applied.error().message}});
}

}  // namespace parley::backend::embedded
