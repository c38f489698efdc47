#include "support/test_store.h"

#include <stdlib.h>

#include <stdexcept>

namespace parley::test {
namespace {

template <class T>
T OrThrow(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message + ": " + result.error().detail);
  return *std::move(result);
}

}  // namespace

TemporaryDirectory::TemporaryDirectory() {
  std::string name = std::filesystem::temp_directory_path() / "parley-test-XXXXXX";
  if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary directory: " + name);
  path_ = name;
}

TemporaryDirectory::~TemporaryDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

TestStore::TestStore() : generator_(MakeSeededIdGenerator(1)) {
  store_ = OrThrow(storage::OpenStore("sqlite:" + directory_.File("parley.db"), clock_, *generator_));
  stores_ = OrThrow(store_->OpenShard(Loop().get_executor()));
}

TestStore::~TestStore() {
  stores_.reset();
  store_->Stop();
}

std::unique_ptr<TestStore> MakeTestStore() {
  return std::make_unique<TestStore>();
}

}  // namespace parley::test
