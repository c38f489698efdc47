// One kind of record, as `local/...` lists, reads, creates, changes and removes it.
//
// Threading: one shard. Tests: through the kinds, tests/unit/resources/
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "resources/local_call.h"
#include "resources/local_store.h"

namespace parley::resources {

class LocalRecords {
 public:
  LocalRecords() = default;
  virtual ~LocalRecords() = default;
  LocalRecords(const LocalRecords&) = delete;
  LocalRecords& operator=(const LocalRecords&) = delete;

 protected:
  // GET and POST of all, GET, PUT and DELETE of one. `many`, `one`: the members answers stand under.
  Awaitable<Result<backend::Response>> CallRecords(const LocalCall& call, std::string_view many, std::string_view one);

 private:
  virtual Awaitable<Result<Json>> List(const LocalCall& call) = 0;
  // Errors of these: kNotFound.
  virtual Awaitable<Result<Json>> Get(std::string id) = 0;
  virtual Awaitable<Result<Json>> Update(std::string id, Json input) = 0;
  virtual Awaitable<Result<Json>> Remove(std::string id) = 0;
  virtual Awaitable<Result<Json>> Create(Json input) = 0;
};

// A list of them, each in the shape given.
Result<Json> Listed(const Result<std::vector<storage::Document>>& found, Json (*shape)(const storage::Document&));

}  // namespace parley::resources
