#include "backend/rocketchat/directory_cache.h"

namespace parley::backend::rocketchat {

DirectoryCache::Held DirectoryCache::Get() const {
  const std::lock_guard lock(mutex_);
  return held_;
}

void DirectoryCache::Put(Held read) {
  const std::lock_guard lock(mutex_);
  if (held_.directory != nullptr && (read.writes < held_.writes || read.read_at < held_.read_at)) return;
  held_ = std::move(read);
}

}  // namespace parley::backend::rocketchat
