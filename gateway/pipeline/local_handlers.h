// LiveChat operations answered by code of the gateway's own instead of a mapping: those about its credentials, and
// pictures, which are no JSON.
//
// Threading: handlers belong to one shard.
// Tests: tests/e2e/agents.test.mjs, previews.test.mjs
#pragma once

#include <string_view>

#include "pipeline/livechat_face.h"

namespace parley::pipeline {

bool IsHandledLocally(std::string_view operation_id);

// The handlers of one shard. Everything given must outlive them.
LocalHandlers MakeLocalHandlers(auth::CredentialStore& credentials, mapping::Runner& runner, backend::Backend& backend,
                                const ServingSlot& serving);

}  // namespace parley::pipeline
