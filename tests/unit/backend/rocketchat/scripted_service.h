// A workspace that answers from a script, and remembers what it was asked.
#pragma once

#include <boost/asio/post.hpp>
#include <deque>
#include <functional>
#include <string>
#include <vector>

#include "backend/backend.h"

namespace parley::backend::rocketchat::test {

class ScriptedService final : public Service {
 public:
  using Answer = std::function<Result<Response>(const Request&)>;

  // The answers in turn; the last one stays.
  void Say(std::vector<Answer> answers) { answers_.assign(answers.begin(), answers.end()); }
  void Say(int status, std::string body = "{}") {
    Say({[=](const Request&) { return Response(status, body); }});
  }

  Awaitable<Result<Response>> Call(const Request& request) override {
    asked.push_back(request);
    // As with a real one, others come to their turn meanwhile.
    co_await boost::asio::post(co_await boost::asio::this_coro::executor, UseAwaitable());
    const Answer answer = answers_.front();
    if (answers_.size() > 1) answers_.pop_front();
    co_return answer(asked.back());
  }

  std::vector<Request> asked;

 private:
  std::deque<Answer> answers_;
};

inline ScriptedService::Answer Always(int status, std::string body = "{}",
                                      std::vector<std::pair<std::string, std::string>> headers = {}) {
  return [=](const Request&) {
    Response response(status, body);
    response.headers = headers;
    return response;
  };
}
inline ScriptedService::Answer Fails(Error error) {
  return [=](const Request&) -> Result<Response> { return error; };
}

inline Request Own(http::Method method, std::string path) {
  Request request(method, std::move(path));
  request.caller = Caller(CallerKind::kService);
  request.deadline = SteadyTime::max();
  return request;
}

}  // namespace parley::backend::rocketchat::test
