#include "specs/openapi_reader.h"

#include <gtest/gtest.h>

#include "spec_text.h"

namespace parley::specs {
namespace {

// A Swagger document whose one path has these lines, indented by four.
Parsed WithPath(const std::string& path, const std::string& lines) {
  return Parse("swagger: '2.0'\npaths:\n  " + path + ":\n" + lines);
}

TEST(OpenApiReader, ReadsWhatParleyAdds) {
  const Parsed parsed =
      WithPath("/things/{id}",
               "    put:\n"
               "      operationId: ThingsPut\n"
               "      tags: [things, more]\n"
               "      x-parley-role: self-or-administrator\n"
               "      x-parley-scopes: ['a--all:r a--all:rw', a_write]\n"
               "      x-parley-permission: {all: [edit-thing, view-thing]}\n"
               "      x-parley-touches: [things]\n"
               "      x-parley-aliases: {labels: tags}\n"
               "      x-parley-error-member: both\n"
               "      parameters:\n"
               "        - {in: path, name: id, required: true, type: integer}\n"
               "        - {in: query, name: page, type: integer, default: 1, x-parley-lenient: true}\n"
               "        - in: body\n"
               "          name: body\n"
               "          schema: {type: object, properties: {tags: {type: array}}}\n"
               "      responses: {'200': {description: OK}, default: {schema: {type: object}}}\n");
  EXPECT_EQ(parsed.Complaints(), "");
  const Operation& operation = *parsed.spec.Find("ThingsPut");
  EXPECT_EQ(operation.method, http::Method::kPut);
  EXPECT_EQ(operation.resource, "things");
  EXPECT_EQ(operation.effect, Effect::kWrite);
  EXPECT_FALSE(operation.idempotent);
  EXPECT_EQ(operation.access.role, "self-or-administrator");
  EXPECT_EQ(operation.access.scopes.size(), 2u);
  EXPECT_TRUE(operation.access.all_permissions);
  EXPECT_EQ(operation.aliases.at("labels"), "tags");
  EXPECT_EQ(operation.error_member, "both");
  EXPECT_TRUE(operation.FindParameter("page")->lenient);
  EXPECT_EQ(operation.FindParameter("page")->schema->default_value, Json(1));
  EXPECT_NE(operation.body->Find("tags"), nullptr);
  EXPECT_EQ(operation.responses.at(200), nullptr);
  EXPECT_EQ(operation.responses.at(0)->type, Type::kObject);
  EXPECT_EQ(operation.line, 4);
}

TEST(OpenApiReader, EffectFollowsTheMethodUnlessSaid) {
  const Parsed parsed =
      WithPath("/room", "    get: {operationId: Open, x-parley-effect: write}\n    head: {operationId: Look}\n");
  EXPECT_EQ(parsed.spec.Find("Open")->effect, Effect::kWrite);
  EXPECT_EQ(parsed.spec.Find("Look")->effect, Effect::kRead);
  EXPECT_TRUE(parsed.spec.Find("Look")->idempotent);
}

TEST(OpenApiReader, EmptySecurityNeedsNobody) {
  const Parsed parsed = Parse(
      "swagger: '2.0'\nsecurity: [{token: []}]\npaths:\n"
      "  /a: {get: {operationId: A}}\n  /b: {get: {operationId: B, security: []}}\n"
      "  /c: {get: {operationId: C, x-parley-auth: none}}\n");
  EXPECT_FALSE(parsed.spec.Find("A")->access.anonymous);
  EXPECT_TRUE(parsed.spec.Find("B")->access.anonymous);
  EXPECT_TRUE(parsed.spec.Find("C")->access.anonymous);
}

TEST(OpenApiReader, BasePathComesFirst) {
  const Parsed parsed = Parse("swagger: '2.0'\nbasePath: /api/v1/\npaths:\n  /me: {get: {}}\n");
  ASSERT_EQ(parsed.spec.operations.size(), 1u);
  EXPECT_EQ(parsed.spec.operations[0].path, "/api/v1/me");
  EXPECT_EQ(parsed.spec.operations[0].id, "GET me");
}

TEST(OpenApiReader, AFormIsABody) {
  const Parsed parsed = WithPath("/upload",
                                 "    post: {operationId: Upload, parameters: "
                                 "[{in: formData, name: file, type: file, required: true}]}\n");
  const Operation& operation = *parsed.spec.Find("Upload");
  EXPECT_TRUE(operation.body_required);
  EXPECT_EQ(operation.body->Find("file")->schema->format, "binary");
  EXPECT_EQ(operation.parameters[0].in, In::kForm);
}

TEST(OpenApiReader, ReadsOpenApi3) {
  const Parsed parsed = Fixture("openapi3.yaml");
  EXPECT_EQ(parsed.Complaints(), "");
  const Operation& list = *parsed.spec.Find("get-rooms");
  EXPECT_EQ(list.path, "/api/v1/desk/rooms");
  EXPECT_EQ(list.FindParameter("count")->schema->default_value, Json(25));
  const SchemaPtr room = list.Success()->Find("rooms")->schema->items;
  EXPECT_EQ(room->name, "Room");
  EXPECT_TRUE(room->Find("_id")->required);
  EXPECT_TRUE(room->Find("closedAt")->schema->nullable);
  EXPECT_NE(list.responses.at(401)->Find("status"), nullptr);
  const Operation& create = *parsed.spec.Find("POST desk/rooms");
  EXPECT_TRUE(create.body_required);
  EXPECT_EQ(create.body->type, Type::kObject);
  EXPECT_NE(create.body->Find("b"), nullptr);
}

TEST(OpenApiReader, ParametersOfAPathAreThoseOfItsOperations) {
  const Parsed parsed = Fixture("openapi3.yaml");
  const Operation& room = *parsed.spec.Find("GET desk/rooms/{rid}");
  EXPECT_EQ(room.FindParameter("rid")->in, In::kPath);
  EXPECT_EQ(room.FindParameter("x-token")->in, In::kHeader);
  EXPECT_EQ(room.FindParameter("filter")->schema->Find("open")->schema->type, Type::kBoolean);
  EXPECT_EQ(room.FindParameter("tags")->schema->items->type, Type::kString);
  EXPECT_EQ(room.FindParameter("session"), nullptr) << "nobody reads cookies here";
  EXPECT_NE(parsed.spec.Find("POST desk/rooms/{rid}")->FindParameter("rid"), nullptr);
}

TEST(OpenApiReader, BodiesAreJsonWhereThereIsAChoiceElseForms) {
  const Parsed parsed = Fixture("openapi3.yaml");
  const Operation& change = *parsed.spec.Find("POST desk/rooms/{rid}");
  EXPECT_TRUE(change.body_required);
  ASSERT_TRUE(change.body->Find("topic")->required);
  EXPECT_EQ(change.body->Find("topic")->schema->type, Type::kString);
  EXPECT_TRUE(change.body->Find("topic")->schema->nullable);
  EXPECT_EQ(parsed.spec.Find("POST v2/desk/files")->body->Find("file")->schema->format, "binary");
  const Operation& both = *parsed.spec.Find("PUT old/desk/files");
  EXPECT_EQ(both.body->Find("form"), nullptr);
  EXPECT_EQ(both.body->Find("json")->schema->enumeration, std::vector<Json>{Json(7)});
}

TEST(OpenApiReader, TheClosestServerGivesTheBasePath) {
  const Parsed parsed = Fixture("openapi3.yaml");
  EXPECT_EQ(parsed.spec.Find("POST v2/desk/files")->path, "/v2/desk/files");
  EXPECT_EQ(parsed.spec.Find("PUT old/desk/files")->path, "/old/desk/files");
  EXPECT_EQ(parsed.spec.Find("ping")->path, "/api/v1/desk/pings");
  EXPECT_EQ(Parse("openapi: 3.0.0\nservers:\n  - url: https://a.test/{version}\npaths: {}\n").Complaints(),
            "spec.yaml:3: server https://a.test/{version} has a variable without a default\n");
}

TEST(OpenApiReader, AReferenceThatLeadsNowhereIsReported) {
  EXPECT_EQ(Parse("openapi: 3.0.0\npaths:\n  /a: {$ref: '#/components/pathItems/A'}\n").Complaints(),
            "spec.yaml:3: $ref #/components/pathItems/A leads nowhere in this file\n");
  EXPECT_EQ(
      Parse("openapi: 3.0.0\npaths:\n  /a:\n    post:\n      requestBody: {$ref: '#/components/requestBodies/B'}\n")
          .Complaints(),
      "spec.yaml:5: $ref #/components/requestBodies/B leads nowhere in this file\n");
}

struct Fault {
  const char* name;
  const char* lines;
  const char* complaint;
};

class OperationFault : public testing::TestWithParam<Fault> {};

TEST_P(OperationFault, IsReportedWithItsLine) {
  EXPECT_EQ(WithPath("/a/{id}", std::string("    parameters: [{in: path, name: id, required: true, type: string}]\n") +
                                    GetParam().lines)
                .Complaints(),
            std::string("spec.yaml:5: ") + GetParam().complaint + "\n");
}

INSTANTIATE_TEST_SUITE_P(
    OpenApiReader, OperationFault,
    testing::Values(
        Fault{"UnknownMethod", "    gett: {}\n", "unknown method gett; did you mean get"},
        Fault{"NoObject", "    get: []\n", "an operation must be an object"},
        Fault{"UnknownKey", "    get: {operationID: A}\n",
              "unknown key operationID in an operation; did you mean operationId"},
        Fault{"UnknownExtension", "    get: {x-parley-efect: read}\n",
              "unknown key x-parley-efect; did you mean x-parley-effect"},
        Fault{"UnknownEffect", "    get: {x-parley-effect: maybe}\n",
              "x-parley-effect must be read or write, not maybe"},
        Fault{"UnknownRole", "    get: {x-parley-role: boss}\n",
              "x-parley-role must be owner or administrator or normal or self-or-administrator or self, not boss"},
        Fault{"UnknownPlace", "    get: {parameters: [{in: querry, name: a}]}\n",
              "parameter a needs in: path, query, header, formData or body"},
        Fault{"NoName", "    get: {parameters: [{in: query, type: string}]}\n", "a parameter needs a name"},
        Fault{"OtherPathParameter", "    get: {parameters: [{in: path, name: no, type: string}]}\n",
              "path parameter no does not occur in /a/{id}"},
        Fault{"NoStatus", "    get: {responses: {ok: {description: x}}}\n",
              "a response is named by its status or default, not ok"},
        Fault{"NoSuchAlias", "    get: {operationId: A, x-parley-aliases: {a: b}}\n",
              "x-parley-aliases: A has no parameter or body member b"},
        Fault{"NoSuchList",
              "    get: {x-parley-list: as, responses: {'200': {schema: {type: object, properties: {a: {type: "
              "string}}}}}}\n",
              "x-parley-list: the answer has no array named as"},
        Fault{"TwoPermissionWays", "    get: {x-parley-permission: {any: [a], all: [b]}}\n",
              "x-parley-permission must be one permission, {any: [...]} or {all: [...]}"}),
    [](const auto& test) { return test.param.name; });

TEST(OpenApiReader, PathParametersMustBeDescribed) {
  EXPECT_EQ(WithPath("/a/{id}", "    get: {operationId: A}\n").Complaints(),
            "spec.yaml:4: path parameter id is not described under parameters\n");
}

TEST(OpenApiReader, ReportsEverythingAtOnce) {
  const Parsed parsed =
      Parse("swagger: '2.0'\npaths:\n  a: {}\n  /b: {gett: {}}\n  /c: []\ndefinitions:\n  X: {type: strin}\n");
  EXPECT_EQ(parsed.problems.size(), 4u) << parsed.Complaints();
}

}  // namespace
}  // namespace parley::specs
