#include "backend/embedded/record.h"

#include <gtest/gtest.h>

namespace parley::backend::embedded {
namespace {

struct Part {
  std::string name;

  template <class Self, class Visit>
  static void Members(Self& self, Visit& visit) {
    visit("name", self.name);
  }
};

struct Sample {
  static constexpr storage::Collection kCollection = storage::Collection::kExtras;
  std::string id;
  std::int64_t version = 0;
  Json extra;
  std::string text, always, secret;
  std::optional<std::string> maybe;
  std::int64_t number = 0;
  bool flag = false;
  Time at{};
  std::optional<Time> later;
  std::vector<std::string> list;
  std::vector<Part> parts;
  Time updated_at{};

  template <class Self, class Visit>
  static void Members(Self& self, Visit& visit) {
    visit("text", self.text);
    visit.Always("always", self.always);
    visit.Secret("secret", self.secret);
    visit("maybe", self.maybe);
    visit("number", self.number);
    visit.IfTrue("flag", self.flag);
    visit("at", self.at);
    visit("later", self.later);
    visit("list", self.list);
    visit("parts", self.parts);
    visit("_updatedAt", self.updated_at);
  }
};

storage::Document Stored(std::string_view body) {
  storage::Document document;
  document.id = "s1";
  document.version = 7;
  document.body = *ParseJson(body);
  return document;
}

TEST(Record, UnsetMembersAreAbsent) {
  EXPECT_EQ(Print(ToDocument(Sample())), R"({"always":"","number":0,"at":0,"list":[],"parts":[],"_updatedAt":0})");
}

TEST(Record, TimesAreNumbersInDocumentsAndTextInAnswers) {
  const Sample sample = FromDocument<Sample>(Stored(R"({"at":1767608130123,"later":1767608130000})"));
  EXPECT_EQ(ToDocument(sample).Integer("at"), 1767608130123);
  EXPECT_EQ(ToAnswer(sample).Text("at"), "2026-01-05T10:15:30.123Z");
  EXPECT_EQ(ToAnswer(sample).Text("later"), "2026-01-05T10:15:30.000Z");
}

TEST(Record, ReadsWhatItWrote) {
  constexpr std::string_view kBody =
      R"({"text":"t","always":"","secret":"s","maybe":"","number":5,"flag":true,"at":1,"list":["a"],"parts":[{"name":"p"}],"_updatedAt":2})";
  const Sample sample = FromDocument<Sample>(Stored(kBody));
  EXPECT_EQ(sample.id, "s1");
  EXPECT_EQ(sample.version, 7);
  EXPECT_EQ(Print(ToDocument(sample)), kBody);
}

TEST(Record, SecretsAreNotShown) {
  const Sample sample = FromDocument<Sample>(Stored(R"({"secret":"s"})"));
  EXPECT_EQ(ToAnswer(sample).Find("secret"), nullptr);
  EXPECT_EQ(ToAnswer(sample).Text("_id"), "s1");
}

TEST(Record, UnlistedMembersAreKept) {
  const Sample sample = FromDocument<Sample>(Stored(R"({"text":"t","more":{"a":1}})"));
  EXPECT_EQ(ToDocument(sample).Find("more")->Integer("a"), 1);
}

TEST(Record, MembersOfAnotherTypeCountAsAbsent) {
  const Sample sample =
      FromDocument<Sample>(Stored(R"({"text":5,"maybe":{},"number":"x","at":"y","later":[],"list":"z","parts":3})"));
  EXPECT_EQ(Print(ToDocument(sample)), R"({"always":"","number":0,"at":0,"list":[],"parts":[],"_updatedAt":0})");
}

TEST(Record, SaveExpectsTheVersionThatWasRead) {
  Sample sample = FromDocument<Sample>(Stored("{}"));
  storage::Changes changes;
  Save(sample, FromUnixMillis(42), changes);
  ASSERT_EQ(changes.puts.size(), 1u);
  EXPECT_EQ(changes.puts[0].expected_version, 7);
  EXPECT_EQ(changes.puts[0].body.Integer("_updatedAt"), 42);
}

}  // namespace
}  // namespace parley::backend::embedded
