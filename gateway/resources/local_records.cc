#include "resources/local_records.h"

#include <utility>

namespace parley::resources {

using backend::Response;
using http::Method;

Awaitable<Result<Response>> LocalRecords::CallRecords(const LocalCall& call, std::string_view many,
                                                      std::string_view one) {
  if (call.Is(Method::kGet, 1)) {
    Result<Json> list = co_await List(call);
    co_return Answer(Under(many, std::move(list)));
  }
  if (call.Is(Method::kGet, 2)) {
    Result<Json> record = co_await Get(call.path[1]);
    co_return Answer(Under(one, std::move(record)));
  }
  if (call.Is(Method::kDelete, 2)) co_return Answer(co_await Remove(call.path[1]));
  const bool creates = call.Is(Method::kPost, 1);
  if (!creates && !call.Is(Method::kPut, 2)) co_return NothingHere();
  Result<Json> input = call.Object();
  if (!input) co_return input.error();
  if (creates) {
    Result<Json> created = co_await Create(*std::move(input));
    co_return Answer(Under(one, std::move(created)));
  }
  Result<Json> updated = co_await Update(call.path[1], *std::move(input));
  co_return Answer(Under(one, std::move(updated)));
}

Result<Json> Listed(const Result<std::vector<storage::Document>>& found, Json (*shape)(const storage::Document&)) {
  if (!found) return found.error();
  Json list = Json::MakeArray();
  for (const storage::Document& document : *found) list.Push(shape(document));
  return list;
}

}  // namespace parley::resources
