#include "specs/openapi_reader.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "base/text.h"
#include "specs/parameters.h"
#include "specs/path_template.h"
#include "specs/schema_reader.h"

namespace parley::specs {
namespace {

const std::vector<std::string> kMethodKeys = {"get", "put", "post", "delete", "options", "head", "patch"};

const std::vector<std::string> kOperationExtensions = {
    "x-parley-effect",     "x-parley-auth",        "x-parley-role",         "x-parley-scopes",
    "x-parley-permission", "x-parley-aliases",     "x-parley-touches",      "x-parley-shows",
    "x-parley-list",       "x-parley-idempotent",  "x-parley-error-member", "x-parley-cross-origin",
    "x-parley-edition",    "x-parley-unsupported", "x-parley-since",        "x-parley-removed"};

const std::vector<std::string> kOperationKeys = {"operationId", "summary",   "description",  "tags",      "parameters",
                                                 "requestBody", "responses", "consumes",     "produces",  "schemes",
                                                 "deprecated",  "security",  "externalDocs", "callbacks", "servers"};

const std::vector<std::string> kRoles = {"owner", "administrator", "normal", "self-or-administrator", "self"};

std::optional<http::Method> MethodNamed(std::string_view key) {
  std::string upper(key);
  for (char& c : upper)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return http::ParseMethod(upper);
}

bool IsPathParameterOf(const Operation& operation, std::string_view name) {
  const auto names = ParameterNamesOf(operation.path);
  return std::find(names.begin(), names.end(), name) != names.end();
}

class OpenApiReader {
 public:
  OpenApiReader(const Node& document, const std::string& file, Spec& spec, Problems& problems)
      : document_(document), file_(file), spec_(spec), problems_(problems), schemas_(document, file, problems) {}

  void Read() {
    base_ = BasePath(document_);
    ReadNoise();
    for (auto& [name, schema] : schemas_.ReadDefinitions()) Define(name, schema);
    const Node* paths = document_.Find("paths");
    if (paths == nullptr || !paths->IsMap()) return problems_.Add(file_, document_.line, "a description needs paths");
    const auto templates = ResolveExamples(WrittenPaths(*paths));
    for (const Member& path : paths->members) {
      const auto known = templates.find(path.name);
      if (known != templates.end()) ReadPath({path.name, *schemas_.Resolve(path.value)}, known->second);
    }
  }

 private:
  struct PathItem {
    const std::string& name;
    const Node& item;  // what a $ref leads to
  };

  void Report(int line, std::string text) { problems_.Add(file_, line, std::move(text)); }

  // Swagger's basePath, or the path of the first of OpenAPI's servers; without a trailing slash.
  std::string BasePath(const Node& node) {
    std::string base(node.Text("basePath"));
    const Node* servers = node.Find("servers");
    if (servers != nullptr && !servers->items.empty()) {
      const Node& server = servers->items.front();
      base = WithDefaults(std::string(server.Text("url")), server);
      const std::size_t host = base.find("://");
      if (host != std::string::npos) base = base.substr(std::min(base.find('/', host + 3), base.size()));
    }
    while (base.ends_with('/')) base.pop_back();
    return base;
  }

  // "https://{tenant}.desk.test/{version}" with the value of each variable that is meant unless another is chosen.
  std::string WithDefaults(std::string url, const Node& server) {
    const Node* variables = server.Find("variables");
    if (variables != nullptr)
      for (const Member& variable : variables->members)
        url = ReplaceAll(url, "{" + variable.name + "}", variable.value.Text("default"));
    if (url.find('{') != std::string::npos) Report(server.line, "server " + url + " has a variable without a default");
    return url;
  }

  // The servers closest to the operation count.
  std::string BasePathFor(const Node& path, const Node& operation) {
    for (const Node* node : {&operation, &path})
      if (node->Find("servers") != nullptr) return BasePath(*node);
    return base_;
  }

  void ReadNoise() {
    for (const std::string& name : Texts(document_, "x-parley-noise")) spec_.noise.push_back(name);
    for (const Member& member : document_.members) {
      if (!member.name.starts_with("x-parley-") || member.name == "x-parley-noise") continue;
      if (member.name != "x-parley-shorthand") Report(member.line, "unknown key " + member.name);
    }
  }

  void Define(const std::string& name, const SchemaPtr& schema) {
    if (!spec_.definitions.emplace(name, schema).second)
      Report(schema->line, "definition " + name + " is already given by another document");
  }

  std::vector<WrittenPath> WrittenPaths(const Node& paths) {
    std::vector<WrittenPath> written;
    for (const Member& path : paths.members) {
      if (path.name.starts_with("x-")) continue;
      const std::string_view fault = FaultOf(path.name);
      const Node* item = fault.empty() ? schemas_.Resolve(path.value) : &path.value;
      if (item == nullptr) continue;
      if (!fault.empty() || !item->IsMap()) {
        Report(path.line, path.name + ": " + std::string(fault.empty() ? "an object of methods is expected" : fault));
        continue;
      }
      WrittenPath& entry = written.emplace_back(WrittenPath{path.name, {}});
      for (const Member& member : item->members)
        if (const auto method = MethodNamed(member.name)) entry.methods.push_back(*method);
    }
    return written;
  }

  void ReadPath(const PathItem& path, const std::string& path_template) {
    for (const Member& member : path.item.members) {
      const auto method = MethodNamed(member.name);
      const bool known = member.name == "parameters" || member.name == "summary" || member.name == "description" ||
                         member.name == "servers" || member.name.starts_with("x-");
      if (method && member.value.IsMap())
        ReadOperation(path, path_template, *method, member);
      else if (method)
        Report(member.line, "an operation must be an object");
      else if (!known)
        Report(member.line, "unknown method " + member.name + Suggestion(member.name, kMethodKeys));
    }
  }

  static std::string Suggestion(const std::string& word, const std::vector<std::string>& candidates) {
    const auto meant = Nearest(word, candidates);
    return meant ? "; did you mean " + *meant : "";
  }

  void ReadOperation(const PathItem& path, const std::string& path_template, http::Method method,
                     const Member& member) {
    const Node& node = member.value;
    Operation operation;
    operation.method = method;
    operation.path = BasePathFor(path.item, node) + path_template;
    operation.id = std::string(node.Text("operationId"));
    if (operation.id.empty()) operation.id = DefaultOperationId(method, operation.path);
    operation.summary = std::string(node.Text("summary"));
    const auto tags = Texts(node, "tags");
    if (!tags.empty()) operation.resource = tags.front();
    operation.file = file_;
    operation.line = member.line;
    CheckKeys(node);
    if (const Node* shared = path.item.Find("parameters")) ReadParameters(*shared, operation);
    if (const Node* own = node.Find("parameters")) ReadParameters(*own, operation);
    CompletePathParameters(path.name, operation, member.line);
    if (const Node* body = node.Find("requestBody")) ReadRequestBody(*body, operation);
    if (operation.body == nullptr) BodyFromForm(operation);
    if (const Node* responses = node.Find("responses")) ReadResponses(*responses, operation);
    ReadAccess(node, operation.access);
    ReadExtensions(node, operation);
    spec_.operations.push_back(std::move(operation));
  }

  void CheckKeys(const Node& node) {
    for (const Member& member : node.members) {
      if (member.name.starts_with("x-parley-")) {
        if (std::find(kOperationExtensions.begin(), kOperationExtensions.end(), member.name) ==
            kOperationExtensions.end())
          Report(member.line, "unknown key " + member.name + Suggestion(member.name, kOperationExtensions));
      } else if (!member.name.starts_with("x-") &&
                 std::find(kOperationKeys.begin(), kOperationKeys.end(), member.name) == kOperationKeys.end()) {
        Report(member.line,
               "unknown key " + member.name + " in an operation" + Suggestion(member.name, kOperationKeys));
      }
    }
  }

  // ---- parameters and bodies

  void ReadParameters(const Node& list, Operation& operation) {
    if (!list.IsList()) return Report(list.line, "parameters must be a list");
    for (const Node& item : list.items)
      if (const Node* parameter = schemas_.Resolve(item)) ReadParameter(*parameter, operation);
  }

  void ReadParameter(const Node& node, Operation& operation) {
    if (!node.IsMap()) return Report(node.line, "a parameter must be an object");
    const std::string_view in = node.Text("in");
    if (in == "body") return ReadSwaggerBody(node, operation);
    if (in == "cookie") return;
    const std::optional<In> place = PlaceNamed(in);
    Parameter parameter;
    parameter.name = std::string(node.Text("name"));
    if (!place)
      return Report(node.line, "parameter " + parameter.name + " needs in: path, query, header, formData or body");
    if (parameter.name.empty()) return Report(node.line, "a parameter needs a name");
    parameter.in = *place;
    parameter.required = node.Text("required") == "true";
    parameter.description = std::string(node.Text("description"));
    parameter.lenient = node.Text("x-parley-lenient") == "true";
    const Node* of_content = ContentSchema(node);
    parameter.schema = of_content != nullptr ? schemas_.Read(*of_content) : schemas_.ReadParameter(node);
    if (*place == In::kPath && !IsPathParameterOf(operation, parameter.name))
      return Report(node.line, "path parameter " + parameter.name + " does not occur in " + operation.path);
    AddParameter(operation.parameters, std::move(parameter));
  }

  static std::optional<In> PlaceNamed(std::string_view in) {
    if (in == "path") return In::kPath;
    if (in == "query") return In::kQuery;
    if (in == "header") return In::kHeader;
    if (in == "formData") return In::kForm;
    return std::nullopt;
  }

  // Every declared {name} must be described; one that was recognised from an example is a text.
  void CompletePathParameters(const std::string& path, Operation& operation, int line) {
    const auto declared = ParameterNamesOf(path);
    for (const std::string_view name : ParameterNamesOf(operation.path)) {
      const bool described = std::any_of(operation.parameters.begin(), operation.parameters.end(),
                                         [&](const Parameter& p) { return p.in == In::kPath && p.name == name; });
      if (described) continue;
      if (std::find(declared.begin(), declared.end(), name) != declared.end())
        Report(line, "path parameter " + std::string(name) + " is not described under parameters");
      auto text = std::make_shared<Schema>();
      text->type = Type::kString;
      operation.parameters.push_back({std::string(name), In::kPath, true, text, "", false});
    }
  }

  void ReadSwaggerBody(const Node& node, Operation& operation) {
    const Node* schema = node.Find("schema");
    if (schema == nullptr) return Report(node.line, "a body parameter needs a schema");
    operation.body = schemas_.Read(*schema);
    operation.body_required = node.Text("required") == "true";
  }

  void ReadRequestBody(const Node& reference, Operation& operation) {
    const Node* body = schemas_.Resolve(reference);
    if (body == nullptr) return;
    operation.body_required = body->Text("required") == "true";
    if (const Node* schema = ContentSchema(*body)) operation.body = schemas_.Read(*schema);
  }

  // JSON when there is a choice; OpenAPI repeats the schema per media type.
  static const Node* ContentSchema(const Node& described) {
    const Node* content = described.Find("content");
    if (content == nullptr) return nullptr;
    const Node* any = nullptr;
    for (const Member& media : content->members) {
      const Node* schema = media.value.Find("schema");
      if (schema == nullptr) continue;
      // "application/json; charset=utf-8" and "application/problem+json" are JSON too.
      const std::string_view type = Trim(Split(media.name, ';').front());
      if (type == "application/json" || type.ends_with("+json")) return schema;
      if (any == nullptr) any = schema;
    }
    return any;
  }

  static void BodyFromForm(Operation& operation) {
    const auto is_form = [](const Parameter& parameter) { return parameter.in == In::kForm; };
    if (std::none_of(operation.parameters.begin(), operation.parameters.end(), is_form)) return;
    operation.body = FormSchema(operation.parameters);
    operation.body_required = std::any_of(operation.parameters.begin(), operation.parameters.end(),
                                          [&](const Parameter& p) { return is_form(p) && p.required; });
  }

  void ReadResponses(const Node& responses, Operation& operation) {
    for (const Member& member : responses.members) {
      if (member.name.starts_with("x-") || member.name.ends_with("XX")) continue;
      const auto status = member.name == "default" ? std::optional<std::int64_t>(0) : ParseInteger(member.name);
      if (!status || (*status != 0 && (*status < 100 || *status > 599))) {
        Report(member.line, "a response is named by its status or default, not " + member.name);
        continue;
      }
      const Node* response = schemas_.Resolve(member.value);
      if (response == nullptr) continue;
      const Node* schema = response->Find("schema");
      if (schema == nullptr) schema = ContentSchema(*response);
      operation.responses[static_cast<int>(*status)] = schema != nullptr ? schemas_.Read(*schema) : nullptr;
    }
  }

  // ---- extensions

  std::vector<std::string> Texts(const Node& node, std::string_view key) {
    std::vector<std::string> texts;
    const Node* found = node.Find(key);
    if (found == nullptr) return texts;
    if (found->IsText()) return {found->text};
    if (!found->IsList()) Report(found->line, std::string(key) + " must be a list of texts");
    for (const Node& item : found->items) {
      if (!item.IsText()) Report(item.line, std::string(key) + " must be a list of texts");
      texts.push_back(item.text);
    }
    return texts;
  }

  // One of `allowed`, or empty when absent.
  std::string Choice(const Node& node, std::string_view key, const std::vector<std::string>& allowed) {
    const Node* found = node.Find(key);
    if (found == nullptr) return "";
    if (std::find(allowed.begin(), allowed.end(), found->text) == allowed.end())
      Report(found->line, std::string(key) + " must be " + Join(allowed, " or ") + ", not " + found->text);
    return found->text;
  }

  void ReadAccess(const Node& node, Access& access) {
    const Node* security = node.Find("security");
    if (security == nullptr) security = document_.Find("security");
    if (security != nullptr && security->IsList()) {
      const auto& ways = security->items;
      access.anonymous = std::all_of(ways.begin(), ways.end(), [](const Node& way) { return way.members.empty(); });
    }
    if (Choice(node, "x-parley-auth", {"none"}) == "none") access.anonymous = true;
    access.cross_origin = Choice(node, "x-parley-cross-origin", {"true"}) == "true";
    access.role = Choice(node, "x-parley-role", kRoles);
    access.scopes = Texts(node, "x-parley-scopes");
    const Node* permission = node.Find("x-parley-permission");
    if (permission == nullptr) return;
    if (!permission->IsMap()) {
      access.permissions = Texts(node, "x-parley-permission");
      return;
    }
    access.all_permissions = permission->Find("all") != nullptr;
    access.permissions = Texts(*permission, access.all_permissions ? "all" : "any");
    if (access.permissions.empty() || permission->members.size() != 1)
      Report(permission->line, "x-parley-permission must be one permission, {any: [...]} or {all: [...]}");
  }

  void ReadExtensions(const Node& node, Operation& operation) {
    const bool safe = operation.method == http::Method::kGet || operation.method == http::Method::kHead ||
                      operation.method == http::Method::kOptions;
    const std::string effect = Choice(node, "x-parley-effect", {"read", "write"});
    operation.effect = effect == "read" || (effect.empty() && safe) ? Effect::kRead : Effect::kWrite;
    operation.idempotent =
        operation.effect == Effect::kRead || Choice(node, "x-parley-idempotent", {"true", "false"}) == "true";
    operation.touches = Texts(node, "x-parley-touches");
    operation.shows = Texts(node, "x-parley-shows");
    operation.error_member = Choice(node, "x-parley-error-member", {"both"});
    operation.edition = Choice(node, "x-parley-edition", {"premium"});
    operation.unsupported = std::string(node.Text("x-parley-unsupported"));
    operation.since = std::string(node.Text("x-parley-since"));
    operation.removed = std::string(node.Text("x-parley-removed"));
    ReadListMember(node, operation);
    ReadAliases(node, operation);
  }

  void ReadListMember(const Node& node, Operation& operation) {
    const Node* list = node.Find("x-parley-list");
    if (list == nullptr) return;
    operation.list_member = list->text;
    const SchemaPtr answer = operation.Success();
    if (answer == nullptr || answer->properties.empty()) return;
    const Property* member = answer->Find(list->text);
    if (member == nullptr || member->schema->type != Type::kArray)
      Report(list->line, "x-parley-list: the answer has no array named " + list->text);
  }

  void ReadAliases(const Node& node, Operation& operation) {
    const Node* aliases = node.Find("x-parley-aliases");
    if (aliases == nullptr) return;
    if (!aliases->IsMap()) return Report(aliases->line, "x-parley-aliases must be an object: alias: name");
    for (const Member& alias : aliases->members) {
      const std::string& name = alias.value.text;
      const bool in_body = operation.body != nullptr && operation.body->Find(name) != nullptr;
      if (!in_body && operation.FindParameter(name) == nullptr)
        Report(alias.line, "x-parley-aliases: " + operation.id + " has no parameter or body member " + name);
      operation.aliases[alias.name] = name;
    }
  }

  const Node& document_;
  const std::string& file_;
  Spec& spec_;
  Problems& problems_;
  SchemaReader schemas_;
  std::string base_;
};

}  // namespace

bool IsOpenApi(const Node& document) {
  return document.Text("swagger").starts_with("2.") || document.Text("openapi").starts_with("3.");
}

void ReadOpenApi(const Node& document, const std::string& file, Spec& spec, Problems& problems) {
  OpenApiReader(document, file, spec, problems).Read();
}

}  // namespace parley::specs
