#include "specs/loader.h"

#include <algorithm>
#include <fstream>
#include <map>
#include <sstream>

#include "base/text.h"
#include "specs/document.h"
#include "specs/endpoint_tables.h"
#include "specs/openapi_reader.h"
#include "specs/path_template.h"

namespace parley::specs {
namespace {

// Whether some line begins like a Swagger or OpenAPI document, in YAML or JSON.
bool LooksLikeOpenApi(std::string_view text) {
  for (std::string_view line : Split(text, '\n')) {
    const std::size_t word = line.find_first_not_of(" \t{\"'\xEF\xBB\xBF");
    if (word == std::string_view::npos) continue;
    line.remove_prefix(word);
    for (const std::string_view key : {"swagger", "openapi"}) {
      if (!line.starts_with(key)) continue;
      const std::string_view rest = line.substr(key.size());
      if (rest.starts_with(':') || rest.starts_with("\":") || rest.starts_with("':") || rest.starts_with("\" :"))
        return true;
    }
  }
  return false;
}

void ReadDocuments(std::string_view text, const std::string& file, Spec& spec, Problems& problems) {
  const std::size_t before = problems.size();
  bool found = false;
  for (const Node& document : ParseDocuments(text, file, problems)) {
    if (IsOpenApi(document)) {
      found = true;
      ReadOpenApi(document, file, spec, problems);
    } else if (document.Find("swagger") != nullptr || document.Find("openapi") != nullptr) {
      found = true;
      problems.Add(file, document.line, "only swagger 2.x and openapi 3.x descriptions are known");
    }
  }
  if (!found && problems.size() == before) problems.Add(file, 0, "no document of this file is a description of an API");
}

std::string Place(const Operation& operation) {
  return operation.file + ":" + std::to_string(operation.line);
}

// Keeps the first operation of each id and of each route.
void RemoveDuplicates(Spec& spec, const std::string& file, Problems& problems) {
  std::map<std::string, const Operation*> ids, routes;
  std::vector<Operation> kept;
  kept.reserve(spec.operations.size());
  for (Operation& operation : spec.operations) {
    const std::string route = std::string(http::NameOf(operation.method)) + " " + ShapeOf(operation.path);
    const auto same_id = ids.find(operation.id);
    const auto same_route = routes.find(route);
    if (same_id != ids.end()) {
      problems.Add(file, operation.line,
                   "operation " + operation.id + " is already given at " + Place(*same_id->second));
    } else if (same_route != routes.end()) {
      problems.Add(file, operation.line,
                   operation.id + ": " + route + " is already given at " + Place(*same_route->second));
    } else {
      kept.push_back(std::move(operation));
      ids[kept.back().id] = routes[route] = &kept.back();
    }
  }
  spec.operations = std::move(kept);
}

}  // namespace

Spec ParseSpec(std::string_view text, const std::string& file, Problems& problems) {
  Spec spec;
  spec.name = std::filesystem::path(file).filename().string();
  if (LooksLikeOpenApi(text))
    ReadDocuments(text, file, spec, problems);
  else if (HasEndpointTable(text))
    ReadEndpointTables(text, file, spec, problems);
  else
    problems.Add(file, 0, "neither a Swagger or OpenAPI description nor a Markdown table with a URL column");
  RemoveDuplicates(spec, file, problems);
  std::sort(spec.operations.begin(), spec.operations.end(),
            [](const Operation& a, const Operation& b) { return a.id < b.id; });
  return spec;
}

Spec LoadSpec(const std::filesystem::path& file, Problems& problems) {
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream text;
  if (stream) text << stream.rdbuf();
  if (!stream || !text) {
    problems.Add(file.string(), 0, "cannot be read");
    Spec spec;
    spec.name = file.filename().string();
    return spec;
  }
  return ParseSpec(text.str(), file.string(), problems);
}

}  // namespace parley::specs
