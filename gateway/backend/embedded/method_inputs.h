// Which realtime methods there are, and how their parameters become the input of a route.
//
// The livechat:* ones are gone from servers of the 8.x line; scripts written for older lines still call them.
// Source: omnichannel reference §2.18, administration reference §6.4.
// Threading: the table is constant. Tests: tests/unit/backend/embedded/methods_test.cc
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "http/message.h"
#include "json/json.h"

namespace parley::backend::embedded {

struct MethodInput {
  std::string path;  // of the route, without "/api/v1/"
  Json body = Json::MakeObject();
  Json query = Json::MakeObject();
};

struct Method {
  std::string_view name;
  http::Method verb;
  MethodInput (*read)(const Json::Array& parameters);
  // What the method answers when the route answered `body`; empty: nothing.
  std::optional<Json> (*write)(const Json::Array& parameters, const Json& body);
};

// Null for an unknown name.
const Method* FindMethod(std::string_view name);

// What a method says where its route has no code, or another one.
struct MethodRefusal {
  std::string_view method, said;  // by the route
  std::string_view code, reason;
};

// Null: as the route says.
const MethodRefusal* FindMethodRefusal(std::string_view method, std::string_view said);

}  // namespace parley::backend::embedded
