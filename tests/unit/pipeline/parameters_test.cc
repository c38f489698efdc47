#include "pipeline/parameters.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace parley::pipeline {
namespace {

using specs::In;
using specs::Operation;
using specs::Parameter;
using specs::Schema;
using specs::SchemaPtr;
using specs::Type;
using testing::ElementsAre;

std::shared_ptr<Schema> MakeSchema(Type type) {
  auto schema = std::make_shared<Schema>();
  schema->type = type;
  return schema;
}

SchemaPtr WithFormat(std::string format) {
  auto schema = MakeSchema(Type::kString);
  schema->format = std::move(format);
  return schema;
}

SchemaPtr OneOf(std::vector<Json> values) {
  auto schema = MakeSchema(values.front().IsString() ? Type::kString : Type::kInteger);
  schema->enumeration = std::move(values);
  return schema;
}

SchemaPtr ListOf(SchemaPtr items) {
  auto schema = MakeSchema(Type::kArray);
  schema->items = std::move(items);
  return schema;
}

SchemaPtr WithDefault(Type type, Json value) {
  auto schema = MakeSchema(type);
  schema->default_value = std::move(value);
  return schema;
}

// GET /chats-like: typed query parameters.
Operation Listing() {
  Operation operation;
  operation.resource = "group";
  operation.aliases = {{"groups", "group"}};
  operation.parameters = {{"group_id", In::kPath, true, MakeSchema(Type::kInteger), "", false},
                          {"page", In::kQuery, false, WithDefault(Type::kInteger, 1), "", true},
                          {"date_from", In::kQuery, false, WithFormat("date"), "", false},
                          {"tag", In::kQuery, false, ListOf(MakeSchema(Type::kString)), "", false},
                          {"group", In::kQuery, false, MakeSchema(Type::kInteger), "", false},
                          {"order", In::kQuery, false, OneOf({"asc", "desc"}), "", false}};
  return operation;
}

// POST /agents-like: a body with every kind of member.
Operation Creating() {
  auto body = MakeSchema(Type::kObject);
  auto requester = MakeSchema(Type::kObject);
  requester->properties = {{"mail", WithFormat("email"), true}};
  body->properties = {{"login", WithFormat("email"), true},
                      {"active", OneOf({0, 1}), false},
                      {"groups", ListOf(MakeSchema(Type::kInteger)), false},
                      {"max", WithDefault(Type::kInteger, 6), false},
                      {"name", MakeSchema(Type::kString), false},
                      {"bot", MakeSchema(Type::kBoolean), false},
                      {"requester", requester, false}};
  Operation operation;
  operation.method = http::Method::kPost;
  operation.body = body;
  return operation;
}

// The decoded parameters as JSON text, or the violations.
std::string Outcome(const Result<Json>& decoded) {
  if (decoded) return Print(*decoded);
  return decoded.error().all.empty() ? decoded.error().message : Join(decoded.error().all, "; ");
}

std::string Query(const std::string& query, std::map<std::string, std::string> path = {}) {
  return Outcome(DecodeParameters(Listing(), RawParameters{path, query, "", ""}));
}

std::string Body(const std::string& body, const std::string& content_type = "application/json",
                 const std::string& query = "") {
  const std::map<std::string, std::string> none;
  return Outcome(DecodeParameters(Creating(), RawParameters{none, query, content_type, body}));
}

TEST(QueryParameters, AreTypedAndDefaulted) {
  EXPECT_EQ(Query("page=3&group=7&tag[]=a&tag[]=b"), R"({"page":3,"tag":["a","b"],"group":7})");
  EXPECT_EQ(Query(""), R"({"page":1})");
}

TEST(QueryParameters, ASingleValueBecomesAList) { EXPECT_EQ(Query("tag=a"), R"({"page":1,"tag":["a"]})"); }

TEST(QueryParameters, EmptyOnesCountAsNotGiven) { EXPECT_EQ(Query("date_from=&group="), R"({"page":1})"); }

TEST(QueryParameters, UnknownOnesAreIgnored) { EXPECT_EQ(Query("&colour=red&"), R"({"page":1})"); }

TEST(QueryParameters, LenientOnesFallBackToTheirDefault) { EXPECT_EQ(Query("page=zero"), R"({"page":1})"); }

TEST(QueryParameters, AliasesStandForTheirParameter) { EXPECT_EQ(Query("groups=4"), R"({"page":1,"group":4})"); }

TEST(QueryParameters, EveryViolationIsReported) {
  EXPECT_EQ(Query("date_from=2026-02-30&group=x&order=up"),
            "date_from must be a date of the form YYYY-MM-DD; group must be an integer; order must be one of: asc, desc");
}

TEST(QueryParameters, ABrokenEscapeIsRefused) {
  EXPECT_EQ(Query("tag=%zz"), "the query string has a broken percent escape");
}

TEST(PathParameters, OfTheWrongTypeNameNoResource) {
  const std::map<std::string, std::string> path = {{"group_id", "ABC"}};
  const Result<Json> decoded = DecodeParameters(Listing(), RawParameters{path, "", "", ""});
  ASSERT_FALSE(decoded);
  EXPECT_EQ(decoded.error().http_status, 404);
  EXPECT_EQ(decoded.error().message, "group not found");
  EXPECT_EQ(Query("", {{"group_id", "12"}}), R"({"group_id":12,"page":1})");
}

TEST(BodyParameters, FormAndJsonMeanTheSame) {
  const std::string expected = R"({"login":"a@b.test","active":0,"groups":[1,2],"max":6})";
  EXPECT_EQ(Body(R"({"login":"a@b.test","active":"0","groups":["1",2]})"), expected);
  EXPECT_EQ(Body("login=a%40b.test&active=0&groups[]=1&groups[]=2", "application/x-www-form-urlencoded; charset=utf-8"),
            expected);
  EXPECT_EQ(Body("login=a%40b.test&active=0&groups[0]=1&groups[0]=2", ""), expected);
}

TEST(BodyParameters, FlagsMayBeWords) {
  EXPECT_EQ(Body(R"({"login":"a@b.test","active":true,"bot":"1"})"),
            R"({"login":"a@b.test","active":1,"max":6,"bot":true})");
}

TEST(BodyParameters, NullIsNotGiven) { EXPECT_EQ(Body(R"({"login":"a@b.test","name":null})"), R"({"login":"a@b.test","max":6})"); }

TEST(BodyParameters, NumbersBecomeTextsWhereATextIsWanted) {
  EXPECT_EQ(Body(R"({"login":"a@b.test","name":42})"), R"({"login":"a@b.test","max":6,"name":"42"})");
}

TEST(BodyParameters, MayComeInTheQueryOfAPost) {
  EXPECT_EQ(Body(R"({"login":"a@b.test"})", "application/json", "name=x&active=1"),
            R"({"login":"a@b.test","active":1,"max":6,"name":"x"})");
}

TEST(BodyParameters, EveryViolationNamesItsField) {
  EXPECT_EQ(Body(R"({"login":"nobody","active":2,"groups":["x",1],"requester":{"mail":7}})"),
            "login must be a correct e-mail address; active must be one of: 0, 1; groups[0] must be an integer; "
            "requester.mail must be a correct e-mail address");
  EXPECT_EQ(Body(""), "login is required");
  EXPECT_EQ(Body(R"({"login":"a@b.test","requester":{}})"), "requester.mail is required");
  EXPECT_EQ(Body(R"({"login":"a@b.test","groups":{"a":1},"requester":3})"),
            "groups must be a list; requester must be an object");
}

TEST(BodyParameters, BadBodiesAreRefusedAsAWhole) {
  EXPECT_EQ(Body("[1]"), "the body must be a JSON object");
  EXPECT_EQ(Body("{", "application/json").substr(0, 12), "invalid JSON");
  EXPECT_EQ(Body("x", "text/plain"), "Content-Type must be application/json or application/x-www-form-urlencoded");
}

TEST(BodyParameters, InvalidUtf8IsRefused) {
  EXPECT_EQ(Body("login=a%40b.test&name=%ff", ""), "name must be valid UTF-8");
}

}  // namespace
}  // namespace parley::pipeline
