#include "backend/embedded/transcript_mail.h"

#include "backend/embedded/transcript.h"
#include "base/time.h"

namespace parley::backend::embedded {
namespace {

using storage::Condition;
using storage::Match;

constexpr const char* kNeverShown[] = {message_type::kNavigation,
                                       message_type::kTranscript,
                                       message_type::kCommand,
                                       message_type::kClosed,
                                       message_type::kStarted,
                                       "livechat_video_call",
                                       "omnichannel_priority_change_history"};

storage::Query ShownMessages(const Settings& settings, const Room& room) {
  storage::Query query(Message::kCollection);
  query.where.emplace_back("rid", Match::kEquals, Json(room.id));
  query.where.emplace_back("_hidden", Match::kMissing);
  if (settings.Flag("Livechat_transcript_show_system_messages")) {
    for (const char* type : kNeverShown) query.where.emplace_back("t", Match::kNotEquals, Json(type));
  } else {
    query.where.emplace_back("t", Match::kMissing);
  }
  if (room.closed_at) query.where.emplace_back("ts", Match::kAtMost, Json(UnixMillis(*room.closed_at)));
  query.sort.emplace_back("ts");
  return query;
}

std::string AuthorOf(const Settings& settings, const Room& room, const Message& message) {
  if (message.author.id == room.visitor.id) return "You";
  if (!settings.Flag("Livechat_show_agent_info")) return "Agent";
  return message.author.name.empty() ? message.author.username : message.author.name;
}

std::string WordsOf(const Message& message) {
  std::string words = message.text;
  if (message.files.AsArray() == nullptr) return words;
  for (const Json& file : *message.files.AsArray()) {
    if (!words.empty()) words += '\n';
    words += "[file: " + std::string(file.Text("name")) + "]";
  }
  return words;
}

void AppendMessage(const std::string& author, Time at, const std::string& words, mail::Message& mail) {
  const std::string when = StampDate(at, FindZone("UTC")) + " UTC";
  mail.text += author + " (" + when + "):\n" + words + "\n\n";
  mail.html += "<p><strong>" + mail::EscapeHtml(author) + "</strong> <em>" + when + "</em><br>\n" +
               mail::EscapeHtml(words) + "</p>\n";
}

std::string SubjectOf(const Settings& settings, std::string asked) {
  if (!asked.empty()) return asked;
  const std::string_view standard = settings.Text("Livechat_transcript_email_subject");
  return std::string(standard.empty() ? "Transcript of your livechat conversation" : standard);
}

Awaitable<Maybe<User>> FindSystemUser(const Services& services) {
  return FindUser(services.stores.documents(), "rocket.cat");
}

}  // namespace

Json TranscriptRequestOf(const Call& call, std::string_view email, std::string_view subject, const Person& by) {
  Json who = Json::Of({{"_id", by.id}, {"username", by.username}});
  if (!by.name.empty()) who.Append("name", by.name);
  return Json::Of({{"email", email}, {"subject", subject}, {"requestedAt", IsoTime(call.now)}, {"requestedBy", who}});
}

Awaitable<Result<mail::Message>> ComposeTranscript(const Services& services, const Settings& settings, const Room& room,
                                                   std::string email, std::string subject) {
  auto messages = co_await Find<Message>(services.stores.documents(), ShownMessages(settings, room));
  if (!messages) co_return messages.error();
  mail::Message mail;
  mail.to.push_back({{}, std::move(email)});
  mail.subject = SubjectOf(settings, std::move(subject));
  for (const Message& message : messages->list) {
    AppendMessage(AuthorOf(settings, room, message), message.at, WordsOf(message), mail);
  }
  co_return mail;
}

Awaitable<Status> TellTranscript(const Services& services, Room room, const std::optional<Person>& by,
                                 storage::Changes& changes) {
  Person author;
  if (by) {
    author = *by;
  } else {
    auto system = co_await FindSystemUser(services);
    if (!system) co_return system.error();
    author = *system ? PersonOf(**system) : Person{"rocket.cat", "rocket.cat", {}};
  }
  Json request = Json::Of({{"type", by ? "user" : "visitor"}});
  request.Append("visitor", Json::Of({{"_id", room.visitor.id}, {"username", room.visitor.username}}));
  request.Append("user", Json::Of({{"_id", author.id}, {"username", author.username}}));
  std::vector<Condition> of_room;
  of_room.emplace_back("rid", Match::kEquals, Json(room.id));
  auto inquiry = co_await FindFirst<Inquiry>(services.stores.documents(), std::move(of_room));
  if (!inquiry) co_return inquiry.error();
  ConversationContext context;
  context.now = services.clock.Now();
  context.ids = &services.ids;
  context.recorder = &services.recorder;
  Conversation chat(context, std::move(room), std::move(*inquiry));
  chat.TellTranscript(author, std::move(request));
  chat.FinishInto(changes);
  co_return Status();
}

void PromiseTranscript(const Call& call, const std::string& room_id, const Json& request, storage::Changes& changes) {
  MailJob job;
  job.room_id = room_id;
  job.email = request.Text("email");
  job.subject = request.Text("subject");
  if (const Json* by = request.Find("requestedBy"); by != nullptr && by->Text("_id") != "rocket.cat") {
    job.requested_by = Person{std::string(by->Text("_id")), std::string(by->Text("username")), {}};
  }
  Promise(call, std::move(job), changes);
}

}  // namespace parley::backend::embedded
