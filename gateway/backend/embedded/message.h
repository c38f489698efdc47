// A message of a chat: from the visitor, an agent, or the system (`type` set).
//
// Threading: plain values. Tests: tests/unit/backend/embedded/conversation_records_test.cc
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backend/embedded/record.h"

namespace parley::backend::embedded {

// Who did something, as records remember people: a snapshot, not a link.
struct Person {
  std::string id, username, name;

  template <class Self, class Visit>
  static void Members(Self& self, Visit& visit) {
    visit("_id", self.id);
    visit("username", self.username);
    visit("name", self.name);
  }
};

// Values of Message::type in livechat rooms.
namespace message_type {
inline constexpr const char* kStarted = "livechat-started";
inline constexpr const char* kClosed = "livechat-close";
inline constexpr const char* kCommand = "command";
inline constexpr const char* kJoined = "uj";
inline constexpr const char* kLeft = "ul";
inline constexpr const char* kTransferred = "livechat_transfer_history";
inline constexpr const char* kRemoved = "rm";
inline constexpr const char* kNavigation = "livechat_navigation_history";
inline constexpr const char* kTranscript = "livechat_transcript_history";
}  // namespace message_type

struct Message {
  static constexpr storage::Collection kCollection = storage::Collection::kMessages;
  std::string id;
  std::int64_t version = 0;
  Json extra;

  std::string room_id;
  std::string text;
  Time at{};
  std::string type;  // of a system message
  Person author;
  std::string token;  // the visitor's: present exactly on what the visitor caused
  std::string alias, emoji, avatar, thread;
  std::optional<bool> groupable;
  std::optional<Time> edited_at;
  std::optional<Person> edited_by;
  std::optional<bool> transcript_requested;
  bool hidden = false;
  std::optional<Time> expires;
  Json attachments, blocks, file, files, urls, mentions, channels, md, custom_fields, navigation, transfer_data,
      request_data;
  Time updated_at{};

  bool FromVisitor() const { return !token.empty(); }
  bool IsSystem() const { return !type.empty(); }

  template <class Self, class Visit>
  static void Members(Self& self, Visit& visit) {
    visit("rid", self.room_id);
    visit.Always("msg", self.text);
    visit("token", self.token);
    visit("alias", self.alias);
    visit("ts", self.at);
    visit("t", self.type);
    visit("u", self.author);
    visit("groupable", self.groupable);
    visit("emoji", self.emoji);
    visit("avatar", self.avatar);
    visit("tmid", self.thread);
    visit("editedAt", self.edited_at);
    visit("editedBy", self.edited_by);
    visit("transcriptRequested", self.transcript_requested);
    visit.IfTrue("_hidden", self.hidden);
    visit("expireAt", self.expires);
    visit("attachments", self.attachments);
    visit("blocks", self.blocks);
    visit("file", self.file);
    visit("files", self.files);
    visit("customFields", self.custom_fields);
    visit("navigation", self.navigation);
    visit("transferData", self.transfer_data);
    visit("requestData", self.request_data);
    visit("_updatedAt", self.updated_at);
    visit("urls", self.urls);
    visit("mentions", self.mentions);
    visit("channels", self.channels);
    visit("md", self.md);
  }
};

// A message as a member of another record: with its id.
struct MessageSnapshot {
  Message message;

  template <class Self, class Visit>
  static void Members(Self& self, Visit& visit) {
    visit("_id", self.message.id);
    Message::Members(self.message, visit);
  }
};

// Sets the text and what is derived from it: the links and the parsed form.
void SetText(Message& message, std::string text);

// Length as Rocket.Chat counts it: UTF-16 code units.
std::size_t TextLength(std::string_view utf8);

}  // namespace parley::backend::embedded
