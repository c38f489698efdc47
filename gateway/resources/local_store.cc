#include "resources/local_store.h"

#include "base/ordered_id.h"
#include "base/time.h"

namespace parley::resources {

using storage::Document;

Awaitable<Result<Document>> LocalStore::Read(storage::Collection collection, std::string id) const {
  Result<std::optional<Document>> found = co_await stores.documents().Get(collection, id);
  if (!found) co_return found.error();
  if (!*found) co_return NotFound(id);
  co_return **std::move(found);
}

Awaitable<Result<std::vector<Document>>> LocalStore::Find(storage::Query query) const {
  query.sort.emplace_back("_createdAt");
  Result<storage::Found> found = co_await stores.documents().Find(std::move(query));
  if (!found) co_return found.error();
  co_return std::move(found->documents);
}

void LocalStore::Record(std::string subject, events::Payload payload, storage::Changes& changes) const {
  events::Event event;
  event.at = clock.Now();
  event.id = OrderedObjectId(ids, event.at);
  event.subject = std::move(subject);
  event.payload = std::move(payload);
  recorder.Record(event, changes);
}

void CopyMember(const Json& from, std::string_view member, Json& to, std::string_view name) {
  const Json* value = from.Find(member);
  if (value != nullptr && !value->IsNull()) to.Set(name, *value);
}

}  // namespace parley::resources
