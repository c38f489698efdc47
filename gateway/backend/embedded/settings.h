// Settings: a table of what there is, and a snapshot of the values in force.
//
// Only changed values are stored (Collection::kSettings, {value, editor?, _updatedAt}); everything else is its default,
// so a new version brings its new settings along. A premium setting has its unlicensed value in the Community edition.
// Threading: the table is constant; a Settings is immutable.
// Tests: tests/unit/backend/embedded/administration_test.cc
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "backend/embedded/options.h"
#include "json/json.h"
#include "storage/documents.h"

namespace parley::backend::embedded {

enum class SettingType { kBoolean, kInteger, kText, kSelect, kMultiSelect, kColor, kPassword, kAction, kAsset };

struct SettingInfo {
  std::string_view id;
  SettingType type;
  std::string_view group;
  Json standard;  // the default
  bool is_public = false;
  bool hidden = false;
  bool secret = false;
  bool premium = false;
  Json unlicensed;                       // the value in the Community edition, of premium ones
  std::vector<std::string_view> values;  // of a select
};

// Sorted by id.
const std::vector<SettingInfo>& AllSettings();
const SettingInfo* FindSetting(std::string_view id);

// A value as it is stored for `info`: "true" becomes true, "5" becomes 5; empty when it is of another type.
std::optional<Json> CoerceSetting(const SettingInfo& info, const Json& value);

class Settings {
 public:
  Settings(Edition edition, const std::vector<storage::Document>& changed);

  // The value in force; null for an unknown id.
  const Json& Value(std::string_view id) const;
  // The stored value whatever the edition.
  const Json& Stored(std::string_view id) const;

  bool Flag(std::string_view id) const { return Value(id).AsBoolean().value_or(false); }
  std::int64_t Integer(std::string_view id) const { return Value(id).AsInteger().value_or(0); }
  std::string_view Text(std::string_view id) const { return Value(id).AsString().value_or(std::string_view()); }

 private:
  Edition edition_;
  std::map<std::string, Json, std::less<>> changed_;
};

}  // namespace parley::backend::embedded
