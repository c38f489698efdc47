#include "mapping/evaluate.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/text.h"
#include "mapping/writer.h"

namespace parley::mapping {
namespace {

using Kind = Value::Kind;

// The key of an index: ids and logins are texts, but a number finds its decimal text.
std::optional<std::string_view> KeyText(const Value& value, Arena& arena) {
  if (value.is_text()) return value.text();
  if (value.kind() == Kind::kInteger) return AsPlainText(value, arena);
  return std::nullopt;
}

bool Satisfies(Comparison comparison, int order) {
  switch (comparison) {
    case Comparison::kLess:
      return order < 0;
    case Comparison::kAtMost:
      return order <= 0;
    case Comparison::kGreater:
      return order > 0;
    default:
      return order >= 0;
  }
}

// A comparison with a missing value is false, except with a literal null.
bool EqualOrNull(const Value& left, const Value& right, bool wanted) {
  if (!left.absent() && !right.absent()) return Equal(left, right) == wanted;
  if (!left.is_null() && !right.is_null()) return false;
  return (left.absent() && right.absent()) == wanted;
}

bool Contains(const Value& list, const Value& item) {
  return !item.absent() &&
         std::any_of(list.items().begin(), list.items().end(), [&](const Value& other) { return Equal(item, other); });
}

}  // namespace

Error OutcomeError(int status, std::string text, std::string_view resource) {
  switch (status) {
    case 400:
      return InvalidArgument(text.empty() ? "the request was refused by the backend" : std::move(text));
    case 401:
      return Unauthenticated(text.empty() ? "authentication failed" : std::move(text));
    case 403:
      return PermissionDenied(text.empty() ? "you are not allowed to do this" : std::move(text));
    case 404: {
      Error error = NotFound(std::string(resource));
      if (!text.empty()) error.message = std::move(text);
      return error;
    }
    case 409:
      return Conflict(text.empty() ? "the record was changed meanwhile" : std::move(text));
    case 413:
      return PayloadTooLarge(text.empty() ? "the request is too large" : std::move(text));
    case 429:
      return TooManyRequests(text.empty() ? "the backend is busy" : std::move(text), 0);
    case 503:
      return Unavailable(text.empty() ? "the backend is not available" : std::move(text));
    case 504:
      return DeadlineExceeded(text.empty() ? "the backend did not answer in time" : std::move(text));
    default:
      break;
  }
  Error error = status < 500 ? InvalidArgument(text.empty() ? "the request was refused" : std::move(text))
                             : BadGateway(text.empty() ? "the backend failed" : std::move(text), "");
  error.http_status = status;
  return error;
}

void Evaluator::Fail(Error error) {
  if (!failure_) failure_ = std::move(error);
}

Value Evaluator::Surprise(const Node& node) {
  surprises_.push_back(node.site);
  return {};
}

// `value` if it is of the type the spec wants, else missing and a surprise.
Value Evaluator::Checked(const Node& node, Value value) {
  if (value.absent() || (node.expects & MaskOf(value.kind())) != 0) return value;
  const bool wants_integer = (node.expects & MaskOf(Kind::kInteger)) != 0;
  if (wants_integer && value.kind() == Kind::kNumber && std::abs(value.number()) < 9e15 &&
      std::trunc(value.number()) == value.number())
    return Value::Integer(static_cast<std::int64_t>(value.number()));
  return Surprise(node);
}

Value Evaluator::Eval(NodeId id, const Value& dot) {
  const Node& node = At(id);
  switch (node.op) {
    case Op::kObject:
      return EvalObject(node, dot);
    case Op::kList:
    case Op::kEach:
      return EvalList(node, dot);
    case Op::kCopy:
      return EvalCopy(node, dot);
    case Op::kWhen:
    case Op::kChoose: {
      const NodeId branch = Branch(node, dot);
      return branch == kNoNode ? Value() : Eval(branch, dot);
    }
    case Op::kWith: {
      const Value input = Eval(pool_.KidsOf(node)[0], dot);
      return input.missing() && node.b == 0 ? Value() : Eval(pool_.KidsOf(node)[1], input);
    }
    default: {
      const Value value = EvalLeaf(node, dot);
      return node.expects == 0 ? value : Checked(node, value);
    }
  }
}

Value Evaluator::EvalLeaf(const Node& node, const Value& dot) {
  const Kids kids = pool_.KidsOf(node);
  const auto path = pool_.PathOf(node);
  switch (node.op) {
    case Op::kConstant:
      return pool_.constants[node.a];
    case Op::kDot:
      return Get(Read(dot), path);
    case Op::kSlot:
      return Get(Read(dot.slot(node.a)), path);
    case Op::kName:
      return Get(Read(environment_.names[node.a]), path);
    case Op::kNameSlot:
      return Get(Read(environment_.names[node.a].slot(node.b)), path);
    case Op::kDirectory:
      return Get(environment_.directory->List(static_cast<DirectoryList>(node.a)), path);
    case Op::kKey:
      if (environment_.key.empty()) environment_.key = environment_.generator.RoomId();
      return Value::Text(environment_.key);
    case Op::kSecret:
      if (environment_.secret.empty()) environment_.secret = environment_.generator.Secret();
      return Value::Text(environment_.secret);
    case Op::kInto:
      return Get(Eval(kids[0], dot), path);
    case Op::kFunction:
      return EvalFunction(node, dot);
    case Op::kTable:
      return EvalTable(node, dot);
    case Op::kLookup:
      return EvalLookup(node, dot);
    case Op::kStepLookup:
      return EvalStepLookup(node, dot);
    case Op::kLiveChatId:
      return EvalLiveChatId(node, dot);
    case Op::kBackendId:
      return EvalBackendId(node, dot);
    case Op::kSecretFor:
      return EvalSecretFor(node, dot);
    case Op::kElse:
      for (const NodeId kid : kids)
        if (const Value value = Eval(kid, dot); !value.missing()) return value;
      return {};
    case Op::kCompare:
      return EvalCompare(node, dot);
    case Op::kNot:
    case Op::kAnd:
    case Op::kOr:
      return EvalLogic(node, dot);
    case Op::kTemplate:
      return EvalTemplate(node, dot);
    default:
      return {};
  }
}

Value Evaluator::EvalFunction(const Node& node, const Value& dot) {
  const Function& function = *pool_.functions[node.a];
  const Kids kids = pool_.KidsOf(node);
  const Value input = Eval(kids[0], dot);
  if (input.absent() && !function.takes_missing) return {};
  FunctionContext context{environment_.arena};
  Value result;
  if (function.argument == ArgumentKind::kItem) {
    auto evaluate = [this, argument = kids[1]](const Value& item) {
      return Stopped() ? Value() : Eval(argument, item);
    };
    const ItemFunction each(evaluate);
    result = function.body(context, input, Value(), &each);
  } else {
    const Value argument = kids.size() > 1 ? Eval(kids[1], dot) : Value();
    result = function.body(context, input, argument, nullptr);
  }
  return context.wrong_type ? Surprise(node) : result;
}

Value Evaluator::EvalTable(const Node& node, const Value& dot) {
  const Value input = Eval(pool_.KidsOf(node)[0], dot);
  if (input.absent()) return {};
  const bool back = node.b != 0;
  for (const TableCode::Row& row : pool_.tables[node.a].rows) {
    if (row.rest ? !back : Equal(back ? row.to : row.from, input)) return back ? row.from : row.to;
  }
  return {};
}

Value Evaluator::EvalLookup(const Node& node, const Value& dot) {
  const Value input = Eval(pool_.KidsOf(node)[0], dot);
  if (input.absent()) return {};
  const auto key = KeyText(input, environment_.arena);
  return key ? environment_.directory->Find(static_cast<Lookup>(node.a), *key) : Surprise(node);
}

Value Evaluator::EvalStepLookup(const Node& node, const Value& dot) {
  const Value input = Eval(pool_.KidsOf(node)[0], dot);
  if (input.absent()) return {};
  const auto key = KeyText(input, environment_.arena);
  if (!key) return Surprise(node);
  auto [at, fresh] = environment_.step_indexes.try_emplace(node.a);
  if (fresh) {
    const StepLookup& lookup = pool_.step_lookups[node.a];
    const Value rows = environment_.names[lookup.step];
    if (rows.is_list())
      for (const Value& row : rows.items()) {
        const Value* field = row.is_object() ? row.object().Find(lookup.key) : nullptr;
        const auto text = field == nullptr ? std::nullopt : KeyText(*field, environment_.arena);
        if (text) at->second.emplace(*text, row);
      }
  }
  const auto found = at->second.find(*key);
  return found == at->second.end() ? Value() : found->second;
}

Value Evaluator::EvalLiveChatId(const Node& node, const Value& dot) {
  const Value input = Eval(pool_.KidsOf(node)[0], dot);
  if (input.absent()) return {};
  if (!input.is_text() || input.text().empty()) return Surprise(node);
  const auto kind = static_cast<IdKind>(node.a);
  bool never = false;
  const std::string* id = environment_.ids.Find(IdDirection::kToLiveChat, kind, input.text(), never);
  if (id == nullptr) return {};
  if (!IsIntegerKind(kind)) return Value::Text(environment_.arena.Copy(*id));
  const auto number = ParseInteger(*id);
  return number ? Value::Integer(*number) : Surprise(node);
}

Value Evaluator::EvalBackendId(const Node& node, const Value& dot) {
  const Value input = Eval(pool_.KidsOf(node)[0], dot);
  if (input.absent()) return {};
  const auto id = KeyText(input, environment_.arena);
  if (!id) return Surprise(node);
  const auto kind = static_cast<IdKind>(node.a);
  bool never = false;
  const std::string* found = environment_.ids.Find(IdDirection::kToBackend, kind, *id, never);
  if (found != nullptr) return Value::Text(environment_.arena.Copy(*found));
  if (!never || node.b == kLenient) return {};
  const Origin& origin = pool_.origins[node.b];
  if (origin.in_path) {
    Fail(NotFound(std::string(NameOf(kind))));
  } else {
    Fail(InvalidArgument(origin.parameter + ": there is no " + std::string(NameOf(kind)) + " " + std::string(*id)));
  }
  return {};
}

Value Evaluator::EvalSecretFor(const Node& node, const Value& dot) {
  const Value input = Eval(pool_.KidsOf(node)[0], dot);
  if (input.absent()) return {};
  if (!input.is_text()) return Surprise(node);
  const std::string key(environment_.secret_key);
  if (key.empty()) {
    Fail(Internal("secret_for has no key to hash with"));
    return {};
  }
  const std::string about = std::string(NameOf(static_cast<IdKind>(node.a))) + ":" + std::string(input.text());
  // Hashed twice with the key, so that a hash cannot be extended into another one's.
  return Value::Text(environment_.arena.Copy(Sha256Hex(key + Sha256Hex(key + about))));
}

Value Evaluator::EvalCompare(const Node& node, const Value& dot) {
  const Kids kids = pool_.KidsOf(node);
  const Value left = Eval(kids[0], dot);
  const Value right = Eval(kids[1], dot);
  const auto comparison = static_cast<Comparison>(node.a);
  if (comparison == Comparison::kEqual || comparison == Comparison::kUnequal)
    return Value::Boolean(EqualOrNull(left, right, comparison == Comparison::kEqual));
  if (left.absent() || right.absent()) return Value::Boolean(false);
  if (comparison == Comparison::kIn) {
    if (!right.is_list()) Surprise(node);
    return Value::Boolean(right.is_list() && Contains(right, left));
  }
  const auto order = Compare(left, right);
  if (!order) Surprise(node);
  return Value::Boolean(order && Satisfies(comparison, *order));
}

Value Evaluator::EvalLogic(const Node& node, const Value& dot) {
  const Kids kids = pool_.KidsOf(node);
  if (node.op == Op::kNot) return Value::Boolean(!Eval(kids[0], dot).Truth());
  // `and` ends at the first that is false, `or` at the first that is true.
  const bool ends_at = node.op == Op::kOr;
  for (const NodeId kid : kids)
    if (Eval(kid, dot).Truth() == ends_at) return Value::Boolean(ends_at);
  return Value::Boolean(!ends_at);
}

Value Evaluator::EvalTemplate(const Node& node, const Value& dot) {
  std::string text;
  for (const NodeId kid : pool_.KidsOf(node)) {
    const Value part = Eval(kid, dot);
    if (part.absent()) return {};
    const auto plain = AsPlainText(part, environment_.arena);
    if (!plain) return Surprise(node);
    text += *plain;
  }
  return Value::Text(environment_.arena.Copy(text));
}

// ---- structure

NodeId Evaluator::Branch(const Node& node, const Value& dot) {
  const Kids kids = pool_.KidsOf(node);
  if (node.op == Op::kWhen) return Eval(kids[0], dot).Truth() ? kids[1] : kNoNode;
  for (const NodeId kid : kids) {
    const Node& choice = At(kid);
    if (choice.op != Op::kWhen) return kid;
    if (Eval(pool_.KidsOf(choice)[0], dot).Truth()) return pool_.KidsOf(choice)[1];
  }
  return kNoNode;
}

void Evaluator::RequireMember(const Node& node, std::string_view name) {
  // While ids are missing the pass only finds out which: it will be repeated, and stopping here would find one at a
  // time.
  if (environment_.ids.anything_noted()) return;
  const Site& site = pool_.sites[node.site];
  Fail(BadGateway("the backend's answer lacks " + std::string(name),
                  site.place + ": " + std::string(name) + " is required and has no value"));
}

template <class Use>
bool Evaluator::ForEachItem(const Node& node, const Value& dot, Use use) {
  const Kids kids = pool_.KidsOf(node);
  const Value list = Eval(kids[0], dot);
  if (list.absent()) return false;
  if (!list.is_list()) {
    Surprise(node);
    return false;
  }
  for (const Value& item : list.items()) {
    if (item.absent()) continue;
    if (Stopped()) break;
    if (node.a != kNoNode) environment_.names[node.a] = item;
    use(kids[1], item);
  }
  return true;
}

Value Evaluator::EvalObject(const Node& node, const Value& dot) {
  Collector<Field> fields(environment_.arena);
  for (std::uint32_t i = node.a; i < node.a + node.b; ++i) {
    const MemberCode& member = pool_.members[i];
    const Value value = Eval(member.value, dot);
    if (!value.missing()) {
      fields.Add({member.name, value});
    } else if (member.required) {
      RequireMember(node, member.name);
    }
  }
  return MakeObject(fields.view(), environment_.arena);
}

// Of a list, or of an each that stands alone.
Value Evaluator::EvalList(const Node& node, const Value& dot) {
  Collector<Value> items(environment_.arena);
  const auto add_each = [&](const Node& each) {
    return ForEachItem(each, dot, [&](NodeId tree, const Value& item) {
      if (const Value value = Eval(tree, item); !value.missing()) items.Add(value);
    });
  };
  if (node.op == Op::kEach) return add_each(node) ? Value::List(items.view()) : Value();
  for (const NodeId kid : pool_.KidsOf(node)) {
    if (At(kid).op == Op::kEach) {
      add_each(At(kid));
    } else if (const Value value = Eval(kid, dot); !value.missing()) {
      items.Add(value);
    }
  }
  return Value::List(items.view());
}

Value Evaluator::EvalCopy(const Node& node, const Value& dot) {
  const CopyCode& copy = pool_.copies[node.a];
  Collector<Field> fields(environment_.arena);
  bool any_source = false;
  for (const NodeId kid : pool_.KidsOf(node)) {
    const Value source = Eval(kid, dot);
    if (source.absent()) continue;
    if (!source.is_object()) {
      Surprise(node);
      continue;
    }
    any_source = true;
    for (const Field& field : source.object().view()) {
      if (field.value.absent()) continue;
      if (copy.all || std::binary_search(copy.names.begin(), copy.names.end(), field.name)) fields.Add(field);
    }
  }
  for (const MemberCode& member : copy.members)
    if (const Value value = Eval(member.value, dot); !value.missing()) fields.Add({member.name, value});
  if (!any_source && fields.size() == 0) return {};
  const Value result = MakeObject(fields.view(), environment_.arena);
  for (const std::string& name : copy.required)
    if (result.object().Find(name) == nullptr) RequireMember(node, name);
  return result;
}

// ---- writing

bool Evaluator::Write(NodeId id, const Value& dot, std::string& out) {
  const Node& node = At(id);
  switch (node.op) {
    case Op::kObject:
      return WriteObject(node, dot, out);
    case Op::kList:
    case Op::kEach:
      return WriteList(node, dot, out);
    case Op::kWhen:
    case Op::kChoose: {
      const NodeId branch = Branch(node, dot);
      return branch != kNoNode && Write(branch, dot, out);
    }
    case Op::kWith: {
      const Value input = Eval(pool_.KidsOf(node)[0], dot);
      return (!input.missing() || node.b != 0) && Write(pool_.KidsOf(node)[1], input, out);
    }
    default:
      break;
  }
  const Value value = Eval(id, dot);
  if (value.missing()) return false;
  AppendJson(out, value);
  return true;
}

bool Evaluator::WriteObject(const Node& node, const Value& dot, std::string& out) {
  char separator = '{';
  for (std::uint32_t i = node.a; i < node.a + node.b; ++i) {
    const MemberCode& member = pool_.members[i];
    const std::size_t before = out.size();
    out += member.key;
    out[before] = separator;
    if (Write(member.value, dot, out)) {
      separator = ',';
      continue;
    }
    out.resize(before);
    if (member.required) RequireMember(node, member.name);
  }
  if (separator == '{') out += '{';
  out += '}';
  return true;
}

bool Evaluator::WriteList(const Node& node, const Value& dot, std::string& out) {
  const std::size_t start = out.size();
  char separator = '[';
  const auto write = [&](NodeId tree, const Value& item) {
    const std::size_t before = out.size();
    out += separator;
    if (Write(tree, item, out)) {
      separator = ',';
    } else {
      out.resize(before);
    }
  };
  if (node.op == Op::kEach) {
    if (!ForEachItem(node, dot, write)) {
      out.resize(start);
      return false;
    }
  } else {
    for (const NodeId kid : pool_.KidsOf(node)) {
      if (At(kid).op == Op::kEach) {
        ForEachItem(At(kid), dot, write);
      } else {
        write(kid, dot);
      }
    }
  }
  if (separator == '[') out += '[';
  out += ']';
  return true;
}

}  // namespace parley::mapping
