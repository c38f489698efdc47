#include "config/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>

namespace parley::config {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// A file that is gone when the test ends.
class TemporaryFile {
 public:
  explicit TemporaryFile(const std::string& content) : path_(std::tmpnam(nullptr)) { std::ofstream(path_) << content; }
  ~TemporaryFile() { std::remove(path_.c_str()); }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

std::vector<std::string> Texts(const Problems& problems) {
  std::vector<std::string> texts;
  for (const Problem& problem : problems.list()) texts.push_back(Format(problem));
  return texts;
}

Loaded LoadText(const std::string& yaml) {
  const TemporaryFile file(yaml);
  return Load({.file = file.path(), .environment = {}, .sets = {}});
}

Loaded LoadSets(std::vector<std::pair<std::string, std::string>> sets) {
  return Load({.file = {}, .environment = {}, .sets = std::move(sets)});
}

TEST(Config, DefaultFileStatesTheDefaults) {
  const Loaded loaded =
      Load({.file = std::string(PARLEY_SOURCE_DIR) + "/config/parley.yaml", .environment = {}, .sets = {}});
  EXPECT_THAT(Texts(loaded.problems), IsEmpty());
  EXPECT_EQ(loaded.config, Config());
}

TEST(Config, DefaultFileNamesEveryOption) {
  std::ifstream file(std::string(PARLEY_SOURCE_DIR) + "/config/parley.yaml");
  const std::string text((std::istreambuf_iterator<char>(file)), {});
  for (const OptionInfo& option : Options())
    EXPECT_THAT(text, HasSubstr(option.key.substr(option.key.rfind('.') + 1) + ":")) << option.key;
}

TEST(Config, LaterSourcesWin) {
  const TemporaryFile file("account: {name: file, language: file}\nlog: {level: error}\n");
  const Loaded loaded = Load({.file = file.path(),
                              .environment = {{"PARLEY_ACCOUNT__NAME", "environment"},
                                              {"PARLEY_ACCOUNT__LANGUAGE", "environment"},
                                              {"PATH", "/bin"}},
                              .sets = {{"account.name", "set"}}});
  EXPECT_THAT(Texts(loaded.problems), IsEmpty());
  EXPECT_EQ(loaded.config.account.name, "set");
  EXPECT_EQ(loaded.config.account.language, "environment");
  EXPECT_EQ(loaded.config.log_level, LogLevel::kError);
}

TEST(Config, RulesOfGroupsAreAListOfMappings) {
  const std::string rules =
      "[{group: Sales, when: {url_contains: /pricing}}, {group: Gold, when: {custom_field: {plan: gold}, agent: "
      "Liv@Acme.test}}]";
  const Loaded loaded = LoadText("groups:\n  rules: " + rules + "\n");
  EXPECT_THAT(Texts(loaded.problems), IsEmpty());
  ASSERT_EQ(loaded.config.groups.rules.size(), 2u);
  EXPECT_EQ(loaded.config.groups.rules[0].group, "Sales");
  EXPECT_EQ(loaded.config.groups.rules[0].url_contains, "/pricing");
  EXPECT_EQ(loaded.config.groups.rules[1].custom_field, "plan");
  EXPECT_EQ(loaded.config.groups.rules[1].custom_value, "gold");
  EXPECT_EQ(loaded.config.groups.rules[1].agent, "liv@acme.test");
  EXPECT_EQ(Load({.file = {}, .environment = {{"PARLEY_GROUPS__RULES", rules}}, .sets = {}}).config.groups,
            loaded.config.groups);
}

TEST(Config, WhatIsWrongWithARuleIsNamed) {
  const auto problem = [](const std::string& rules) {
    const Loaded loaded = LoadText("groups:\n  rules: " + rules + "\n");
    return loaded.problems.empty() ? "" : Texts(loaded.problems).front();
  };
  EXPECT_THAT(problem("[{group: A, when: {tag: x}}, {group: B}]"),
              HasSubstr(":2: groups.rules rule 2: when must name url_contains, custom_field, tag or agent"));
  EXPECT_THAT(problem("[{when: {tag: x}}]"), HasSubstr("rule 1: group must be the name of a group"));
  EXPECT_THAT(problem("[{group: A, when: {url: x}}]"), HasSubstr("when has url_contains, custom_field, tag and agent"));
  EXPECT_THAT(problem("[{group: A, when: {tag: [x]}}]"), HasSubstr("tag must be a text"));
  EXPECT_THAT(problem("[{group: A, when: {custom_field: plan}}]"),
              HasSubstr("custom_field must be a name and its value"));
  EXPECT_THAT(problem("[{group: A, when: {tag: x}, then: y}]"), HasSubstr("has group and when, not then"));
  EXPECT_THAT(problem("[x]"), HasSubstr("rule 1: must be {group: NAME"));
  EXPECT_THAT(problem("x"), HasSubstr("must be a list"));
}

TEST(Config, EveryMistakeIsReportedAtOnceWithItsLine) {
  const TemporaryFile file("server:\n  listen: nowhere\n  shards: many\nacount:\n  name: x\n");
  const Loaded loaded = Load({.file = file.path(), .environment = {}, .sets = {}});
  EXPECT_THAT(Texts(loaded.problems),
              ElementsAre(file.path() + ":2: server.listen must be host:port, for example 127.0.0.1:8080",
                          file.path() + ":3: server.shards must be a whole number from 0 to 256",
                          file.path() + ":5: no option is called acount.name; did you mean account.name"));
}

TEST(Config, AnOptionGivenTwiceIsAnError) {
  EXPECT_THAT(Texts(LoadText("log:\n  level: info\n  level: debug\n").problems),
              Contains(HasSubstr(":3: log.level is given twice")));
}

TEST(Config, BrokenYamlNamesTheLine) {
  EXPECT_THAT(Texts(LoadText("server:\n  listen: [1\n").problems), Contains(HasSubstr(":3: ")));
}

TEST(Config, AMissingFileIsAProblem) {
  EXPECT_THAT(Texts(Load({.file = "/nonexistent.yaml", .environment = {}, .sets = {}}).problems),
              ElementsAre("/nonexistent.yaml: cannot be read"));
}

TEST(Config, SecretsMayComeFromAFile) {
  const TemporaryFile secret("s3cret\n");
  const Loaded loaded = LoadSets({{"admin.key_file", secret.path()}});
  EXPECT_THAT(Texts(loaded.problems), IsEmpty());
  EXPECT_EQ(loaded.config.admin.key, "s3cret");
  EXPECT_THAT(loaded.warnings, IsEmpty());
}

TEST(Config, OnlySecretsMayComeFromAFile) {
  EXPECT_THAT(Texts(LoadSets({{"account.name_file", "/etc/hostname"}}).problems),
              ElementsAre(HasSubstr("no option is called account.name_file")));
}

TEST(Config, ASecretOnTheCommandLineDrawsAWarning) {
  EXPECT_THAT(LoadSets({{"admin.key", "x"}}).warnings, ElementsAre(HasSubstr("--set admin.key shows a secret")));
}

TEST(Config, TheOwnerNeedsLoginAndKey) {
  EXPECT_THAT(Texts(LoadSets({{"auth.bootstrap.login", "nora@acme.test"}}).problems),
              ElementsAre(HasSubstr("must be given together")));
}

TEST(Config, AListIsAListInTheFileAndHasCommasElsewhere) {
  const auto expected = ElementsAre("10.1.0.0/16", "::1", "hooks.acme.test");
  EXPECT_THAT(LoadText("outgoing: {allow: [10.1.0.0/16, '::1', hooks.acme.test]}\n").config.outgoing.allow, expected);
  EXPECT_THAT(LoadText("outgoing: {allow: []}\n").config.outgoing.allow, IsEmpty());
  const Loaded named =
      Load({.file = {}, .environment = {{"PARLEY_OUTGOING__ALLOW", "10.1.0.0/16, ::1,hooks.acme.test"}}, .sets = {}});
  EXPECT_THAT(Texts(named.problems), IsEmpty());
  EXPECT_THAT(named.config.outgoing.allow, expected);
}

TEST(Config, AListStandsOnlyWhereOneIsMeantAndIsFlat) {
  EXPECT_THAT(Texts(LoadText("account: {name: [a, b]}\n").problems),
              ElementsAre(HasSubstr(":1: account.name must be a single value")));
  EXPECT_THAT(Texts(LoadText("outgoing:\n  allow: [[10.0.0.0/8]]\n").problems),
              ElementsAre(HasSubstr(":2: outgoing.allow must be a list of single values")));
}

struct BadValue {
  const char* key;
  const char* value;
  const char* rule;
};

class ConfigBadValue : public testing::TestWithParam<BadValue> {};

TEST_P(ConfigBadValue, IsRefusedWithTheRule) {
  const auto& [key, value, rule] = GetParam();
  EXPECT_THAT(Texts(LoadSets({{key, value}}).problems),
              ElementsAre(std::string("--set ") + key + ": " + key + " " + rule));
}

INSTANTIATE_TEST_SUITE_P(
    All, ConfigBadValue,
    testing::Values(BadValue{"server.listen", "127.0.0.1:70000", "must be host:port, for example 127.0.0.1:8080"},
                    BadValue{"server.idle_timeout", "10", "must be a duration such as 500ms, 10s or 5m"},
                    BadValue{"server.idle_timeout", "-1s", "must be a duration such as 500ms, 10s or 5m"},
                    BadValue{"account.timezone", "Mars/Olympus", "must be an IANA time zone such as Europe/Berlin"},
                    BadValue{"store.url", "mysql://x", "must be sqlite:PATH"},
                    BadValue{"backend.url", "chat.acme.test",
                             "must be the workspace's address without a path, for example https://chat.acme.test"},
                    BadValue{"backend.url", "https://chat.acme.test/api",
                             "must be the workspace's address without a path, for example https://chat.acme.test"},
                    BadValue{"server.trusted_proxies", "10.0.0.0/8,proxy",
                             "must be networks or addresses, for example 10.1.0.0/16, and \"proxy\" is none"},
                    BadValue{"backend.kind", "zendesk", "must be one of embedded, rocketchat"},
                    BadValue{"embedded.compat_version", "3.18",
                             "must be a version of Rocket.Chat from 4.0 to 8.x, for example 7.10.0"},
                    BadValue{"embedded.compat_version", "8.x",
                             "must be a version of Rocket.Chat from 4.0 to 8.x, for example 7.10.0"},
                    BadValue{"embedded.edition", "gold", "must be one of community, premium"},
                    BadValue{"embedded.rate_limit.enabled", "yes", "must be true or false"},
                    BadValue{
                        "outgoing.allow", "10.0.0.0/8,10.0.0.0/99",
                        "must be networks, addresses or host names, for example 10.1.0.0/16, and \"10.0.0.0/99\" is "
                        "none"},
                    BadValue{"log.level", "loud", "must be one of debug, info, warning, error"}));

TEST(Config, WorkspaceNeedsItsAddressAndOneWayIn) {
  const auto with = [](std::vector<std::pair<std::string, std::string>> sets) {
    sets.emplace_back("backend.kind", "rocketchat");
    return Texts(LoadSets(std::move(sets)).problems);
  };
  EXPECT_THAT(with({}), ElementsAre(HasSubstr("backend.url must say where"), HasSubstr("backend.auth_token, or")));
  EXPECT_THAT(with({{"backend.url", "https://chat.acme.test"}, {"backend.user_id", "u1"}}),
              ElementsAre(HasSubstr("backend.auth_token, or")));
  const std::pair<std::string, std::string> url = {"backend.url", "https://chat.acme.test"};
  EXPECT_THAT(with({url, {"backend.user_id", "u1"}, {"backend.auth_token", "t"}}), IsEmpty());
  EXPECT_THAT(with({url, {"backend.username", "parley"}, {"backend.password", "p"}}), IsEmpty());
}

TEST(Config, CertificateNeedsItsKey) {
  EXPECT_THAT(Texts(LoadSets({{"server.tls.certificate", "chain.pem"}}).problems),
              ElementsAre(HasSubstr("server.tls.certificate and server.tls.key must be given together")));
}

TEST(ListenAddress, ReadsHostAndPort) {
  EXPECT_EQ(ParseListenAddress("127.0.0.1:8080"), (ListenAddress{"127.0.0.1", 8080}));
  EXPECT_EQ(ParseListenAddress("[::1]:0"), (ListenAddress{"::1", 0}));
  EXPECT_EQ(ParseListenAddress(":9"), (ListenAddress{"0.0.0.0", 9}));
  EXPECT_EQ(ParseListenAddress("localhost"), std::nullopt);
}

}  // namespace
}  // namespace parley::config
