// Plays a golden file: sends its client request through the pipeline's decoding and the mapping, answers what Parley
// asks with what the file says, and writes down what really happened, in the same format.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "golden_file.h"
#include "mapping/mapping.h"
#include "routing/route_table.h"

namespace parley::golden {

// What is tested: our own specs and mappings.
struct Subject {
  std::unique_ptr<const specs::Spec> face, backend, local;
  routing::RouteTable routes;                             // of the face
  routing::RouteTable backend_routes;                     // of the backend and the store
  std::shared_ptr<const mapping::Catalog> catalog;        // lists are streamed where they can be
  std::shared_ptr<const mapping::Catalog> plain_catalog;  // never
};

// Problems of the specs and mappings fail the calling test.
Subject LoadSubject();

// The file as it should be for `catalog`. Answers nobody asked for fail the calling test, unless `lenient`: an answer
// was changed on purpose, and what follows it may be left out.
File Play(const File& file, const Subject& subject, const mapping::Catalog& catalog, bool lenient = false);

// A request of Parley in a file, and what it was answered.
struct Exchange {
  const specs::Operation* operation = nullptr;
  std::string body;        // of the request
  std::size_t answer = 0;  // the section of the answer
  int status = 0;          // 0: lost
};
// Calls no spec knows fail the calling test.
std::vector<Exchange> ExchangesOf(const File& file, const Subject& subject);

struct ClientAnswer {
  const specs::Operation* operation = nullptr;  // null: no route
  int status = 0;
  std::string body;
};
ClientAnswer ClientAnswerOf(const File& file, const Subject& subject);

}  // namespace parley::golden
