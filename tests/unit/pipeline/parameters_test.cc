#include "pipeline/parameters.h"

#include <gtest/gtest.h>

#include <chrono>

#include "base/text.h"

namespace parley::pipeline {
namespace {

using specs::In;
using specs::Operation;
using specs::Parameter;
using specs::Schema;
using specs::SchemaPtr;
using specs::Type;

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

SchemaPtr WithLengths(std::size_t least, std::size_t most) {
  auto schema = MakeSchema(Type::kString);
  schema->min_length = least;
  schema->max_length = most;
  return schema;
}

SchemaPtr WithPattern(const std::string& pattern) {
  auto schema = MakeSchema(Type::kString);
  schema->pattern = pattern;
  schema->form = *Pattern::Create(pattern);
  return schema;
}

SchemaPtr MapOf(SchemaPtr values) {
  auto schema = MakeSchema(Type::kObject);
  schema->additional_schema = std::move(values);
  return schema;
}

SchemaPtr Between(double least, double most) {
  auto schema = MakeSchema(Type::kInteger);
  schema->minimum = least;
  schema->maximum = most;
  return schema;
}

// A POST whose body has the one member `it`.
std::string Member(SchemaPtr schema, const std::string& json) {
  auto body = MakeSchema(Type::kObject);
  body->properties = {{"it", std::move(schema), false}};
  Operation operation;
  operation.method = http::Method::kPost;
  operation.body = body;
  const std::map<std::string, std::string> none;
  const Result<Json> decoded =
      DecodeParameters(operation, RawParameters{none, "", "application/json", R"({"it":)" + json + "}"});
  if (!decoded) return decoded.error().message;
  const Json* it = decoded->Find("it");
  return it != nullptr ? Print(*it) : "absent";
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

TEST(QueryParameters, ASingleValueBecomesAList) {
  EXPECT_EQ(Query("tag=a"), R"({"page":1,"tag":["a"]})");
}

TEST(QueryParameters, EmptyOnesCountAsNotGiven) {
  EXPECT_EQ(Query("date_from=&group="), R"({"page":1})");
}

TEST(QueryParameters, ARepeatedNameIsAList) {
  EXPECT_EQ(Query("tag=a&tag=b"), R"({"page":1,"tag":["a","b"]})");
  EXPECT_EQ(Query("tag=a&tag[]=b"), R"({"page":1,"tag":["a","b"]})");
  EXPECT_EQ(Query("+tag+=a"), R"({"page":1,"tag":["a"]})");
  EXPECT_EQ(Query("group=1&group=2"), R"({"page":1,"group":2})") << "one value is wanted: the last one counts";
}

TEST(QueryParameters, UnknownOnesAreIgnored) {
  EXPECT_EQ(Query("&colour=red&"), R"({"page":1})");
  EXPECT_EQ(Query("utm[x=1&=2&[]=3&utm[a]=1&utm=2&_=5"), R"({"page":1})") << "however they are written";
  EXPECT_EQ(Query("tag[x=1"), "parameter name \"tag[x\" is malformed");
}

TEST(QueryParameters, LenientOnesFallBackToTheirDefault) {
  EXPECT_EQ(Query("page=zero"), R"({"page":1})");
}

TEST(QueryParameters, AliasesStandForTheirParameter) {
  EXPECT_EQ(Query("groups=4"), R"({"page":1,"group":4})");
}

TEST(QueryParameters, EveryViolationIsReported) {
  EXPECT_EQ(
      Query("date_from=2026-02-30&group=x&order=up"),
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

TEST(BodyParameters, UnknownOnesAreIgnored) {
  const char* expected = R"({"login":"a@b.test","max":6})";
  EXPECT_EQ(Body(R"({"login":"a@b.test","x[":1,"y":{},"y[a]":2,"":3})"), expected);
  EXPECT_EQ(Body("login=a%40b.test&x[=1&y=1&y[a]=2&=3", ""), expected);
}

TEST(BodyParameters, ARepeatedNameIsAList) {
  EXPECT_EQ(Body("login=a%40b.test&groups=1&groups=2", ""), R"({"login":"a@b.test","groups":[1,2],"max":6})");
}

TEST(PathParameters, OfNumbersAreNoWords) {
  EXPECT_EQ(Query("", {{"group_id", "true"}}), "group not found");
}

TEST(BodyParameters, FlagsMayBeWords) {
  EXPECT_EQ(Body(R"({"login":"a@b.test","active":true,"bot":"1"})"),
            R"({"login":"a@b.test","active":1,"max":6,"bot":true})");
}

TEST(BodyParameters, NullIsNotGiven) {
  EXPECT_EQ(Body(R"({"login":"a@b.test","name":null})"), R"({"login":"a@b.test","max":6})");
}

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

TEST(BodyParameters, TextsThatAreNoneAreRefused) {
  EXPECT_EQ(Body("login=a%40b.test&name=%ff", ""), "name must be valid UTF-8");
  EXPECT_EQ(Body("login=a%40b.test&n%ff=1", ""), "the body has a parameter name that is not valid UTF-8");
  EXPECT_EQ(Body("{\"login\":\"a@b.test\",\"n\xff\":1}"), "invalid JSON at byte 24: not valid UTF-8");
  EXPECT_EQ(Body("login=a%40b.test&name=a%00b", ""), "name must not contain a NUL character");
  EXPECT_EQ(Body(R"({"login":"a@b.test","name":"a\u0000b"})"), "name must not contain a NUL character");
  EXPECT_EQ(Query("tag[]=%C3%28"), "tag[0] must be valid UTF-8");
}

TEST(BodyParameters, NeverRenameWhatThePathNames) {
  Operation operation = Creating();
  operation.parameters = {{"login", In::kPath, true, WithFormat("email"), "", false},
                          {"login", In::kQuery, false, WithFormat("email"), "", false}};
  const std::map<std::string, std::string> path = {{"login", "john@acme.test"}};
  const RawParameters raw{path, "login=a@b.test", "application/json", R"({"login":"owner@acme.test"})"};
  EXPECT_EQ(Outcome(DecodeParameters(operation, raw)), R"({"login":"john@acme.test","max":6})");
}

TEST(BodyParameters, OfAnyTypeAndFreeObjectsAreLookedAtToo) {
  EXPECT_EQ(Member(MakeSchema(Type::kAny), R"([1,{"a":"b"}])"), R"([1,{"a":"b"}])");
  EXPECT_EQ(Member(MakeSchema(Type::kAny), R"([{"a":"b\u0000"}])"), "it must not contain a NUL character");
  EXPECT_EQ(Member(MakeSchema(Type::kObject), R"({"a":["\u0000"]})"), "it.a must not contain a NUL character");
  EXPECT_EQ(Member(MakeSchema(Type::kObject), R"({"\u0000":1})").substr(0, 3), "it.");
}

TEST(BodyParameters, FreeObjectsHaveValuesOfOneType) {
  EXPECT_EQ(Member(MapOf(MakeSchema(Type::kInteger)), R"({"a":"1","b":2})"), R"({"a":1,"b":2})");
  EXPECT_EQ(Member(MapOf(MakeSchema(Type::kInteger)), R"({"a":"x"})"), "it.a must be an integer");
}

TEST(BodyParameters, APhpClientsEmptyObjectIsAList) {
  EXPECT_EQ(Member(MapOf(MakeSchema(Type::kInteger)), "[]"), "{}");
}

TEST(BodyParameters, LengthsCountCharacters) {
  EXPECT_EQ(Member(WithLengths(2, 3), R"("\u00e4\u20ac\ud83d\ude00")"), "\"\u00E4\u20AC\U0001F600\"");
  EXPECT_EQ(Member(WithLengths(2, 3), R"("\u00e4")"), "it must have at least 2 characters");
  EXPECT_EQ(Member(WithLengths(2, 3), R"("abcd")"), "it must have at most 3 characters");
  EXPECT_EQ(Member(WithLengths(1, 3), R"("")"), "it must not be empty");
}

TEST(BodyParameters, BoundsAreInclusive) {
  EXPECT_EQ(Member(Between(0, 10), "10"), "10");
  EXPECT_EQ(Member(Between(0, 10), "\"0\""), "0");
  EXPECT_EQ(Member(Between(0, 10), "11"), "it must be at most 10");
  EXPECT_EQ(Member(Between(0, 10), "-1"), "it must be at least 0");
  EXPECT_EQ(Member(Between(0, 10), "99999999999999999999"), "it must be an integer");
}

TEST(BodyParameters, PatternsCannotBeMadeToHang) {
  EXPECT_EQ(Member(WithPattern("^[0-9]+$"), "\"12\""), "\"12\"");
  EXPECT_EQ(Member(WithPattern("^[0-9]+$"), "\"1x\""), "it has the wrong form");
  EXPECT_EQ(Member(WithPattern("^(a+)+$"), "\"" + std::string(1'000'000, 'a') + "!\""), "it has the wrong form");
}

TEST(BodyParameters, TimeZonesAreIanas) {
  EXPECT_EQ(Member(WithFormat("timezone"), "\"America/Phoenix\""), "\"America/Phoenix\"");
  EXPECT_EQ(Member(WithFormat("timezone"), "\"Mars/Olympus\""), "it must be an IANA time zone name");
}

struct Coercion {
  const char* name;
  Type type;
  const char* json;
  const char* outcome;
};

class Coercions : public testing::TestWithParam<Coercion> {};

TEST_P(Coercions, Matrix) {
  EXPECT_EQ(Member(MakeSchema(GetParam().type), GetParam().json), GetParam().outcome);
}

INSTANTIATE_TEST_SUITE_P(
    Integers, Coercions,
    testing::Values(Coercion{"Text", Type::kInteger, "\" 12 \"", "12"},
                    Coercion{"WholeNumber", Type::kInteger, "12.0", "12"},
                    Coercion{"Largest", Type::kInteger, "\"9223372036854775807\"", "9223372036854775807"},
                    Coercion{"TooLarge", Type::kInteger, "\"9223372036854775808\"", "it must be an integer"},
                    Coercion{"Word", Type::kInteger, "true", "it must be an integer"},
                    Coercion{"WordText", Type::kInteger, "\"false\"", "it must be an integer"},
                    Coercion{"Fraction", Type::kInteger, "1.5", "it must be an integer"},
                    Coercion{"Empty", Type::kInteger, "\"\"", "it must be an integer"},
                    Coercion{"Null", Type::kInteger, "null", "absent"},
                    Coercion{"List", Type::kInteger, "[1]", "it must be an integer"},
                    Coercion{"Object", Type::kInteger, "{}", "it must be an integer"}),
    [](const auto& test) { return std::string(test.param.name); });

INSTANTIATE_TEST_SUITE_P(Others, Coercions,
                         testing::Values(Coercion{"NumberText", Type::kNumber, "\"1.5\"", "1.5"},
                                         Coercion{"NumberWord", Type::kNumber, "\"nan\"", "it must be a number"},
                                         Coercion{"FlagNumber", Type::kBoolean, "1", "true"},
                                         Coercion{"FlagText", Type::kBoolean, "\"0\"", "false"},
                                         Coercion{"FlagOther", Type::kBoolean, "2", "it must be true or false"},
                                         Coercion{"TextOfNumber", Type::kString, "1.50", "\"1.5\""},
                                         Coercion{"TextOfFlag", Type::kString, "true", "\"true\""},
                                         Coercion{"TextOfList", Type::kString, "[\"a\"]", "it must be a text"},
                                         Coercion{"TextOfObject", Type::kString, "{}", "it must be a text"},
                                         Coercion{"EmptyText", Type::kString, "\"\"", "\"\""},
                                         Coercion{"ListOfOne", Type::kArray, "\"a\"", "[\"a\"]"},
                                         Coercion{"ListOfNothing", Type::kArray, "\"\"", "[]"},
                                         Coercion{"ListOfObject", Type::kArray, "{\"a\":1}", "it must be a list"},
                                         Coercion{"ObjectOfText", Type::kObject, "\"a\"", "it must be an object"},
                                         Coercion{"ObjectOfList", Type::kObject, "[1]", "it must be an object"}),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(HostileParameters, ABadListIsNotAnsweredWithAMillionSentences) {
  std::string json = R"({"login":"a@b.test","groups":[)";
  for (int i = 0; i < 200'000; ++i) json += R"("x",)";
  json.back() = ']';
  const std::map<std::string, std::string> none;
  const Result<Json> decoded = DecodeParameters(Creating(), RawParameters{none, "", "application/json", json + "}"});
  ASSERT_FALSE(decoded);
  EXPECT_EQ(decoded.error().all.size(), kMostViolations);
  EXPECT_EQ(decoded.error().all.back(), "groups[19] must be an integer");
}

TEST(HostileParameters, TooManyAreRefusedBeforeTheyAreRead) {
  std::string form = "login=a%40b.test";
  for (int i = 0; i < 1'000'000; ++i) form += "&n" + std::to_string(i) + "=%zz";
  const auto before = std::chrono::steady_clock::now();
  EXPECT_EQ(Body(form, ""), "the body has more than 1000 parameters");
  EXPECT_EQ(Query(form), "the query string has more than 1000 parameters");
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(2));
}

TEST(HostileParameters, DeepBodiesAreRefused) {
  EXPECT_EQ(Body(std::string(100'000, '[')).substr(0, 12), "invalid JSON");
}

TEST(BodyParameters, MayBeAbsentWhateverTheContentType) {
  for (const char* type : {"", "application/json", "application/x-www-form-urlencoded", "text/plain"})
    EXPECT_EQ(Body("", type), "login is required") << type;
  EXPECT_EQ(Body(" \r\n"), "login is required");
}

TEST(BodyParameters, MediaTypesAreComparedWithoutCaseAndParameters) {
  EXPECT_EQ(Body(R"({"login":"a@b.test"})", "Application/JSON;charset=UTF-8"), R"({"login":"a@b.test","max":6})");
}

}  // namespace
}  // namespace parley::pipeline
