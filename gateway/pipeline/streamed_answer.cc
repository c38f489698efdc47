#include "pipeline/streamed_answer.h"

#include "base/log.h"

namespace parley::pipeline {

Awaitable<Result<std::string_view>> StreamedAnswer::Read() {
  Result<std::string_view> part = co_await body_->Read();
  if (!part) {
    exchange_.Fail(part.error());
  } else {
    bytes_read_ += part->size();
    ended_ = part->empty();
  }
  co_return part;
}

StreamedAnswer::~StreamedAnswer() {
  if (!LogEnabled(LogLevel::kInfo)) return;
  if (!ended_ && exchange_.error.empty()) exchange_.error = "incomplete";
  LogLine(LogLevel::kInfo, LogLineOf(exchange_, status_, bytes_read_, clock_.Steady()));
}

}  // namespace parley::pipeline
