// LiveChat ids and backend ids of every record that was ever shown, out of the store and into it.
#include <fstream>
#include <iostream>
#include <map>
#include <sstream>

#include "cli/commands.h"
#include "cli/configuration.h"
#include "cli/id_file.h"
#include "cli/opened_store.h"

namespace parley::cli {
namespace {

using storage::IdKind;
using storage::IdPair;
using FoundIds = std::vector<std::optional<std::string>>;

std::string Count(std::size_t pairs) {
  return std::to_string(pairs) + (pairs == 1 ? " pair" : " pairs");
}

int Export(const std::string& file, OpenedStore& store) {
  const Result<std::vector<IdPair>> pairs = store.loop().Run(store.stores().ids().Export());
  if (!pairs) return Fail(pairs.error());
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  out << PrintIdFile(*pairs);
  out.close();
  if (!out) return Fail(file + " cannot be written");
  std::cout << Count(pairs->size()) << " exported\n";
  return kDone;
}

// Which lines contradict the store, all of them. The import itself decides again, at once for all.
Status FindContradictions(IdKind kind, const std::vector<IdLine>& lines, const std::string& file, OpenedStore& store,
                          Problems& problems) {
  std::vector<std::string> livechat_ids, backend_ids;
  for (const IdLine& line : lines) {
    livechat_ids.push_back(line.pair.livechat_id);
    backend_ids.push_back(line.pair.backend_id);
  }
  storage::IdStore& ids = store.stores().ids();
  const Result<FoundIds> livechat = store.loop().Run(ids.FindLiveChatIds(kind, std::move(backend_ids)));
  if (!livechat) return livechat.error();
  const Result<FoundIds> backend = store.loop().Run(ids.FindBackendIds(kind, std::move(livechat_ids)));
  if (!backend) return backend.error();
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::string text = Contradiction(lines[i].pair, (*livechat)[i], (*backend)[i], "in the store");
    if (!text.empty()) problems.Add(file, lines[i].line, text);
  }
  return {};
}

int Import(const std::string& file, const std::vector<IdLine>& lines, OpenedStore& store) {
  std::map<IdKind, std::vector<IdLine>> by_kind;
  std::vector<IdPair> pairs;
  for (const IdLine& line : lines) {
    by_kind[line.pair.kind].push_back(line);
    pairs.push_back(line.pair);
  }
  Problems problems;
  for (const auto& [kind, its_lines] : by_kind) {
    const Status looked = FindContradictions(kind, its_lines, file, store, problems);
    if (!looked) return Fail(looked.error());
  }
  if (!problems.empty()) {
    PrintProblems(problems);
    return Fail("nothing was imported");
  }
  const Status imported = store.loop().Run(store.stores().ids().Import(std::move(pairs)));
  if (!imported) return Fail(imported.error());
  std::cout << Count(lines.size()) << " imported\n";
  return kDone;
}

std::optional<std::string> Content(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream content;
  if (!in || !(content << in.rdbuf() || in.peek() == std::ifstream::traits_type::eof())) return std::nullopt;
  return std::move(content).str();
}

}  // namespace

int Ids(const Arguments& arguments) {
  const std::vector<std::string>& words = arguments.words;
  const std::string action = words.empty() ? "" : words.front();
  if (action != "export" && action != "import")
    return FailUsage("ids takes export or import" + (action.empty() ? "" : ", not " + action));
  if (words.size() != 2) return FailUsage("ids " + action + " needs one file");
  const std::string& file = words[1];
  const std::optional<config::Config> config = LoadConfiguration(arguments);
  if (!config) return kFailed;

  std::vector<IdLine> lines;
  if (action == "import") {
    const std::optional<std::string> content = Content(file);
    if (!content) return Fail(file + " cannot be read");
    Problems problems;
    lines = ReadIdFile(*content, file, problems);
    if (!problems.empty()) {
      PrintProblems(problems);
      return Fail("nothing was imported");
    }
  }
  OpenedStore store;
  if (const Status opened = store.Open(config->store); !opened) return Fail(opened.error());
  return action == "export" ? Export(file, store) : Import(file, lines, store);
}

}  // namespace parley::cli
