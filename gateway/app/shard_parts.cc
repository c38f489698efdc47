#include "app/shard_parts.h"

namespace parley::app {
namespace {

mapping::RunnerOptions OptionsWith(mapping::Observer& observer) {
  mapping::RunnerOptions options;
  options.observer = &observer;
  return options;
}

}  // namespace

ShardParts::ShardParts(std::unique_ptr<storage::ShardStores> stores, std::unique_ptr<backend::Backend> backend,
                       http::Handler receiver, const SharedParts& shared, metrics::ShardMetrics& metrics)
    : stores_(std::move(stores)),
      backend_(std::move(backend)),
      credentials_(stores_->documents(), stores_->committer(), shared.clock, shared.ids),
      local_({*stores_, shared.recorder, shared.clock, shared.ids}, credentials_, shared.account.timezone,
             shared.outgoing),
      id_resolver_(stores_->ids()),
      runner_(*backend_, local_, id_resolver_, shared.clock, shared.ids, OptionsWith(shared.observer)),
      local_handlers_(pipeline::MakeLocalHandlers(credentials_, runner_, *backend_, shared.serving)),
      livechat_(credentials_, runner_, local_handlers_, shared.account),
      rocketchat_(*backend_, shared.forwarded_headers),
      pipeline_(livechat_, rocketchat_, shared.serving, metrics, shared.clock, shared.ids, shared.pipeline_options,
                std::move(receiver)) {}

}  // namespace parley::app
