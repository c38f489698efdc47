// What a visitor's message tells of how to reach them: addresses and numbers in it are kept with the visitor.
//
// Threading: pure functions. Tests: tests/unit/backend/embedded/lead_capture_test.cc
#pragma once

#include <string_view>

#include "backend/embedded/settings.h"
#include "backend/embedded/visitor.h"

namespace parley::backend::embedded {

// Adds what the patterns of the settings (Livechat_lead_email_regex, Livechat_lead_phone_regex) find in `text`. Says
// whether something new was found. An unusable pattern finds nothing.
bool CaptureLeads(const Settings& settings, std::string_view text, Visitor& visitor);

}  // namespace parley::backend::embedded
