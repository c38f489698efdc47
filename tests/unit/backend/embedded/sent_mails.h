// A mail server for tests: keeps what it is given, or says why not.
#pragma once

#include <mutex>
#include <string>
#include <vector>

#include "mail/smtp.h"

namespace parley::test {

class SentMails final : public mail::Transport {
 public:
  struct Mail {
    mail::SmtpServer server;
    mail::Envelope envelope;

    bool Says(std::string_view text) const { return envelope.bytes.find(text) != std::string::npos; }
  };

  Status Deliver(const mail::SmtpServer& server, const mail::Envelope& envelope, const std::atomic<bool>&) override {
    const std::lock_guard lock(mutex_);
    ++attempts_;
    if (!answer_) return answer_;
    mails_.push_back({server, envelope});
    return {};
  }

  void Answer(Status answer) {
    const std::lock_guard lock(mutex_);
    answer_ = std::move(answer);
  }
  std::vector<Mail> mails() const {
    const std::lock_guard lock(mutex_);
    return mails_;
  }
  int attempts() const {
    const std::lock_guard lock(mutex_);
    return attempts_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<Mail> mails_;
  Status answer_;
  int attempts_ = 0;
};

}  // namespace parley::test
