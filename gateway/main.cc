#include "cli/cli.h"

int main(int argc, char** argv) {
  return parley::cli::Run(argc, argv);
}
