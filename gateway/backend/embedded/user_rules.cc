#include "backend/embedded/user_rules.h"

#include <algorithm>
#include <cctype>
#include <regex>

#include "base/text.h"

namespace parley::backend::embedded {
namespace {

constexpr std::string_view kSaveMethod = "insertOrUpdateUser";

std::string EscapeHtml(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      case '\'':
        escaped += "&#39;";
        break;
      default:
        escaped += c;
    }
  }
  return escaped;
}

// Whether the whole of `text` matches. The matcher of the standard library recurses, so long texts never do; a pattern
// an administrator broke gives way to the default.
bool MatchesWhole(std::string_view pattern, std::string_view standard, std::string_view text) {
  constexpr std::size_t kLongest = 256;
  if (text.size() > kLongest) return false;
  for (const std::string_view candidate : {pattern, standard}) {
    try {
      const std::regex expression("^(?:" + std::string(candidate) + ")$", std::regex::ECMAScript);
      return std::regex_match(text.begin(), text.end(), expression);
    } catch (const std::regex_error&) {
    }
  }
  return false;
}

bool ListHolds(std::string_view list, std::string_view value) {
  for (const std::string_view entry : Split(list, ',')) {
    if (!Trim(entry).empty() && EqualsIgnoreCase(Trim(entry), value)) return true;
  }
  return false;
}

// ---- custom fields --------------------------------------------------------------------------------------------------

Failure CustomFieldFailure(std::string reason) {
  return FailCoded("error-user-registration-custom-field", std::move(reason), MethodDetails("registerUser"));
}

std::optional<Failure> CheckCustomField(const std::string& name, const Json& rules, std::string_view value) {
  if (rules.Flag("required") && value.empty()) return CustomFieldFailure("Field " + name + " is required");
  const Json* options = rules.Find("options");
  if (rules.Text("type") == "select" && options != nullptr && options->AsArray() != nullptr) {
    const Json::Array& allowed = *options->AsArray();
    const bool known = std::find(allowed.begin(), allowed.end(), Json(value)) != allowed.end();
    if (!value.empty() && !known) return CustomFieldFailure("Value for field " + name + " is invalid");
  }
  const auto length = static_cast<std::int64_t>(value.size());
  const std::int64_t most = rules.Integer("maxLength");
  const std::int64_t least = rules.Integer("minLength");
  if (most > 0 && length > most) {
    return CustomFieldFailure("Max length of field " + name + " " + std::to_string(most));
  }
  if (least > 0 && length < least) {
    return CustomFieldFailure("Min length of field " + name + " " + std::to_string(least));
  }
  return std::nullopt;
}

// ---- the password policy --------------------------------------------------------------------------------------------

bool HasFourInARow(std::string_view password) {
  for (std::size_t i = 3; i < password.size(); ++i) {
    if (password[i] == password[i - 1] && password[i] == password[i - 2] && password[i] == password[i - 3]) return true;
  }
  return false;
}

void AddViolation(Json& violations, std::string_view error, std::string_view message) {
  violations.Push(Json::Of({{"error", error}, {"message", message}}));
}

Json PolicyViolations(std::string_view password) {
  constexpr std::size_t kShortest = 14;
  const auto any = [&](auto test) { return std::any_of(password.begin(), password.end(), test); };
  Json violations = Json::MakeArray();
  if (password.size() < kShortest) {
    AddViolation(violations, "error-password-policy-not-met-minLength",
                 "The password does not meet the minimum length password policy.");
  }
  if (HasFourInARow(password)) {
    AddViolation(violations, "error-password-policy-not-met-repeatingCharacters",
                 "The password contains repeating characters which is against the password policy.");
  }
  if (!any([](unsigned char c) { return std::islower(c) != 0; })) {
    AddViolation(violations, "error-password-policy-not-met-oneLowercase",
                 "The password does not meet the one lowercase character password policy.");
  }
  if (!any([](unsigned char c) { return std::isupper(c) != 0; })) {
    AddViolation(violations, "error-password-policy-not-met-oneUppercase",
                 "The password does not meet the one uppercase character password policy.");
  }
  if (!any([](unsigned char c) { return std::isdigit(c) != 0; })) {
    AddViolation(violations, "error-password-policy-not-met-oneNumber",
                 "The password does not meet the one numerical character password policy.");
  }
  if (!any([](unsigned char c) { return std::isalnum(c) == 0; })) {
    AddViolation(violations, "error-password-policy-not-met-oneSpecial",
                 "The password does not meet the one special character password policy.");
  }
  return violations;
}

}  // namespace

Failure AlreadyInUse(std::string_view value, std::string_view function_or_method, std::string_view name) {
  return FailCoded("error-field-unavailable", std::string(value) + " is already in use :(",
                   Json::Of({{std::string(function_or_method), name}, {"field", value}}));
}

Failure ActionNotAllowed(std::string_view reason, std::string_view action, std::string_view method) {
  return FailCoded("error-action-not-allowed", std::string(reason), Json::Of({{"method", method}, {"action", action}}));
}

std::optional<Failure> CheckName(std::string_view name) {
  constexpr std::string_view kForbidden = "<>\\/";
  const auto decoded = PercentDecode(name, false);
  const bool clean = decoded && name.find_first_of(kForbidden) == std::string_view::npos &&
                     decoded->find_first_of(kForbidden) == std::string::npos;
  if (clean) return std::nullopt;
  return Fail("Name contains invalid characters");
}

std::optional<Failure> CheckUsername(const Call& call, std::string_view username) {
  constexpr std::string_view kStandard = "[0-9a-zA-Z-_.]+";
  if (MatchesWhole(call.settings().Text("UTF8_User_Names_Validation"), kStandard, username)) return std::nullopt;
  const std::string shown = EscapeHtml(username);
  return FailCoded("error-input-is-not-a-valid-field", shown + " is not a valid username",
                   Json::Of({{"method", kSaveMethod}, {"input", shown}, {"field", "Username"}}));
}

std::optional<Failure> CheckReserved(const Call& call, std::string_view username) {
  const bool reserved = EqualsIgnoreCase(username, "all") || EqualsIgnoreCase(username, "here") ||
                        ListHolds(call.settings().Text("Accounts_BlockedUsernameList"), username) ||
                        ListHolds(call.settings().Text("Accounts_SystemBlockedUsernameList"), username);
  if (!reserved) return std::nullopt;
  return FailCoded("error-blocked-username", EscapeHtml(username) + " is blocked and can't be used!",
                   Json::Of({{"method", "checkUsernameAvailability"}, {"field", username}}));
}

std::optional<Failure> CheckRoles(const Call& call, const std::vector<std::string>& roles) {
  for (const std::string& role : roles) {
    if (call.permissions().FindRole(role) == nullptr) {
      return ActionNotAllowed("The field Roles consist invalid role id", "Assign_role", kSaveMethod);
    }
  }
  const bool admin = std::find(roles.begin(), roles.end(), "admin") != roles.end();
  if (admin && !call.May("assign-admin-role")) {
    return ActionNotAllowed("Assigning admin is not allowed", "Assign_admin", kSaveMethod);
  }
  return std::nullopt;
}

std::optional<Failure> CheckEmail(const Call& call, std::string_view address) {
  const auto at = address.find('@');
  const bool shaped = at != std::string_view::npos && at > 0 && at + 1 < address.size() &&
                      address.find('@', at + 1) == std::string_view::npos;
  if (!shaped) {
    return FailCoded("error-invalid-email", "Invalid email " + std::string(address),
                     Json::Of({{"function", "RocketChat.validateEmailDomain"}, {"email", address}}));
  }
  const std::string_view domain = address.substr(at + 1);
  const std::string_view allowed = call.settings().Text("Accounts_AllowedDomainsList");
  if (!allowed.empty() && !ListHolds(allowed, domain)) {
    return FailCoded("error-invalid-domain", "The email domain is not in whitelist",
                     Json::Of({{"function", "RocketChat.validateEmailDomain"}}));
  }
  if (ListHolds(call.settings().Text("Accounts_BlockedDomainsList"), domain)) {
    return FailCoded("error-email-domain-blacklisted", "The email domain is blacklisted",
                     Json::Of({{"function", "RocketChat.validateEmailDomain"}}));
  }
  return std::nullopt;
}

std::optional<Failure> CheckCustomFields(const Call& call, const Json& fields) {
  const std::string_view setting = call.settings().Text("Accounts_CustomFields");
  if (Trim(setting).empty()) return std::nullopt;
  const Result<Json> rules = ParseJson(setting);
  if (!rules || rules->AsObject() == nullptr) return std::nullopt;
  for (const auto& [name, rule] : *rules->AsObject()) {
    if (auto failure = CheckCustomField(name, rule, Trim(fields.Text(name)))) return failure;
  }
  return std::nullopt;
}

std::optional<Failure> CheckPasswordPolicy(const Call& call, std::string_view password) {
  if (!call.settings().Flag("Accounts_Password_Policy_Enabled")) return std::nullopt;
  Json violations = PolicyViolations(password);
  if (violations.empty()) return std::nullopt;
  return FailCoded("error-password-policy-not-met", "The password provided does not meet the server's password policy.",
                   std::move(violations));
}

}  // namespace parley::backend::embedded
