// The body of an answer that passes through: its request is logged when the last of it has gone, or cannot go.
//
// Purpose: a BodySource around the backend's. The line has the bytes that went and the time they took; an answer that was
// cut says so: `error` is that of the backend, or "incomplete" when its client did not take it all.
// Threading: one shard. Must not outlive the request.
// Tests: tests/unit/pipeline/pipeline_test.cc
#pragma once

#include <memory>

#include "base/clock.h"
#include "http/body_source.h"
#include "pipeline/exchange.h"
#include "pipeline/serving.h"

namespace parley::pipeline {

class StreamedAnswer final : public http::BodySource {
 public:
  // `serving`: what the exchange points into.
  StreamedAnswer(std::shared_ptr<http::BodySource> body, std::shared_ptr<const Serving> serving, Exchange exchange,
                 int status, const Clock& clock)
      : body_(std::move(body)),
        serving_(std::move(serving)),
        exchange_(std::move(exchange)),
        status_(status),
        clock_(clock) {}
  ~StreamedAnswer() override;

  Awaitable<Result<std::string_view>> Read() override;
  std::optional<std::uint64_t> Length() const override { return body_->Length(); }

 private:
  const std::shared_ptr<http::BodySource> body_;
  const std::shared_ptr<const Serving> serving_;
  Exchange exchange_;
  const int status_;
  const Clock& clock_;
  bool ended_ = false;
};

}  // namespace parley::pipeline
