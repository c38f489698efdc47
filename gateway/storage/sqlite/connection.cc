#include "storage/sqlite/connection.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <filesystem>

#include "storage/sqlite/error.h"
#include "storage/sqlite/functions.h"

namespace parley::storage::sqlite {
namespace {

constexpr std::size_t kCachedStatements = 256;
// What is erased is overwritten, on systems whose SQLite does not do so anyway, too.
// Busy pages are written again and again: each goes to the database once per checkpoint, so these are rare, every 32 MB.
constexpr const char* kForWriting =
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-32768; PRAGMA wal_autocheckpoint=8000; "
    "PRAGMA secure_delete=ON";
constexpr const char* kForReading = "PRAGMA query_only=1; PRAGMA cache_size=-16384";

constexpr int kStepsBetweenDeadlineChecks = 10'000;  // of SQLite's virtual machine: well under a millisecond

// SQLite gives -wal and -shm files the mode of the database, so creating it narrow keeps all three so.
void CreatePrivately(const std::string& file) {
  std::error_code ignored;
  const std::filesystem::path folder = std::filesystem::path(file).parent_path();
  if (!folder.empty()) std::filesystem::create_directories(folder, ignored);
  const int descriptor = ::open(file.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600);
  if (descriptor >= 0) ::close(descriptor);
}

// SQLite counts every allocation under one lock for all connections unless told not to before its first use.
void ConfigureOnce() {
  static const int configured = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  (void)configured;
}

}  // namespace

// ---- Statement
// --------------------------------------------------------------------------------------------------------

Statement::Statement(sqlite3* database, sqlite3_stmt* statement, int prepare_code)
    : database_(database), statement_(statement), code_(prepare_code) {}

Statement::Statement(Statement&& other) noexcept
    : database_(other.database_),
      statement_(std::exchange(other.statement_, nullptr)),
      code_(other.code_),
      parameter_(other.parameter_) {}

Statement::~Statement() {
  if (statement_ != nullptr) Rewind();
}

Statement& Statement::Bind(std::string_view text) {
  // A null pointer would bind NULL, and an empty view may hold one.
  const char* bytes = text.data() == nullptr ? "" : text.data();
  Note(sqlite3_bind_text64(statement_, ++parameter_, bytes, text.size(), SQLITE_TRANSIENT, SQLITE_UTF8));
  return *this;
}

Statement& Statement::Bind(std::int64_t value) {
  Note(sqlite3_bind_int64(statement_, ++parameter_, value));
  return *this;
}

Statement& Statement::Bind(double value) {
  Note(sqlite3_bind_double(statement_, ++parameter_, value));
  return *this;
}

Statement& Statement::BindNull() {
  Note(sqlite3_bind_null(statement_, ++parameter_));
  return *this;
}

Result<bool> Statement::Next() {
  if (code_ != SQLITE_OK) return ToError(database_, code_);
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  code_ = code;
  return ToError(database_, code);
}

Status Statement::Run() {
  for (;;) {
    Result<bool> row = Next();
    if (!row) return row.error();
    if (!*row) return {};
  }
}

void Statement::Rewind() {
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
  parameter_ = 0;
}

bool Statement::IsNull(int column) const {
  return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

std::int64_t Statement::Integer(int column) const {
  return sqlite3_column_int64(statement_, column);
}

double Statement::Number(int column) const {
  return sqlite3_column_double(statement_, column);
}

std::string_view Statement::TextView(int column) const {
  const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
  if (bytes == nullptr) return {};
  return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

std::optional<Time> Statement::OptionalTime(int column) const {
  if (IsNull(column)) return std::nullopt;
  return FromUnixMillis(Integer(column));
}

// ---- Connection
// -------------------------------------------------------------------------------------------------------

Result<std::unique_ptr<Connection>> Connection::Open(const std::string& file, Access access,
                                                     std::chrono::milliseconds busy_timeout) {
  ConfigureOnce();
  if (access == Access::kReadWrite) CreatePrivately(file);
  sqlite3* database = nullptr;
  const int code =
      sqlite3_open_v2(file.c_str(), &database, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, /*zVfs=*/nullptr);
  std::unique_ptr<Connection> connection(new Connection(database));
  if (code != SQLITE_OK) return StorageFailure(file + ": " + Describe(database, code));

  sqlite3_extended_result_codes(database, 1);
  sqlite3_busy_timeout(database, static_cast<int>(busy_timeout.count()));
  sqlite3_progress_handler(database, kStepsBetweenDeadlineChecks, &Connection::OnProgress, connection.get());
  RegisterFunctions(database);

  Status ready = connection->Execute(access == Access::kReadWrite ? kForWriting : kForReading);
  if (!ready) {
    Error error = ready.error();
    error.detail = file + ": " + error.detail;
    return error;
  }
  return connection;
}

Connection::~Connection() {
  for (const Cached& cached : recent_) sqlite3_finalize(cached.statement);
  sqlite3_close_v2(database_);
}

Statement Connection::Prepare(std::string_view sql) {
  if (const auto known = by_sql_.find(sql); known != by_sql_.end()) {
    recent_.splice(recent_.begin(), recent_, known->second);
    return Statement(database_, known->second->statement, SQLITE_OK);
  }
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v3(database_, sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT,
                                      &statement, /*pzTail=*/nullptr);
  if (code != SQLITE_OK) return Statement(database_, nullptr, code);

  recent_.push_front({std::string(sql), statement});
  by_sql_.emplace(recent_.front().sql, recent_.begin());
  if (recent_.size() > kCachedStatements) {
    const Cached& oldest = recent_.back();
    by_sql_.erase(oldest.sql);
    sqlite3_finalize(oldest.statement);
    recent_.pop_back();
  }
  return Statement(database_, statement, SQLITE_OK);
}

Status Connection::Execute(const std::string& script) {
  const int code = sqlite3_exec(database_, script.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return ToError(database_, code);
  return {};
}

std::int64_t Connection::Changes() const {
  return sqlite3_changes64(database_);
}

std::int64_t Connection::TotalChanges() const {
  return sqlite3_total_changes64(database_);
}

bool Connection::InTransaction() const {
  return sqlite3_get_autocommit(database_) == 0;
}

Status Connection::CopyTo(const std::string& file) {
  CreatePrivately(file);
  sqlite3* target = nullptr;
  int code = sqlite3_open_v2(file.c_str(), &target, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr);
  if (code == SQLITE_OK) {
    if (sqlite3_backup* backup = sqlite3_backup_init(target, "main", database_, "main")) {
      sqlite3_backup_step(backup, -1);  // all at once: one snapshot, writers are not held up in WAL mode
      sqlite3_backup_finish(backup);
    }
    code = sqlite3_errcode(target);
  }
  Status copied;
  if (code != SQLITE_OK) copied = StorageFailure(file + ": " + Describe(target, code));
  sqlite3_close(target);
  return copied;
}

int Connection::OnProgress(void* self) {
  const auto& deadline = static_cast<Connection*>(self)->deadline_;
  return deadline && std::chrono::steady_clock::now() > *deadline ? 1 : 0;
}

// ---- Transaction
// ------------------------------------------------------------------------------------------------------

Result<std::unique_ptr<Transaction>> Transaction::Begin(Connection& connection, Kind kind) {
  Status begun = connection.Prepare(kind == Kind::kWrite ? "BEGIN IMMEDIATE" : "BEGIN").Run();
  if (!begun) return begun.error();
  return std::unique_ptr<Transaction>(new Transaction(connection));
}

Transaction::~Transaction() {
  // Disk full and input/output errors may have rolled back already.
  if (!finished_ && connection_.InTransaction()) (void)connection_.Prepare("ROLLBACK").Run();
}

Status Transaction::Commit() {
  if (!connection_.InTransaction()) return StorageFailure("the transaction was rolled back by an earlier failure");
  Status committed = connection_.Prepare("COMMIT").Run();
  finished_ = committed.ok();
  return committed;
}

}  // namespace parley::storage::sqlite
