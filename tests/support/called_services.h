// Other people's services for tests: keeps what they are asked and answers what a test says.
//
// Threading: one thread.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "outgoing/outgoing.h"

namespace parley::test {

class CalledServices final : public outgoing::Caller {
 public:
  using Answer = Result<outgoing::OutgoingResponse>;

  Awaitable<Answer> Send(outgoing::OutgoingRequest request) override {
    requests_.push_back(std::move(request));
    const std::size_t turn = std::min(requests_.size() - 1, answers_.size() - 1);
    Answer answer = answers_[turn];
    if (std::function<Awaitable<>()> meanwhile = std::exchange(meanwhile_, nullptr)) co_await meanwhile();
    co_return answer;
  }
  Awaitable<Status> Check(std::string url) override {
    if (url.find("//private.") != std::string::npos)
      co_return PermissionDenied("the service's address may not be called");
    co_return Status();
  }

  // Of every call from now on.
  void Say(Answer answer) { SayInTurn({std::move(answer)}); }
  void Say(int status, std::string body) { Say(Of(status, std::move(body))); }
  // Of the next calls in turn; the last of them from then on.
  void SayInTurn(std::vector<Answer> answers) {
    answers_ = std::move(answers);
    requests_.clear();
  }
  // What happens once, while the next call is under way.
  void Meanwhile(std::function<Awaitable<>()> what) { meanwhile_ = std::move(what); }

  static Answer Of(int status, std::string body) {
    outgoing::OutgoingResponse response;
    response.status = status;
    response.body = std::move(body);
    return response;
  }

  // Since the answers were said.
  const std::vector<outgoing::OutgoingRequest>& requests() const { return requests_; }

 private:
  std::vector<outgoing::OutgoingRequest> requests_;
  std::vector<Answer> answers_{Unavailable("nothing was said")};
  std::function<Awaitable<>()> meanwhile_;
};

// The value of a header; empty when there is none.
inline std::string HeaderOf(const outgoing::OutgoingRequest& request, const std::string& name) {
  return std::string(request.headers.Get(name));
}

}  // namespace parley::test
