// Grammar (docs/mappings.md):
//
//   expr = and { "or" and }      and = not { "and" not }      not = "not" not | cmp
//   cmp  = alt [ op alt ]        alt = pipe { "else" pipe }
//   pipe = prim { "|" ( name [ "(" expr ")" ] | path ) }
//   prim = path | "$" name { "." seg } | 'text' | number | true | false | null | word | "(" expr ")"
//   path = "." [ seg { "." seg } ]
//
// Two readings are refused, not ranked: ".a else .b | lower" and ".a else 1 > 2".
#include "mapping/expression.h"

#include <array>
#include <utility>

#include "base/text.h"

namespace parley::mapping {
namespace {

using ast::Expr;
using ast::ExprKind;

constexpr int kMaxDepth = 40;

bool IsSegmentChar(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}
bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}
bool IsSpace(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

constexpr std::array<std::string_view, 8> kReserved = {"and", "or", "not", "else", "in", "true", "false", "null"};

bool IsReserved(std::string_view word) {
  for (std::string_view reserved : kReserved)
    if (word == reserved) return true;
  return false;
}

// Recursive descent. A failure sets error_ once; every function then returns quickly with whatever it has.
class Parser {
 public:
  Parser(std::string_view text, const ast::Place& place) : text_(text), place_(place) {}

  Result<Expr> Parse() {
    Expr expr = Or();
    SkipSpace();
    if (error_.empty() && at_ < text_.size()) Fail("\"" + std::string(Rest()) + "\" is left over");
    if (!error_.empty()) return InvalidArgument("in \"" + std::string(text_) + "\": " + error_);
    expr.text = std::string(Trim(text_));
    return expr;
  }

 private:
  // ---- characters and words
  void SkipSpace() {
    while (at_ < text_.size() && IsSpace(text_[at_])) ++at_;
  }
  char Peek() {
    SkipSpace();
    return at_ < text_.size() ? text_[at_] : '\0';
  }
  bool Take(char c) {
    if (Peek() != c) return false;
    ++at_;
    return true;
  }
  std::string_view Rest() const { return text_.substr(at_, 24); }

  // The word at the current place without consuming it; empty when there is none.
  std::string_view PeekWord() {
    SkipSpace();
    std::size_t end = at_;
    if (end >= text_.size() || IsDigit(text_[end]) || text_[end] == '-') return {};
    while (end < text_.size() && IsSegmentChar(text_[end])) ++end;
    return text_.substr(at_, end - at_);
  }
  bool TakeWord(std::string_view word) {
    if (PeekWord() != word) return false;
    at_ += word.size();
    return true;
  }

  void Fail(std::string what) {
    if (error_.empty()) error_ = std::move(what);
  }

  Expr Make(ExprKind kind) const {
    Expr expr;
    expr.kind = kind;
    expr.place = place_;
    return expr;
  }

  // ---- the grammar, loosest first
  Expr Or() {
    Expr first = And();
    if (PeekWord() != "or") return first;
    Expr expr = Make(ExprKind::kOr);
    expr.operands.push_back(std::move(first));
    while (error_.empty() && TakeWord("or")) expr.operands.push_back(And());
    return expr;
  }

  Expr And() {
    Expr first = Not();
    if (PeekWord() != "and") return first;
    Expr expr = Make(ExprKind::kAnd);
    expr.operands.push_back(std::move(first));
    while (error_.empty() && TakeWord("and")) expr.operands.push_back(Not());
    return expr;
  }

  Expr Not() {
    if (!TakeWord("not")) return Comparison();
    Expr expr = Make(ExprKind::kNot);
    if (!Enter()) return expr;
    expr.operands.push_back(Not());
    Leave();
    return expr;
  }

  std::string_view TakeOperator() {
    if (TakeWord("in")) return "in";
    SkipSpace();
    for (std::string_view op : {"==", "!=", "<=", ">=", "<", ">"}) {
      if (text_.substr(at_, op.size()) != op) continue;
      at_ += op.size();
      return op;
    }
    return {};
  }

  Expr Comparison() {
    Side left = Alternatives();
    const std::string_view op = TakeOperator();
    if (op.empty()) {
      if (Peek() == '=' || Peek() == '!') Fail("\"" + std::string(Rest()) + "\": comparisons are == != < <= > >= in");
      return std::move(left.expr);
    }
    Side right = Alternatives();
    if (left.bare_else || right.bare_else)
      Fail("\"else\" beside \"" + std::string(op) + "\" reads two ways: put parentheses round \"" +
           (left.bare_else ? left.text : right.text) + "\" or round the comparison");
    Expr expr = Make(ExprKind::kCompare);
    expr.name = std::string(op);
    expr.operands.push_back(std::move(left.expr));
    expr.operands.push_back(std::move(right.expr));
    if (error_.empty() && !TakeOperator().empty()) Fail("comparisons cannot be chained: join them with and");
    return expr;
  }

  // One side of a comparison.
  struct Side {
    Expr expr;
    bool bare_else = false;  // an `else` outside parentheses
    std::string text;
  };

  Side Alternatives() {
    SkipSpace();
    const std::size_t from = at_;
    const auto text_so_far = [this, from] { return std::string(Trim(text_.substr(from, at_ - from))); };
    Side side;
    side.expr = Pipe(nullptr);
    side.text = text_so_far();
    if (PeekWord() != "else") return side;
    side.bare_else = true;
    Expr expr = Make(ExprKind::kElse);
    expr.operands.push_back(std::move(side.expr));
    while (error_.empty() && TakeWord("else")) {
      SkipSpace();
      const std::size_t right_at = at_;
      std::size_t pipe_at = 0;
      expr.operands.push_back(Pipe(&pipe_at));
      if (pipe_at != 0) {
        const std::string right(Trim(text_.substr(right_at, pipe_at - right_at)));
        const std::string stages(Trim(text_.substr(pipe_at, at_ - pipe_at)));
        Fail("it reads two ways: write \"(" + side.text + " else " + right + ") " + stages + "\" or \"" + side.text +
             " else (" + right + " " + stages + ")\"");
      }
      side.text = text_so_far();
    }
    side.expr = std::move(expr);
    return side;
  }

  // `pipe_at`: where the first "|" stood, 0 for none.
  Expr Pipe(std::size_t* pipe_at) {
    Expr expr = Primary();
    int stages = 0;
    while (error_.empty() && Peek() == '|') {
      if (pipe_at != nullptr && *pipe_at == 0) *pipe_at = at_;
      ++at_;
      // Each stage nests the tree by one level, and later passes recurse through it.
      if (++stages > kMaxDepth) {
        Fail("too many pipes: name a part of it as a shape or a step");
        break;
      }
      expr = Stage(std::move(expr));
    }
    return expr;
  }

  Expr Stage(Expr input) {
    if (Peek() == '.') {
      Expr expr = Make(ExprKind::kInto);
      expr.path = Path();
      if (error_.empty() && expr.path.empty()) Fail("\"| .\" changes nothing: remove it");
      expr.operands.push_back(std::move(input));
      return expr;
    }
    Expr expr = Make(ExprKind::kApply);
    expr.operands.push_back(std::move(input));
    const std::string_view word = PeekWord();
    if (word.empty() || IsReserved(word)) {
      Fail("after \"|\" comes the name of a function, shape, table or lookup, or a path, not \"" + std::string(Rest()) +
           "\"");
      return expr;
    }
    at_ += word.size();
    expr.name = std::string(word);
    if (at_ < text_.size() && text_[at_] == '.') {  // agents.by_login, status.back
      ++at_;
      const std::size_t from = at_;
      while (at_ < text_.size() && IsSegmentChar(text_[at_])) ++at_;
      if (from == at_) Fail("a name is missing after \"" + expr.name + ".\"");
      expr.name += "." + std::string(text_.substr(from, at_ - from));
    }
    if (!Take('(')) return expr;
    if (!Enter()) return expr;
    expr.operands.push_back(Or());
    Leave();
    if (!Take(')')) Fail("\")\" is missing after the argument of " + expr.name);
    return expr;
  }

  Expr Primary() {
    const char c = Peek();
    if (c == '.') {
      Expr expr = Make(ExprKind::kPath);
      expr.path = Path();
      return expr;
    }
    if (c == '$') return Name();
    if (c == '\'') return Text();
    if (c == '(') return Parenthesised();
    if (IsDigit(c) || c == '-') return Number();
    return Word();
  }

  Expr Parenthesised() {
    ++at_;
    if (!Enter()) return Make(ExprKind::kLiteral);
    Expr expr = Or();
    Leave();
    if (!Take(')')) Fail("\")\" is missing");
    return expr;
  }

  std::vector<std::string> Path() {
    std::vector<std::string> path;
    ++at_;  // the leading dot
    while (at_ < text_.size() && IsSegmentChar(text_[at_])) {
      const std::size_t from = at_;
      while (at_ < text_.size() && IsSegmentChar(text_[at_])) ++at_;
      path.emplace_back(text_.substr(from, at_ - from));
      if (at_ >= text_.size() || text_[at_] != '.') break;
      ++at_;
      if (at_ >= text_.size() || !IsSegmentChar(text_[at_])) {
        Fail("a member name is missing after \"" + Join(path, ".") + ".\"");
        break;
      }
    }
    if (path.size() > kMaxDepth) Fail("the path is too long");
    return path;
  }

  Expr Name() {
    Expr expr = Make(ExprKind::kName);
    ++at_;
    std::size_t end = at_;
    while (end < text_.size() && IsSegmentChar(text_[end])) ++end;
    expr.name = std::string(text_.substr(at_, end - at_));
    at_ = end;
    if (expr.name.empty()) Fail("a name is missing after \"$\"");
    if (at_ < text_.size() && text_[at_] == '.') {
      expr.path = Path();
      if (error_.empty() && expr.path.empty()) Fail("a member name is missing after \"$" + expr.name + ".\"");
    }
    return expr;
  }

  Expr Text() {
    Expr expr = Make(ExprKind::kLiteral);
    std::string value;
    for (++at_;; ++at_) {
      if (at_ >= text_.size()) {
        Fail("the closing ' of a text is missing");
        return expr;
      }
      if (text_[at_] != '\'') {
        value += text_[at_];
      } else if (at_ + 1 < text_.size() && text_[at_ + 1] == '\'') {
        value += '\'';
        ++at_;
      } else {
        break;
      }
    }
    ++at_;
    expr.literal = Json(std::move(value));
    return expr;
  }

  Expr Number() {
    Expr expr = Make(ExprKind::kLiteral);
    std::size_t end = at_ + 1;
    while (end < text_.size() && (IsDigit(text_[end]) || text_[end] == '.')) ++end;
    const std::string_view digits = text_.substr(at_, end - at_);
    if (const auto integer = ParseInteger(digits)) {
      expr.literal = Json(*integer);
    } else if (const auto number = ParseNumber(digits); number && digits.back() != '.') {
      expr.literal = Json(*number);
    } else {
      Fail("\"" + std::string(Rest()) + "\" is no number");
    }
    at_ = end;
    return expr;
  }

  Expr Word() {
    const std::string_view word = PeekWord();
    Expr expr = Make(ExprKind::kLiteral);
    if (word.empty()) {
      Fail(at_ >= text_.size() ? "it ends where a value is expected" : "\"" + std::string(Rest()) + "\" is no value");
      return expr;
    }
    at_ += word.size();
    if (word == "true" || word == "false") {
      expr.literal = Json(word == "true");
    } else if (IsReserved(word) && word != "null") {
      Fail("\"" + std::string(word) + "\" stands where a value is expected");
    } else if (word != "null") {
      expr.kind = ExprKind::kWord;
      expr.name = std::string(word);
    }
    return expr;
  }

  bool Enter() {
    if (++depth_ <= kMaxDepth) return true;
    Fail("it is nested too deeply: name a part of it as a shape or a step");
    --depth_;
    at_ = text_.size();
    return false;
  }
  void Leave() { --depth_; }

  std::string_view text_;
  const ast::Place& place_;
  std::size_t at_ = 0;
  int depth_ = 0;
  std::string error_;
};

// The index of the brace that closes the hole opened before `from`; npos when there is none.
std::size_t ClosingBrace(std::string_view text, std::size_t from) {
  bool quoted = false;
  for (std::size_t i = from; i < text.size(); ++i) {
    if (text[i] == '\'') quoted = !quoted;
    if (text[i] == '}' && !quoted) return i;
  }
  return std::string_view::npos;
}

}  // namespace

Result<Expr> ParseExpression(std::string_view text, const ast::Place& place) {
  return Parser(text, place).Parse();
}

Result<ast::Template> ParseTemplate(std::string_view text, const ast::Place& place) {
  ast::Template parts;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t open = text.find('{', at);
    if (open != at) parts.push_back({std::string(text.substr(at, open - at)), std::nullopt});
    if (open == std::string_view::npos) break;
    const std::size_t close = ClosingBrace(text, open + 1);
    if (close == std::string_view::npos)
      return InvalidArgument("in \"" + std::string(text) + "\": a { is not closed; write {'{'} for the brace itself");
    Result<Expr> hole = ParseExpression(text.substr(open + 1, close - open - 1), place);
    if (!hole) return hole.error();
    parts.push_back({std::string(), std::move(*hole)});
    at = close + 1;
  }
  return parts;
}

bool IsExpression(std::string_view text) {
  return !text.empty() && (text[0] == '.' || text[0] == '$' || text[0] == '=');
}

std::string_view ExpressionIn(std::string_view text) {
  return !text.empty() && text[0] == '=' ? text.substr(1) : text;
}

bool IsTemplate(std::string_view text) {
  return text.find('{') != std::string_view::npos;
}

}  // namespace parley::mapping
