#include "mapping/cases.h"

#include <memory>
#include <utility>

#include "mapping/evaluate.h"
#include "mapping/ids.h"
#include "mapping/loader.h"
#include "mapping/tree_compiler.h"

namespace parley::mapping {
namespace {

constexpr std::size_t kMemory = std::size_t{1} << 20;

std::vector<std::string> TextsOf(const Json* list) {
  std::vector<std::string> texts;
  if (!list || !list->AsArray()) return texts;
  for (const Json& item : *list->AsArray()) {
    if (item.AsString()) texts.emplace_back(*item.AsString());
  }
  return texts;
}

backend::DirectoryAgent AgentOf(const Json& row) {
  backend::DirectoryAgent agent;
  agent.id = row.Text("id");
  agent.username = row.Text("username");
  agent.name = row.Text("name");
  agent.login = row.Text("login");
  agent.presence = row.Text("presence", "offline");
  agent.available = row.Flag("available");
  agent.accepting = row.Flag("accepting");
  agent.active = row.Flag("active", true);
  agent.roles = TextsOf(row.Find("roles"));
  agent.max_chats = row.Integer("max_chats");
  agent.departments = TextsOf(row.Find("departments"));
  return agent;
}

backend::DirectoryDepartment DepartmentOf(const Json& row) {
  backend::DirectoryDepartment department;
  department.id = row.Text("id");
  department.name = row.Text("name");
  department.description = row.Text("description");
  department.email = row.Text("email");
  department.enabled = row.Flag("enabled", true);
  return department;
}

// One case: compiled like an expression of its file, evaluated with the surroundings it brings along.
class CaseRun {
 public:
  CaseRun(const ast::Face& face, const ast::File& file, const ast::Case& test)
      : face_(face), file_(file), test_(test), with_(test.with.IsObject() ? test.with : Json::MakeObject()) {}

  void Run(Problems& problems) {
    Problems mistakes;
    TreeCompiler compiler(face_, file_, nullptr, pool_, mistakes);
    const NodeId node = compiler.Compile(Subject(), Scope().Item(std::nullopt));
    CheckNames(mistakes);
    RememberIds(mistakes);
    problems.Append(mistakes);
    if (!mistakes.empty()) return;

    Environment environment(arena_, needs_, *generator_);
    DirectoryView directory(std::make_shared<const backend::Directory>(DirectoryOf()));
    environment.directory = &directory;
    environment.secret_key = "a case's key";
    environment.names.resize(pool_.names);
    const Json account = Account();
    environment.names[kInName] = Given("in");
    environment.names[kAccountName] = FromJson(account, arena_);
    environment.names[kCallerName] = Given("caller");
    environment.names[kNowName] = Given("now");
    needs_.BeginPass();
    Evaluator evaluator(pool_, environment);
    const Value value = evaluator.Eval(node, FromJson(test_.given, arena_));
    if (needs_.anything_noted()) return Report(problems, "an id is not among its with.ids: add it");
    if (evaluator.failure()) return Report(problems, evaluator.failure()->message);
    Compare(value, problems);
  }

 private:
  // `. | group`
  ast::Expr Subject() const {
    if (test_.kind == ast::CaseKind::kExpr) return test_.expr;
    ast::Expr input;
    input.kind = ast::ExprKind::kPath;
    input.place = test_.place;
    ast::Expr subject;
    subject.kind = ast::ExprKind::kApply;
    subject.name = test_.subject;
    subject.place = test_.place;
    subject.operands.push_back(std::move(input));
    return subject;
  }

  void Report(Problems& problems, std::string what) const {
    ast::Report(problems, test_.place, "case of " + test_.subject + ": " + std::move(what));
  }

  void Compare(const Value& value, Problems& problems) const {
    const std::string expected = test_.gives ? Print(*test_.gives) : "missing";
    if (value.missing() && !test_.gives) return;
    if (value.missing()) return Report(problems, "gives nothing, not " + expected);
    const Json given = ToJson(value);
    if (!test_.gives || !(given == *test_.gives)) Report(problems, "gives " + Print(given) + ", not " + expected);
  }

  Value Given(std::string_view name) {
    const Json* value = with_.Find(name);
    return value ? FromJson(*value, arena_) : Value();
  }

  // An account in English whose zone is UTC, but for what the case says.
  Json Account() const {
    Json account = Json::Of({{"license", 1},
                             {"language", "en"},
                             {"timezone", "UTC"},
                             {"name", "Acme"},
                             {"host", "parley.acme.test"},
                             {"scheme", "http"}});
    const Json* given = with_.Find("account");
    if (given && given->AsObject()) {
      for (const auto& [name, value] : *given->AsObject()) account.Set(name, value);
    }
    return account;
  }

  void CheckNames(Problems& problems) const {
    for (const auto& [name, value] : *with_.AsObject()) {
      bool known = name == "ids" || name == "in" || name == "account" || name == "caller" || name == "now";
      if (!known && !face_.FindDirectory(name)) {
        Report(problems, "with holds \"" + name + "\": only ids, in, account, caller, now and directories are known");
      }
    }
  }

  // ids: {group: {d7: 3}} is the LiveChat id 3 for the backend's group d7.
  void RememberIds(Problems& problems) {
    const Json* kinds = with_.Find("ids");
    if (!kinds || !kinds->AsObject()) return;
    for (const auto& [name, ids] : *kinds->AsObject()) {
      const std::optional<IdKind> kind = ParseIdKind(name);
      if (!kind || !ids.AsObject()) {
        Report(problems, "with.ids holds \"" + name + "\": write kind: {backend id: LiveChat id}");
        continue;
      }
      for (const auto& [backend_id, livechat_id] : *ids.AsObject()) {
        const std::string text = livechat_id.AsString() ? std::string(*livechat_id.AsString()) : Print(livechat_id);
        cache_.Remember(*kind, text, backend_id);
      }
    }
  }

  const Json* RowsFrom(std::string_view source) const {
    for (const auto& [name, rows] : *with_.AsObject()) {
      const ast::Directory* directory = face_.FindDirectory(name);
      if (directory && directory->from == source) return &rows;
    }
    return nullptr;
  }

  backend::Directory DirectoryOf() const {
    backend::Directory directory;
    if (const Json* rows = RowsFrom("agents"); rows && rows->AsArray()) {
      for (const Json& row : *rows->AsArray()) directory.agents.push_back(AgentOf(row));
    }
    if (const Json* rows = RowsFrom("departments"); rows && rows->AsArray()) {
      for (const Json& row : *rows->AsArray()) directory.departments.push_back(DepartmentOf(row));
    }
    if (const Json* members = RowsFrom("memberships"); members && members->AsObject()) {
      for (const auto& [department, agents] : *members->AsObject()) AddMembers(directory, department, agents);
    }
    return directory;
  }

  // members: {d7: [u1, u2]}
  static void AddMembers(backend::Directory& directory, const std::string& id, const Json& agents) {
    for (backend::DirectoryDepartment& department : directory.departments) {
      if (department.id == id) {
        department.agents = TextsOf(&agents);
        return;
      }
    }
    backend::DirectoryDepartment department;
    department.id = department.name = id;
    department.agents = TextsOf(&agents);
    directory.departments.push_back(std::move(department));
  }

  const ast::Face& face_;
  const ast::File& file_;
  const ast::Case& test_;
  const Json with_;
  Pool pool_;
  Arena arena_{kMemory};
  IdCache cache_;
  IdNeeds needs_{cache_};
  std::unique_ptr<IdGenerator> generator_ = MakeSeededIdGenerator(1);
};

}  // namespace

std::size_t RunCases(const ast::Face& face, Problems& problems) {
  std::size_t count = 0;
  for (const ast::File& file : face.files) {
    for (const ast::Case& test : file.cases) {
      CaseRun(face, file, test).Run(problems);
      ++count;
    }
  }
  return count;
}

std::size_t RunCases(const std::filesystem::path& directory, Problems& problems) {
  Problems already_reported;
  return RunCases(LoadFace(directory, already_reported), problems);
}

}  // namespace parley::mapping
