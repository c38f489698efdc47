// Asks the running gateway by its admin API, so that what a command changes is known to the relay at once.
#include <filesystem>
#include <fstream>
#include <iomanip>
#include <iostream>

#include "base/own_loop.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/configuration.h"
#include "json/json.h"
#include "outgoing/guarded_caller.h"

namespace parley::cli {
namespace {

constexpr std::string_view kRoot = "/admin/v1/relay/";
constexpr const char* kWords =
    "relay needs one of endpoints, deliveries, attempts ID, resend ID, replay, disable ID, enable ID, test ID";

// Where the admin port of the gateway with this configuration can be reached from here.
std::string AdminHost(const config::Config& config) {
  const std::string& host = config.admin.listen.host;
  if (host.empty() || host == "0.0.0.0") return "127.0.0.1";
  if (host == "::") return "[::1]";
  return host.find(':') == std::string::npos ? host : "[" + host + "]";
}

Result<std::string> AdminKeyOf(const config::Config& config) {
  if (!config.admin.key.empty()) return config.admin.key;
  const std::string path = config.data_directory + "/admin.key";
  std::ifstream file(path);
  std::string key;
  if (!std::getline(file, key)) return InvalidArgument("no admin.key is configured and " + path + " cannot be read");
  return std::string(Trim(key));
}

// The admin API of a running gateway.
class Admin {
 public:
  static Result<Admin> Create(const config::Config& config) {
    Result<std::string> key = AdminKeyOf(config);
    if (!key) return key.error();
    if (config.admin.listen.port == 0) return InvalidArgument("admin.listen must name the port of the running gateway");
    return Admin(AdminHost(config), config.admin.listen.port, *std::move(key));
  }

  Result<Json> Call(http::Method method, const std::string& path, const Json& body = Json()) {
    outgoing::OutgoingRequest request;
    request.method = method;
    request.url = "http://" + host_ + ":" + std::to_string(port_) + std::string(kRoot) + path;
    request.headers = {{"Authorization", "Bearer " + key_}, {"Content-Type", "application/json"}};
    if (!body.IsNull()) request.body = Print(body);
    request.timeout = std::chrono::seconds(60);
    const Result<outgoing::OutgoingResponse> answer = loop_->Run(caller_->Send(std::move(request)));
    if (!answer) {
      return Unavailable("no gateway answers at " + host_ + ":" + std::to_string(port_) +
                         " (admin.listen): " + answer.error().message);
    }
    Result<Json> json = ParseJson(answer->body);
    if (!json) return BadGateway("the admin port answered no JSON", answer->body);
    if (answer->status != 200) return InvalidArgument(std::string(json->Text("error", "the gateway refused")));
    return json;
  }

 private:
  Admin(std::string host, std::uint16_t port, std::string key)
      : host_(std::move(host)), port_(port), key_(std::move(key)), loop_(std::make_unique<OwnLoop>()) {
    outgoing::CallerOptions options;
    // Whom the configuration names is meant.
    options.guard = *outgoing::AddressGuard::Create({"0.0.0.0/0", "::/0"});
    caller_ = std::make_unique<outgoing::GuardedCaller>(std::move(options));
  }

  std::string host_;
  std::uint16_t port_;
  std::string key_;
  std::unique_ptr<OwnLoop> loop_;
  std::unique_ptr<outgoing::GuardedCaller> caller_;
};

std::string TextOf(const Json& object, std::string_view member) {
  const Json* value = object.Find(member);
  if (value == nullptr || value->IsNull()) return "-";
  if (value->IsString()) return std::string(*value->AsString());
  if (const Json::Array* list = value->AsArray()) {
    std::vector<std::string> texts;
    for (const Json& text : *list) texts.emplace_back(text.AsString().value_or(""));
    return texts.empty() ? "all" : Join(texts, ",");
  }
  return Print(*value);
}

// One line an element, its members in columns.
void PrintList(const Json& answer, std::string_view list,
               const std::vector<std::pair<std::string_view, int>>& columns) {
  for (const auto& [name, width] : columns) std::cout << std::left << std::setw(width) << name;
  std::cout << '\n';
  const Json* elements = answer.Find(list);
  if (elements == nullptr || elements->AsArray() == nullptr) return;
  for (const Json& element : *elements->AsArray()) {
    for (const auto& [name, width] : columns) std::cout << std::setw(width) << TextOf(element, name);
    std::cout << '\n';
  }
}

std::string QueryOf(const Arguments& arguments) {
  std::vector<std::pair<std::string, std::string>> pairs;
  for (const char* name : {"endpoint", "status", "since", "until", "limit"})
    if (const auto value = arguments.Value("--" + std::string(name))) pairs.emplace_back(name, *value);
  const std::string query = http::FormatQuery(pairs);
  return query.empty() ? query : "?" + query;
}

Json ReplayOf(const Arguments& arguments) {
  Json body = Json::MakeObject();
  for (const char* name : {"endpoint", "since", "until", "limit"})
    if (const auto value = arguments.Value("--" + std::string(name))) body.Set(name, *value);
  return body;
}

int Show(const Result<Json>& answer) {
  if (!answer) return Fail(answer.error());
  std::cout << PrintPretty(*answer) << '\n';
  return kDone;
}

int ShowList(const Result<Json>& answer, bool as_json, std::string_view list,
             const std::vector<std::pair<std::string_view, int>>& columns) {
  if (!answer || as_json) return Show(answer);
  PrintList(*answer, list, columns);
  return kDone;
}

int RunWord(const std::string& word, const std::string& id, const Arguments& arguments, Admin& admin) {
  using http::Method;
  const bool as_json = arguments.Has("--json");
  const std::string encoded = PercentEncode(id);
  if (word == "endpoints") {
    return ShowList(admin.Call(Method::kGet, "endpoints"), as_json, "endpoints",
                    {{"id", 34}, {"registered_by", 15}, {"enabled", 9}, {"pending", 9}, {"events", 30}, {"url", 0}});
  }
  if (word == "deliveries") {
    return ShowList(admin.Call(Method::kGet, "deliveries" + QueryOf(arguments)), as_json, "deliveries",
                    {{"id", 38}, {"at", 26}, {"type", 26}, {"status", 11}, {"attempts", 10}, {"reason", 0}});
  }
  if (word == "replay") return Show(admin.Call(Method::kPost, "replay", ReplayOf(arguments)));
  if (id.empty()) return FailUsage(kWords);
  if (word == "attempts") {
    return ShowList(admin.Call(Method::kGet, "deliveries/" + encoded + "/attempts"), as_json, "attempts",
                    {{"number", 8}, {"at", 26}, {"status", 8}, {"latency_ms", 12}, {"error", 40}, {"response", 0}});
  }
  if (word == "resend") return Show(admin.Call(Method::kPost, "deliveries/" + encoded + "/resend"));
  if (word == "disable" || word == "enable") {
    return Show(admin.Call(Method::kPost, "endpoints/" + encoded + "/" + word));
  }
  if (word == "test") {
    Json body = Json::MakeObject();
    if (const auto event = arguments.Value("--event")) body.Set("event", *event);
    return Show(admin.Call(Method::kPost, "endpoints/" + encoded + "/test", body));
  }
  return FailUsage(kWords);
}

}  // namespace

int Relay(const Arguments& arguments) {
  if (arguments.words.empty() || arguments.words.size() > 2) return FailUsage(kWords);
  const std::optional<config::Config> config = LoadConfiguration(arguments);
  if (!config) return kFailed;
  Result<Admin> admin = Admin::Create(*config);
  if (!admin) return Fail(admin.error());
  const std::string id = arguments.words.size() == 2 ? arguments.words[1] : "";
  return RunWord(arguments.words[0], id, arguments, *admin);
}

}  // namespace parley::cli
