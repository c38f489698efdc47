#include "backend/embedded/contact_merge.h"

#include <gtest/gtest.h>

namespace parley::backend::embedded {
namespace {

Contact Known(const std::string& name) {
  Contact contact;
  contact.name = name;
  return contact;
}

ContactFacts Named(const std::string& name) {
  ContactFacts facts;
  facts.name = name;
  return facts;
}

std::string Conflicts(const Contact& contact) {
  std::string text;
  for (const ContactConflict& conflict : contact.conflicts.value_or(std::vector<ContactConflict>()))
    text += conflict.field + "=" + conflict.value + ";";
  return text;
}

TEST(ContactMerge, AKnownContactKeepsItsNameAndNotesTheOther) {
  Contact contact = Known("Robert");
  EXPECT_TRUE(Merge(Named("Bob"), contact));
  EXPECT_EQ(contact.name, "Robert");
  EXPECT_EQ(Conflicts(contact), "name=Bob;");
  EXPECT_FALSE(Merge(Named("Bob"), contact)) << "the same contradiction is noted once";
  EXPECT_FALSE(Merge(Named("Robert"), contact));
}

TEST(ContactMerge, AnUnknownContactBelievesWhatIsSaid) {
  Contact contact = Known("guest-1");
  contact.unknown = true;
  contact.custom_fields.Set("plan", Json("iron"));
  ContactFacts facts = Named("Bob");
  facts.manager_id = "ann-id";
  facts.custom_fields = Json::Of({{"plan", "gold"}});
  EXPECT_TRUE(Merge(facts, contact));
  EXPECT_EQ(contact.name, "Bob");
  EXPECT_EQ(contact.manager_id, "ann-id");
  EXPECT_EQ(contact.custom_fields.Text("plan"), "gold");
  EXPECT_EQ(Conflicts(contact), "");
}

TEST(ContactMerge, ManagersContradictLikeNames) {
  Contact contact = Known("Bob");
  ContactFacts facts;
  facts.manager_id = "ann-id";
  Merge(facts, contact);
  EXPECT_EQ(contact.manager_id, "ann-id");
  facts.manager_id = "ben-id";
  Merge(facts, contact);
  EXPECT_EQ(contact.manager_id, "ann-id");
  EXPECT_EQ(Conflicts(contact), "manager=ben-id;");
}

TEST(ContactMerge, AUserNameCountsOnlyWithoutAName) {
  ContactFacts facts;
  facts.username = "guest-1";
  Contact nameless;
  Merge(facts, nameless);
  EXPECT_EQ(nameless.name, "guest-1");
  Contact named = Known("Bob");
  EXPECT_FALSE(Merge(facts, named));
  facts.name = "Bob";
  Contact empty;
  Merge(facts, empty);
  EXPECT_EQ(empty.name, "Bob");
}

TEST(ContactMerge, AddressesAndNumbersAreAddedOnce) {
  Contact contact = Known("Bob");
  contact.emails = {EmailEntry{"a@x.test"}};
  ContactFacts facts;
  facts.emails = {"a@x.test", "b@x.test"};
  facts.phones = {"+1555"};
  EXPECT_TRUE(Merge(facts, contact));
  ASSERT_EQ(contact.emails.size(), 2u);
  EXPECT_EQ(contact.emails[1].address, "b@x.test");
  EXPECT_EQ(contact.phones.size(), 1u);
  EXPECT_FALSE(Merge(facts, contact));
}

TEST(ContactMerge, AChannelEndsThePreRegistration) {
  Contact contact = Known("Bob");
  contact.pre_registered = true;
  EXPECT_FALSE(Merge(Named("Bob"), contact));
  EXPECT_TRUE(contact.pre_registered);
  ContactFacts facts;
  facts.channel.emplace().visitor = {"v1", {"widget", ""}};
  EXPECT_TRUE(Merge(facts, contact));
  EXPECT_FALSE(contact.pre_registered);
  EXPECT_FALSE(Merge(facts, contact)) << "the same visitor and source is the same channel";
  facts.channel->visitor.source.type = "api";
  EXPECT_TRUE(Merge(facts, contact));
  EXPECT_EQ(contact.channels.size(), 2u);
}

TEST(ContactMerge, OtherCustomFieldsOfAKnownContactStay) {
  Contact contact = Known("Bob");
  contact.custom_fields.Set("plan", Json("gold"));
  ContactFacts facts;
  facts.custom_fields = Json::Of({{"plan", "iron"}, {"city", "Oslo"}});
  Merge(facts, contact);
  EXPECT_EQ(Print(contact.custom_fields), R"({"plan":"gold","city":"Oslo"})");
  EXPECT_EQ(Conflicts(contact), "");
}

TEST(ContactMerge, AYearOfActivityIsKept) {
  Contact contact = Known("Bob");
  for (int month = 1; month <= 12; ++month) {
    contact.activity.push_back((month < 10 ? "2025-0" : "2025-") + std::to_string(month));
  }
  ContactFacts facts;
  facts.activity = {"2026-01", "2025-12"};
  EXPECT_TRUE(Merge(facts, contact));
  EXPECT_EQ(contact.activity.size(), 12u);
  EXPECT_EQ(contact.activity.front(), "2025-02");
  EXPECT_EQ(contact.activity.back(), "2026-01");
}

TEST(ContactMerge, ACustomValueOverwritesOnlyWhenItIsMeantTo) {
  Contact contact = Known("Bob");
  EXPECT_TRUE(MergeCustomValue("plan", "gold", false, contact));
  EXPECT_FALSE(MergeCustomValue("plan", "gold", false, contact));
  EXPECT_TRUE(MergeCustomValue("plan", "iron", false, contact));
  EXPECT_EQ(contact.custom_fields.Text("plan"), "gold");
  EXPECT_EQ(Conflicts(contact), "customFields.plan=iron;");
  EXPECT_TRUE(MergeCustomValue("plan", "iron", true, contact));
  EXPECT_EQ(contact.custom_fields.Text("plan"), "iron");
}

}  // namespace
}  // namespace parley::backend::embedded
