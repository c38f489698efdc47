// The words of the lint's messages.
#include <algorithm>
#include <optional>

#include "base/text.h"
#include "mapping/lint_flow.h"

namespace parley::mapping::lint {
namespace {

using ast::Expr;
using ast::ExprKind;

// An operand of `or` or `in` within another operation needs its parentheses.
std::string Operand(const Expr& expr) {
  bool plain = expr.kind == ExprKind::kPath || expr.kind == ExprKind::kName || expr.kind == ExprKind::kLiteral ||
               expr.kind == ExprKind::kWord;
  return plain ? TextOf(expr) : "(" + TextOf(expr) + ")";
}

std::string OperandsText(const Expr& expr, std::string_view between) {
  std::vector<std::string> texts;
  for (const Expr& operand : expr.operands) texts.push_back(Operand(operand));
  return Join(texts, between);
}

std::string PathText(const std::vector<std::string>& path) {
  return path.empty() ? "." : "." + Join(path, ".");
}

}  // namespace

std::string TextOf(const Expr& expr) {
  switch (expr.kind) {
    case ExprKind::kPath:
      return PathText(expr.path);
    case ExprKind::kName:
      return "$" + expr.name + (expr.path.empty() ? "" : PathText(expr.path));
    case ExprKind::kLiteral:
      return expr.literal.IsString() ? "'" + std::string(*expr.literal.AsString()) + "'" : Print(expr.literal);
    case ExprKind::kWord:
      return expr.name;
    case ExprKind::kInto:
      return TextOf(expr.operands[0]) + " | " + PathText(expr.path);
    case ExprKind::kApply: {
      std::string text = TextOf(expr.operands[0]) + " | " + expr.name;
      if (expr.operands.size() > 1) text += "(" + TextOf(expr.operands[1]) + ")";
      return text;
    }
    case ExprKind::kElse:
      return OperandsText(expr, " else ");
    case ExprKind::kCompare:
      return OperandsText(expr, " " + expr.name + " ");
    case ExprKind::kNot:
      return "not " + Operand(expr.operands[0]);
    case ExprKind::kAnd:
      return OperandsText(expr, " and ");
    case ExprKind::kOr:
      return OperandsText(expr, " or ");
  }
  return {};
}

std::string Listed(const std::vector<std::string>& names) {
  constexpr std::size_t kShown = 8;
  if (names.size() <= kShown) return Join(names, ", ");
  return Join({names.begin(), names.begin() + kShown}, ", ") + " and " + std::to_string(names.size() - kShown) +
         " more";
}

std::string Hint(std::string_view word, const std::vector<std::string>& candidates, std::string_view otherwise) {
  if (std::optional<std::string> near = Nearest(word, candidates)) return "; did you mean " + *near;
  if (candidates.empty()) return {};
  return "; " + std::string(otherwise) + " " + Listed(candidates);
}

std::string Joined(std::string_view path, std::string_view name) {
  if (path.empty()) return std::string(name);
  return std::string(path) + "." + std::string(name);
}

}  // namespace parley::mapping::lint
