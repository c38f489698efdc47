// What a request would do: its operation, its parameters as they are understood, and the calls its program would make.
#include <iostream>

#include "app/serving_loader.h"
#include "backend/embedded/validation.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/configuration.h"
#include "pipeline/livechat_face.h"
#include "pipeline/parameters.h"
#include "pipeline/rocketchat_face.h"
#include "specs/validate.h"

namespace parley::cli {
namespace {

struct AskedFor {
  http::Method method;
  std::string path;  // without query
  std::string query;
  std::string body;
};

Result<AskedFor> ReadRequest(const Arguments& arguments) {
  if (arguments.words.size() != 2)
    return InvalidArgument("explain needs a method and a path: parley explain GET /groups/1");
  const auto method = http::ParseMethod(arguments.words[0]);
  if (!method) return InvalidArgument("no method is called " + arguments.words[0] + "; GET, POST, PUT and DELETE are");
  const std::string& target = arguments.words[1];
  if (!target.starts_with('/')) return InvalidArgument("the path must begin with a slash: /" + target);
  const std::size_t question = target.find('?');
  AskedFor request{*method, target.substr(0, question), "", arguments.Value("--body").value_or("")};
  if (question != std::string::npos) request.query = target.substr(question + 1);
  return request;
}

// ---- parameters -----------------------------------------------------------------------------------------------------

std::map<std::string, std::string> PathParameters(const routing::RouteMatch& match) {
  std::map<std::string, std::string> parameters;
  for (const routing::PathParameter& parameter : match.parameters) parameters.emplace(parameter.name, parameter.value);
  return parameters;
}

// The LiveChat face coerces: what programs see is printed.
bool PrintLiveChatParameters(const AskedFor& request, const routing::RouteMatch& match) {
  const std::map<std::string, std::string> path = PathParameters(match);
  const Result<Json> in = pipeline::DecodeParameters(
      *match.operation, pipeline::RawParameters{path, request.query, "application/json", request.body});
  if (in) {
    std::cout << "parameters: " << Print(*in) << '\n';
    return true;
  }
  std::cout << "refused with " << in.error().http_status << ":\n";
  for (const std::string& violation : in.error().all) std::cout << "  " << violation << '\n';
  if (in.error().all.empty()) std::cout << "  " << in.error().message << '\n';
  return false;
}

std::vector<std::string> RocketChatViolations(const specs::Operation& operation, const Json& query,
                                              const Result<Json>& body) {
  std::vector<std::string> violations;
  if (const auto violation = backend::embedded::FirstQueryViolation(operation, query))
    violations.push_back("query " + *violation);
  if (!body) {
    violations.push_back("body: " + body.error().message);
  } else if (operation.body != nullptr && (operation.body_required || !body->empty())) {
    for (const specs::Violation& violation : specs::Validate(*operation.body, *body))
      violations.push_back("body: " + specs::Format(violation));
  }
  return violations;
}

// The Rocket.Chat face passes requests on as they are; the backend checks them.
bool PrintRocketChatParameters(const AskedFor& request, const routing::RouteMatch& match) {
  const auto pairs = http::ParseQuery(request.query);
  if (!pairs) {
    std::cout << "refused with 400:\n  the query has a broken percent escape\n";
    return false;
  }
  Json path = Json::MakeObject();
  for (const routing::PathParameter& parameter : match.parameters) path.Set(parameter.name, parameter.value);
  const Json query = backend::embedded::ConvertQuery(*match.operation, *pairs);
  const Result<Json> body = request.body.empty() ? Result<Json>(Json::MakeObject()) : ParseJson(request.body);
  std::cout << "parameters: path " << Print(path) << ", query " << Print(query) << ", body "
            << (body ? Print(*body) : "unreadable") << '\n';
  const std::vector<std::string> violations = RocketChatViolations(*match.operation, query, body);
  if (violations.empty()) return true;
  std::cout << "refused with 400:\n";
  for (const std::string& violation : violations) std::cout << "  " << violation << '\n';
  return false;
}

// ---- who may --------------------------------------------------------------------------------------------------------

void PrintAccess(const specs::Access& access) {
  if (access.anonymous) {
    std::cout << "access: nobody needs to be logged in\n";
    return;
  }
  std::cout << "access: " << (access.role.empty() ? "anybody who is logged in" : access.role);
  if (!access.scopes.empty()) std::cout << "; tokens with " << Join(access.scopes, " or ");
  if (!access.permissions.empty())
    std::cout << "; permission " << Join(access.permissions, access.all_permissions ? " and " : " or ");
  std::cout << '\n';
}

// ---- program --------------------------------------------------------------------------------------------------------

std::string Describe(const mapping::PlannedStep& step) {
  std::string text = step.name + ": " + step.what;
  if (step.local) text += ", in the store";
  if (step.conditional) text += ", if its condition holds";
  if (step.repeated) text += ", once for each item";
  if (step.paged) text += ", every page";
  if (!step.undo.empty()) text += "; undone by " + step.undo;
  if (!step.stays.empty()) text += "; not undone: " + step.stays;
  return text;
}

void PrintVariant(const mapping::PlannedVariant& variant, std::size_t number) {
  std::cout << "variant " << number;
  if (!variant.needs.empty()) std::cout << ", needs " << Join(variant.needs, ", ");
  if (!variant.when.empty()) std::cout << ", when " << variant.when;
  std::cout << '\n';
  for (std::size_t wave = 0; wave < variant.waves.size(); ++wave) {
    std::cout << "  wave " << wave + 1 << '\n';
    for (const mapping::PlannedStep& step : variant.waves[wave]) std::cout << "    " << Describe(step) << '\n';
  }
  if (!variant.plan.empty()) std::cout << "  answer: " << variant.plan << '\n';
}

void PrintProgram(const mapping::Program& program) {
  std::cout << "mapping: " << program.file() << ':' << program.line() << '\n';
  std::size_t number = 0;
  for (const mapping::PlannedVariant& variant : program.variants()) PrintVariant(variant, ++number);
  for (const mapping::Loss& loss : program.losses())
    std::cout << "loses: " << loss.name << " (" << ReplaceAll(std::string(mapping::NameOf(loss.kind)), "_", " ")
              << "): " << loss.reason << '\n';
}

void PrintHowServed(const pipeline::Serving& serving, const specs::Operation& operation) {
  const pipeline::Served served = serving.HowServed(operation);
  std::cout << "served: " << pipeline::NameOf(served);
  if (served == pipeline::Served::kPlanned)
    std::cout << ", answers 501 naming " << operation.id << " until it is built";
  if (served == pipeline::Served::kUnsupported) std::cout << ", answers 501: " << operation.unsupported;
  std::cout << '\n';
}

int PrintExplanation(const pipeline::Serving& serving, const AskedFor& request) {
  const bool rocketchat = pipeline::RocketChatFace::Owns(request.path);
  const Result<routing::RouteMatch> match =
      rocketchat ? serving.rocketchat_routes.Match(request.method, request.path)
                 : pipeline::MatchLiveChatRoute(serving.livechat_routes, request.method, request.path);
  if (!match)
    return Fail(std::string(http::NameOf(request.method)) + " " + request.path + " is answered with " +
                std::to_string(match.error().http_status) + ": " + match.error().message);
  const specs::Operation& operation = *match->operation;
  std::cout << "operation: " << operation.id << " (" << http::NameOf(operation.method) << ' ' << operation.path << "), "
            << (rocketchat ? "rocketchat" : "livechat") << " face\n";
  PrintHowServed(serving, operation);
  PrintAccess(operation.access);
  const bool accepted =
      rocketchat ? PrintRocketChatParameters(request, *match) : PrintLiveChatParameters(request, *match);
  const mapping::Program* program = rocketchat ? nullptr : serving.catalog->Find(operation.id);
  if (program != nullptr) PrintProgram(*program);
  return accepted ? kDone : kFailed;
}

}  // namespace

int Explain(const Arguments& arguments) {
  const Result<AskedFor> request = ReadRequest(arguments);
  if (!request) return FailUsage(request.error().message);
  const std::optional<config::Config> config = LoadConfiguration(arguments);
  if (!config) return kFailed;
  Problems problems;
  const std::shared_ptr<pipeline::Serving> serving = app::LoadServing(config->files, problems);
  if (serving == nullptr) {
    PrintProblems(problems);
    return kFailed;
  }
  return PrintExplanation(*serving, *request);
}

}  // namespace parley::cli
