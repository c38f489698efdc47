#include "mapping/losses.h"

#include <algorithm>
#include <string_view>

#include "base/text.h"

namespace parley::mapping::lint {
namespace {

constexpr int kDepth = 5;

bool Has(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// The described record in a type: itself, or the items of a list. Null: there is nothing to look into.
TypePtr RecordIn(TypePtr type) {
  while (type->Is(kList) && type->items) type = type->items;
  return type->Is(kRecord) && !FieldNames(type).empty() ? type : nullptr;
}

void CollectUnread(const TypePtr& record, const Reads* reads, const std::vector<std::string>& noise,
                   const std::string& path, int depth, std::set<std::string>& out) {
  if (reads && reads->all()) return;
  for (const std::string& name : FieldNames(record)) {
    if (Has(noise, name)) continue;
    const Reads* member = reads ? reads->Find(name) : nullptr;
    if (!member || !member->Touched()) {
      out.insert(Joined(path, name));
      continue;
    }
    TypePtr inner = RecordIn(FieldOf(record, name)->type);
    if (inner && depth < kDepth && !member->all()) {
      CollectUnread(inner, member, noise, Joined(path, name), depth + 1, out);
    }
  }
}

// An answer is an envelope around the record or the list that was asked for; its members are named from there.
void CollectUnshown(const CalledAnswer& called, std::set<std::string>& out) {
  TypePtr answer = FromSchema(called.route->Success());
  if (called.reads->all() || !RecordIn(answer)) return;
  for (const std::string& name : FieldNames(answer)) {
    if (Has(*called.noise, name)) continue;
    const Reads* member = called.reads->Find(name);
    TypePtr record = RecordIn(FieldOf(answer, name)->type);
    if (!member || !member->Touched()) {
      out.insert(name);
    } else if (record && !member->all()) {
      CollectUnread(record, member, *called.noise, {}, 1, out);
    }
  }
}

std::string Sentence(ast::LossKind kind, std::size_t count) {
  const std::string verb = count == 1 ? " is " : " are ";
  switch (kind) {
    case ast::LossKind::kNotKept:
      return verb + "not kept by ";
    case ast::LossKind::kMadeUp:
      return verb + "made up by ";
    case ast::LossKind::kNotShown:
      return verb + "not shown by ";
  }
  return {};
}

std::string_view Keyword(ast::LossKind kind) {
  switch (kind) {
    case ast::LossKind::kNotKept:
      return "not_kept";
    case ast::LossKind::kMadeUp:
      return "made_up";
    case ast::LossKind::kNotShown:
      return "not_shown";
  }
  return {};
}

LossKind Public(ast::LossKind kind) {
  switch (kind) {
    case ast::LossKind::kNotKept:
      return LossKind::kNotKept;
    case ast::LossKind::kMadeUp:
      return LossKind::kMadeUp;
    case ast::LossKind::kNotShown:
      return LossKind::kNotShown;
  }
  return LossKind::kNotShown;
}

}  // namespace

std::vector<std::string> NamesOf(const ast::Loss& loss) {
  std::vector<std::string> names;
  for (std::string_view name : Split(loss.name, ',')) names.emplace_back(Trim(name));
  return names;
}

LossNames ComputeLosses(const Flows& flows, const std::vector<std::string>& face_noise) {
  LossNames losses;
  CollectUnread(flows.input, flows.input_reads.get(), {}, {}, 0, losses[ast::LossKind::kNotKept]);
  for (const auto& [path, data] : flows.writers) {
    if (!data && !path.empty() && !Has(face_noise, path)) losses[ast::LossKind::kMadeUp].insert(path);
  }
  for (const CalledAnswer& called : flows.called) CollectUnshown(called, losses[ast::LossKind::kNotShown]);
  return losses;
}

std::vector<Loss> CheckLosses(const ast::Operation& operation, const std::string& route, const ast::File& file,
                              const LossNames& computed, InheritedUse& inherited_used, Surroundings& around) {
  LossNames open = computed;
  std::vector<Loss> losses;
  auto settle = [&](const ast::Loss& declared, bool own) {
    for (const std::string& name : NamesOf(declared)) {
      if (open[declared.kind].erase(name) != 0) {
        losses.push_back({Public(declared.kind), name, declared.reason});
        if (!own) inherited_used[&declared].insert(name);
      } else if (own) {
        around.Report(declared.place, name + " is declared as " + std::string(Keyword(declared.kind)) + " by " +
                                          operation.id + ", but is no such loss: remove it");
      }
    }
  };
  for (const ast::Loss& declared : operation.loses) settle(declared, true);
  for (const ast::Loss& declared : file.loses) settle(declared, false);
  for (const auto& [kind, names] : open) {
    if (names.empty()) continue;
    const std::string keyword(Keyword(kind));
    around.Report(operation.place, Join({names.begin(), names.end()}, ", ") + Sentence(kind, names.size()) + route +
                                       ": use or declare as loses." + keyword);
  }
  return losses;
}

}  // namespace parley::mapping::lint
