#include "mapping/mentions.h"

#include <algorithm>

namespace parley::mapping {
namespace {

template <class Part>
void CollectOptional(const std::optional<Part>& part, Mentions& mentions) {
  if (part) Collect(*part, mentions);
}

void CollectErrors(const std::vector<ast::ErrorRow>& rows, Mentions& mentions) {
  for (const ast::ErrorRow& row : rows) Collect(row.outcome, mentions);
}

}  // namespace

void Collect(const ast::Expr& expr, Mentions& mentions) {
  if (expr.kind == ast::ExprKind::kName) mentions.push_back(expr.name);
  if (expr.kind == ast::ExprKind::kApply && expr.name.find('.') != std::string::npos)
    mentions.push_back(expr.name.substr(0, expr.name.find('.')));
  for (const ast::Expr& operand : expr.operands) Collect(operand, mentions);
}

void Collect(const ast::Template& parts, Mentions& mentions) {
  for (const ast::TemplatePart& part : parts) CollectOptional(part.hole, mentions);
}

void Collect(const ast::Tree& tree, Mentions& mentions) {
  Collect(tree.expr, mentions);
  Collect(tree.parts, mentions);
  for (const ast::Member& member : tree.members) Collect(member.value, mentions);
  for (const ast::Tree& item : tree.items) Collect(item, mentions);
}

void Collect(const ast::Call& call, Mentions& mentions) {
  Collect(call.path, mentions);
  CollectOptional(call.query, mentions);
  CollectOptional(call.body, mentions);
}

void Collect(const ast::Outcome& outcome, Mentions& mentions) {
  Collect(outcome.text, mentions);
}

void Collect(const ast::Step& step, Mentions& mentions) {
  Collect(step.call, mentions);
  Collect(step.value, mentions);
  for (const ast::Member& member : step.with) Collect(member.value, mentions);
  CollectOptional(step.when, mentions);
  CollectOptional(step.each, mentions);
  CollectOptional(step.take, mentions);
  CollectOptional(step.otherwise, mentions);
  CollectErrors(step.errors, mentions);
  if (!step.undo) return;
  Collect(step.undo->call, mentions);
  CollectOptional(step.undo->when, mentions);
}

void Collect(const ast::Variant& variant, Mentions& mentions) {
  CollectOptional(variant.when, mentions);
  for (const ast::Requirement& requirement : variant.require) {
    Collect(requirement.that, mentions);
    Collect(requirement.otherwise, mentions);
  }
  for (const ast::Step& step : variant.steps) Collect(step, mentions);
  CollectOptional(variant.answer, mentions);
}

std::size_t Count(const Mentions& mentions, const std::string& name) {
  return static_cast<std::size_t>(std::count(mentions.begin(), mentions.end(), name));
}

}  // namespace parley::mapping
