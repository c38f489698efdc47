// Which bodies of requests pass to a workspace as they come, and how long a body may be.
//
// The rule: whatever Parley looks into is read whole first, within server.max_body_bytes. That is what events follow from
// (sync::InterestIn), what Parley answers itself (features a workspace may lack), and everything of the LiveChat face. All
// other bodies that are not small pass part by part; of files on their way up only the route says what they change.
// Threading: pure functions. Tests: tests/unit/app/passing_bodies_test.cc
#pragma once

#include "http/message.h"

namespace parley::app {

// Asked of requests to a Parley in front of a workspace, when their head is complete.
bool PassesUnread(const http::Request& head);

// The routes that take a file.
bool IsUpload(const http::Request& head);

}  // namespace parley::app
