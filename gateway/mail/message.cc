// Layout of a mail: headers, an empty line, then the text alone or, as multipart/alternative, the text and the HTML, the
// one that shows more last (RFC 2046 §5.1.4).
#include "mail/message.h"

#include <algorithm>

#include "base/text.h"
#include "mail/mime.h"

namespace parley::mail {
namespace {

constexpr std::size_t kMostRecipients = 100;
constexpr std::size_t kLongestSubject = 1000;

bool IsControl(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

Status CheckHeaderText(std::string_view what, std::string_view text) {
  const std::string name(what);
  if (std::any_of(text.begin(), text.end(), IsControl)) return InvalidArgument(name + " contains a control character");
  if (!IsValidUtf8(text)) return InvalidArgument(name + " is not UTF-8");
  if (text.size() > kLongestSubject) return InvalidArgument(name + " is too long");
  return {};
}

Status CheckAddress(const Address& address) {
  if (!IsAddress(address.address)) return InvalidArgument("not an e-mail address");
  return CheckHeaderText("the name of an address", address.name);
}

Status Check(const Message& message) {
  if (message.to.empty()) return InvalidArgument("the mail has no recipient");
  if (message.to.size() > kMostRecipients) return InvalidArgument("the mail has too many recipients");
  if (Status from = CheckAddress(message.from); !from) return from;
  for (const Address& to : message.to) {
    if (Status fine = CheckAddress(to); !fine) return fine;
  }
  if (!message.reply_to.empty() && !IsAddress(message.reply_to)) return InvalidArgument("not an e-mail address");
  if (!IsValidUtf8(message.text) || !IsValidUtf8(message.html)) return InvalidArgument("the mail is not UTF-8");
  return CheckHeaderText("the subject", message.subject);
}

std::string Format(const Address& address) {
  if (address.name.empty()) return address.address;
  return EncodeName(address.name) + " <" + address.address + ">";
}

void AppendPart(std::string& out, std::string_view type, std::string_view text) {
  const EncodedBody body = EncodeBody(text);
  out.append("Content-Type: ").append(type).append("; charset=utf-8\r\n");
  out.append("Content-Transfer-Encoding: ").append(body.encoding).append("\r\n\r\n").append(body.bytes);
}

std::string DomainOf(std::string_view address) {
  return std::string(address.substr(address.rfind('@') + 1));
}

}  // namespace

bool IsAddress(std::string_view text) {
  return LooksLikeEmail(text) && std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

Result<Address> ParseAddress(std::string_view text) {
  Address parsed;
  const std::string_view whole = Trim(text);
  const std::size_t open = whole.rfind('<');
  if (open != std::string_view::npos && whole.ends_with('>')) {
    parsed.name = Trim(whole.substr(0, open));
    parsed.address = whole.substr(open + 1, whole.size() - open - 2);
    if (parsed.name.size() >= 2 && parsed.name.front() == '"' && parsed.name.back() == '"') {
      parsed.name = parsed.name.substr(1, parsed.name.size() - 2);
    }
  } else {
    parsed.address = whole;
  }
  if (Status fine = CheckAddress(parsed); !fine) return fine.error();
  return parsed;
}

Result<std::string> Render(const Message& message, const Stamp& stamp) {
  if (Status fine = Check(message); !fine) return fine.error();
  std::string out = "From: " + Format(message.from) + "\r\nTo: ";
  for (std::size_t i = 0; i < message.to.size(); ++i) {
    if (i > 0) out += ",\r\n ";
    out += Format(message.to[i]);
  }
  if (!message.reply_to.empty()) out += "\r\nReply-To: " + message.reply_to;
  out += "\r\nSubject: " + EncodeHeader(message.subject) + "\r\nDate: " + MailDate(stamp.at);
  out += "\r\nMessage-ID: <" + stamp.id + "@" + DomainOf(message.from.address) + ">\r\nMIME-Version: 1.0\r\n";
  if (message.html.empty()) {
    AppendPart(out, "text/plain", message.text);
    return out;
  }
  const std::string boundary = "=_" + stamp.id;  // "=_" is in no encoded body
  out += "Content-Type: multipart/alternative; boundary=\"" + boundary + "\"\r\n\r\n";
  out += "--" + boundary + "\r\n";
  AppendPart(out, "text/plain", message.text);
  out += "\r\n--" + boundary + "\r\n";
  AppendPart(out, "text/html", message.html);
  return out + "\r\n--" + boundary + "--\r\n";
}

std::string EscapeHtml(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    switch (text[i]) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      case '\r':
        if (i + 1 == text.size() || text[i + 1] != '\n') out += "<br>\n";
        break;
      case '\n':
        out += "<br>\n";
        break;
      default:
        out += text[i];
    }
  }
  return out;
}

std::string TextOfHtml(std::string_view html) {
  std::string out;
  while (!html.empty()) {
    const std::size_t open = std::min(html.find('<'), html.size());
    out += html.substr(0, open);
    html.remove_prefix(open);
    if (html.empty()) break;
    const std::size_t close = html.find('>');
    if (close == std::string_view::npos) {
      out += html;
      break;
    }
    const std::string tag = Lower(html.substr(1, close - 1));
    if (tag.starts_with("br") || tag == "/p" || tag == "/div" || tag == "/li" || tag.starts_with("/h")) out += '\n';
    html.remove_prefix(close + 1);
  }
  constexpr std::pair<std::string_view, std::string_view> kEntities[] = {
      {"&nbsp;", " "}, {"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}, {"&#39;", "'"}, {"&amp;", "&"}};
  for (const auto& [entity, text] : kEntities) out = ReplaceAll(std::move(out), entity, text);
  return out;
}

}  // namespace parley::mail
