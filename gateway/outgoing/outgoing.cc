#include "outgoing/outgoing.h"

#include <algorithm>

#include "base/text.h"

namespace parley::outgoing {

std::string_view OutgoingResponse::Header(std::string_view name) const {
  const auto found = std::find_if(headers.begin(), headers.end(),
                                  [&](const auto& header) { return EqualsIgnoreCase(header.first, name); });
  return found == headers.end() ? std::string_view() : std::string_view(found->second);
}

}  // namespace parley::outgoing
