#include "mapping/loader.h"

#include <algorithm>
#include <fstream>
#include <sstream>
#include <utility>

#include "base/text.h"
#include "mapping/tree_reader.h"

namespace parley::mapping {
namespace {

constexpr std::string_view kSharedName = "_shared.yaml";

std::optional<std::chrono::milliseconds> ParseDuration(std::string_view text) {
  const bool millis = text.ends_with("ms");
  if (!millis && !text.ends_with("s")) return std::nullopt;
  text.remove_suffix(millis ? 2 : 1);
  const auto count = ParseInteger(text);
  if (!count || *count <= 0 || *count > 3'600'000) return std::nullopt;
  return millis ? std::chrono::milliseconds(*count) : std::chrono::seconds(*count);
}

class FileReader : private TreeReader {
 public:
  FileReader(const std::string& name, Problems& problems)
      : FileReader(std::make_shared<const std::string>(name), problems) {
    file_.shared = name.ends_with(kSharedName);
  }

  ast::File Read(const std::string& text) {
    try {
      const YAML::Node root = YAML::Load(text);
      if (!IsBounded(root)) {
        Wrong(At(0), "nested too deeply or too large, perhaps an alias inside its own anchor; simplify it");
      } else if (!root.IsMap()) {
        Wrong(At(1), "a mapping file is a map; start with face: livechat");
      } else {
        ReadSections(root);
      }
    } catch (const YAML::Exception& error) {
      Wrong(At(error.mark.line + 1), "not YAML: " + error.msg);
    }
    return std::move(file_);
  }

 private:
  FileReader(std::shared_ptr<const std::string> path, Problems& problems) : TreeReader(path, problems) {
    file_.path = std::move(path);
  }

  // ---- outcomes
  ast::Outcome ReadOutcome(const YAML::Node& node) {
    ast::Outcome outcome;
    outcome.place = At(node);
    const std::string text = node.IsScalar() ? node.Scalar() : std::string();
    outcome.missing = text == "missing";
    if (outcome.missing) return outcome;
    const std::size_t space = text.find(' ');
    const auto status = ParseInteger(std::string_view(text).substr(0, space));
    if (!status || *status < 400 || *status > 599) {
      Wrong(node,
            "an outcome is \"missing\", a status from 400 to 599, or a status and a text: 400 login is already in use");
      outcome.missing = true;
      return outcome;
    }
    outcome.status = static_cast<int>(*status);
    if (space != std::string::npos) outcome.text = TemplateOf(node, Trim(std::string_view(text).substr(space)));
    return outcome;
  }

  std::vector<ast::ErrorRow> ReadErrors(const YAML::Node& node) {
    std::vector<ast::ErrorRow> rows;
    for (const Entry& entry : Entries(node, "errors"))
      rows.push_back({entry.key, ReadOutcome(entry.value), At(entry.key_node)});
    return rows;
  }

  std::vector<ast::Requirement> ReadRequire(const YAML::Node& node) {
    std::vector<ast::Requirement> requirements;
    for (const YAML::Node& item : Items(node, "require")) {
      ast::Requirement requirement;
      requirement.place = At(item);
      bool complete[2] = {};
      for (const Entry& entry : KnownEntries(item, "require", {"that", "else"})) {
        complete[entry.key == "that" ? 0 : 1] = true;
        if (entry.key == "that") requirement.that = Expression(entry.value, "that");
        if (entry.key == "else") requirement.otherwise = ReadOutcome(entry.value);
      }
      if (!complete[0] || !complete[1]) Wrong(item, "a requirement needs both that and else");
      if (complete[1] && requirement.otherwise.missing)
        Wrong(item, "a requirement must end the request: give else a status");
      requirements.push_back(std::move(requirement));
    }
    return requirements;
  }

  // ---- steps
  std::vector<ast::Need> ReadNeeds(const YAML::Node& node) {
    std::vector<ast::Need> needs;
    for (const std::string& text : Texts(node, "needs")) {
      const bool negated = text.starts_with("not ");
      needs.push_back({std::string(Trim(negated ? std::string_view(text).substr(4) : text)), negated});
    }
    return needs;
  }

  // "GET livechat/department/{.}".
  void ReadCallTarget(const YAML::Node& node, ast::Call& call) {
    const std::string text = Text(node, "call");
    call.place = At(node);
    const std::size_t space = text.find(' ');
    const auto method = http::ParseMethod(std::string_view(text).substr(0, space));
    if (!method || space == std::string::npos) {
      if (!text.empty()) Wrong(node, "\"" + text + "\" is no call: write a method and a path, GET livechat/department");
      return;
    }
    call.method = *method;
    call.target = std::string(Trim(std::string_view(text).substr(space)));
    if (call.target.empty() || call.target.front() == '/')
      Wrong(node, "the path of a call begins without a slash: GET livechat/department");
    call.path = TemplateOf(node, call.target);
    for (const ast::TemplatePart& part : call.path)
      if (part.text.find('?') != std::string::npos) Wrong(node, "put what follows the ? under query:");
  }

  ast::Undo ReadUndo(const YAML::Node& node) {
    ast::Undo undo;
    undo.place = At(node);
    bool has_call = false;
    for (const Entry& entry : KnownEntries(node, "undo", {"call", "when", "query", "body"})) {
      if (entry.key == "when") undo.when = Expression(entry.value, "when");
      if (entry.key == "query") undo.call.query = ReadTree(entry.value);
      if (entry.key == "body") undo.call.body = ReadTree(entry.value);
      if (entry.key != "call") continue;
      has_call = true;
      ReadCallTarget(entry.value, undo.call);
    }
    if (!has_call) Wrong(node, "undo needs a call");
    return undo;
  }

  ast::Step ReadStep(const Entry& source) {
    static const Keys kKeys = {"call",  "value", "read", "query", "body", "all",    "with", "when",
                               "needs", "for",   "take", "keys",  "else", "errors", "undo", "stays"};
    ast::Step step;
    step.name = source.key;
    step.place = At(source.key_node);
    int kinds = 0;
    Keys given;
    for (const Entry& entry : KnownEntries(source.value, "step " + step.name, kKeys)) {
      given.push_back(entry.key);
      kinds += ReadStepKind(entry, step);
      ReadStepKey(entry, step);
    }
    if (kinds != 1) Wrong(source.key_node, "step " + step.name + " needs exactly one of call, value and read");
    const auto only_with = [&](const Keys& keys, ast::StepKind kind, std::string_view name) {
      for (const std::string& key : keys)
        if (kinds == 1 && step.kind != kind && std::find(given.begin(), given.end(), key) != given.end())
          Wrong(source.key_node, key + " belongs to a " + std::string(name) + ", step " + step.name + " has none");
    };
    only_with({"query", "body", "all", "errors", "undo", "stays"}, ast::StepKind::kCall, "call");
    only_with({"with"}, ast::StepKind::kRead, "read");
    return step;
  }

  // How many step kinds `entry` is: 0 or 1.
  int ReadStepKind(const Entry& entry, ast::Step& step) {
    if (entry.key == "call") {
      step.kind = ast::StepKind::kCall;
      ReadCallTarget(entry.value, step.call);
    } else if (entry.key == "value") {
      step.kind = ast::StepKind::kValue;
      step.value = ReadTree(entry.value);
    } else if (entry.key == "read") {
      step.kind = ast::StepKind::kRead;
      step.read = Text(entry.value, "read");
    } else {
      return 0;
    }
    return 1;
  }

  void ReadStepKey(const Entry& entry, ast::Step& step) {
    const std::string& key = entry.key;
    if (key == "query") step.call.query = ReadTree(entry.value);
    if (key == "body") step.call.body = ReadTree(entry.value);
    if (key == "all") step.all = Text(entry.value, "all");
    if (key == "with") step.with = Members(Entries(entry.value, "with"));
    if (key == "when") step.when = Expression(entry.value, "when");
    if (key == "needs") step.needs = ReadNeeds(entry.value);
    if (key == "for") step.each = Expression(entry.value, "for");
    if (key == "take") step.take = Expression(entry.value, "take");
    if (key == "keys") step.keys = Texts(entry.value, "keys");
    if (key == "else") step.otherwise = ReadOutcome(entry.value);
    if (key == "errors") step.errors = ReadErrors(entry.value);
    if (key == "undo") step.undo = ReadUndo(entry.value);
    if (key == "stays") step.stays = Text(entry.value, "stays");
  }

  // ---- operations
  std::vector<ast::Loss> ReadLosses(const YAML::Node& node) {
    std::vector<ast::Loss> losses;
    for (const Entry& kind : KnownEntries(node, "loses", {"not_kept", "made_up", "not_shown"})) {
      for (const Entry& entry : Entries(kind.value, kind.key)) {
        ast::Loss loss;
        loss.kind = kind.key == "not_kept"  ? ast::LossKind::kNotKept
                    : kind.key == "made_up" ? ast::LossKind::kMadeUp
                                            : ast::LossKind::kNotShown;
        loss.name = entry.key;
        loss.reason = Text(entry.value, "the reason of a loss");
        loss.place = At(entry.key_node);
        losses.push_back(std::move(loss));
      }
    }
    return losses;
  }

  void ReadVariant(const YAML::Node& node, ast::Operation& operation) {
    static const Keys kKeys = {"needs", "when", "require", "steps", "answer", "loses", "deadline", "limit", "parallel"};
    ast::Variant variant;
    variant.place = At(node);
    for (const Entry& entry : KnownEntries(node, "operation " + operation.id, kKeys)) {
      const std::string& key = entry.key;
      if (key == "needs") variant.needs = ReadNeeds(entry.value);
      if (key == "when") variant.when = Expression(entry.value, "when");
      if (key == "require") variant.require = ReadRequire(entry.value);
      if (key == "answer") variant.answer = ReadTree(entry.value);
      if (key == "limit") variant.limit = Count(entry.value, "limit", variant.limit);
      if (key == "parallel") variant.parallel = Count(entry.value, "parallel", variant.parallel);
      if (key == "steps")
        for (const Entry& step : Entries(entry.value, "steps")) variant.steps.push_back(ReadStep(step));
      if (key == "loses")
        for (ast::Loss& loss : ReadLosses(entry.value)) operation.loses.push_back(std::move(loss));
      if (key != "deadline") continue;
      variant.deadline = ParseDuration(Text(entry.value, "deadline"));
      if (!variant.deadline) Wrong(entry.value, "deadline must be a length of time like 5s or 800ms");
    }
    operation.variants.push_back(std::move(variant));
  }

  ast::Operation ReadOperation(const Entry& entry) {
    ast::Operation operation;
    operation.id = entry.key;
    operation.place = At(entry.key_node);
    if (!entry.value.IsSequence()) {
      ReadVariant(entry.value, operation);
      return operation;
    }
    for (const YAML::Node& variant : entry.value) ReadVariant(variant, operation);
    if (operation.variants.empty()) Wrong(entry.key_node, "operation " + entry.key + " has no variant");
    for (std::size_t i = 0; i + 1 < operation.variants.size(); ++i) {
      const ast::Variant& variant = operation.variants[i];
      if (variant.needs.empty() && !variant.when)
        Wrong(variant.place, "a variant with neither needs nor when must be the last");
    }
    return operation;
  }

  // ---- the other sections
  ast::Table ReadTable(const Entry& source) {
    ast::Table table;
    table.name = source.key;
    table.place = At(source.key_node);
    for (const Entry& entry : Entries(source.value, "table " + source.key)) {
      ast::TableRow row;
      row.place = At(entry.key_node);
      row.rest = entry.key == "_";
      if (!row.rest) row.from = ScalarValue(entry.key_node);
      if (!entry.value.IsScalar()) Wrong(entry.value, "a table maps a plain value to a plain value");
      if (entry.value.IsScalar()) row.to = ScalarValue(entry.value);
      table.rows.push_back(std::move(row));
    }
    return table;
  }

  ast::Directory ReadDirectory(const Entry& source) {
    ast::Directory directory;
    directory.name = source.key;
    directory.place = At(source.key_node);
    for (const Entry& entry : KnownEntries(source.value, "directory " + source.key, {"from", "keys", "by"})) {
      if (entry.key == "from") directory.from = Text(entry.value, "from");
      if (entry.key == "keys") directory.keys = Texts(entry.value, "keys");
      if (entry.key == "by") directory.by = Text(entry.value, "by");
    }
    return directory;
  }

  Json ReadData(const YAML::Node& node) {
    if (node.IsSequence()) {
      Json list = Json::MakeArray();
      for (const YAML::Node& item : node) list.Push(ReadData(item));
      return list;
    }
    if (!node.IsMap()) return ScalarValue(node);
    Json object = Json::MakeObject();
    for (const Entry& entry : Entries(node, "a value")) object.Append(entry.key, ReadData(entry.value));
    return object;
  }

  ast::Case ReadCase(const YAML::Node& node) {
    ast::Case test;
    test.place = At(node);
    int subjects = 0;
    bool answered = false;
    for (const Entry& entry : KnownEntries(node, "a case", {"shape", "table", "expr", "given", "with", "gives"})) {
      if (entry.key == "given") test.given = ReadData(entry.value);
      if (entry.key == "with") test.with = ReadData(entry.value);
      if (entry.key == "gives") {
        answered = true;
        if (!entry.value.IsScalar() || entry.value.Scalar() != "missing") test.gives = ReadData(entry.value);
      }
      if (entry.key != "shape" && entry.key != "table" && entry.key != "expr") continue;
      ++subjects;
      test.subject = Text(entry.value, entry.key);
      test.kind = entry.key == "shape"   ? ast::CaseKind::kShape
                  : entry.key == "table" ? ast::CaseKind::kTable
                                         : ast::CaseKind::kExpr;
      if (entry.key == "expr") test.expr = Expression(entry.value, "expr");
    }
    if (subjects != 1) Wrong(node, "a case needs exactly one of shape, table and expr");
    if (!answered) Wrong(node, "a case needs gives: the value, or missing");
    return test;
  }

  void ReadSections(const YAML::Node& root) {
    Keys known = {"face", "resource", "tables", "shapes", "errors", "loses", "operations", "cases"};
    if (file_.shared) known.push_back("directories");
    for (const Entry& section : KnownEntries(root, "a mapping file", known)) {
      const std::string& key = section.key;
      const YAML::Node& value = section.value;
      if (key == "face") ReadFaceName(value);
      if (key == "resource") file_.resource = Text(value, "resource");
      if (key == "errors") file_.errors = ReadErrors(value);
      if (key == "loses") file_.loses = ReadLosses(value);
      if (key == "tables")
        for (const Entry& entry : Entries(value, key)) file_.tables.push_back(ReadTable(entry));
      if (key == "shapes")
        for (const Entry& entry : Entries(value, key))
          file_.shapes.push_back({entry.key, At(entry.key_node), ReadTree(entry.value)});
      if (key == "directories")
        for (const Entry& entry : Entries(value, key)) file_.directories.push_back(ReadDirectory(entry));
      if (key == "operations")
        for (const Entry& entry : Entries(value, key)) file_.operations.push_back(ReadOperation(entry));
      if (key == "cases")
        for (const YAML::Node& test : Items(value, key)) file_.cases.push_back(ReadCase(test));
    }
    if (file_.face.empty()) Wrong(At(1), "face is missing: add face: livechat or face: rocketchat");
  }

  void ReadFaceName(const YAML::Node& node) {
    file_.face = Text(node, "face");
    if (file_.face != "livechat" && file_.face != "rocketchat") Wrong(node, "face must be livechat or rocketchat");
  }

  ast::File file_;
};

bool ReadWhole(const std::filesystem::path& path, std::string& text) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream bytes;
  bytes << in.rdbuf();
  text = std::move(bytes).str();
  return in.good() || in.eof();
}

std::vector<std::filesystem::path> MappingFiles(const std::filesystem::path& directory, Problems& problems) {
  std::vector<std::filesystem::path> paths;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(directory, error))
    if (entry.path().extension() == ".yaml") paths.push_back(entry.path());
  if (error) problems.Add(directory.generic_string(), 0, "cannot be read: " + error.message());
  const auto order = [](const std::filesystem::path& path) {
    return std::pair(path.filename() != kSharedName, path.filename());
  };
  std::sort(paths.begin(), paths.end(), [&](const auto& a, const auto& b) { return order(a) < order(b); });
  return paths;
}

}  // namespace

ast::File LoadFile(const std::string& name, const std::string& text, Problems& problems) {
  return FileReader(name, problems).Read(text);
}

ast::Face LoadFace(const std::filesystem::path& directory, Problems& problems) {
  ast::Face face;
  for (const std::filesystem::path& path : MappingFiles(directory, problems)) {
    std::string text;
    if (!ReadWhole(path, text)) {
      problems.Add(path.generic_string(), 0, "cannot be read");
      continue;
    }
    face.files.push_back(LoadFile(path.generic_string(), text, problems));
  }
  for (const ast::File& file : face.files)
    if (!file.face.empty() && file.face != face.files.front().face && !face.files.front().face.empty())
      problems.Add(*file.path, 1, "face " + file.face + " stands among files of face " + face.files.front().face);
  return face;
}

}  // namespace parley::mapping
