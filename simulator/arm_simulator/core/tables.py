"""The tables of the state file."""

from __future__ import annotations

SCHEMA = """
CREATE TABLE IF NOT EXISTS resources(
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    key TEXT NOT NULL UNIQUE,
    id TEXT NOT NULL,
    type TEXT NOT NULL,
    subscription TEXT NOT NULL,
    grp TEXT NOT NULL,
    parent TEXT NOT NULL,
    body TEXT NOT NULL,
    runtime TEXT NOT NULL,
    etag TEXT NOT NULL,
    created TEXT NOT NULL,
    changed TEXT NOT NULL,
    version INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS resources_by_type ON resources(type, subscription, grp, seq);
CREATE INDEX IF NOT EXISTS resources_by_parent ON resources(parent, type, seq);
CREATE INDEX IF NOT EXISTS resources_by_version ON resources(version);
CREATE TABLE IF NOT EXISTS refs(
    dst TEXT NOT NULL, src TEXT NOT NULL, via TEXT NOT NULL, path TEXT NOT NULL,
    PRIMARY KEY (src, dst, via, path)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS refs_by_target ON refs(dst, src);
CREATE TABLE IF NOT EXISTS locks(
    key TEXT PRIMARY KEY, scope TEXT NOT NULL, scope_id TEXT NOT NULL, level TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS locks_by_scope ON locks(scope);
CREATE TABLE IF NOT EXISTS operations(
    id TEXT PRIMARY KEY, subscription TEXT NOT NULL, target TEXT NOT NULL, polls INTEGER NOT NULL,
    error TEXT, result TEXT, started TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS operations_by_target ON operations(target);
CREATE TABLE IF NOT EXISTS claims(
    scope TEXT NOT NULL, number INTEGER NOT NULL, owner TEXT NOT NULL, note TEXT NOT NULL,
    PRIMARY KEY (scope, number)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS claims_by_owner ON claims(owner);
CREATE TABLE IF NOT EXISTS free_from(
    scope TEXT NOT NULL, low INTEGER NOT NULL, number INTEGER NOT NULL, PRIMARY KEY (scope, low)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS turns(
    operation TEXT NOT NULL, balancer TEXT NOT NULL, name TEXT NOT NULL, resource TEXT NOT NULL, until TEXT NOT NULL,
    PRIMARY KEY (balancer, operation)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS turns_by_operation ON turns(operation);
CREATE TABLE IF NOT EXISTS counters(name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
"""
TABLES = ("resources", "refs", "locks", "operations", "claims", "free_from", "turns", "counters")
# NORMAL syncs the disk at checkpoints only: rare ones keep writes quick, and a crash of the process loses nothing.
PRAGMAS = (
    "busy_timeout=10000",
    "journal_mode=WAL",
    "synchronous=NORMAL",
    "wal_autocheckpoint=20000",
    "temp_store=MEMORY",
)
