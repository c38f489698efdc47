// One SQLite connection and its prepared statements.
//
//   Statement room = connection.Prepare("SELECT version, body FROM rooms WHERE id = ?");
//   room.Bind(id);
//   Result<bool> found = room.Next();
//
// Threading: one thread at a time.
#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/clock.h"
#include "base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace parley::storage::sqlite {

// A prepared statement in use: bound from the first parameter on, read row by row, given back on destruction.
// A failure to prepare or to bind is reported by the first Next or Run.
class Statement {
 public:
  Statement(sqlite3* database, sqlite3_stmt* statement, int prepare_code);
  ~Statement();
  Statement(Statement&& other) noexcept;
  Statement& operator=(Statement&&) = delete;

  // Texts are copied.
  Statement& Bind(std::string_view text);
  Statement& Bind(const char* text) { return Bind(std::string_view(text)); }
  Statement& Bind(const std::string& text) { return Bind(std::string_view(text)); }
  Statement& Bind(std::int64_t value);
  Statement& Bind(int value) { return Bind(std::int64_t{value}); }
  Statement& Bind(bool value) { return Bind(std::int64_t{value}); }
  Statement& Bind(double value);
  Statement& Bind(Time time) { return Bind(UnixMillis(time)); }
  Statement& Bind(std::optional<Time> time) { return time ? Bind(*time) : BindNull(); }
  Statement& BindNull();

  // Moves to the next row; false at the end.
  Result<bool> Next();
  // For statements whose rows do not matter.
  Status Run();
  // Back to the first row, with nothing bound.
  void Rewind();

  // Of the current row, columns from 0.
  bool IsNull(int column) const;
  std::int64_t Integer(int column) const;
  double Number(int column) const;
  std::string Text(int column) const { return std::string(TextView(column)); }
  std::string_view TextView(int column) const;  // until the next row
  std::optional<Time> OptionalTime(int column) const;

 private:
  void Note(int code) {
    if (code_ == 0) code_ = code;
  }

  sqlite3* database_;
  sqlite3_stmt* statement_;
  int code_;
  int parameter_ = 0;
};

enum class Access { kReadOnly, kReadWrite };

class Connection {
 public:
  // kReadWrite creates the file when it is absent (readable by its owner alone).
  static Result<std::unique_ptr<Connection>> Open(const std::string& file, Access access,
                                                  std::chrono::milliseconds busy_timeout);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // From the cache when this text was prepared before.
  Statement Prepare(std::string_view sql);
  // Several statements, not cached.
  Status Execute(const std::string& script);
  // Rows changed by the last statement.
  std::int64_t Changes() const;
  // Rows changed since it was opened.
  std::int64_t TotalChanges() const;
  bool InTransaction() const;
  // Copies this whole database, as it is now, over `file`.
  Status CopyTo(const std::string& file);

  // Statements after this call are stopped with kTimeout once `deadline` has passed.
  void SetDeadline(SteadyTime deadline) { deadline_ = deadline; }
  void ClearDeadline() { deadline_.reset(); }

 private:
  struct Cached {
    std::string sql;
    sqlite3_stmt* statement;
  };

  explicit Connection(sqlite3* database) : database_(database) {}
  static int OnProgress(void* self);

  sqlite3* database_;
  std::list<Cached> recent_;  // most recently used first
  std::unordered_map<std::string_view, std::list<Cached>::iterator> by_sql_;
  std::optional<SteadyTime> deadline_;
};

// A transaction that ends with the scope: rolled back unless it was committed.
class Transaction {
 public:
  enum class Kind { kRead, kWrite };

  static Result<std::unique_ptr<Transaction>> Begin(Connection& connection, Kind kind);
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  Status Commit();

 private:
  explicit Transaction(Connection& connection) : connection_(connection) {}

  Connection& connection_;
  bool finished_ = false;
};

}  // namespace parley::storage::sqlite
