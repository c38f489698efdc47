#include <map>

#include "fuzz/fuzz.h"
#include "pipeline/parameters.h"
#include "specs/loader.h"

namespace parley::fuzz {
namespace {

constexpr std::string_view kSpec = R"(
swagger: "2.0"
info: {title: One operation with every kind of parameter, version: "1"}
paths:
  /things/{id}:
    post:
      operationId: ThingsPost
      tags: [thing]
      parameters:
        - {in: path, name: id, type: integer, required: true}
        - {in: query, name: page, type: integer, minimum: 1, default: 1, x-parley-lenient: true}
        - {in: query, name: since, type: string, format: date}
        - {in: query, name: tag, type: array, items: {type: string, maxLength: 9}}
        - in: body
          name: body
          schema:
            type: object
            required: [login]
            properties:
              login: {type: string, format: email}
              at: {type: string, pattern: "^([01][0-9]|2[0-3]):[0-5][0-9]$"}
              zone: {type: string, format: timezone}
              active: {type: integer, enum: [0, 1]}
              price: {type: number, minimum: 0}
              bot: {type: boolean}
              groups: {type: array, items: {type: integer}, maxItems: 5}
              fields: {type: array, items: {type: object, properties: {name: {type: string}, value: {type: string}}}}
              requester: {type: object, properties: {mail: {type: string, format: email}}}
              variables: {type: object, additionalProperties: {type: string}}
              anything: {}
)";

const specs::Operation& Operation() {
  static Problems problems;
  static const specs::Spec spec = specs::ParseSpec(kSpec, "fuzz", problems);
  Require(problems.empty());
  return *spec.Find("ThingsPost");
}

}  // namespace
}  // namespace parley::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace parley;
  if (size == 0) return 0;
  const std::string_view text = fuzz::Text(data + 1, size - 1);
  const std::map<std::string, std::string> path = {{"id", "7"}};
  const char where = static_cast<char>(data[0]);  // 'q'uery, 'f'orm, else JSON
  const pipeline::RawParameters raw{path, where == 'q' ? text : std::string_view(),
                                    where == 'f' ? "application/x-www-form-urlencoded" : "application/json",
                                    where == 'q' ? std::string_view() : text};
  const Result<Json> in = pipeline::DecodeParameters(fuzz::Operation(), raw);
  if (in) {
    fuzz::Require(in->Integer("id") == 7 && ParseJson(Print(*in)).ok());
  } else {
    fuzz::Require(in.error().http_status == 400 && in.error().all.size() <= 100);
  }
  return 0;
}
