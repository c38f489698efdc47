// Lists a backend gives in pages.
#include <algorithm>
#include <unordered_set>

#include "base/parallel.h"
#include "mapping/backend_answer.h"
#include "mapping/run.h"

namespace parley::mapping {
namespace {

constexpr int kPageSize = 100;

// Of the pages' items, each `_id` once.
class Merger {
 public:
  Merger(const RowPlan& plan, Arena& arena) : items_(arena) {
    for (std::size_t i = 0; i < plan.slots.size(); ++i)
      if (plan.slots[i] == std::vector<std::string>{"_id"}) id_slot_ = i;
  }

  void Add(const Value& page) {
    for (const Value& item : page.items()) {
      const Value id = IdOf(item);
      if (!id.is_text() || seen_.insert(id.text()).second) items_.Add(item);
    }
  }
  Value Result() const { return Value::List(items_.view()); }

 private:
  Value IdOf(const Value& item) const {
    if (item.kind() == Value::Kind::kRow) return item.slot(id_slot_);
    const Value* id = item.is_object() ? item.object().Find("_id") : nullptr;
    return id == nullptr ? Value() : *id;
  }

  std::size_t id_slot_ = 0;
  Collector<Value> items_;
  std::unordered_set<std::string_view> seen_;
};

std::int64_t Size(const Value& list) {
  return static_cast<std::int64_t>(list.items().size());
}

}  // namespace

Awaitable<> Execution::AskPage(const StepCode& step, Value item, std::int64_t offset, PageAnswer& page) {
  const Asking asking{step.call, &step.errors, step.name, deadline_};
  const std::string paging = "count=" + std::to_string(kPageSize) + "&offset=" + std::to_string(offset);
  const Result<backend::Response*> asked = co_await Ask(asking, item, paging);
  if (!asked) {
    page.items = asked.error();
    co_return;
  }
  backend::Response& response = **asked;
  bool refused = !Succeeded(response.status);
  bool readable = true;
  Value list;
  if (!refused && step.streamed) {
    const auto rows = shard_.reader.ReadRows(response.body, variant().rows, budget_.arena);
    readable = rows.has_value();
    refused = rows && rows->refused;
    if (rows && rows->has_list) {
      Collector<Value> items(budget_.arena);
      for (const Value* slots : rows->rows) items.Add(Value::Row(slots));
      list = Value::List(items.view());
      page.total = rows->total;
    }
  } else if (!refused) {
    const auto read = shard_.reader.Read(response.body, budget_.arena);
    readable = read.has_value();
    refused = read && IsRefusal(*read);
    if (read) {
      list = Get(*read, MakeSegment(step.all));
      const Value total = Get(*read, MakeSegment("total"));
      if (total.kind() == Value::Kind::kInteger) page.total = total.integer();
    }
  }
  if (refused) {
    page.items = co_await Judge(asking, item, response);
  } else if (budget_.arena.exhausted()) {
    page.items = TooLarge();
  } else if (!readable) {
    page.items = Unreadable(step.call);
  } else if (!list.is_list()) {
    page.items = BadGateway("the backend's answer to " + step.call.label + " has no list " + step.all, {});
  } else {
    page.items = list;
  }
}

Awaitable<Result<Value>> Execution::RunPaged(const StepCode& step, Value item) {
  const auto too_long = [&] {
    return BadGateway("the backend's list is too long", step.place + ": " + step.call.label + " has more than " +
                                                            std::to_string(variant().limit) + " items");
  };
  PageAnswer first;
  co_await AskPage(step, item, 0, first);
  if (!first.items || first.items->missing()) co_return first.items;
  const std::int64_t got = Size(*first.items);
  const std::int64_t total = first.total.value_or(got);
  if (std::max(total, got) > variant().limit) co_return too_long();
  if (got >= total && (first.total || got < kPageSize)) {
    Merger merger(variant().rows, budget_.arena);
    merger.Add(*first.items);
    co_return merger.Result();
  }
  if (got == 0) co_return BadGateway("the backend's answer to " + step.call.label + " counts items and lists none", {});

  std::deque<PageAnswer> pages;
  if (first.total) {
    std::vector<Awaitable<>> tasks;
    for (std::int64_t offset = got; offset < total; offset += got)
      tasks.push_back(AskPage(step, item, offset, pages.emplace_back()));
    co_await RunTogether(std::move(tasks), static_cast<std::size_t>(variant().parallel));
  } else {
    // Without a total only a page that is not full tells the end.
    std::int64_t offset = got;
    for (std::int64_t last = got; last == kPageSize; offset += last) {
      if (offset > variant().limit) co_return too_long();
      co_await AskPage(step, item, offset, pages.emplace_back());
      const Result<Value>& items = pages.back().items;
      last = items && items->is_list() ? Size(*items) : 0;
    }
  }
  Merger merger(variant().rows, budget_.arena);
  merger.Add(*first.items);
  for (const PageAnswer& page : pages) {
    if (!page.items || page.items->missing()) co_return page.items;
    merger.Add(*page.items);
  }
  const Value all = merger.Result();
  if (Size(all) > variant().limit) co_return too_long();
  co_return all;
}

}  // namespace parley::mapping
