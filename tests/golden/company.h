// The small company every golden file begins with, and changes to it.
#pragma once

#include <memory>

#include "backend/backend.h"
#include "json/json.h"

namespace parley::golden {

// Nora owns it, Ann administrates, Liv and Bob answer chats; departments d3 Billing (Liv) and d7 Sales (Ann, Bob).
backend::Directory Company();

// The company after a change:
//   {"agents": [{"id": "u9", ...}],        members given here replace those of the agent, who is added when new
//    "departments": [{"id": "d9", ...}],   likewise; `agents` are the ids of its members
//    "remove": ["u2", "d3"]}
backend::Directory Changed(backend::Directory company, const Json& change);

}  // namespace parley::golden
