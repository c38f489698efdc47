// What a contact becomes when its visitor says something: added, set, or noted as a contradiction.
//
// Addresses, numbers and channels are added. A name, a manager and custom fields are set where the contact has none.
// Where it has another, an unknown contact takes what is said; a known one keeps its own and notes a conflict.
// Source: administration reference §5.3. Threading: pure functions.
// Tests: tests/unit/backend/embedded/contact_merge_test.cc
#pragma once

#include <string>
#include <vector>

#include "backend/embedded/contact.h"

namespace parley::backend::embedded {

// Empty members say nothing.
struct ContactFacts {
  std::string name;
  std::string username;  // stands in for the name of a contact without one
  std::vector<std::string> emails, phones;
  std::string manager_id;
  Json custom_fields;
  std::vector<std::string> activity;
  std::optional<ContactChannel> channel;
};

// Everything a visitor's record says but the manager, whose id is not in it.
ContactFacts FactsOf(const Visitor& visitor);

// Whether anything changed.
bool Merge(const ContactFacts& facts, Contact& contact);

// A custom value the visitor sent. Whether anything changed.
bool MergeCustomValue(const std::string& key, const std::string& value, bool overwrite, Contact& contact);

}  // namespace parley::backend::embedded
