// Events' payloads as JSON: what the outbox keeps and what subscribers' payloads are made from.
//
// Members that are empty, false or null are left out. Each payload lists its members once, for both directions.
// Threading: pure functions.
#pragma once

#include "events/event.h"

namespace parley::events {

Json PayloadToJson(const Payload& payload);
// Errors: kInvalidArgument for an unknown kind or a member of the wrong type.
Result<Payload> PayloadFromJson(std::string_view kind, const Json& json);

}  // namespace parley::events
