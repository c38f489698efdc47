// The backend of the comparison: answers every request with the same 4 KB of JSON.
//
//   parley_bench_backend PORT
#include <signal.h>

#include <cstdio>
#include <cstdlib>
#include <string>

#include "http/server.h"

namespace {

using namespace parley;

// A department list of the size the design measures with.
std::string FourKilobytes() {
  std::string json = "{\"success\":true,\"departments\":[";
  for (int i = 0; json.size() < 4000; ++i) {
    if (i > 0) json += ',';
    json += "{\"_id\":\"5d2f9a7c41e8b0" + std::to_string(1000 + i) + "\",\"name\":\"Department " + std::to_string(i) +
            "\",\"enabled\":true,\"numAgents\":" + std::to_string(i % 7) + ",\"showOnRegistration\":true}";
  }
  return json + "],\"count\":30,\"offset\":0,\"total\":30}";
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: %s PORT\n", argv[0]);
    return 2;
  }
  const SystemClock clock;
  http::ServerOptions options;
  options.port = static_cast<std::uint16_t>(std::atoi(argv[1]));
  const http::Response answer(200, "application/json", FourKilobytes());
  auto server = http::Server::Create(options, clock, [&answer](http::Shard&) -> http::Handler {
    return [&answer](const http::Request&) -> Awaitable<http::Response> { co_return answer; };
  });
  if (!server) {
    std::fprintf(stderr, "%s\n", server.error().message.c_str());
    return 1;
  }
  sigset_t ending;
  sigemptyset(&ending);
  sigaddset(&ending, SIGTERM);
  sigaddset(&ending, SIGINT);
  pthread_sigmask(SIG_BLOCK, &ending, nullptr);
  (*server)->Start();
  std::printf("%u\n", (*server)->port());
  std::fflush(stdout);
  int signal = 0;
  sigwait(&ending, &signal);
  (*server)->Stop();
  return 0;
}
