#include "group_commit_peer.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { kMostClients = 1024, kMostIndexes = 4, kMostBytes = 1 << 16 };

struct client {
  struct run* run;
  int done; /* guarded by the run's mutex */
  pthread_cond_t wake;
  pthread_t thread;
};

struct run {
  pthread_mutex_t mutex;
  pthread_cond_t work;
  struct client* queue[kMostClients];
  int queued;
  int stopping;
  int failed;
  long committed;
  long next_id;
  int indexes, owners;
  int filler; /* bytes of a body beside its numbered members */
  char body[kMostBytes + 256];
  sqlite3* database;
  sqlite3_stmt *begin, *insert, *commit;
};

static double now(void) {
  struct timespec at;
  clock_gettime(CLOCK_MONOTONIC, &at);
  return (double)at.tv_sec + (double)at.tv_nsec / 1e9;
}

static int run_statement(sqlite3_stmt* statement) {
  int code = sqlite3_step(statement);
  sqlite3_reset(statement);
  return code == SQLITE_DONE;
}

/* {"m0":"0-17",...,"m3":"3-17","text":"xxx"}: as many numbered members as there can be indexes. That of the last index
 * begins with the record's owner if there are any. */
static int write_body(struct run* run) {
  char* at = run->body;
  *at++ = '{';
  for (int i = 0; i < kMostIndexes; ++i) {
    long first = run->owners > 0 && i == run->indexes - 1 ? run->next_id % run->owners : i;
    at += sprintf(at, "\"m%d\":\"%ld-%ld\",", i, first, run->next_id);
  }
  at += sprintf(at, "\"text\":\"");
  memset(at, 'x', (size_t)run->filler);
  at += run->filler;
  at += sprintf(at, "\"}");
  return (int)(at - run->body);
}

static int insert_record(struct run* run) {
  char id[32];
  int length = snprintf(id, sizeof id, "record-%ld", ++run->next_id);
  int body_length = write_body(run);
  sqlite3_bind_text(run->insert, 1, id, length, SQLITE_STATIC);
  sqlite3_bind_int64(run->insert, 2, run->next_id);
  sqlite3_bind_text(run->insert, 3, run->body, body_length, SQLITE_STATIC);
  return run_statement(run->insert);
}

static int commit_group(struct run* run, int count) {
  if (!run_statement(run->begin)) return 0;
  for (int i = 0; i < count; ++i) {
    if (!insert_record(run)) return 0;
  }
  return run_statement(run->commit);
}

static void* write_groups(void* argument) {
  struct run* run = argument;
  struct client* group[kMostClients];
  pthread_mutex_lock(&run->mutex);
  for (;;) {
    while (run->queued == 0 && !run->stopping) pthread_cond_wait(&run->work, &run->mutex);
    if (run->queued == 0) break;
    int count = run->queued;
    memcpy(group, run->queue, sizeof(struct client*) * (size_t)count);
    run->queued = 0;
    pthread_mutex_unlock(&run->mutex);

    int committed = commit_group(run, count);

    pthread_mutex_lock(&run->mutex);
    if (committed) run->committed += count;
    if (!committed) run->failed = 1;
    for (int i = 0; i < count; ++i) {
      group[i]->done = 1;
      pthread_cond_signal(&group[i]->wake);
    }
  }
  pthread_mutex_unlock(&run->mutex);
  return NULL;
}

static void* hand_in_records(void* argument) {
  struct client* self = argument;
  struct run* run = self->run;
  pthread_mutex_lock(&run->mutex);
  while (!run->stopping && !run->failed) {
    self->done = 0;
    run->queue[run->queued++] = self;
    if (run->queued == 1) pthread_cond_signal(&run->work);
    while (!self->done) pthread_cond_wait(&self->wake, &run->mutex);
  }
  pthread_mutex_unlock(&run->mutex);
  return NULL;
}

static int create_indexes(sqlite3* database, int count) {
  for (int i = 0; i < count; ++i) {
    char sql[128];
    snprintf(sql, sizeof sql, "CREATE INDEX i%d ON records(json_extract(body,'$.m%d'))", i, i);
    if (sqlite3_exec(database, sql, NULL, NULL, NULL) != SQLITE_OK) return 0;
  }
  return 1;
}

static int open_database(struct run* run, const char* directory, int indexes) {
  char file[4096];
  snprintf(file, sizeof file, "%s/peer.db", directory);
  unlink(file);
  if (sqlite3_open(file, &run->database) != SQLITE_OK) return 0;
  const char* schema =
      "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
      "CREATE TABLE records(id TEXT PRIMARY KEY NOT NULL, version INTEGER NOT NULL, body TEXT NOT NULL)";
  if (sqlite3_exec(run->database, schema, NULL, NULL, NULL) != SQLITE_OK) return 0;
  if (!create_indexes(run->database, indexes)) return 0;
  return sqlite3_prepare_v2(run->database, "BEGIN IMMEDIATE", -1, &run->begin, NULL) == SQLITE_OK &&
         sqlite3_prepare_v2(run->database, "INSERT INTO records VALUES(?, ?, ?)", -1, &run->insert, NULL) ==
             SQLITE_OK &&
         sqlite3_prepare_v2(run->database, "COMMIT", -1, &run->commit, NULL) == SQLITE_OK;
}

static void close_database(struct run* run) {
  sqlite3_finalize(run->begin);
  sqlite3_finalize(run->insert);
  sqlite3_finalize(run->commit);
  sqlite3_close(run->database);
}

static double run_clients(struct run* run, int clients, double seconds) {
  pthread_t writer;
  struct client* all = calloc((size_t)clients, sizeof *all);
  double began = now();
  pthread_create(&writer, NULL, write_groups, run);
  for (int i = 0; i < clients; ++i) {
    all[i].run = run;
    pthread_cond_init(&all[i].wake, NULL);
    pthread_create(&all[i].thread, NULL, hand_in_records, &all[i]);
  }
  struct timespec length = {(time_t)seconds, (long)((seconds - (double)(time_t)seconds) * 1e9)};
  nanosleep(&length, NULL);
  pthread_mutex_lock(&run->mutex);
  run->stopping = 1;
  pthread_cond_signal(&run->work);
  pthread_mutex_unlock(&run->mutex);
  for (int i = 0; i < clients; ++i) pthread_join(all[i].thread, NULL);
  pthread_join(writer, NULL);
  free(all);
  return (double)run->committed / (now() - began);
}

double parley_group_commit_rate(const char* directory, int clients, double seconds, int bytes, int indexes,
                                int owners) {
  if (clients < 1 || clients > kMostClients || bytes < 0 || bytes > kMostBytes || indexes < 0 ||
      indexes > kMostIndexes || owners < 0) {
    return -1;
  }
  struct run* run = calloc(1, sizeof *run);
  pthread_mutex_init(&run->mutex, NULL);
  pthread_cond_init(&run->work, NULL);
  run->indexes = indexes;
  run->owners = owners;
  int members = write_body(run);
  run->filler = bytes > members ? bytes - members : 0;

  double rate = open_database(run, directory, indexes) ? run_clients(run, clients, seconds) : -1;
  if (rate < 0 || run->failed) {
    fprintf(stderr, "sqlite: %s\n", sqlite3_errmsg(run->database));
    rate = -1;
  }
  close_database(run);
  free(run);
  return rate;
}
