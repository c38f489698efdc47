// The golden files against the specs, and the mappings against answers that are poorer or stranger than the golden
// ones.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <functional>
#include <sstream>

#include "golden_file.h"
#include "golden_run.h"
#include "json/json.h"
#include "specs/validate.h"

namespace parley::golden {
namespace {

const Subject& OurSubject() {
  static const Subject subject = LoadSubject();
  return subject;
}

File ReadFile(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream bytes;
  bytes << in.rdbuf();
  return ParseFile(std::move(bytes).str());
}

std::string Violations(const specs::SchemaPtr& schema, const Json& value, bool closed) {
  if (!schema) return {};
  specs::ValidateOptions options;
  options.closed = closed;
  std::string text;
  for (const specs::Violation& violation : specs::Validate(*schema, value, options)) {
    text += specs::Format(violation) + "\n";
  }
  return text;
}

// Nothing when the client was answered as the spec says, or refused.
std::string Misbehaviour(const File& file, int worst_status) {
  const ClientAnswer answer = ClientAnswerOf(file, OurSubject());
  if (answer.status > worst_status) return "answered " + std::to_string(answer.status) + " " + answer.body;
  Result<Json> body = ParseJson(answer.body);
  if (!body) return "answered no JSON: " + answer.body;
  if (answer.status != 200 || !answer.operation) return {};
  return Violations(answer.operation->Success(), *body, true);
}

class GoldenFile : public ::testing::TestWithParam<std::filesystem::path> {};

std::string NameOfFile(const ::testing::TestParamInfo<std::filesystem::path>& info) {
  std::string name = info.param.parent_path().filename().string() + "_" + info.param.stem().string();
  for (char& c : name) {
    if (!std::isalnum(static_cast<unsigned char>(c))) c = '_';
  }
  return name;
}

TEST_P(GoldenFile, FitsTheSpecs) {
  const File file = ReadFile(GetParam());
  for (const Exchange& exchange : ExchangesOf(file, OurSubject())) {
    if (!exchange.operation) continue;
    if (exchange.operation->body && !exchange.body.empty()) {
      Result<Json> sent = ParseJson(exchange.body);
      ASSERT_TRUE(sent.ok()) << exchange.body;
      EXPECT_EQ(Violations(exchange.operation->body, *sent, true), "") << exchange.operation->id;
    }
    Result<Json> answered = ParseJson(file.sections[exchange.answer].text);
    if (exchange.status != 200 || !answered) continue;
    EXPECT_EQ(Violations(exchange.operation->Success(), *answered, true), "") << exchange.operation->id;
  }
  EXPECT_EQ(Misbehaviour(file, 599), "");
}

// Every value below `value` that `change` can do without: calls `changed` with each such answer, one at a time.
using Changed = std::function<void(const std::string& path)>;

void WithoutOptionalMembers(Json& value, const specs::SchemaPtr& schema, const std::string& path,
                            const Changed& changed) {
  if (!schema) return;
  if (Json::Array* items = value.AsArray()) {
    for (Json& item : *items) WithoutOptionalMembers(item, schema->items, path + "[]", changed);
    return;
  }
  if (!value.AsObject()) return;
  for (const specs::Property& property : schema->properties) {
    Json* member = value.Find(property.name);
    if (!member) continue;
    const std::string member_path = path + "." + property.name;
    WithoutOptionalMembers(*member, property.schema, member_path, changed);
    if (property.required) continue;
    const Json::Object whole = *value.AsObject();
    value.Remove(property.name);
    changed(member_path);
    *value.AsObject() = whole;
  }
}

void WithWrongTypes(Json& value, const std::string& path, const Changed& changed) {
  if (Json::Array* items = value.AsArray()) {
    for (Json& item : *items) WithWrongTypes(item, path + "[]", changed);
  } else if (Json::Object* members = value.AsObject()) {
    for (auto& [name, member] : *members) WithWrongTypes(member, path + "." + name, changed);
  }
  const Json right = value;
  for (const Json& wrong : {Json(), Json(true), Json(-1), Json("x"), Json(Json::Array{Json(1)}), Json::MakeObject()}) {
    if (wrong.kind() == right.kind()) continue;
    value = wrong;
    changed(path + " = " + Print(wrong));
  }
  value = right;
}

// Plays the file with one of its answers changed, in both ways of reading.
std::string PlayWith(File file, std::size_t answer, const Json& body, int worst_status) {
  file.sections[answer].text = Print(body);
  const Subject& subject = OurSubject();
  for (const auto& catalog : {subject.catalog, subject.plain_catalog}) {
    std::string wrong = Misbehaviour(Play(file, subject, *catalog, true), worst_status);
    if (!wrong.empty()) return wrong;
  }
  return {};
}

// `own_too`: answers of Parley's own store as well, not only those of the backend.
void TryAnswers(const File& file, int worst_status, bool own_too,
                const std::function<void(Json&, const specs::SchemaPtr&, const Changed&)>& change) {
  for (const Exchange& exchange : ExchangesOf(file, OurSubject())) {
    Result<Json> body = ParseJson(file.sections[exchange.answer].text);
    if (!exchange.operation || exchange.status != 200 || !body) continue;
    if (!own_too && exchange.operation->path.starts_with("/local/")) continue;
    Json answer = *body;
    change(answer, exchange.operation->Success(), [&](const std::string& path) {
      EXPECT_EQ(PlayWith(file, exchange.answer, answer, worst_status), "")
          << exchange.operation->id << " with " << path;
    });
  }
}

bool IsSuccess(const File& file) {
  return ClientAnswerOf(file, OurSubject()).status == 200;
}

TEST_P(GoldenFile, NeedsNoOptionalMember) {
  const File file = ReadFile(GetParam());
  if (!IsSuccess(file)) return;
  TryAnswers(file, 499, true, [](Json& answer, const specs::SchemaPtr& schema, const Changed& changed) {
    WithoutOptionalMembers(answer, schema, "", changed);
  });
}

// A workspace's answers are not to be trusted; those of the store are our own.
TEST_P(GoldenFile, SurvivesWrongTypes) {
  const File file = ReadFile(GetParam());
  if (!IsSuccess(file)) return;
  TryAnswers(file, 502, false, [](Json& answer, const specs::SchemaPtr&, const Changed& changed) {
    WithWrongTypes(answer, "", changed);
  });
}

INSTANTIATE_TEST_SUITE_P(All, GoldenFile, ::testing::ValuesIn(GoldenFiles()), NameOfFile);

}  // namespace
}  // namespace parley::golden
