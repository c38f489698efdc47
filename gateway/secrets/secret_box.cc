#include "secrets/secret_box.h"

#include <sys/stat.h>

#include "base/log.h"
#include "secrets/key_file.h"

namespace parley::secrets {

SecretBox::SecretBox(std::string file, Keyring keys)
    : file_(std::move(file)), keys_(std::make_shared<const Keyring>(std::move(keys))) {}

SecretBox::Stamp SecretBox::StampOf(const std::string& file) {
  struct stat found {};
  if (::stat(file.c_str(), &found) != 0) return {};
  return {static_cast<std::int64_t>(found.st_ino), found.st_size, found.st_mtim.tv_sec, found.st_mtim.tv_nsec};
}

std::string SecretBox::Seal(std::string_view plain, std::string_view place) {
  return Newest()->Seal(plain, place);
}

Result<std::string> SecretBox::Open(std::string_view sealed, std::string_view place) {
  std::shared_ptr<const Keyring> known = keys();
  if (!known->Has(KeyNameOf(sealed))) known = Newest();
  return known->Open(sealed, place);
}

std::shared_ptr<const Keyring> SecretBox::keys() {
  const std::lock_guard lock(mutex_);
  return keys_;
}

std::shared_ptr<const Keyring> SecretBox::Newest() {
  const Stamp stamp = StampOf(file_);
  const std::lock_guard lock(mutex_);
  if (stamp != stamp_) ReadAnew(stamp);
  return keys_;
}

void SecretBox::ReadAnew(const Stamp& stamp) {
  stamp_ = stamp;
  Result<std::optional<Keyring>> read = ReadKeyFile(file_);
  if (read && *read) {
    const bool changed = (*read)->newest() != keys_->newest();
    keys_ = std::make_shared<const Keyring>(**std::move(read));
    if (changed) Log(LogLevel::kInfo, "secrets.keys_changed", {{"file", file_}, {"newest", keys_->newest()}});
    return;
  }
  Log(LogLevel::kError, "secrets.keys_unusable",
      {{"file", file_}, {"reason", read ? "it is gone" : read.error().message}});
}

}  // namespace parley::secrets
