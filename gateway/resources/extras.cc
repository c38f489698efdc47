#include "resources/extras.h"

#include "resources/merge_patch.h"
#include "storage/transact.h"

namespace parley::resources {
namespace {

using storage::Collection;

Json Envelope(Json extras) {
  Json answer;
  answer.Append("extras", std::move(extras));
  return answer;
}

// Kinds have no '/', so the first one ends the kind whatever the id holds.
std::string DocumentId(const std::string& kind, const std::string& id) {
  return kind + "/" + id;
}

// Ids of one kind lie between "agent/" and "agent0": '0' is the character after '/'.
storage::Query AllOf(const std::string& kind) {
  storage::Query query(Collection::kExtras);
  query.where.emplace_back("_id", storage::Match::kAtLeast, kind + "/");
  query.where.emplace_back("_id", storage::Match::kLess, kind + "0");
  return query;
}

}  // namespace

Awaitable<Result<Json>> Extras::List(std::string kind) {
  Result<storage::Found> found = co_await documents_.Find(AllOf(kind));
  if (!found) co_return found.error();
  Json list = Json::MakeArray();
  for (storage::Document& document : found->documents) {
    Json one;
    one.Append("id", document.id.substr(kind.size() + 1));
    one.Append("extras", std::move(document.body));
    list.Push(std::move(one));
  }
  co_return Envelope(std::move(list));
}

Awaitable<Result<Json>> Extras::Get(std::string kind, std::string id) {
  Result<std::optional<storage::Document>> read = co_await documents_.Get(Collection::kExtras, DocumentId(kind, id));
  if (!read) co_return read.error();
  co_return Envelope(*read ? std::move((*read)->body) : Json::MakeObject());
}

Awaitable<Result<Json>> Extras::Merge(std::string kind, std::string id, Json patch) {
  if (!patch.IsObject()) co_return InvalidArgument("extras must be a JSON object");
  const std::string document_id = DocumentId(kind, id);
  auto attempt = [this, &document_id, &patch] { return MergeOnce(document_id, patch); };
  co_return co_await storage::Retrying(std::move(attempt));
}

Awaitable<Result<Json>> Extras::MergeOnce(const std::string& document_id, const Json& patch) {
  Result<std::optional<storage::Document>> read = co_await documents_.Get(Collection::kExtras, document_id);
  if (!read) co_return read.error();
  Json merged = *read ? (*read)->body : Json::MakeObject();
  MergePatch(merged, patch);

  storage::Changes changes;
  if (*read) {
    changes.Update(Collection::kExtras, **read, merged);
  } else {
    changes.Insert(Collection::kExtras, document_id, merged);
  }
  Status committed = co_await committer_.Commit(std::move(changes));
  if (!committed) co_return committed.error();
  co_return Envelope(std::move(merged));
}

Awaitable<Result<Json>> Extras::Remove(std::string kind, std::string id) {
  storage::Changes changes;
  changes.Remove(Collection::kExtras, DocumentId(kind, id));
  Status committed = co_await committer_.Commit(std::move(changes));
  if (!committed) co_return committed.error();
  co_return Envelope(Json::MakeObject());
}

}  // namespace parley::resources
