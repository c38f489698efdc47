#include "backend/embedded/lead_capture.h"

#include <algorithm>

#include "base/pattern_matches.h"
#include "base/text.h"

namespace parley::backend::embedded {
namespace {

template <class Entry>
bool Add(std::vector<Entry>& entries, std::string Entry::*member, std::string found) {
  const auto known = [&](const Entry& entry) { return EqualsIgnoreCase(entry.*member, found); };
  if (std::any_of(entries.begin(), entries.end(), known)) return false;
  Entry entry;
  entry.*member = std::move(found);
  entries.push_back(std::move(entry));
  return true;
}

}  // namespace

bool CaptureLeads(const Settings& settings, std::string_view text, Visitor& visitor) {
  bool captured = false;
  for (const std::string& address : FindMatches(settings.Text("Livechat_lead_email_regex"), text)) {
    captured |= Add(visitor.emails, &EmailEntry::address, Lower(address));
  }
  for (const std::string& number : FindMatches(settings.Text("Livechat_lead_phone_regex"), text)) {
    captured |= Add(visitor.phones, &PhoneEntry::number, std::string(Trim(number)));
  }
  return captured;
}

}  // namespace parley::backend::embedded
