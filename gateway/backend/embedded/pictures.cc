#include "backend/embedded/pictures.h"

#include "backend/embedded/upload.h"

namespace parley::backend::embedded {
namespace {

constexpr const char* kFolder = "pictures";  // beside those of the rooms, whose ids are longer

}  // namespace

Awaitable<Result<std::string>> KeepPublicPicture(Services& services, Picture picture) {
  Upload upload;
  upload.id = services.ids.RoomId();
  upload.room_id = kFolder;
  upload.name = CleanFileName(picture.name);
  upload.type = std::move(picture.type);
  upload.size = static_cast<std::int64_t>(picture.bytes.size());
  upload.is_public = true;
  upload.dimensions = DimensionsOf(picture.bytes);
  upload.uploaded = services.clock.Now();
  FileStore& files = services.workspace.files();
  const Status kept = co_await files.Write(upload.room_id, upload.id, std::move(picture.bytes));
  if (!kept) co_return kept.error();
  storage::Changes changes;
  Save(upload, upload.uploaded, changes);
  const Status committed = co_await services.stores.committer().Commit(std::move(changes));
  if (committed) co_return DownloadPath(upload);
  const Status removed = co_await files.Remove(upload.room_id, upload.id);
  static_cast<void>(removed);  // nothing refers to it
  co_return committed.error();
}

}  // namespace parley::backend::embedded
