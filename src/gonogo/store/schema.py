"""The schema and its migrations, each one transaction; the newest number is the version."""

from __future__ import annotations

APPLICATION_ID = 0x676F_6E67  # "gong"
PARTS = (
    "plan", "ticks", "evidence", "gate", "probes", "pulse", "incidents", "outbox", "journal", "watch", "metrics",
    "samples", "amended", "lists",
    "runs",
)  # fmt: skip

_V1 = """
CREATE TABLE revision (part TEXT PRIMARY KEY, n INTEGER NOT NULL) STRICT;
CREATE TABLE launch (
  id TEXT PRIMARY KEY, key TEXT NOT NULL, name TEXT NOT NULL, timezone TEXT NOT NULL, state TEXT NOT NULL,
  opens TEXT NOT NULL, demo INTEGER NOT NULL, vote_life_s REAL NOT NULL) STRICT;
CREATE TABLE phase (
  id TEXT PRIMARY KEY, key TEXT NOT NULL UNIQUE, position INTEGER NOT NULL, name TEXT NOT NULL, goal TEXT NOT NULL,
  environment TEXT NOT NULL, state TEXT NOT NULL, opens TEXT NOT NULL, closes TEXT, started_at TEXT, ended_at TEXT,
  ended_by TEXT, verdict TEXT, reason TEXT NOT NULL, retro TEXT NOT NULL, passages TEXT NOT NULL) STRICT;
CREATE TABLE section (
  id TEXT PRIMARY KEY, phase TEXT NOT NULL REFERENCES phase, position INTEGER NOT NULL, name TEXT NOT NULL,
  mode TEXT, confirmed_at TEXT, confirmed_by TEXT) STRICT;
CREATE TABLE item (
  id TEXT PRIMARY KEY, key TEXT NOT NULL UNIQUE, phase TEXT NOT NULL REFERENCES phase,
  section TEXT NOT NULL REFERENCES section DEFERRABLE INITIALLY DEFERRED, position REAL NOT NULL, text TEXT NOT NULL,
  kind TEXT NOT NULL, every_s REAL, grace_s REAL, optional INTEGER NOT NULL, counted INTEGER NOT NULL,
  command TEXT, "when" TEXT, owner TEXT, note TEXT, due TEXT, cron TEXT, evidence TEXT, done_when TEXT,
  sign_off INTEGER NOT NULL, depth INTEGER NOT NULL, changed_by TEXT) STRICT;
CREATE TABLE tick (
  id TEXT PRIMARY KEY REFERENCES item DEFERRABLE INITIALLY DEFERRED, state TEXT NOT NULL, at TEXT NOT NULL,
  by TEXT NOT NULL, note TEXT, recent TEXT NOT NULL, signed_at TEXT, signed_by TEXT) STRICT;
CREATE TABLE criterion (
  id TEXT PRIMARY KEY, key TEXT NOT NULL, phase TEXT NOT NULL REFERENCES phase, position INTEGER NOT NULL,
  name TEXT NOT NULL, require TEXT NOT NULL, text TEXT NOT NULL, floor REAL, min_samples INTEGER NOT NULL,
  confidence REAL, max_age_s REAL, per_s REAL, seat TEXT, ask TEXT NOT NULL, set_by TEXT,
  UNIQUE (phase, key)) STRICT;
CREATE TABLE readiness (
  id TEXT PRIMARY KEY, key TEXT NOT NULL UNIQUE, position INTEGER NOT NULL, name TEXT NOT NULL, text TEXT NOT NULL,
  max_age_s REAL NOT NULL, source TEXT NOT NULL, seat TEXT) STRICT;
CREATE TABLE renewal (
  id TEXT PRIMARY KEY REFERENCES readiness, at TEXT NOT NULL, by TEXT NOT NULL, ok INTEGER NOT NULL,
  detail TEXT NOT NULL, measured INTEGER NOT NULL, since TEXT, dated TEXT, until TEXT, amiss TEXT NOT NULL) STRICT;
CREATE TABLE confirmation (id TEXT PRIMARY KEY, at TEXT NOT NULL, by TEXT NOT NULL) STRICT;
CREATE TABLE runbook_step (
  id TEXT PRIMARY KEY, key TEXT NOT NULL, severity TEXT NOT NULL, position INTEGER NOT NULL, text TEXT NOT NULL,
  detail TEXT NOT NULL, due_s REAL, takes_s REAL NOT NULL, command TEXT, confirm INTEGER NOT NULL,
  UNIQUE (severity, key)) STRICT;
CREATE TABLE template (
  id TEXT PRIMARY KEY, key TEXT NOT NULL UNIQUE, name TEXT NOT NULL, audience TEXT NOT NULL, body TEXT NOT NULL,
  sample INTEGER NOT NULL) STRICT;
CREATE TABLE seat (
  id TEXT PRIMARY KEY, key TEXT NOT NULL UNIQUE, position INTEGER NOT NULL, name TEXT NOT NULL,
  evidence TEXT NOT NULL) STRICT;
CREATE TABLE remark (
  id TEXT PRIMARY KEY, kind TEXT NOT NULL, phase TEXT REFERENCES phase, position INTEGER NOT NULL, text TEXT NOT NULL
  ) STRICT;
CREATE TABLE plan_source (
  id TEXT PRIMARY KEY, file TEXT NOT NULL, title TEXT NOT NULL, at TEXT NOT NULL, by TEXT NOT NULL, doc TEXT NOT NULL
  ) STRICT;
CREATE TABLE waiver (
  id TEXT PRIMARY KEY, phase TEXT NOT NULL REFERENCES phase, criterion TEXT NOT NULL, kind TEXT NOT NULL,
  reason TEXT NOT NULL, by TEXT NOT NULL, at TEXT NOT NULL, until TEXT, ended_at TEXT) STRICT;
CREATE TABLE ruling (
  id TEXT PRIMARY KEY, finding TEXT NOT NULL UNIQUE, line TEXT NOT NULL, words TEXT NOT NULL, choice TEXT NOT NULL,
  by TEXT NOT NULL, at TEXT NOT NULL) STRICT;
CREATE TABLE hold (
  id TEXT PRIMARY KEY, reason TEXT NOT NULL, by TEXT NOT NULL, since TEXT NOT NULL, until TEXT NOT NULL,
  ended_at TEXT, ended_by TEXT) STRICT;
CREATE TABLE poll (
  id TEXT PRIMARY KEY, phase TEXT NOT NULL REFERENCES phase, called_at TEXT NOT NULL, called_by TEXT NOT NULL,
  ended_at TEXT) STRICT;
CREATE TABLE vote (
  id TEXT PRIMARY KEY, phase TEXT NOT NULL REFERENCES phase, seat TEXT NOT NULL, choice TEXT NOT NULL,
  reason TEXT NOT NULL, by TEXT NOT NULL, behalf TEXT NOT NULL, at TEXT NOT NULL, until TEXT NOT NULL,
  seen TEXT NOT NULL, stale TEXT NOT NULL, stale_at TEXT) STRICT;
CREATE TABLE incident (
  id TEXT PRIMARY KEY, label INTEGER NOT NULL UNIQUE, title TEXT NOT NULL, severity TEXT NOT NULL,
  severity_set INTEGER NOT NULL, state TEXT NOT NULL, drill INTEGER NOT NULL, probes TEXT NOT NULL,
  signs TEXT NOT NULL, cleared TEXT NOT NULL, onset_at TEXT,
  detected_at TEXT NOT NULL, opened_by TEXT NOT NULL, last_change TEXT NOT NULL, acked_at TEXT, acked_by TEXT,
  decision TEXT, recovered_at TEXT, resolved_at TEXT, outcome TEXT, reason TEXT, told TEXT,
  duplicate_of INTEGER, reviewed_at TEXT,
  told_at TEXT, update_due TEXT, messages INTEGER NOT NULL, reopened INTEGER NOT NULL, rounds TEXT NOT NULL) STRICT;
CREATE TABLE incident_step (
  id TEXT PRIMARY KEY, incident TEXT NOT NULL REFERENCES incident, key TEXT NOT NULL, position INTEGER NOT NULL,
  text TEXT NOT NULL, detail TEXT NOT NULL, due_s REAL, takes_s REAL NOT NULL, command TEXT,
  confirm INTEGER NOT NULL, done_at TEXT, done_by TEXT, note TEXT) STRICT;
CREATE INDEX incident_step_of ON incident_step (incident);
CREATE TABLE drill (
  id TEXT PRIMARY KEY REFERENCES incident, probe TEXT NOT NULL, failure TEXT NOT NULL, detail TEXT NOT NULL,
  every_s REAL NOT NULL, real INTEGER NOT NULL, ended_at TEXT, outcome TEXT, reason TEXT NOT NULL, gave_way_to INTEGER,
  score TEXT NOT NULL, decision_s REAL) STRICT;
CREATE TABLE run (
  id TEXT PRIMARY KEY, kind TEXT NOT NULL, name TEXT NOT NULL, acts INTEGER NOT NULL, argv TEXT NOT NULL,
  timeout_s REAL NOT NULL, by TEXT NOT NULL, started_at TEXT NOT NULL, incident TEXT, stopped_by TEXT, confirm TEXT,
  ended_at TEXT, outcome TEXT, exit INTEGER, said TEXT NOT NULL, tail TEXT NOT NULL, status TEXT NOT NULL,
  pid INTEGER NOT NULL DEFAULT 0, pid_start TEXT NOT NULL DEFAULT '') STRICT;
CREATE INDEX run_open ON run (id) WHERE outcome IS NULL;
CREATE TABLE call (
  id TEXT PRIMARY KEY REFERENCES incident, "to" TEXT, turn INTEGER NOT NULL, called_at TEXT, quiet_from TEXT,
  quiet_until TEXT, quiet_by TEXT) STRICT;
CREATE TABLE probe (
  id TEXT PRIMARY KEY, number INTEGER NOT NULL UNIQUE, seq INTEGER NOT NULL DEFAULT 0,
  windows_seq INTEGER NOT NULL DEFAULT 0, name TEXT NOT NULL UNIQUE, kind TEXT NOT NULL,
  target TEXT NOT NULL, environment TEXT NOT NULL, every_s REAL NOT NULL, down_after TEXT NOT NULL,
  critical INTEGER NOT NULL,
  gone INTEGER NOT NULL, counts INTEGER NOT NULL, health TEXT NOT NULL, since TEXT, recent TEXT NOT NULL,
  spark TEXT NOT NULL, checked_at TEXT, latency_ms REAL, failure TEXT, detail TEXT NOT NULL, windows TEXT NOT NULL,
  passes INTEGER NOT NULL, settled_at TEXT, awaited_since TEXT, insecure INTEGER NOT NULL) STRICT;
CREATE INDEX probe_by_seq ON probe (seq);
CREATE TABLE pause (
  id TEXT PRIMARY KEY REFERENCES probe, kind TEXT NOT NULL, reason TEXT NOT NULL, since TEXT NOT NULL,
  until TEXT NOT NULL, by TEXT NOT NULL) STRICT;
CREATE TABLE journal (
  seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, at TEXT NOT NULL, actor TEXT NOT NULL, kind TEXT NOT NULL,
  intent TEXT NOT NULL, version INTEGER NOT NULL, args TEXT NOT NULL, said TEXT NOT NULL, rows TEXT NOT NULL,
  undoable INTEGER NOT NULL, target INTEGER, about TEXT) STRICT;
CREATE INDEX journal_by_actor ON journal (actor, seq);
CREATE INDEX journal_about ON journal (about) WHERE about IS NOT NULL;
CREATE TABLE fact (
  id TEXT PRIMARY KEY, kind TEXT NOT NULL, at TEXT NOT NULL, actor TEXT NOT NULL, source TEXT NOT NULL, key TEXT,
  incident TEXT, data TEXT NOT NULL) STRICT;
CREATE INDEX fact_by_time ON fact (at);
CREATE INDEX fact_by_kind ON fact (kind, at);
CREATE INDEX fact_by_incident ON fact (incident) WHERE incident IS NOT NULL;
CREATE UNIQUE INDEX fact_once ON fact (kind, key) WHERE key IS NOT NULL;
CREATE TABLE logged (
  n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, label INTEGER NOT NULL, at TEXT NOT NULL,
  actor TEXT NOT NULL, source TEXT NOT NULL, ok INTEGER NOT NULL, rating INTEGER, severity TEXT, value TEXT,
  count INTEGER NOT NULL, who TEXT NOT NULL, text TEXT NOT NULL, links TEXT NOT NULL, voided TEXT NOT NULL,
  amended INTEGER NOT NULL, UNIQUE (kind, label)) STRICT;
CREATE INDEX logged_cared ON logged (n) WHERE kind IN ('bug', 'question') OR rating = 1;
CREATE TABLE bug (
  id TEXT PRIMARY KEY, state TEXT NOT NULL, owner TEXT NOT NULL, at TEXT NOT NULL, by TEXT NOT NULL, told_at TEXT,
  told_by TEXT) STRICT;
CREATE TABLE reply (
  id TEXT PRIMARY KEY, at TEXT NOT NULL, by TEXT NOT NULL, text TEXT NOT NULL) STRICT;
CREATE TABLE faq (
  id TEXT PRIMARY KEY, asked TEXT, question TEXT NOT NULL, answer TEXT NOT NULL, at TEXT NOT NULL, by TEXT NOT NULL
  ) STRICT;
CREATE TABLE member (
  id TEXT PRIMARY KEY, role TEXT NOT NULL, name TEXT NOT NULL, relation TEXT NOT NULL, contact TEXT NOT NULL,
  consent INTEGER NOT NULL, invited_at TEXT, briefed_at TEXT, tested TEXT NOT NULL, note TEXT NOT NULL) STRICT;
CREATE TABLE tape (chunk INTEGER PRIMARY KEY, entries BLOB NOT NULL) STRICT;
CREATE TABLE checks (
  probe INTEGER NOT NULL, at_ms INTEGER NOT NULL, outcome INTEGER NOT NULL, latency_ms INTEGER, late_ms INTEGER,
  PRIMARY KEY (probe, at_ms)) STRICT, WITHOUT ROWID;
CREATE TABLE check_detail (
  probe INTEGER NOT NULL, kept INTEGER NOT NULL, at_ms INTEGER NOT NULL, missed INTEGER, dns_us INTEGER,
  connect_us INTEGER, tls_us INTEGER, first_us INTEGER, transfer_us INTEGER, ip TEXT, url TEXT, cert_s INTEGER,
  failure TEXT, detail TEXT, changed TEXT, excerpt TEXT, PRIMARY KEY (probe, kept, at_ms)) STRICT, WITHOUT ROWID;
CREATE TABLE rollup (
  span TEXT NOT NULL, start_s INTEGER NOT NULL, probe INTEGER NOT NULL, tally BLOB NOT NULL,
  PRIMARY KEY (span, start_s, probe)) STRICT, WITHOUT ROWID;
CREATE TABLE metric (
  number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, source TEXT NOT NULL,
  every_s REAL NOT NULL, adds INTEGER NOT NULL, question TEXT NOT NULL, gone INTEGER NOT NULL) STRICT;
CREATE TABLE sample (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, metric INTEGER NOT NULL, at_ms INTEGER NOT NULL, value REAL, of_n INTEGER,
  error TEXT, anew INTEGER NOT NULL, moved REAL, resets INTEGER NOT NULL, seen_ms INTEGER NOT NULL,
  area REAL NOT NULL, UNIQUE (metric, at_ms, anew)) STRICT;
CREATE INDEX sample_raw ON sample (at_ms) WHERE moved IS NULL AND anew = 0;
CREATE INDEX sample_odd ON sample (seq) WHERE moved IS NOT NULL OR anew = 1 OR error IS NOT NULL;
CREATE TABLE sample_tape (
  metric INTEGER NOT NULL, hour INTEGER NOT NULL, answers BLOB NOT NULL, PRIMARY KEY (metric, hour)) STRICT;
CREATE TABLE request (
  id TEXT PRIMARY KEY, kind TEXT NOT NULL, args TEXT NOT NULL, at TEXT NOT NULL, actor TEXT NOT NULL,
  answered_at TEXT, answer TEXT) STRICT;
CREATE TABLE config (
  seq INTEGER PRIMARY KEY, at TEXT NOT NULL, digest TEXT NOT NULL, text TEXT NOT NULL, face TEXT NOT NULL) STRICT;
CREATE TABLE watch (
  one INTEGER PRIMARY KEY CHECK (one = 1), epoch INTEGER NOT NULL, pid INTEGER NOT NULL, host TEXT NOT NULL,
  pid_start TEXT NOT NULL, started_at TEXT NOT NULL, heartbeat_at TEXT NOT NULL, stopped_at TEXT, config_error TEXT,
  note TEXT, trouble TEXT) STRICT;
CREATE TABLE outbox (
  id TEXT PRIMARY KEY, channel TEXT NOT NULL, event TEXT NOT NULL, kind TEXT NOT NULL, title TEXT NOT NULL,
  text TEXT NOT NULL, at TEXT NOT NULL, people TEXT NOT NULL, urgency INTEGER NOT NULL, severity TEXT NOT NULL,
  incident TEXT, state TEXT NOT NULL, tries INTEGER NOT NULL, next_at TEXT NOT NULL, parcel TEXT, tried_at TEXT,
  sent_at TEXT, error TEXT, UNIQUE (event, channel)) STRICT;
CREATE INDEX outbox_due ON outbox (channel) WHERE state IN ('due', 'sending');
CREATE INDEX outbox_of ON outbox (incident) WHERE incident IS NOT NULL;
CREATE TABLE verdict (
  id TEXT PRIMARY KEY, at TEXT NOT NULL, phase TEXT NOT NULL, verdict TEXT NOT NULL, reasons TEXT NOT NULL) STRICT;
"""

MIGRATIONS: tuple[str, ...] = (_V1,)
VERSION = len(MIGRATIONS)
