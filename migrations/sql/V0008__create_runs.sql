-- Runs: what was started, by whom, and how it ended; what should have run and did; what a run would do.
--
-- Why:    a missed night is a row, not silence; a run's plan binds its approval.
-- Locks:  new objects only; blocks nobody.
-- Before: there is no earlier release.
-- Data:   none lost.
CREATE TABLE runs (
  id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  job           text NOT NULL,
  business_date date,
  status        text NOT NULL DEFAULT 'running'
                CHECK (status IN ('running', 'awaiting_approval', 'completed', 'completed_with_skips', 'failed',
                                  'stopped', 'abandoned', 'rejected', 'skipped')),
  actor         text NOT NULL,
  reason        text,
  parameters    jsonb NOT NULL DEFAULT '{}',
  plan_hash     text,
  created       timestamptz NOT NULL DEFAULT now(),
  ended         timestamptz,
  started       timestamptz,            -- null while the run waits for an earlier one of its job (overlap: queue)
  plan          boolean NOT NULL DEFAULT false,   -- only says what it would do
  approved_by   text,
  approved_hash text,                   -- the plan that a person let go on, and when; it counts for an hour
  approved_at   timestamptz,
  stop_asked    timestamptz,            -- somebody, or the job's timeout, wants it to stop
  execution     bigint,                 -- Spring Batch's id of the latest execution
  execution_began timestamptz,          -- since when that goes; the job's timeout counts from there
  summary       text
);
CREATE INDEX runs_job ON runs (job, id);
-- The backstop of "never twice at the same time".
CREATE UNIQUE INDEX runs_one_at_a_time ON runs (job) WHERE status = 'running' AND started IS NOT NULL;

CREATE TABLE run_log (
  run_id  bigint NOT NULL REFERENCES runs (id),
  seq     bigint GENERATED ALWAYS AS IDENTITY,
  at      timestamptz NOT NULL DEFAULT clock_timestamp(),
  level   text NOT NULL CHECK (level IN ('info', 'warn', 'error')),
  message text NOT NULL,
  PRIMARY KEY (run_id, seq)
);

CREATE TABLE expected_runs (
  job           text NOT NULL,
  fire_at       timestamptz NOT NULL,
  business_date date NOT NULL,
  state         text NOT NULL DEFAULT 'expected'
                CHECK (state IN ('expected', 'ran', 'late', 'missed', 'skipped', 'dismissed')),
  run_id        bigint REFERENCES runs (id),
  reason        text,
  PRIMARY KEY (job, fire_at)
);
CREATE INDEX expected_runs_state ON expected_runs (state, fire_at);

CREATE TABLE plans (
  run_id     bigint PRIMARY KEY REFERENCES runs (id),
  created    timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  rows       bigint NOT NULL,
  totals     jsonb NOT NULL,
  hash       text NOT NULL
);

CREATE TABLE plan_rows (
  run_id   bigint NOT NULL REFERENCES runs (id),
  position bigint NOT NULL,
  subject  text NOT NULL,
  before   text,
  after    text,
  PRIMARY KEY (run_id, position)
);
