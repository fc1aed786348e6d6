-- Bulk changes of e-mail addresses: the file as it was uploaded, and what a run makes of each of its lines.
--
-- None of these columns is called email: the job changes every column of that name, and these say what was asked for.
--
-- Why:    a file has to survive its hub, so that any hub can go on with the run (ADR-0013).
-- Locks:  new objects, and mails against writes while its waiting rows are indexed: a moment.
-- Before: release N-1 ignores these tables.
-- Data:   none lost.
CREATE TABLE email_change_files (
  id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  created timestamptz NOT NULL DEFAULT now(),
  actor   text NOT NULL,
  lines   bigint CHECK (lines >= 0),                     -- null until all of it is here
  sha256  text CHECK (sha256 ~ '^[0-9a-f]{64}$'),        -- of its bytes
  CHECK ((lines IS NULL) = (sha256 IS NULL))
);

-- A line that is no pair of addresses has a defect, and only as much of its text as fits.
CREATE TABLE email_change_lines (
  file_id     bigint NOT NULL REFERENCES email_change_files (id) ON DELETE CASCADE,
  line        bigint NOT NULL CHECK (line > 0),
  old_address text NOT NULL,
  new_address text NOT NULL,
  old_lower   text NOT NULL,                             -- lower case by the hub, whatever the database's locale
  new_lower   text NOT NULL,
  undo_of     bigint,                                    -- the run whose change this line reverses
  defect      text,
  PRIMARY KEY (file_id, line)
);

-- A unit is what is changed in one transaction: one line, or the lines of a chain or a ring.
CREATE TABLE email_changes (
  run_id      bigint NOT NULL REFERENCES runs (id),
  line        bigint NOT NULL,
  old_address text NOT NULL,
  new_address text NOT NULL,
  old_lower   text NOT NULL,
  new_lower   text NOT NULL,                             -- what lower_case_email becomes
  undo_of     bigint,
  state       text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'changed', 'already', 'rejected')),
  unit        bigint NOT NULL,
  problem     text,
  was_lower   text,                                      -- what lower_case_email was
  changed_at  timestamptz,
  PRIMARY KEY (run_id, line),
  CHECK ((state = 'rejected') = (problem IS NOT NULL)),
  CHECK ((state = 'changed') = (changed_at IS NOT NULL))
);
CREATE INDEX email_changes_waiting ON email_changes (run_id, unit, line) WHERE state = 'waiting';
CREATE INDEX email_changes_rejected ON email_changes (run_id, line) WHERE state = 'rejected';

-- For readdressing what has not been sent yet.
CREATE INDEX mails_waiting_recipient ON mails (recipient) WHERE accepted_at IS NULL AND refused_at IS NULL;
