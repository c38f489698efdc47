#include "storage/sqlite/jobs.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <exception>

namespace parley::storage::sqlite {

// Starts the wait: a class of its own because g++ 12 destroys temporary lambdas in co_await expressions twice.
class JobQueue::Enqueue {
 public:
  explicit Enqueue(JobQueue& queue) : queue_(&queue) {}

  void operator()(Resume resume, Work work) { queue_->Append(Job{std::move(work), std::move(resume), Status()}); }

 private:
  JobQueue* queue_;
};

Status JobQueue::Admit() {
  const std::lock_guard lock(mutex_);
  if (closed_) return Unavailable("the store is closing");
  if (waiting_.size() + admitted_ >= bound_) return Unavailable(when_full_);
  ++admitted_;
  return {};
}

Awaitable<Status> JobQueue::Run(Work work) {
  Status admitted = Admit();
  if (!admitted) co_return admitted;
  Enqueue enqueue(*this);
  UseAwaitable token;
  co_return co_await boost::asio::async_initiate<UseAwaitable, void(Status)>(enqueue, token, std::move(work));
}

void JobQueue::Append(Job job) {
  Jobs one;
  one.push_back(std::move(job));
  bool wanted = false;
  {
    const std::lock_guard lock(mutex_);
    waiting_.splice(waiting_.end(), one);
    --admitted_;
    wanted = waiting_.size() >= wanted_;
  }
  if (wanted) available_.notify_one();
}

void JobQueue::Post(Work work) {
  if (Admit()) Append(Job{std::move(work), std::nullopt, Status()});
}

Jobs JobQueue::Take(std::size_t most, std::size_t enough, std::chrono::microseconds patience) {
  std::unique_lock lock(mutex_);
  available_.wait(lock, [this] { return !waiting_.empty() || (closed_ && admitted_ == 0); });
  if (waiting_.size() < enough && patience.count() > 0) {
    wanted_ = std::min(most, enough);  // those that come before need not wake anybody
    available_.wait_for(lock, patience, [this] { return waiting_.size() >= wanted_ || closed_; });
    wanted_ = 1;
  }
  const auto count = static_cast<std::ptrdiff_t>(std::min(most, waiting_.size()));
  Jobs taken;
  taken.splice(taken.end(), waiting_, waiting_.begin(), std::next(waiting_.begin(), count));
  return taken;
}

std::size_t JobQueue::waiting() {
  const std::lock_guard lock(mutex_);
  return waiting_.size();
}

void JobQueue::Close() {
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
  }
  available_.notify_all();
}

void Answer(Jobs jobs) {
  std::erase_if(jobs, [](const Job& job) { return !job.resume; });
  while (!jobs.empty()) {
    const Executor shard = jobs.front().resume->get_executor();
    Jobs here;
    for (auto job = jobs.begin(); job != jobs.end();) {
      const auto next = std::next(job);
      if (job->resume->get_executor() == shard) here.splice(here.end(), jobs, job);
      job = next;
    }
    boost::asio::post(shard, [here = std::move(here)]() mutable {
      for (Job& job : here) (*job.resume)(std::move(job.outcome));
    });
  }
}

Status RunGuarded(const Work& work, Connection& connection) {
  try {
    return work(connection);
  } catch (const std::exception& thrown) {
    return Internal(std::string("store: ") + thrown.what());
  }
}

}  // namespace parley::storage::sqlite
