// Endpoint tables of Markdown pages.
//
// Threading: one thread.
// Tests: tests/unit/specs/endpoint_tables_test.cc
#pragma once

#include <string>
#include <string_view>

#include "base/problems.h"
#include "specs/spec.h"

namespace parley::specs {

// Adds the operations of every pipe table that has a URL column ("Url", "Path", "Endpoint" or "Route"). Everything else
// on the page is ignored: text, other tables, rows with an empty URL.
//
//   | Url                                  | HTTP Method | Short Description |
//   | :---                                 | :---        | :---              |
//   | `/api/v1/livechat/users/:type/:_id`  | `GET`       | Retrieve an agent |
//
// A table without a method column lists GETs. A path outside /api/ is meant below /api/v1. `:name` and `{name}` are
// parameters, as are the example values path_template.h knows. An operation is called
// "GET livechat/users/{type}/{_id}"; the first of several rows for one route counts.
void ReadEndpointTables(std::string_view text, const std::string& file, Spec& spec, Problems& problems);

// True when the text has such a table.
bool HasEndpointTable(std::string_view text);

}  // namespace parley::specs
