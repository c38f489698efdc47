#include "pipeline/serving.h"

#include <gtest/gtest.h>

#include <thread>

#include "things.h"

namespace parley::pipeline {
namespace {

TEST(Serving, WhatNothingServesIsPlanned) {
  const std::shared_ptr<const Serving> serving = LoadThings();
  EXPECT_EQ(NameOf(serving->HowServed(*serving->rocketchat_spec->Find("POST things.create"))), "native");
  EXPECT_EQ(NameOf(serving->HowServed(*serving->rocketchat_spec->Find("GET livechat/planned"))), "planned");
}

TEST(Serving, NamesEveryWayOfServing) {
  std::string names;
  for (const Served served :
       {Served::kNative, Served::kTranslated, Served::kLocal, Served::kPlanned, Served::kUnsupported})
    names += std::string(NameOf(served)) + " ";
  EXPECT_EQ(names, "native translated local planned unsupported ");
}

TEST(Serving, EveryOperationHasItsRowOfMetrics) {
  Serving serving = *LoadThings();
  const std::vector<metrics::OperationLabels> labels = MetricsLabels(serving);
  EXPECT_EQ(labels.front().operation, "unmatched");
  EXPECT_EQ(labels.size(), 1 + serving.livechat_spec->operations.size() + serving.rocketchat_spec->operations.size());
  for (const specs::Operation& operation : serving.livechat_spec->operations) {
    const metrics::OperationLabels& row = labels.at(serving.metrics_index.at(&operation));
    EXPECT_EQ(row.operation, operation.id);
    EXPECT_EQ(row.face, "livechat");
    EXPECT_EQ(row.route, operation.path);
  }
}

TEST(ServingSlot, KeepsWhatARequestStartedWith) {
  ServingSlot slot;
  slot.Set(LoadThings());
  const std::shared_ptr<const Serving> kept = slot.Get();
  slot.Set(LoadThings());
  EXPECT_NE(slot.Get(), kept);
  EXPECT_NE(kept->livechat_spec->Find("ThingsGet"), nullptr);
}

TEST(ServingSlot, MayBeSwappedWhileOthersRead) {
  ServingSlot slot;
  const std::shared_ptr<const Serving> first = LoadThings(), second = LoadThings();
  slot.Set(first);
  std::thread reader([&] {
    for (int i = 0; i < 10'000; ++i) ASSERT_NE(slot.Get(), nullptr);
  });
  for (int i = 0; i < 10'000; ++i) slot.Set(i % 2 == 0 ? second : first);
  reader.join();
}

}  // namespace
}  // namespace parley::pipeline
