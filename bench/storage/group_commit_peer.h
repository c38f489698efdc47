/* The bare rate: what SQLite gives a small C program that commits in groups, and nothing else.
 *
 * `clients` threads each hand one record of `bytes` bytes at a time to one writer, which commits everything that waits
 * in one transaction (WAL, synchronous=FULL) and wakes them; for `seconds`, into a new database in `directory`. Each of
 * `indexes` grows at its end; with `owners` the last one is by owner first, of whom there are so many, taking turns. Returns
 * the records committed per second, or a negative number when SQLite failed (then it said so on stderr).
 */
#ifndef PARLEY_BENCH_GROUP_COMMIT_PEER_H
#define PARLEY_BENCH_GROUP_COMMIT_PEER_H

#ifdef __cplusplus
extern "C" {
#endif

double parley_group_commit_rate(const char* directory, int clients, double seconds, int bytes, int indexes, int owners);

#ifdef __cplusplus
}
#endif

#endif
