// The command line: which command, with which options, and what its exit status means.
//
// Purpose: turn words into calls of `app`, and results into text for people. One file a command.
// Refuses to know: how anything works.
// Exit status: 0 done, 1 the command failed or found problems, 2 the command line itself is wrong.
// Threading: the main thread.
// Tests: tests/unit/cli/, tests/e2e/commands.test.mjs
#pragma once

namespace parley::cli {

int Run(int argc, char** argv);

}  // namespace parley::cli
