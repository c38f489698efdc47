#include "storage/sqlite/query_sql.h"

#include "storage/sqlite/element_index.h"
#include "storage/sqlite/member_path.h"
#include "storage/sqlite/pattern.h"

namespace parley::storage::sqlite {
namespace {

constexpr std::string_view kIdColumn = "id";

// json_extract gives true and 1 alike, so comparisons with either also ask for the JSON type.
void AppendTypeIs(SqlText& sql, const std::string& json_path, std::string_view types) {
  sql.Append("json_type(body,'" + json_path + "') IN (");
  sql.Append(types);
  sql.Append(")");
}

// Numbers and texts only compare with their own kind: SQLite orders every number before every text.
void AppendComparison(SqlText& sql, const std::string& member, std::string_view comparison, const Json& value) {
  sql.Append("(" + member + " ");
  sql.Append(comparison);
  sql.Append(" ");
  sql.Parameter(value);
  sql.Append(value.IsString() ? " AND typeof(" + member + ")='text')" : " AND typeof(" + member + ")<>'text')");
}

void AppendEquals(SqlText& sql, const std::string& member, const std::string& json_path, const Json& value) {
  if (member == kIdColumn && !value.IsString()) return sql.Append("0");
  switch (value.kind()) {
    case Json::Kind::kNull:
      return sql.Append("0");  // nothing equals null; kMissing asks for it
    case Json::Kind::kBoolean:
      sql.Append("(" + member + " = ");
      sql.Parameter(value);
      sql.Append(" AND ");
      AppendTypeIs(sql, json_path, "'true','false'");
      return sql.Append(")");
    case Json::Kind::kInteger:
    case Json::Kind::kNumber:
      sql.Append("(" + member + " = ");
      sql.Parameter(value);
      sql.Append(" AND ");
      AppendTypeIs(sql, json_path, "'integer','real'");
      return sql.Append(")");
    case Json::Kind::kString:
    case Json::Kind::kArray:
    case Json::Kind::kObject:
      sql.Append(member + " = ");
      return sql.Parameter(value);
  }
}

void AppendElementsOf(SqlText& sql, const Json& array) {
  sql.Append("(SELECT value FROM json_each(");
  sql.Parameter(array);
  sql.Append("))");
}

// "At least one element of the array member ..."; what follows judges `value` and ends with a parenthesis.
void AppendSomeElement(SqlText& sql, Collection collection, std::string_view path, const std::string& json_path) {
  const IndexInfo* index = ElementIndexOf(InfoOf(collection), path);
  if (index == nullptr) return sql.Append("EXISTS (SELECT 1 FROM json_each(body,'" + json_path + "') WHERE value ");
  sql.Append("id IN (SELECT id FROM \"" + std::string(index->name) + "\" WHERE value ");
}

Status AppendWithin(SqlText& sql, const Json& bounds) {
  const Json::Array* array = bounds.AsArray();
  if (array == nullptr || array->size() != 2 || !array->front().IsNumber() || !array->back().IsNumber()) {
    return InvalidArgument("a range is an array of two numbers");
  }
  sql.Append(">= ");
  sql.Parameter(array->front());
  sql.Append(" AND value < ");
  sql.Parameter(array->back());
  sql.Append(")");
  return {};
}

Status AppendCondition(SqlText& sql, Collection collection, const Condition& condition);

Status AppendAnyOf(SqlText& sql, Collection collection, const std::vector<Condition>& alternatives) {
  if (alternatives.empty()) {
    sql.Append("0");
    return {};
  }
  std::string_view before = "(";
  for (const Condition& alternative : alternatives) {
    sql.Append(before);
    if (Status appended = AppendCondition(sql, collection, alternative); !appended) return appended;
    before = " OR ";
  }
  sql.Append(")");
  return {};
}

Status AppendRegex(SqlText& sql, const std::string& member, const Json& value) {
  const std::string_view expression = value.AsString().value_or("");
  if (const Pattern pattern(expression); !pattern.usable()) {
    return InvalidArgument("'" + std::string(expression) +
                           "' is not a usable regular expression: " + pattern.problem());
  }
  sql.Append("parley_matches(" + member + ",");
  sql.Parameter(value);
  sql.Append(")");
  return {};
}

bool NeedsText(Match match) {
  return match == Match::kSameText || match == Match::kContains || match == Match::kRegex;
}

bool NeedsArray(Match match) {
  return match == Match::kIn || match == Match::kHasAny;
}

Status AppendCondition(SqlText& sql, Collection collection, const Condition& condition) {
  if (condition.match == Match::kAnyOf) return AppendAnyOf(sql, collection, condition.any);
  if (NeedsText(condition.match) && !condition.value.IsString()) {
    return InvalidArgument("'" + condition.path + "' can only be searched for a text");
  }
  if (NeedsArray(condition.match) && !condition.value.IsArray()) {
    return InvalidArgument("'" + condition.path + "' can only be compared with the elements of an array");
  }

  Result<std::string> json_path = JsonPath(condition.path);
  if (!json_path) return json_path.error();
  const std::string member = *MemberSql(condition.path);
  const Json& value = condition.value;

  switch (condition.match) {
    case Match::kEquals:
      AppendEquals(sql, member, *json_path, value);
      break;
    case Match::kNotEquals:
      sql.Append("NOT coalesce(");
      AppendEquals(sql, member, *json_path, value);
      sql.Append(",0)");
      break;
    case Match::kSameText:
      sql.Append("lower(" + member + ") = lower(");
      sql.Parameter(value);
      sql.Append(")");
      break;
    case Match::kIn:
      sql.Append(member + " IN ");
      AppendElementsOf(sql, value);
      break;
    case Match::kExists:
      sql.Append(member + " IS NOT NULL");
      break;
    case Match::kMissing:
      sql.Append(member + " IS NULL");
      break;
    case Match::kAtLeast:
      AppendComparison(sql, member, ">=", value);
      break;
    case Match::kAtMost:
      AppendComparison(sql, member, "<=", value);
      break;
    case Match::kLess:
      AppendComparison(sql, member, "<", value);
      break;
    case Match::kGreater:
      AppendComparison(sql, member, ">", value);
      break;
    case Match::kContains:
      // lower() and instr() rather than LIKE: '%' and '_' mean themselves, and no pattern is too long.
      sql.Append("instr(lower(" + member + "),lower(");
      sql.Parameter(value);
      sql.Append("))>0");
      break;
    case Match::kRegex:
      return AppendRegex(sql, member, value);
    case Match::kHasAny:
      AppendSomeElement(sql, collection, condition.path, *json_path);
      sql.Append("IN ");
      AppendElementsOf(sql, value);
      sql.Append(")");
      break;
    case Match::kHasWithin:
      AppendSomeElement(sql, collection, condition.path, *json_path);
      return AppendWithin(sql, value);
    case Match::kAnyOf:
      break;  // handled above
  }
  return {};
}

Status AppendWhere(SqlText& sql, Collection collection, const std::vector<Condition>& where) {
  std::string_view before = " WHERE ";
  for (const Condition& condition : where) {
    sql.Append(before);
    if (Status appended = AppendCondition(sql, collection, condition); !appended) return appended;
    before = " AND ";
  }
  return {};
}

Status AppendOrder(SqlText& sql, const std::vector<SortKey>& keys) {
  sql.Append(" ORDER BY ");
  for (const SortKey& key : keys) {
    Result<std::string> member = MemberSql(key.path);
    if (!member) return member.error();
    sql.Append(*member + (key.descending ? " DESC, " : ", "));
  }
  sql.Append("id");
  return {};
}

}  // namespace

void SqlText::Parameter(const Json& value) {
  text_ += "?";
  parameters_.push_back(value);
}

void SqlText::Parameter(std::int64_t value) {
  Parameter(Json(static_cast<long long>(value)));
}

Statement SqlText::Prepare(Connection& connection) const {
  Statement statement = connection.Prepare(text_);
  for (const Json& value : parameters_) {
    switch (value.kind()) {
      case Json::Kind::kNull:
        statement.BindNull();
        break;
      case Json::Kind::kBoolean:
        statement.Bind(*value.AsBoolean());
        break;
      case Json::Kind::kInteger:
        statement.Bind(*value.AsInteger());
        break;
      case Json::Kind::kNumber:
        statement.Bind(*value.AsNumber());
        break;
      case Json::Kind::kString:
        statement.Bind(*value.AsString());
        break;
      case Json::Kind::kArray:
      case Json::Kind::kObject:
        statement.Bind(Print(value));
        break;
    }
  }
  return statement;
}

Result<SqlText> SelectSql(const Query& query) {
  SqlText sql;
  sql.Append("SELECT id, version, body FROM ");
  sql.Append(InfoOf(query.collection).table);
  if (Status where = AppendWhere(sql, query.collection, query.where); !where) return where.error();
  if (Status order = AppendOrder(sql, query.sort); !order) return order.error();
  if (query.limit || query.offset > 0) {
    sql.Append(" LIMIT ");
    sql.Parameter(query.limit.value_or(-1));
    sql.Append(" OFFSET ");
    sql.Parameter(query.offset);
  }
  return sql;
}

Result<SqlText> CountSql(const Query& query) {
  SqlText sql;
  sql.Append("SELECT count(*) FROM ");
  sql.Append(InfoOf(query.collection).table);
  if (Status where = AppendWhere(sql, query.collection, query.where); !where) return where.error();
  return sql;
}

Result<SqlText> DeleteWhereSql(Collection collection, const std::string& path, const Json& value) {
  SqlText sql;
  sql.Append("DELETE FROM ");
  sql.Append(InfoOf(collection).table);
  const std::vector<Condition> where{Condition(path, Match::kEquals, value)};
  if (Status appended = AppendWhere(sql, collection, where); !appended) return appended.error();
  return sql;
}

}  // namespace parley::storage::sqlite
