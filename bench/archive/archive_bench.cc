// What a page of chats and a month's reports cost over a long archive, against the same over a short one.
//
//   archive_bench [DIRECTORY [SHORT [LONG [ROUNDS]]]]      50000 and 1000000 chats, 15 rounds
//
// Makes the demo company twice, then asks the store's own vocabulary (resources/local_service.h) in process, where
// nothing that costs always the same hides what grows. The rounds alternate between the two, and who goes first. Prints
// how long the making took and what it takes on the disk, then for each question the medians and their ratio, long / short.
#include <stdlib.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

#include "auth/credentials.h"
#include "base/own_loop.h"
#include "base/time.h"
#include "demo/demo.h"
#include "ledger/projector.h"
#include "outgoing/guarded_caller.h"
#include "resources/local_service.h"
#include "specs/loader.h"
#include "storage/store.h"

namespace {

using namespace parley;

double Seconds(SteadyTime since) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - since).count();
}

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

[[noreturn]] void Fail(const Error& error) {
  std::fprintf(stderr, "%s %s\n", error.message.c_str(), error.detail.c_str());
  std::exit(1);
}

Status Build(const std::string& url, std::int64_t chats) {
  Problems problems;
  const specs::Spec spec = specs::LoadSpec(PARLEY_SOURCE_DIR "/specs/rocketchat-livechat.yaml", problems);
  demo::Options options;
  options.chats = chats;
  options.now = SystemClock().Now();
  options.admin_username = "admin";
  options.admin_password = options.agent_password = "of-the-bench";
  return demo::BuildCompany(url, spec, options);
}

// A company's store, opened as a gateway opens it.
class Archive {
 public:
  Archive(const std::string& file, std::int64_t chats) : chats_(chats) {
    const SteadyTime began = std::chrono::steady_clock::now();
    if (const Status built = Build("sqlite:" + file, chats); !built) Fail(built.error());
    const double seconds = Seconds(began);
    const auto bytes = static_cast<double>(std::filesystem::file_size(file));
    std::printf("%lld chats: %.1f s to make, %.0f a second; %.0f MB, %.1f KB each\n", static_cast<long long>(chats),
                seconds, static_cast<double>(chats) / seconds, bytes / 1e6, bytes / 1e3 / static_cast<double>(chats));
    auto store = storage::OpenStore("sqlite:" + file, clock_, *ids_);
    if (!store) Fail(store.error());
    store_ = *std::move(store);
    auto stores = store_->OpenShard(loop_.executor());
    if (!stores) Fail(stores.error());
    stores_ = *std::move(stores);
    credentials_.emplace(stores_->documents(), stores_->committer(), clock_, *ids_);
    const resources::LocalStore local{*stores_, recorder_, clock_, *ids_};
    service_.emplace(local, *credentials_, demo::TheCompany().timezone, caller_);
  }
  ~Archive() { store_->Stop(); }

  std::int64_t chats() const { return chats_; }

  // Milliseconds.
  double Ask(const std::string& path, const std::string& query) {
    backend::Request request(http::Method::kGet, path);
    request.query = query;
    const SteadyTime began = std::chrono::steady_clock::now();
    const Result<backend::Response> answer = loop_.Run(service_->Call(request));
    const double millis = Seconds(began) * 1e3;
    if (!answer) Fail(answer.error());
    if (answer->status != 200) Fail(Internal(path + "?" + query + " answered " + answer->body));
    return millis;
  }

 private:
  const std::int64_t chats_;
  const SystemClock clock_;
  const std::unique_ptr<IdGenerator> ids_ = MakeSeededIdGenerator(1);
  const ledger::Projector recorder_;
  OwnLoop loop_;
  std::unique_ptr<storage::Store> store_;
  std::unique_ptr<storage::ShardStores> stores_;
  outgoing::GuardedCaller caller_;
  std::optional<auth::CredentialStore> credentials_;
  std::optional<resources::LocalService> service_;
};

struct Question {
  std::string name, path, query;
};

// Of the last thirty days but the last two, which both archives have in full.
std::vector<Question> Questions() {
  const Time now = SystemClock().Now();
  const auto day = [&](int back) { return LocalDate(now - std::chrono::hours(24 * back), FindZone("UTC")); };
  const std::string month = "date_from=" + day(31) + "&date_to=" + day(2);
  std::vector<Question> questions = {
      {"chats, first page", "local/chats", ""},
      {"chats, running ones too", "local/chats", "include_pending=1"},
      {"chats, a month, first page", "local/chats", month},
      {"chats, a month, page 200", "local/chats", month + "&page=200"},
      {"chats, page 1000", "local/chats", "page=1000"},
      {"agents_occupancy, mondays", "local/reports/agents_occupancy", "weekday=mon"},
  };
  for (const char* name :
       {"total_chats", "ratings", "ranking", "first_response_time", "queued_visitors", "waiting_times", "chatting_time",
        "availability", "new_tickets", "ticket_first_response_time"}) {
    questions.push_back(
        {std::string(name) + ", a month by days", std::string("local/reports/") + name, month + "&group_by=day"});
  }
  return questions;
}

double Ask(Archive& archive, const Question& question) {
  return archive.Ask(question.path, question.query);
}

void Compare(Archive& shorter, Archive& longer, const Question& question, int rounds) {
  std::vector<double> of_short, of_long;
  for (int round = -1; round < rounds; ++round) {
    const bool short_first = round % 2 == 0;
    double short_took = short_first ? Ask(shorter, question) : 0;
    const double long_took = Ask(longer, question);
    if (!short_first) short_took = Ask(shorter, question);
    if (round < 0) continue;  // the first reads from the disk
    of_short.push_back(short_took);
    of_long.push_back(long_took);
  }
  const double short_median = Median(of_short);
  const double long_median = Median(of_long);
  std::printf("%-46s %8.2f ms %8.2f ms  %.2f\n", question.name.c_str(), short_median, long_median,
              long_median / short_median);
}

}  // namespace

int main(int argc, char** argv) {
  const std::string base = argc > 1 ? argv[1] : std::filesystem::temp_directory_path().string();
  const std::int64_t fewer = argc > 2 ? std::atoll(argv[2]) : 50'000;
  const std::int64_t more = argc > 3 ? std::atoll(argv[3]) : 1'000'000;
  const int rounds = argc > 4 ? std::max(1, std::atoi(argv[4])) : 15;
  std::setvbuf(stdout, nullptr, _IOLBF, 0);  // each line as soon as it is known
  std::string directory = base + "/parley-archive-bench-XXXXXX";
  if (mkdtemp(directory.data()) == nullptr) {
    std::fprintf(stderr, "cannot make a directory in %s\n", base.c_str());
    return 1;
  }
  {
    Archive shorter(directory + "/short.db", fewer);
    Archive longer(directory + "/long.db", more);
    std::printf("%-46s %11s %11s  long / short, medians of %d\n", "", "short", "long", rounds);
    for (const Question& question : Questions()) Compare(shorter, longer, question, rounds);
  }
  std::filesystem::remove_all(directory);
  return 0;
}
