#include "cli/arguments.h"

#include <algorithm>

#include "base/text.h"

namespace parley::cli {
namespace {

Error UnknownOption(const std::string& name, const std::vector<OptionSpec>& known) {
  std::vector<std::string> names;
  for (const OptionSpec& option : known) names.emplace_back(option.name);
  const auto nearest = Nearest(name, names);
  return InvalidArgument("no option is called " + name + (nearest ? "; did you mean " + *nearest : std::string()));
}

}  // namespace

bool Arguments::Has(std::string_view option) const {
  return std::any_of(options.begin(), options.end(), [&](const auto& given) { return given.first == option; });
}

std::optional<std::string> Arguments::Value(std::string_view option) const {
  std::vector<std::string> values = Values(option);
  if (values.empty()) return std::nullopt;
  return std::move(values.back());
}

std::vector<std::string> Arguments::Values(std::string_view option) const {
  std::vector<std::string> values;
  for (const auto& [name, value] : options)
    if (name == option) values.push_back(value);
  return values;
}

Result<Arguments> ParseArguments(const std::vector<std::string>& given, const std::vector<OptionSpec>& known) {
  Arguments arguments;
  for (auto word = given.begin(); word != given.end(); ++word) {
    if (*word == "--") {
      arguments.words.insert(arguments.words.end(), word + 1, given.end());
      break;
    }
    if (!word->starts_with("--")) {
      arguments.words.push_back(*word);
      continue;
    }
    const std::size_t equals = word->find('=');
    const std::string name = word->substr(0, equals);
    const auto option =
        std::find_if(known.begin(), known.end(), [&](const OptionSpec& candidate) { return candidate.name == name; });
    if (option == known.end()) return UnknownOption(name, known);
    if (option->placeholder.empty()) {
      if (equals != std::string::npos) return InvalidArgument(name + " takes no value");
      arguments.options.emplace_back(name, "");
    } else if (equals != std::string::npos) {
      arguments.options.emplace_back(name, word->substr(equals + 1));
    } else if (word + 1 == given.end()) {
      return InvalidArgument(name + " needs a value: " + name + " " + std::string(option->placeholder));
    } else {
      arguments.options.emplace_back(name, *++word);
    }
  }
  return arguments;
}

}  // namespace parley::cli
