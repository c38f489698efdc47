// Dotted member paths as SQL over the `body` column.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace parley::storage::sqlite {

// "v.token" -> $."v"."token"; "emails.0.address" -> $."emails"[0]."address". Nothing but letters, digits, '_' and '-'
// in the segments, so that the text can stand in a statement. Errors: kInvalidArgument naming the path.
Result<std::string> JsonPath(std::string_view dotted);

// The SQL expression for a member: json_extract(body,'$."v"."token"'), or the id column for "_id". Index definitions
// and conditions both come from here: SQLite uses an expression index only when the texts agree.
Result<std::string> MemberSql(std::string_view dotted);

}  // namespace parley::storage::sqlite
