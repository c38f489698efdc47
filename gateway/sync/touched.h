// Which chats and visitors a call that passed through to the workspace may have changed.
//
// One table: the route, and where in the request or the answer the id of a room stands. What is said twice, or names
// nothing, costs a look at most; what is not in the table is found by webhooks and polling.
// Threading: pure functions. Tests: tests/unit/sync/touched_test.cc
#pragma once

#include <string>
#include <vector>

#include "http/message.h"
#include "json/json.h"

namespace parley::sync {

struct Passed {
  http::Method method = http::Method::kGet;
  std::string_view path;   // "livechat/room.close"; "/api/info" for paths outside of the API's
  std::string_view query;  // raw
  const Json& body;        // null: none, or no JSON
  const Json& answer;      // of a success
};

struct Touched {
  std::vector<std::string> rooms;
  std::vector<std::string> inquiries;        // ids; of rooms that wait
  std::vector<std::string> visitors_tokens;  // of visitors who are others now
  std::vector<std::string> chatting_tokens;  // of visitors whose open chat changed
  std::string erased_token;                  // of a visitor who is forgotten
  Json visitor;                              // as the answer shows them; null: none
  Json page;                                 // the body of a page that was seen and kept; null: none
  Json offline_message;                      // the body of a message that was left; null: none
  std::vector<std::string> closed_of;        // departments all closed chats were removed of
  bool all_closed = false;                   // all closed chats were removed
  bool agents = false;                       // who accepts chats may be others now

  bool Nothing() const;
};

Touched WhatWasTouched(const Passed& passed);

// What WhatWasTouched looks into of a call; what it does not may pass without being held.
struct Interest {
  bool body = false, answer = false;
};

Interest InterestIn(http::Method method, std::string_view path);

}  // namespace parley::sync
