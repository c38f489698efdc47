// The tables with columns, step by step. Those of the documents follow storage/collections.h: schema.cc.
#include "storage/sqlite/schema.h"

namespace parley::storage::sqlite {
namespace {

// Times are UTC milliseconds. Texts are '' where a value is unknown; only what may be truly absent is NULL.
constexpr const char* kFoundation = R"sql(
CREATE TABLE sequences (
  name TEXT PRIMARY KEY NOT NULL,
  last INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE ids (
  kind TEXT NOT NULL,
  backend_id TEXT NOT NULL,
  livechat_id TEXT NOT NULL,
  PRIMARY KEY (kind, backend_id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX ids_by_livechat_id ON ids(kind, livechat_id);

CREATE TABLE outbox (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  at INTEGER NOT NULL,
  subject TEXT NOT NULL,
  payload TEXT NOT NULL,
  deliverable INTEGER NOT NULL
);
CREATE INDEX outbox_by_subject ON outbox(subject);

CREATE TABLE chats (
  id TEXT PRIMARY KEY NOT NULL,
  visitor_id TEXT NOT NULL,
  visitor_name TEXT NOT NULL,
  visitor_email TEXT NOT NULL,
  visitor_ip TEXT NOT NULL,
  visitor_user_agent TEXT NOT NULL,
  visitor_city TEXT NOT NULL COLLATE NOCASE,
  visitor_region TEXT NOT NULL COLLATE NOCASE,
  visitor_country TEXT NOT NULL COLLATE NOCASE,
  visitor_country_code TEXT NOT NULL,
  visitor_timezone TEXT NOT NULL,
  visitor_custom_variables TEXT,
  department TEXT NOT NULL,
  started INTEGER NOT NULL,
  ended INTEGER,
  queued INTEGER,
  taken INTEGER,
  start_url TEXT NOT NULL,
  referrer TEXT NOT NULL,
  engagement TEXT NOT NULL,
  rate TEXT NOT NULL,
  rate_comment TEXT NOT NULL,
  prechat_survey TEXT,
  postchat_survey TEXT
);
CREATE INDEX chats_by_start ON chats(started, id);
CREATE INDEX chats_ended_by_start ON chats(started, id, ended) WHERE ended IS NOT NULL;
CREATE INDEX chats_by_visitor ON chats(visitor_id, started);
CREATE INDEX chats_by_department ON chats(department, started);

CREATE TABLE chat_agents (
  chat_id TEXT NOT NULL,
  agent_id TEXT NOT NULL,
  position INTEGER NOT NULL,
  username TEXT NOT NULL,
  name TEXT NOT NULL,
  email TEXT NOT NULL COLLATE NOCASE,
  supervisor INTEGER NOT NULL,
  joined INTEGER NOT NULL,
  PRIMARY KEY (chat_id, agent_id)
) WITHOUT ROWID;
CREATE INDEX chat_agents_by_email ON chat_agents(email, chat_id);

CREATE TABLE chat_tags (
  chat_id TEXT NOT NULL,
  tag TEXT NOT NULL,
  position INTEGER NOT NULL,
  PRIMARY KEY (chat_id, tag)
) WITHOUT ROWID;
CREATE INDEX chat_tags_by_tag ON chat_tags(tag, chat_id);

CREATE TABLE chat_entries (
  sequence INTEGER PRIMARY KEY,
  chat_id TEXT NOT NULL,
  id TEXT NOT NULL,
  type TEXT NOT NULL,
  event_type TEXT NOT NULL,
  text TEXT NOT NULL,
  user_type TEXT NOT NULL,
  author_id TEXT NOT NULL,
  author_name TEXT NOT NULL,
  agent_login TEXT NOT NULL,
  at INTEGER NOT NULL,
  files TEXT NOT NULL,
  UNIQUE (chat_id, id)
);
CREATE INDEX chat_entries_by_time ON chat_entries(chat_id, at, sequence);
)sql";

// What reports count. Durations are milliseconds. What can be told of chats that are there already is told: by whom and
// when they were served, how many messages they have, and how fast their visitors' questions were answered.
constexpr const char* kFacts = R"sql(
ALTER TABLE chats ADD COLUMN channel TEXT NOT NULL DEFAULT '';
ALTER TABLE chats ADD COLUMN channel_label TEXT NOT NULL DEFAULT '';
ALTER TABLE chats ADD COLUMN closer TEXT NOT NULL DEFAULT '';
ALTER TABLE chats ADD COLUMN served_by TEXT NOT NULL DEFAULT '';
ALTER TABLE chats ADD COLUMN served_username TEXT NOT NULL DEFAULT '';
ALTER TABLE chats ADD COLUMN served_since INTEGER;
ALTER TABLE chats ADD COLUMN messages INTEGER NOT NULL DEFAULT 0;
ALTER TABLE chats ADD COLUMN agent_messages INTEGER NOT NULL DEFAULT 0;
ALTER TABLE chats ADD COLUMN asked INTEGER;
ALTER TABLE chats ADD COLUMN answered INTEGER;
ALTER TABLE chats ADD COLUMN waiting INTEGER NOT NULL DEFAULT 0;
ALTER TABLE chats ADD COLUMN responses INTEGER NOT NULL DEFAULT 0;
ALTER TABLE chats ADD COLUMN response_sum INTEGER NOT NULL DEFAULT 0;
ALTER TABLE chats ADD COLUMN first_response INTEGER;
ALTER TABLE chats ADD COLUMN first_reaction INTEGER;
ALTER TABLE chats ADD COLUMN responded_by TEXT NOT NULL DEFAULT '';
ALTER TABLE chats ADD COLUMN responded_username TEXT NOT NULL DEFAULT '';
ALTER TABLE chats ADD COLUMN responded_at INTEGER;
ALTER TABLE chats ADD COLUMN inactivity INTEGER;

CREATE TABLE chat_spells (
  chat_id TEXT NOT NULL,
  since INTEGER NOT NULL,
  agent_id TEXT NOT NULL,
  department TEXT NOT NULL,
  until INTEGER,
  PRIMARY KEY (chat_id, since, agent_id)
) WITHOUT ROWID;
CREATE INDEX chat_spells_by_agent ON chat_spells(agent_id, since);

CREATE TABLE agent_spells (
  agent_id TEXT NOT NULL,
  since INTEGER NOT NULL,
  username TEXT NOT NULL,
  email TEXT NOT NULL COLLATE NOCASE,
  until INTEGER,
  PRIMARY KEY (agent_id, since)
) WITHOUT ROWID;

CREATE INDEX chat_entries_transfers ON chat_entries(at, chat_id) WHERE event_type='transferred';

INSERT INTO chat_spells(chat_id, since, agent_id, department, until)
SELECT id, queued, '', department, coalesce(taken, ended) FROM chats WHERE queued IS NOT NULL;

INSERT INTO chat_spells(chat_id, since, agent_id, department, until)
SELECT a.chat_id, a.joined, a.agent_id, c.department,
       coalesce(lead(a.joined) OVER (PARTITION BY a.chat_id ORDER BY a.position), c.ended)
FROM chat_agents AS a JOIN chats AS c ON c.id=a.chat_id WHERE a.supervisor=0;

UPDATE chats SET served_by=a.agent_id, served_username=a.username, served_since=a.joined
FROM (SELECT chat_id, agent_id, username, joined, max(position) FROM chat_agents WHERE supervisor=0 GROUP BY chat_id) AS a
WHERE a.chat_id=chats.id;

UPDATE chats SET closer=iif(e.user_type='visitor','visitor','user')
FROM chat_entries AS e WHERE e.chat_id=chats.id AND e.event_type='closed';

UPDATE chats SET messages=m.messages, agent_messages=m.messages-m.asked
FROM (SELECT chat_id, count(*) AS messages, sum(user_type='visitor') AS asked FROM chat_entries
      WHERE type<>'event' GROUP BY chat_id) AS m WHERE m.chat_id=chats.id;

-- People taking turns: one row for all that one side says before the other does.
CREATE TEMP TABLE turns AS
SELECT *, row_number() OVER (PARTITION BY chat_id, asks ORDER BY before IS NULL, at) AS nth,
       row_number() OVER (PARTITION BY chat_id ORDER BY at DESC) AS from_last
FROM (SELECT chat_id, asks, min(at) AS at, max(at) AS last_at,
             lag(min(at)) OVER (PARTITION BY chat_id ORDER BY min(at)) AS before
      FROM (SELECT chat_id, user_type='visitor' AS asks, at,
                   row_number() OVER (PARTITION BY chat_id ORDER BY at, sequence)
                   - row_number() OVER (PARTITION BY chat_id, user_type='visitor' ORDER BY at, sequence) AS turn
            FROM chat_entries WHERE type<>'event')
      GROUP BY chat_id, asks, turn);

UPDATE chats SET responses=t.responses, response_sum=t.sum, first_response=t.first, first_reaction=t.reaction,
                 answered=t.answered
FROM (SELECT id, count(*) AS responses, sum(at-coalesce(before,started)) AS sum,
             sum(iif(nth=1,at-coalesce(before,started),0)) AS first,
             sum(iif(nth=1,max(0,at-coalesce(taken,started)),0)) AS reaction,
             max(iif(before IS NULL,NULL,at)) AS answered
      FROM turns JOIN chats ON id=chat_id WHERE NOT asks GROUP BY id) AS t
WHERE t.id=chats.id;

UPDATE chats SET asked=t.at FROM (SELECT chat_id, max(at) AS at FROM turns WHERE asks GROUP BY chat_id) AS t
WHERE t.chat_id=id;

UPDATE chats SET waiting=asks FROM turns WHERE chat_id=id AND from_last=1;

UPDATE chats SET responded_by=e.author_id, responded_at=t.last_at,
  responded_username=coalesce((SELECT username FROM chat_agents AS a WHERE a.chat_id=e.chat_id AND agent_id=e.author_id),'')
FROM (SELECT chat_id, max(at) AS at, last_at FROM turns WHERE NOT asks GROUP BY chat_id) AS t
JOIN chat_entries AS e ON e.chat_id=t.chat_id AND e.at=t.at AND e.type<>'event' AND e.user_type<>'visitor'
WHERE t.chat_id=chats.id;

UPDATE chats SET inactivity=max(0,ended-responded_at) WHERE ended IS NOT NULL AND closer='user' AND NOT waiting;
DROP TABLE turns;

INSERT INTO agent_spells(agent_id, since, username, email, until)
SELECT subject, at, username, email, until FROM
  (SELECT subject, at, accepting, coalesce(payload->>'$.agent.username','') AS username,
          coalesce(payload->>'$.agent.email','') AS email, lead(at) OVER spell AS until, lag(accepting) OVER spell AS was
   FROM (SELECT *, coalesce(payload->>'$.accepting',0) AS accepting FROM outbox WHERE kind='agent.status_changed')
   WINDOW spell AS (PARTITION BY subject ORDER BY at, sequence))
WHERE accepting AND was IS NOT 1
ON CONFLICT DO NOTHING;
)sql";

// Goals visitors reached; `chat_id` is '' where they had no chat.
constexpr const char* kGoals = R"sql(
CREATE TABLE chat_goals (
  id TEXT PRIMARY KEY NOT NULL,
  chat_id TEXT NOT NULL,
  visitor_id TEXT NOT NULL,
  goal_id TEXT NOT NULL,
  name TEXT NOT NULL,
  type TEXT NOT NULL,
  at INTEGER NOT NULL,
  order_id TEXT NOT NULL,
  order_description TEXT NOT NULL,
  order_price TEXT NOT NULL,
  order_currency TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX chat_goals_by_chat ON chat_goals(chat_id, at);
CREATE INDEX chat_goals_by_goal ON chat_goals(goal_id, chat_id);
CREATE INDEX chat_goals_by_visitor ON chat_goals(visitor_id);
)sql";

// What was going on at a time: spells along the clock, and how long the longest of them lasted.
constexpr const char* kServing = R"sql(
CREATE INDEX chat_spells_served ON chat_spells(since, until) WHERE agent_id<>'' AND until IS NOT NULL;
CREATE INDEX chat_spells_serving ON chat_spells(since) WHERE agent_id<>'' AND until IS NULL;
CREATE INDEX chat_spells_longest ON chat_spells(until-since) WHERE agent_id<>'';
)sql";

// Goals along the clock; greetings that were shown. `chat_id` is '' and `accepted` NULL until a chat came of one.
constexpr const char* kGreetings = R"sql(
CREATE INDEX chat_goals_by_time ON chat_goals(at);
CREATE TABLE greetings_shown (
  id TEXT PRIMARY KEY NOT NULL,
  greeting_id TEXT NOT NULL,
  visit TEXT NOT NULL,
  visitor_id TEXT NOT NULL,
  department TEXT NOT NULL,
  at INTEGER NOT NULL,
  chat_id TEXT NOT NULL DEFAULT '',
  accepted INTEGER
) WITHOUT ROWID;
CREATE INDEX greetings_shown_by_time ON greetings_shown(at);
CREATE INDEX greetings_shown_by_chat ON greetings_shown(chat_id);
CREATE INDEX greetings_shown_by_visit ON greetings_shown(visit);
CREATE INDEX greetings_shown_by_visitor ON greetings_shown(visitor_id);
CREATE INDEX greetings_shown_accepted ON greetings_shown(accepted) WHERE accepted IS NOT NULL;
)sql";

// Words are found without reading the archive (words.h): those that were said, and those of visitors' names and
// addresses, which a table of their own holds because the rows of `chats` have no lasting numbers.
constexpr const char* kWords = R"sql(
CREATE VIRTUAL TABLE entry_words USING fts5(text, content='chat_entries', content_rowid='sequence', columnsize=0,
  tokenize='unicode61 remove_diacritics 2');
INSERT INTO entry_words(entry_words) VALUES('rebuild');
CREATE TRIGGER chat_entries_said AFTER INSERT ON chat_entries BEGIN
  INSERT INTO entry_words(rowid, text) VALUES(new.sequence, new.text);
END;
CREATE TRIGGER chat_entries_edited AFTER UPDATE OF text ON chat_entries WHEN old.text<>new.text BEGIN
  INSERT INTO entry_words(entry_words, rowid, text) VALUES('delete', old.sequence, old.text);
  INSERT INTO entry_words(rowid, text) VALUES(new.sequence, new.text);
END;
CREATE TRIGGER chat_entries_removed AFTER DELETE ON chat_entries BEGIN
  INSERT INTO entry_words(entry_words, rowid, text) VALUES('delete', old.sequence, old.text);
END;

CREATE TABLE chat_names (
  sequence INTEGER PRIMARY KEY,
  chat_id TEXT NOT NULL UNIQUE,
  text TEXT NOT NULL
);
INSERT INTO chat_names(chat_id, text) SELECT id, visitor_name||' '||visitor_email FROM chats;
CREATE VIRTUAL TABLE name_words USING fts5(text, content='chat_names', content_rowid='sequence', columnsize=0,
  tokenize='unicode61 remove_diacritics 2');
INSERT INTO name_words(name_words) VALUES('rebuild');
CREATE TRIGGER chat_names_said AFTER INSERT ON chat_names BEGIN
  INSERT INTO name_words(rowid, text) VALUES(new.sequence, new.text);
END;
CREATE TRIGGER chat_names_edited AFTER UPDATE OF text ON chat_names BEGIN
  INSERT INTO name_words(name_words, rowid, text) VALUES('delete', old.sequence, old.text);
  INSERT INTO name_words(rowid, text) VALUES(new.sequence, new.text);
END;
CREATE TRIGGER chat_names_removed AFTER DELETE ON chat_names BEGIN
  INSERT INTO name_words(name_words, rowid, text) VALUES('delete', old.sequence, old.text);
END;
CREATE TRIGGER chats_begun AFTER INSERT ON chats BEGIN
  INSERT INTO chat_names(chat_id, text) VALUES(new.id, new.visitor_name||' '||new.visitor_email);
END;
CREATE TRIGGER chats_renamed AFTER UPDATE OF visitor_name, visitor_email ON chats
WHEN old.visitor_name<>new.visitor_name OR old.visitor_email<>new.visitor_email BEGIN
  UPDATE chat_names SET text=new.visitor_name||' '||new.visitor_email WHERE chat_id=new.id;
END;
CREATE TRIGGER chats_removed AFTER DELETE ON chats BEGIN
  DELETE FROM chat_names WHERE chat_id=old.id;
END;

CREATE TABLE words_to_merge (
  id INTEGER PRIMARY KEY,
  begun INTEGER NOT NULL
);
)sql";

// How many chats each visitor has had so far: from now on it is counted as they open.
constexpr const char* kChatCounts = R"sql(
CREATE TABLE IF NOT EXISTS visitors(id TEXT PRIMARY KEY NOT NULL, version INTEGER NOT NULL, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS rooms(id TEXT PRIMARY KEY NOT NULL, version INTEGER NOT NULL, body TEXT NOT NULL);
UPDATE visitors SET body=json_set(body, '$.chats', counted.chats)
FROM (SELECT body->>'$.v._id' AS visitor, count(*) AS chats FROM rooms GROUP BY 1) AS counted
WHERE counted.visitor=visitors.id;
)sql";

// How many chats began on each day (UTC, counted from 1970), and how many of them have ended: what a long archive is
// counted by, and how its old pages are found. Triggers keep it, so that whatever changes a chat counts.
constexpr const char* kDays = R"sql(
CREATE TABLE chat_days (
  day INTEGER PRIMARY KEY,
  chats INTEGER NOT NULL,
  ended INTEGER NOT NULL
);
INSERT INTO chat_days(day, chats, ended) SELECT started/86400000, count(*), count(ended) FROM chats GROUP BY 1;

CREATE TRIGGER chat_days_of_new AFTER INSERT ON chats BEGIN
  INSERT INTO chat_days(day, chats, ended) VALUES(new.started/86400000, 1, new.ended IS NOT NULL)
  ON CONFLICT(day) DO UPDATE SET chats=chats+1, ended=ended+excluded.ended;
END;
CREATE TRIGGER chat_days_of_changed AFTER UPDATE OF started, ended ON chats
WHEN new.started<>old.started OR (new.ended IS NULL)<>(old.ended IS NULL) BEGIN
  UPDATE chat_days SET chats=chats-1, ended=ended-(old.ended IS NOT NULL) WHERE day=old.started/86400000;
  INSERT INTO chat_days(day, chats, ended) VALUES(new.started/86400000, 1, new.ended IS NOT NULL)
  ON CONFLICT(day) DO UPDATE SET chats=chats+1, ended=ended+excluded.ended;
END;
CREATE TRIGGER chat_days_of_removed AFTER DELETE ON chats BEGIN
  UPDATE chat_days SET chats=chats-1, ended=ended-(old.ended IS NOT NULL) WHERE day=old.started/86400000;
END;

-- Whoever comes or goes is found without walking all days before.
CREATE INDEX agent_spells_running ON agent_spells(agent_id) WHERE until IS NULL;
)sql";

// What the relay has to send, and every attempt at it. `changed`: when the status was last set.
constexpr const char* kDeliveries = R"sql(
CREATE TABLE deliveries (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  endpoint TEXT NOT NULL,
  event_id TEXT NOT NULL,
  type TEXT NOT NULL,
  subject TEXT NOT NULL,
  order_key TEXT NOT NULL,
  at INTEGER NOT NULL,
  body TEXT NOT NULL,
  status INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  due INTEGER NOT NULL,
  changed INTEGER NOT NULL,
  reason TEXT NOT NULL
);
CREATE INDEX deliveries_due ON deliveries(endpoint, due, sequence) WHERE status=0;
CREATE INDEX deliveries_in_order ON deliveries(endpoint, order_key, sequence) WHERE status=0 AND order_key<>'';
CREATE INDEX deliveries_by_endpoint ON deliveries(endpoint, sequence);
CREATE INDEX deliveries_by_subject ON deliveries(subject);
CREATE INDEX deliveries_finished ON deliveries(changed, sequence) WHERE status<>0;

CREATE TABLE delivery_attempts (
  delivery TEXT NOT NULL,
  number INTEGER NOT NULL,
  at INTEGER NOT NULL,
  status INTEGER NOT NULL,
  latency INTEGER NOT NULL,
  error TEXT NOT NULL,
  head TEXT NOT NULL,
  PRIMARY KEY (delivery, number)
) WITHOUT ROWID;

CREATE TABLE relay_cursor (
  only INTEGER PRIMARY KEY NOT NULL,
  last INTEGER NOT NULL
);
INSERT INTO relay_cursor(only, last) SELECT 1, coalesce(max(sequence), 0) FROM outbox;
)sql";

// Most deliveries are taken at the first attempt: that attempt stands in the delivery's own row. `answered`: the status it
// was answered with; 0: every attempt is in delivery_attempts. It was made at changed-latency.
constexpr const char* kAnsweredAtOnce = R"sql(
ALTER TABLE deliveries ADD COLUMN answered INTEGER NOT NULL DEFAULT 0;
ALTER TABLE deliveries ADD COLUMN latency INTEGER NOT NULL DEFAULT 0;
ALTER TABLE deliveries ADD COLUMN head TEXT NOT NULL DEFAULT '';
)sql";

// Secrets are sealed when a database is opened (storage/sqlite/secrets.h), which a program of before must not open then.
// `unclean`: the file may still hold bytes of what has been sealed since. Of a new database nothing was ever plain.
constexpr const char* kSealing = R"sql(
CREATE TABLE sealing (
  only INTEGER PRIMARY KEY NOT NULL,
  unclean INTEGER NOT NULL
);
INSERT INTO sealing(only, unclean) VALUES(1, 0);
)sql";

constexpr Migration kMigrations[] = {{1, kFoundation}, {2, kFacts},           {3, kGoals},      {4, kServing},
                                     {5, kGreetings},  {6, kWords},           {7, kChatCounts}, {8, kDays},
                                     {9, kDeliveries}, {10, kAnsweredAtOnce}, {11, kSealing}};

}  // namespace

std::span<const Migration> AllMigrations() {
  return kMigrations;
}

}  // namespace parley::storage::sqlite
