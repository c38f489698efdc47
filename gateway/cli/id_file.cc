#include "cli/id_file.h"

#include <map>
#include <tuple>

#include "base/text.h"
#include "json/json.h"

namespace parley::cli {
namespace {

using storage::IdKind;
using storage::IdPair;

constexpr std::string_view kKinds = "group, chat, visitor, ticket, goal, greeting, canned_response or message";
// Numbers in JavaScript, which most clients are written in, are exact up to here.
constexpr std::int64_t kLargestNumber = (std::int64_t{1} << 53) - 1;

Result<std::string> ReadId(const Json& line, std::string_view member) {
  const Json* id = line.Find(member);
  if (id != nullptr && id->IsInteger()) return std::to_string(*id->AsInteger());
  if (id == nullptr || !id->IsString() || id->AsString()->empty())
    return InvalidArgument(std::string(member) + " must be a text that is not empty, or a whole number");
  return std::string(*id->AsString());
}

Status CheckForm(const IdPair& pair) {
  if (!storage::IsIntegerKind(pair.kind)) return {};
  const std::optional<std::int64_t> number = ParseInteger(pair.livechat_id);
  if (number && *number >= 1 && *number <= kLargestNumber && std::to_string(*number) == pair.livechat_id) return {};
  return InvalidArgument("livechat_id of a " + std::string(storage::NameOf(pair.kind)) +
                         " must be a whole number from 1 to " + std::to_string(kLargestNumber) + ", not " +
                         pair.livechat_id);
}

Result<IdPair> ReadPair(std::string_view text) {
  const Result<Json> parsed = ParseJson(text);
  if (!parsed) return parsed.error();
  if (!parsed->IsObject()) return InvalidArgument("must be an object, not " + std::string(NameOf(parsed->kind())));
  for (const auto& [name, value] : *parsed->AsObject())
    if (name != "kind" && name != "livechat_id" && name != "backend_id")
      return InvalidArgument("unknown member " + name + "; there are kind, livechat_id and backend_id");
  const std::optional<IdKind> kind = storage::ParseIdKind(parsed->Text("kind"));
  if (!kind) return InvalidArgument("kind must be " + std::string(kKinds));
  Result<std::string> livechat_id = ReadId(*parsed, "livechat_id");
  if (!livechat_id) return livechat_id.error();
  Result<std::string> backend_id = ReadId(*parsed, "backend_id");
  if (!backend_id) return backend_id.error();
  IdPair pair{*kind, *std::move(livechat_id), *std::move(backend_id)};
  if (const Status usable = CheckForm(pair); !usable) return usable.error();
  return pair;
}

// Both directions of what earlier lines say.
class Seen {
 public:
  // What contradicts `pair`; empty when nothing does. `known` says whether the same pair was there.
  std::string Add(const IdPair& pair, int line, bool& known) {
    const auto [backend, is_new_backend] =
        by_backend_.try_emplace({pair.kind, pair.backend_id}, pair.livechat_id, line);
    const auto [livechat, is_new_livechat] =
        by_livechat_.try_emplace({pair.kind, pair.livechat_id}, pair.backend_id, line);
    known = !is_new_backend && !is_new_livechat;
    if (std::string text = Contradiction(pair, backend->second.first, std::nullopt, "in line " + Line(*backend));
        !text.empty())
      return text;
    return Contradiction(pair, std::nullopt, livechat->second.first, "in line " + Line(*livechat));
  }

 private:
  using Key = std::pair<IdKind, std::string>;
  using Other = std::pair<std::string, int>;

  static std::string Line(const std::pair<const Key, Other>& entry) { return std::to_string(entry.second.second); }

  std::map<Key, Other> by_backend_;
  std::map<Key, Other> by_livechat_;
};

}  // namespace

std::string PrintIdFile(const std::vector<IdPair>& pairs) {
  std::string text;
  for (const IdPair& pair : pairs) {
    PrintTo(text, Json::Of({{"kind", storage::NameOf(pair.kind)},
                            {"livechat_id", pair.livechat_id},
                            {"backend_id", pair.backend_id}}));
    text += '\n';
  }
  return text;
}

std::vector<IdLine> ReadIdFile(std::string_view text, const std::string& file, Problems& problems) {
  std::vector<IdLine> lines;
  Seen seen;
  int number = 0;
  for (const std::string_view line : Split(text, '\n')) {
    ++number;
    if (Trim(line).empty()) continue;
    Result<IdPair> pair = ReadPair(line);
    if (!pair) {
      problems.Add(file, number, pair.error().message);
      continue;
    }
    bool known = false;
    const std::string contradiction = seen.Add(*pair, number, known);
    if (!contradiction.empty()) {
      problems.Add(file, number, contradiction);
    } else if (!known) {
      lines.push_back({*std::move(pair), number});
    }
  }
  return lines;
}

std::string Contradiction(const IdPair& pair, const std::optional<std::string>& livechat_id_there,
                          const std::optional<std::string>& backend_id_there, std::string_view where) {
  const std::string kind(storage::NameOf(pair.kind));
  if (livechat_id_there && *livechat_id_there != pair.livechat_id)
    return pair.backend_id + " is " + kind + " " + *livechat_id_there + " " + std::string(where) + ", not " +
           pair.livechat_id;
  if (backend_id_there && *backend_id_there != pair.backend_id)
    return kind + " " + pair.livechat_id + " is " + *backend_id_there + " " + std::string(where) + ", not " +
           pair.backend_id;
  return {};
}

}  // namespace parley::cli
