// The engine as a plain reverse proxy, one shard.
//
//   parley_bench_proxy PORT BACKEND_PORT
#include "http/proxy.h"

#include <signal.h>

#include <cstdio>
#include <cstdlib>

#include "http/server.h"

int main(int argc, char** argv) {
  using namespace parley;
  if (argc != 3) {
    std::fprintf(stderr, "usage: %s PORT BACKEND_PORT\n", argv[0]);
    return 2;
  }
  const SystemClock clock;
  http::ServerOptions options;
  options.port = static_cast<std::uint16_t>(std::atoi(argv[1]));
  http::ProxyOptions proxy;
  proxy.origin.host = "127.0.0.1";
  proxy.origin.port = static_cast<std::uint16_t>(std::atoi(argv[2]));
  auto server = http::Server::Create(options, clock,
                                     [&](http::Shard& shard) { return http::MakeProxy(shard.client(), clock, proxy); });
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
