// A workspace, and what it lacks, as one backend.
//
// Purpose: routes of features the workspace does not have (FeatureState::kLocal) are answered from Parley's own store:
// canned responses, tags, premium figures of the ledger. Who asks is the workspace's to say: it authenticates the
// client's session, and its roles decide by Rocket.Chat's default permissions. Pictures for everybody are kept here too,
// and found before the workspace is asked for a file. Everything else passes.
// Refuses to know: how either backend works, what a route means.
// Threading: one shard. Tests: tests/unit/backend/rocketchat/overlay_test.cc, tests/e2e/overlay.test.mjs
#pragma once

#include <map>
#include <memory>
#include <string>

#include "backend/backend.h"
#include "backend/rocketchat/knowledge.h"
#include "base/clock.h"

namespace parley::backend::rocketchat {

class Overlay final : public Backend {
 public:
  // How long a session that was valid is believed to be.
  static constexpr std::chrono::milliseconds kBelieved{10'000};

  // `own`: the embedded backend on Parley's store.
  Overlay(std::unique_ptr<Backend> workspace, std::unique_ptr<Backend> own, const Knowledge& knowledge,
          const Clock& clock)
      : workspace_(std::move(workspace)), own_(std::move(own)), knowledge_(knowledge), clock_(clock) {}

  Awaitable<Result<Response>> Call(const Request& request) override;
  Awaitable<Result<std::shared_ptr<const Directory>>> GetDirectory() override { return workspace_->GetDirectory(); }
  Awaitable<Result<std::shared_ptr<const Capabilities>>> GetCapabilities() override {
    return workspace_->GetCapabilities();
  }
  Awaitable<Result<std::string>> KeepPicture(Picture picture) override { return own_->KeepPicture(std::move(picture)); }

 private:
  struct Known {
    std::string user_id;
    Voucher voucher;  // without directory
    SteadyTime until{};
  };

  Awaitable<Result<bool>> Lacks(std::string_view feature);
  Awaitable<Result<Response>> AnswerHere(const Request& request);
  Awaitable<Result<Response>> FindPicture(const Request& request);
  // Asks the workspace who this is. Its refusal is in `refusal`.
  Awaitable<Result<Known>> Introduce(const Request& request, Response& refusal);

  const std::unique_ptr<Backend> workspace_;
  const std::unique_ptr<Backend> own_;
  const Knowledge& knowledge_;
  const Clock& clock_;
  std::map<std::string, Known> known_;  // by a hash of user and token
};

}  // namespace parley::backend::rocketchat
