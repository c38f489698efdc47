/* group_commit_peer DIRECTORY [CLIENTS [SECONDS [BYTES [INDEXES [OWNERS]]]]]: prints "records_per_second N". */
#include <stdio.h>
#include <stdlib.h>

#include "group_commit_peer.h"

int main(int argc, char** argv) {
  if (argc < 2) {
    fprintf(stderr, "usage: %s DIRECTORY [CLIENTS [SECONDS [BYTES [INDEXES [OWNERS]]]]]\n", argv[0]);
    return 2;
  }
  int clients = argc > 2 ? atoi(argv[2]) : 64;
  double seconds = argc > 3 ? atof(argv[3]) : 5.0;
  int bytes = argc > 4 ? atoi(argv[4]) : 200;
  int indexes = argc > 5 ? atoi(argv[5]) : 0;
  int owners = argc > 6 ? atoi(argv[6]) : 0;
  double rate = parley_group_commit_rate(argv[1], clients, seconds, bytes, indexes, owners);
  if (rate < 0) return 1;
  printf("records_per_second %.1f\n", rate);
  return 0;
}
