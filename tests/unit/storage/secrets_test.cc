// Secrets in the bytes of the database's files: never there, whether they were sealed when they were written or later.
#include "storage/sqlite/secrets.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/log.h"
#include "secrets/key_file.h"
#include "storage/sqlite/migrations.h"
#include "support/file_size_limit.h"
#include "unit/storage/sqlite_files.h"

namespace parley::storage::sqlite::test {
namespace {

namespace fs = std::filesystem;
using parley::test::FileSizeLimit;
using secrets::Keyring;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* kWebhook =
    R"({"event_type":"chat_ended","token":"t0ken-of-livechat","url":"https://ida:passw0rd@hooks.test/x"})";
constexpr const char* kEndpoint =
    R"({"url":"https://hooks.test/admin-url","token":"","headers":{"Authorization":"Bearer b34rer"},)"
    R"("secrets":[{"key":"whsec_c2lnbmluZy1zZWNyZXQ"}],"ordered":true})";
constexpr const char* kInbox =
    R"({"email":"shop@acme.test","smtp":{"password":"smtp-passw0rd"},"imap":{"password":"imap-passw0rd"}})";
constexpr const char* kSetting = R"({"value":"rocketchat-t0ken"})";
constexpr const char* kSecrets[] = {"t0ken-of-livechat", "ida:passw0rd",  "admin-url",       "b34rer", "whsec_",
                                    "smtp-passw0rd",     "imap-passw0rd", "rocketchat-t0ken"};

struct Sample {
  Collection collection;
  std::string id;
  std::string body;
};
const std::vector<Sample> kSamples = {{Collection::kWebhooks, "w1", kWebhook},
                                      {Collection::kRelayEndpoints, "e1", kEndpoint},
                                      {Collection::kEmailInboxes, "i1", kInbox},
                                      {Collection::kSettings, "Livechat_secret_token", kSetting}};

std::span<const Migration> MigrationsBeforeSealing() {
  const std::span<const Migration> all = AllMigrations();
  std::size_t before = 0;
  while (before < all.size() && std::string_view(all[before].sql).find("TABLE sealing") == std::string_view::npos)
    ++before;
  return all.first(before);
}

class StoredSecrets : public testing::Test {
 protected:
  void SetUp() override {
    SetLogSink([this](std::string_view line) { log_.append(line).append("\n"); });
  }
  void TearDown() override { SetLogSink({}); }

  static void Write(OpenedStore& opened) {
    Changes changes;
    for (const Sample& sample : kSamples) changes.Insert(sample.collection, sample.id, *ParseJson(sample.body));
    ASSERT_TRUE(opened.Commit(std::move(changes)));
  }
  static void ExpectRead(OpenedStore& opened) {
    for (const Sample& sample : kSamples) {
      const auto found = Await(opened.stores->documents().Get(sample.collection, sample.id));
      ASSERT_TRUE(found && *found) << sample.id;
      EXPECT_EQ((*found)->body, *ParseJson(sample.body)) << sample.id;
    }
  }
  // As an earlier version stored them.
  void WritePlainly() const {
    Intruder intruder(file_);
    for (const Sample& sample : kSamples) {
      intruder.Execute("INSERT OR REPLACE INTO " + std::string(InfoOf(sample.collection).table) +
                       "(id, version, body) VALUES('" + sample.id + "', 7, '" + sample.body + "')");
    }
  }
  // Which secrets stand in the database's files.
  std::vector<std::string> Found() const {
    std::string bytes;
    for (const char* suffix : {"", "-wal", "-shm"}) {
      std::ifstream file(file_ + suffix, std::ios::binary);
      bytes.append(std::istreambuf_iterator<char>(file), {});
    }
    std::vector<std::string> found;
    for (const char* secret : kSecrets)
      if (bytes.find(secret) != std::string::npos) found.emplace_back(secret);
    return found;
  }
  Keyring Keys() const { return **secrets::ReadKeyFile(keys_); }
  std::int64_t Unclean() const {
    const auto connection = Connection::Open(file_, Access::kReadOnly, std::chrono::milliseconds(100));
    Statement statement = (*connection)->Prepare("SELECT unclean FROM sealing");
    return *statement.Next() ? statement.Integer(0) : -1;
  }

  TemporaryDirectory directory_;
  const std::string file_ = directory_.File("parley.db");
  const std::string keys_ = directory_.File("parley.secrets.key");
  std::string log_;
};

TEST_F(StoredSecrets, AreReadAsTheyWereWrittenAndInNoFile) {
  {
    OpenedStore opened(file_);
    Write(opened);
    ExpectRead(opened);
    EXPECT_THAT(Found(), IsEmpty()) << "while it is open";
  }
  EXPECT_THAT(Found(), IsEmpty());
  OpenedStore again(file_);
  ExpectRead(again);
  EXPECT_THAT(log_, testing::Not(HasSubstr("secrets.sealed"))) << "there was nothing to do";
}

TEST_F(StoredSecrets, AreListedUpdatedAndRemovedLikeAnythingElse) {
  OpenedStore opened(file_);
  Write(opened);
  const auto found = Await(opened.stores->documents().Find(Query(Collection::kWebhooks)));
  ASSERT_TRUE(found);
  ASSERT_EQ(found->documents.size(), 1u);
  Json body = found->documents[0].body;
  EXPECT_EQ(body.Text("token"), "t0ken-of-livechat");
  body.Set("token", "another");
  Changes changes;
  changes.Update(Collection::kWebhooks, found->documents[0], body);
  ASSERT_TRUE(opened.Commit(std::move(changes)));
  const auto read = Await(opened.stores->documents().Get(Collection::kWebhooks, "w1"));
  EXPECT_EQ((*read)->body, body);
  Query heavy(Collection::kWebhooks);
  heavy.heavy = true;
  EXPECT_EQ(Await(opened.stores->documents().Find(std::move(heavy)))->documents[0].body, body);
}

TEST_F(StoredSecrets, OfAnEarlierVersionAreSealedAndLeaveTheFiles) {
  const std::span<const Migration> before = MigrationsBeforeSealing();
  {
    const auto connection = Connection::Open(file_, Access::kReadWrite, std::chrono::milliseconds(100));
    ASSERT_TRUE(Migrate(**connection, file_, before, FakeClock()));
    ASSERT_TRUE(EnsureCollections(**connection));
  }
  WritePlainly();
  ASSERT_EQ(Found().size(), std::size(kSecrets));
  {
    OpenedStore opened(file_);
    EXPECT_THAT(Found(), IsEmpty()) << "at once";
    ExpectRead(opened);
    const auto found = Await(opened.stores->documents().Get(Collection::kWebhooks, "w1"));
    EXPECT_EQ((*found)->version, 7) << "it says what it said";
  }
  EXPECT_THAT(Found(), IsEmpty());
  EXPECT_EQ(Unclean(), 0);
  const std::string backup = file_ + ".backup-v" + std::to_string(before.back().version);
  ASSERT_TRUE(fs::exists(backup));
  EXPECT_EQ(fs::status(backup).permissions(), fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_THAT(log_, AllOf(HasSubstr("secrets.plain_in_backup"), HasSubstr(backup)));
  log_.clear();
  OpenedStore again(file_);
  ExpectRead(again);
  EXPECT_EQ(log_, "") << "nothing is done twice";
}

TEST_F(StoredSecrets, WhatInterruptsTheCleaningIsMadeUpForAtTheNextStart) {
  { OpenedStore opened(file_); }
  WritePlainly();
  {
    // Somebody reads what was there before, so the log cannot go.
    Intruder reader(file_);
    reader.Execute("BEGIN; SELECT count(*) FROM webhooks");
    OpenedStore opened(file_);
    ExpectRead(opened);
    EXPECT_EQ(Found().size(), std::size(kSecrets));
    EXPECT_EQ(Unclean(), 1);
    opened.stores.reset();
    opened.store->Stop();
    EXPECT_EQ(Found().size(), std::size(kSecrets));
    reader.Execute("COMMIT");
    OpenedStore again(file_);
    EXPECT_THAT(Found(), IsEmpty());
    EXPECT_EQ(Unclean(), 0);
  }
}

TEST_F(StoredSecrets, AFullDiskLeavesThemAsTheyWere) {
  { OpenedStore opened(file_); }
  WritePlainly();
  // Nothing fits behind what is in the log already.
  Intruder(file_).Execute("PRAGMA wal_checkpoint(TRUNCATE)");
  {
    const FileSizeLimit limit(100);
    OpenedStore opened(file_);
    ASSERT_FALSE(opened.opened());
    EXPECT_EQ(opened.failure().origin, ErrorOrigin::kStorage);
  }
  OpenedStore opened(file_);
  ASSERT_TRUE(opened.opened()) << opened.failure().message;
  ExpectRead(opened);
  EXPECT_THAT(Found(), IsEmpty());
}

TEST_F(StoredSecrets, TheKeyIsMadeOnceForItsOwnerAlone) {
  { OpenedStore opened(file_); }
  EXPECT_EQ(fs::status(keys_).permissions(), fs::perms::owner_read | fs::perms::owner_write);
  const std::string key = Keys().newest();
  { OpenedStore opened(file_); }
  EXPECT_EQ(Keys().newest(), key);
  fs::remove(keys_);
  OpenedStore opened(file_);
  EXPECT_TRUE(opened.opened()) << "nothing was sealed with it";
  EXPECT_NE(Keys().newest(), key);
}

TEST_F(StoredSecrets, WithoutTheirKeyTheStoreIsRefused) {
  {
    OpenedStore opened(file_);
    Write(opened);
  }
  const std::string key = Keys().newest();
  fs::rename(keys_, keys_ + ".elsewhere");
  {
    OpenedStore opened(file_);
    ASSERT_FALSE(opened.opened());
    EXPECT_EQ(
        opened.failure().message,
        "the secrets in " + file_ + " are sealed with the key " + key + ", and the key file " + keys_ +
            " is missing: put the key file that belongs to this store back there (it is kept apart from backups), "
            "or name where it is with store.secret_key_file");
    EXPECT_FALSE(fs::exists(keys_)) << "none is made in its place";
  }
  ASSERT_TRUE(secrets::WriteKeyFile(keys_, Keyring::Make()));
  {
    OpenedStore opened(file_);
    ASSERT_FALSE(opened.opened());
    EXPECT_THAT(opened.failure().message, HasSubstr("sealed with the key " + key + ", which is not in " + keys_));
  }
  std::ofstream(keys_) << "no key\n";
  {
    OpenedStore opened(file_);
    ASSERT_FALSE(opened.opened());
    EXPECT_THAT(opened.failure().message, HasSubstr(keys_ + " is no key file"));
  }
  Options options = OpenedStore::Impatient();
  options.key_file = keys_ + ".elsewhere";
  OpenedStore opened(file_, options);
  ASSERT_TRUE(opened.opened()) << opened.failure().message;
  ExpectRead(opened);
}

// As docs/secrets.md says.
TEST_F(StoredSecrets, OfALostKeyCanBeGivenUp) {
  {
    OpenedStore opened(file_);
    Write(opened);
    ASSERT_TRUE(opened.Commit(InsertRoom("r1")));
  }
  fs::remove(keys_);
  Intruder(file_).Execute(
      "DELETE FROM webhooks; DELETE FROM relay_endpoints; DELETE FROM email_inboxes;"
      "DELETE FROM settings WHERE body LIKE '%$sealed%'");
  OpenedStore opened(file_);
  ASSERT_TRUE(opened.opened()) << opened.failure().message;
  EXPECT_TRUE(opened.Has("r1"));
}

TEST_F(StoredSecrets, AreSealedAnewWithANewKey) {
  {
    OpenedStore opened(file_);
    Write(opened);
  }
  const Keyring old = Keys();
  const Keyring changed = old.WithNewKey();
  ASSERT_TRUE(secrets::WriteKeyFile(keys_, changed));
  {
    OpenedStore opened(file_);
    ExpectRead(opened);
    const auto counts = opened.store->CountSealed();
    ASSERT_TRUE(counts);
    ASSERT_EQ(counts->size(), 1u);
    EXPECT_EQ((*counts)[0].key, changed.newest());
    EXPECT_EQ((*counts)[0].documents, 4);
  }
  ASSERT_TRUE(secrets::WriteKeyFile(keys_, changed.OnlyNewest()));
  {
    OpenedStore opened(file_);
    ASSERT_TRUE(opened.opened()) << opened.failure().message;
    ExpectRead(opened);
  }
  ASSERT_TRUE(secrets::WriteKeyFile(keys_, old));
  OpenedStore opened(file_);
  EXPECT_FALSE(opened.opened()) << "the old key opens nothing any more";
}

TEST_F(StoredSecrets, StayReadableWhileAnotherProcessChangesTheKey) {
  OpenedStore running(file_);
  Write(running);
  const Keyring changed = Keys().WithNewKey();
  ASSERT_TRUE(secrets::WriteKeyFile(keys_, changed));
  { OpenedStore other(file_); }
  ExpectRead(running);
  ASSERT_TRUE(secrets::WriteKeyFile(keys_, changed.OnlyNewest()));
  Changes changes;
  changes.Put(Collection::kWebhooks, "w2", *ParseJson(kWebhook));
  ASSERT_TRUE(running.Commit(std::move(changes)));
  const auto counts = running.store->CountSealed();
  ASSERT_TRUE(counts);
  ASSERT_EQ(counts->size(), 1u) << "what is written meanwhile is sealed with the new one";
  EXPECT_EQ((*counts)[0].key, changed.newest());
  EXPECT_EQ((*counts)[0].documents, 5);
}

TEST_F(StoredSecrets, MovedToAnotherRecordDoNotOpen) {
  {
    OpenedStore opened(file_);
    Write(opened);
    Changes changes;
    changes.Insert(Collection::kWebhooks, "w2", *ParseJson(R"({"token":"mine"})"));
    ASSERT_TRUE(opened.Commit(std::move(changes)));
    Intruder(file_).Execute("UPDATE webhooks SET body=(SELECT body FROM webhooks WHERE id='w1') WHERE id='w2'");
    const auto read = Await(opened.stores->documents().Get(Collection::kWebhooks, "w2"));
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().origin, ErrorOrigin::kStorage);
    EXPECT_THAT(read.error().detail, HasSubstr("webhooks w2"));
    ExpectRead(opened);
  }
  OpenedStore opened(file_);
  ASSERT_FALSE(opened.opened()) << "a damaged secret is found at the start";
  EXPECT_THAT(opened.failure().message, AllOf(HasSubstr(file_), HasSubstr("webhooks w2, url")));
}

}  // namespace
}  // namespace parley::storage::sqlite::test
