// A golden file: what a client asks, what Parley asks the backend and the store, and what the client gets.
//
//   Why this case is here: one sentence, and where the expected answer comes from.
//   --- caller                        optional: {"login": ..., "role": ...}; the owner by default
//   --- ids                           optional: ids issued before, {"group": {"d7": 3}}
//   --- capabilities                  optional: what the backend can do, with spaces between: canned_responses tags
//   --- directory                     optional: changes to the company of company.cc
//   --- client request
//   PUT /groups/3?x=1
//   {"name": "Sales"}
//   --- backend request               or: local request; as many as there are, in order
//   GET /api/v1/livechat/department/d7
//   --- backend response 200          or: backend response lost
//   {"department": ...}
//   --- directory                     here: what the exchange before it changed
//   --- client response 200
//   {...}
//
// Bodies are JSON, laid out for reading: their white space does not matter, the order of members does.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace parley::golden {

struct Section {
  std::string title;  // "backend response 200"
  std::string text;   // without the final line end
};

struct File {
  std::string description;
  std::vector<Section> sections;
};

File ParseFile(std::string_view text);
std::string FormatFile(const File& file);

// The same file with every JSON body in its standard layout.
File Normalised(File file);
// JSON over several lines where one would be too long; text that is no JSON as it is.
std::string Layout(std::string_view body);

// Every .golden file below tests/golden, sorted.
std::vector<std::filesystem::path> GoldenFiles();

}  // namespace parley::golden
