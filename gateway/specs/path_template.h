// Path templates, and the example values some published descriptions write where a parameter belongs.
//
// Threading: pure functions.
// Tests: tests/unit/specs/path_template_test.cc
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "http/message.h"

namespace parley::specs {

// "/groups/{group_id}" -> {"groups", "{group_id}"}. A leading slash is optional; a '/' between braces does not divide.
std::vector<std::string_view> SegmentsOf(std::string_view path);
bool IsParameterSegment(std::string_view segment);           // "{group_id}"
std::string_view ParameterNameOf(std::string_view segment);  // "group_id"; REQUIRES: IsParameterSegment
std::vector<std::string_view> ParameterNamesOf(std::string_view path);
// The template with its parameter names left out: "/groups/{}". Paths of one shape are the same route.
std::string ShapeOf(std::string_view path);
// What is wrong with a template ("braces must enclose a whole segment"); empty when it is fine.
std::string_view FaultOf(std::string_view path);

// What an operation without an id is called: "GET livechat/department/{_id}", "GET api/info".
std::string DefaultOperationId(http::Method method, std::string_view path);

// A path as it stands in a file, with the methods described for it.
struct WrittenPath {
  std::string path;
  std::vector<http::Method> methods;
};

// Recognises example values and gives each written path its template.
//
// A segment is taken for an example value when it
//   1. holds an '@'                                        /agents/john@public.com    -> /agents/{agent_id}
//   2. is a decimal number                                 /webhooks/12345            -> /webhooks/{webhook_id}
//   3. is of capitals and digits, four or more, both kinds /tickets/5FUED/tags        -> /tickets/{ticket_id}/tags
//   4. ends in "-id" or "_id"                              /visitor/visitor-id        -> /visitor/{visitor_id}
//   5. is a word that ends the path, can be changed or removed (PUT, DELETE), stands under a path that can be
//      posted to, and occurs nowhere else in the file      /tags/support              -> /tags/{tag_id}
// A word that fails any part of rule 5 stays a static segment: /reports/chats/ratings.
//
// The parameter takes the name another path of the same shape declares (/groups/{group_id}), else one made from the
// segment before it. Templates of one shape thereby become equal: their operations belong to one path.
std::map<std::string, std::string> ResolveExamples(const std::vector<WrittenPath>& paths);

}  // namespace parley::specs
