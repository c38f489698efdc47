// Every command: its words have been parsed, its options are known ones. Each answers the exit status.
#pragma once

#include "cli/arguments.h"

namespace parley::cli {

inline constexpr int kDone = 0;
inline constexpr int kFailed = 1;
inline constexpr int kUsage = 2;

int Serve(const Arguments& arguments);
int Demo(const Arguments& arguments);
int Check(const Arguments& arguments);
int Routes(const Arguments& arguments);
int Explain(const Arguments& arguments);
int Ids(const Arguments& arguments);
int Doctor(const Arguments& arguments);
int Keys(const Arguments& arguments);
int Relay(const Arguments& arguments);
int Secrets(const Arguments& arguments);

}  // namespace parley::cli
