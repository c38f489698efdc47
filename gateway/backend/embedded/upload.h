// An uploaded file: its record, the rules it is accepted by, and the message that shows it.
//
// Sources: omnichannel reference §2.4 (upload), §3.7. Threading: plain values and pure functions.
// Tests: tests/unit/backend/embedded/uploads_test.cc
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "backend/embedded/call.h"
#include "backend/embedded/image_size.h"
#include "backend/embedded/message.h"

namespace parley::backend::embedded {

struct Upload {
  static constexpr storage::Collection kCollection = storage::Collection::kUploads;
  std::string id;
  std::int64_t version = 0;
  Json extra;

  std::string room_id;
  std::string name;  // as the client called it, without folders
  std::string type;  // "image/png"
  std::int64_t size = 0;
  std::string user_id;     // of an agent; empty: the visitor's
  bool waiting = false;    // uploaded, not sent yet
  bool is_public = false;  // of no room: everybody may see it
  Json dimensions;         // {"width", "height"} of a picture
  Time uploaded{};
  Time updated_at{};

  template <class Self, class Visit>
  static void Members(Self& self, Visit& visit) {
    visit("rid", self.room_id);
    visit("name", self.name);
    visit("type", self.type);
    visit("size", self.size);
    visit("userId", self.user_id);
    visit.IfTrue("waiting", self.waiting);
    visit.IfTrue("public", self.is_public);
    visit("dimensions", self.dimensions);
    visit("uploadedAt", self.uploaded);
    visit("_updatedAt", self.updated_at);
  }
};

// A file out of a form, and the form's texts.
struct SentFile {
  std::string name, type, bytes;
  Json fields = Json::MakeObject();
};

// Errors: "Invalid file"
Outcome<SentFile> ReadSentFile(const Call& call);

// The name without folders and control characters, never empty.
std::string CleanFileName(std::string_view name);

// By FileUpload_MediaTypeWhiteList and _BlackList: "image/*,text/plain".
bool IsTypeAllowed(const Settings& settings, std::string_view type);
// FileUpload_MaxFileSize; none when it is switched off.
std::optional<std::int64_t> LargestFile(const Settings& settings);
std::string ReadableSize(std::int64_t bytes);  // "100 MB"

// {"width", "height"} of a picture; null when they cannot be told.
Json DimensionsOf(std::string_view bytes);

// The path it is downloaded from: "/file-upload/F1l/shot.png".
std::string DownloadPath(const Upload& upload);

// A message that shows the file.
Message MessageOf(const Upload& upload, std::string_view description, std::string text);

// What a visitor is told of a message beside its members: where its file is.
Json AnswerWithFile(const Call& call, const Message& message);

}  // namespace parley::backend::embedded
