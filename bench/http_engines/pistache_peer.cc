// Pistache as a plain reverse proxy, one thread: the engine that was considered first (docs/decisions/0001). Each
// request is passed on with libcurl's easy interface over one kept connection, the cheapest way to use it.
//
//   parley_bench_pistache PORT BACKEND_PORT
#include <curl/curl.h>
#include <pistache/endpoint.h>
#include <signal.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>

namespace {

namespace pist = Pistache;

std::size_t Append(char* data, std::size_t, std::size_t size, void* body) {
  static_cast<std::string*>(body)->append(data, size);
  return size;
}

class Passing : public pist::Http::Handler {
 public:
  HTTP_PROTOTYPE(Passing)

  explicit Passing(std::string backend) : backend_(std::move(backend)) {}

  void onRequest(const pist::Http::Request& request, pist::Http::ResponseWriter response) override {
    if (!curl_) curl_.reset(curl_easy_init(), curl_easy_cleanup);
    const std::string url = backend_ + request.resource() + request.query().as_str();
    std::string body;
    long status = 0;
    curl_easy_setopt(curl_.get(), CURLOPT_URL, url.c_str());
    curl_easy_setopt(curl_.get(), CURLOPT_WRITEFUNCTION, Append);
    curl_easy_setopt(curl_.get(), CURLOPT_WRITEDATA, &body);
    if (curl_easy_perform(curl_.get()) != CURLE_OK) {
      response.send(pist::Http::Code::Bad_Gateway);
      return;
    }
    curl_easy_getinfo(curl_.get(), CURLINFO_RESPONSE_CODE, &status);
    response.send(static_cast<pist::Http::Code>(status), body, MIME(Application, Json));
  }

 private:
  std::string backend_;
  std::shared_ptr<CURL> curl_;  // each worker's copy makes its own
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: %s PORT BACKEND_PORT\n", argv[0]);
    return 2;
  }
  sigset_t ending;
  sigemptyset(&ending);
  sigaddset(&ending, SIGTERM);
  sigaddset(&ending, SIGINT);
  pthread_sigmask(SIG_BLOCK, &ending, nullptr);
  curl_global_init(CURL_GLOBAL_DEFAULT);
  const auto port = static_cast<std::uint16_t>(std::atoi(argv[1]));
  pist::Http::Endpoint endpoint(pist::Address(pist::Ipv4::loopback(), pist::Port(port)));
  endpoint.init(pist::Http::Endpoint::options().threads(1).flags(pist::Tcp::Options::ReuseAddr));
  endpoint.setHandler(pist::Http::make_handler<Passing>("http://127.0.0.1:" + std::string(argv[2])));
  endpoint.serveThreaded();
  std::printf("%u\n", port);
  std::fflush(stdout);
  int signal = 0;
  sigwait(&ending, &signal);
  endpoint.shutdown();
  return 0;
}
