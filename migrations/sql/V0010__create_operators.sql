-- Operators' tokens, what they froze, and which hub leads.
--
-- Why:    only a token's hash is stored; at most one hub is active, fenced by its epoch.
-- Locks:  new objects only; blocks nobody.
-- Before: there is no earlier release.
-- Data:   none lost.
CREATE TABLE tokens (
  id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name    text NOT NULL,
  role    text NOT NULL CHECK (role IN ('viewer', 'operator', 'admin')),
  sha256  text NOT NULL UNIQUE CHECK (sha256 ~ '^[0-9a-f]{64}$'),
  created timestamptz NOT NULL DEFAULT now(),
  revoked timestamptz
);
CREATE UNIQUE INDEX tokens_name ON tokens (name) WHERE revoked IS NULL;

-- Scopes: 'all', 'claims' (spokes take no new work), 'upgrade' (both, but for the job that upgrades the schema), 'job:<name>' (no entrance may start it), 'schedule:<name>' (only its schedule is paused).
CREATE TABLE freezes (
  scope  text PRIMARY KEY CHECK (scope IN ('all', 'claims', 'upgrade') OR scope ~ '^(job|schedule):[a-z0-9-]+$'),
  reason text NOT NULL,
  actor  text NOT NULL,
  at     timestamptz NOT NULL DEFAULT now(),
  until  timestamptz
);

-- One row. epoch is a key column on purpose: changing it waits for every transaction that holds it FOR KEY SHARE,
-- while a renewal, which changes only expires_at, does not.
CREATE TABLE hub_leadership (
  epoch      bigint NOT NULL UNIQUE,
  holder     text NOT NULL,
  expires_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX hub_leadership_one_row ON hub_leadership ((true));
INSERT INTO hub_leadership (epoch, holder, expires_at) VALUES (0, 'nobody', '-infinity');

-- A POST that is repeated with the same key answers what it answered the first time.
CREATE TABLE idempotency_keys (
  token_id bigint NOT NULL REFERENCES tokens (id),
  key      text NOT NULL CHECK (length(key) <= 200),
  request  text NOT NULL,
  status   integer,
  location text,
  body     text,
  created  timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (token_id, key)
);
CREATE INDEX idempotency_keys_created ON idempotency_keys (created);
