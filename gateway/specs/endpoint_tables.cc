#include "specs/endpoint_tables.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "base/text.h"
#include "specs/path_template.h"

namespace parley::specs {
namespace {

constexpr std::string_view kApi = "/api/v1/";

using Cells = std::vector<std::string>;

struct Row {
  int line;
  std::string path;
  http::Method method;
  std::string summary;
};

struct Columns {
  std::optional<std::size_t> url, method, summary;
};

std::string Unquoted(std::string_view cell) {
  cell = Trim(cell);
  while (!cell.empty() && cell.front() == '`') cell.remove_prefix(1);
  while (!cell.empty() && cell.back() == '`') cell.remove_suffix(1);
  return std::string(Trim(cell));
}

// The cells of "| a | b \| c |"; empty when the line is no table row.
Cells CellsOf(std::string_view line) {
  line = Trim(line);
  if (!line.starts_with('|')) return {};
  line.remove_prefix(1);
  if (line.ends_with('|') && !line.ends_with("\\|")) line.remove_suffix(1);
  Cells cells(1);
  for (std::size_t at = 0; at < line.size(); ++at) {
    if (line[at] == '\\' && at + 1 < line.size() && line[at + 1] == '|')
      cells.back() += line[++at];
    else if (line[at] == '|')
      cells.emplace_back();
    else
      cells.back() += line[at];
  }
  return cells;
}

bool IsDelimiterRow(const Cells& cells) {
  return !cells.empty() && std::all_of(cells.begin(), cells.end(), [](const std::string& cell) {
    const std::string_view text = Trim(cell);
    return !text.empty() && text.find_first_not_of(":-") == std::string_view::npos && text.find('-') != text.npos;
  });
}

Columns ColumnsOf(const Cells& header) {
  Columns columns;
  for (std::size_t at = 0; at < header.size(); ++at) {
    const std::string title = Lower(Trim(header[at]));
    if (title == "url" || title == "path" || title == "endpoint" || title == "route") columns.url = at;
    if (title == "http method" || title == "method") columns.method = at;
    if (title.find("description") != std::string::npos) columns.summary = at;
  }
  return columns;
}

std::string_view CellAt(const Cells& cells, std::optional<std::size_t> column) {
  return column && *column < cells.size() ? std::string_view(cells[*column]) : std::string_view();
}

// "/livechat/users/:type" -> "/api/v1/livechat/users/{type}"
std::string TemplateFrom(std::string_view url) {
  std::string path(url.substr(0, url.find('?')));
  if (!path.starts_with("/api/")) path = std::string(kApi) + path.substr(1);
  if (path.ends_with('/')) path.pop_back();
  std::string result;
  for (const std::string_view segment : SegmentsOf(path)) {
    const bool colon = segment.size() > 1 && segment.front() == ':';
    result += colon ? "/{" + std::string(segment.substr(1)) + "}" : "/" + std::string(segment);
  }
  return result;
}

class TableReader {
 public:
  TableReader(const std::string& file, Problems& problems) : file_(file), problems_(problems) {}

  std::vector<Row> Read(std::string_view text) {
    Cells before;
    int number = 0;
    for (const std::string_view line : Split(text, '\n')) {
      ++number;
      const Cells cells = CellsOf(line);
      if (cells.empty()) {
        columns_ = Columns();
      } else if (IsDelimiterRow(cells)) {
        columns_ = ColumnsOf(before);
      } else if (columns_.url) {
        ReadRow(cells, number);
      }
      before = cells;
    }
    return std::move(rows_);
  }

 private:
  void ReadRow(const Cells& cells, int line) {
    const std::string url = Unquoted(CellAt(cells, columns_.url));
    if (url.empty()) return;
    if (!url.starts_with('/')) return problems_.Add(file_, line, "the URL " + url + " does not begin with /");
    const std::string path = TemplateFrom(url);
    if (const std::string_view fault = FaultOf(path); !fault.empty())
      return problems_.Add(file_, line, url + ": " + std::string(fault));
    const std::string method = Unquoted(CellAt(cells, columns_.method));
    const auto known = columns_.method ? http::ParseMethod(method) : http::Method::kGet;
    if (!known) return problems_.Add(file_, line, "unknown method " + (method.empty() ? "(empty)" : method));
    rows_.push_back({line, path, *known, std::string(Trim(CellAt(cells, columns_.summary)))});
  }

  const std::string& file_;
  Problems& problems_;
  Columns columns_;
  std::vector<Row> rows_;
};

std::vector<WrittenPath> WrittenPaths(const std::vector<Row>& rows) {
  std::map<std::string, WrittenPath> by_path;
  for (const Row& row : rows) {
    by_path[row.path].path = row.path;
    by_path[row.path].methods.push_back(row.method);
  }
  std::vector<WrittenPath> written;
  for (auto& [path, entry] : by_path) written.push_back(std::move(entry));
  return written;
}

Operation OperationFrom(const Row& row, const std::string& path, const std::string& file) {
  Operation operation;
  operation.method = row.method;
  operation.path = path;
  operation.id =
      std::string(http::NameOf(row.method)) + " " + (path.starts_with(kApi) ? path.substr(kApi.size()) : path);
  operation.summary = row.summary;
  operation.effect = row.method == http::Method::kGet ? Effect::kRead : Effect::kWrite;
  operation.idempotent = operation.effect == Effect::kRead;
  operation.file = file;
  operation.line = row.line;
  for (const std::string_view name : ParameterNamesOf(path)) {
    auto text = std::make_shared<Schema>();
    text->type = Type::kString;
    operation.parameters.push_back({std::string(name), In::kPath, true, text, "", false});
  }
  return operation;
}

}  // namespace

void ReadEndpointTables(std::string_view text, const std::string& file, Spec& spec, Problems& problems) {
  const std::vector<Row> rows = TableReader(file, problems).Read(text);
  const auto templates = ResolveExamples(WrittenPaths(rows));
  std::set<std::string> seen;
  for (const Row& row : rows) {
    const std::string& path = templates.at(row.path);
    if (seen.insert(std::string(http::NameOf(row.method)) + ShapeOf(path)).second)
      spec.operations.push_back(OperationFrom(row, path, file));
  }
}

bool HasEndpointTable(std::string_view text) {
  Cells before;
  for (const std::string_view line : Split(text, '\n')) {
    Cells cells = CellsOf(line);
    if (IsDelimiterRow(cells) && ColumnsOf(before).url) return true;
    before = std::move(cells);
  }
  return false;
}

}  // namespace parley::specs
