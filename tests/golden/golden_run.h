// Plays a golden file: sends its client request through the pipeline's decoding and the mapping, answers what Parley
// asks with what the file says, and writes down what really happened, in the same format.
#pragma once

#include <memory>
#include <string>

#include "golden_file.h"
#include "mapping/mapping.h"
#include "routing/route_table.h"

namespace parley::golden {

// What is tested: our own specs and mappings.
struct Subject {
  std::unique_ptr<const specs::Spec> face, backend, local;
  routing::RouteTable routes;
  std::shared_ptr<const mapping::Catalog> catalog;        // lists are streamed where they can be
  std::shared_ptr<const mapping::Catalog> plain_catalog;  // never
};

// Problems of the specs and mappings fail the calling test.
Subject LoadSubject();

// The file as it should be for `catalog`.
File Play(const File& file, const Subject& subject, const mapping::Catalog& catalog);

}  // namespace parley::golden
