#include "backend/embedded/verification.h"

namespace parley::backend::embedded {
namespace {

constexpr std::string_view kRequirement = "Livechat_Require_Contact_Verification";

}  // namespace

bool AwaitsVerification(const Settings& settings, const Contact& contact, const ContactChannel& channel) {
  if (CheckMayBeTaken(settings, contact, &channel)) return true;
  return settings.Text(kRequirement) != "never" && !channel.verified;
}

void ForgetVerification(const Settings& settings, ContactChannel& channel) {
  if (settings.Text(kRequirement) == "always") channel.verified = false;
}

std::optional<Failure> CheckMayBeTaken(const Settings& settings, const Contact& contact,
                                       const ContactChannel* channel) {
  if (contact.unknown && settings.Flag("Livechat_Block_Unknown_Contacts")) return FailCoded("error-unknown-contact");
  const bool verified = channel != nullptr && channel->verified;
  if (!verified && settings.Flag("Livechat_Block_Unverified_Contacts")) return FailCoded("error-unverified-contact");
  return std::nullopt;
}

}  // namespace parley::backend::embedded
