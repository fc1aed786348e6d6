-- The outbox: every mail is a row, written in the transaction of its cause and sent afterwards.
--
-- Why:    a mail that is sent inside a transaction is sent also when that is rolled back, or not at all after a crash.
-- Locks:  new objects only; blocks nobody.
-- Before: there is no earlier release.
-- Data:   none lost.
CREATE TABLE mails (
  id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  message_id      text NOT NULL UNIQUE,
  recipient       text NOT NULL,
  subject         text NOT NULL,
  body            text NOT NULL,
  created         timestamptz NOT NULL DEFAULT now(),
  accepted_at     timestamptz,
  refused_at      timestamptz,
  attempts        integer NOT NULL DEFAULT 0 CHECK (attempts >= 0),
  next_attempt_at timestamptz NOT NULL DEFAULT now(),
  last_error      text,
  CHECK (accepted_at IS NULL OR refused_at IS NULL)
);
CREATE INDEX mails_waiting ON mails (next_attempt_at, id) WHERE accepted_at IS NULL AND refused_at IS NULL;
CREATE INDEX mails_accepted ON mails (accepted_at) WHERE accepted_at IS NOT NULL;
CREATE INDEX mails_refused ON mails (refused_at) WHERE refused_at IS NOT NULL;
-- What was said to a customer stays on record.
REVOKE DELETE ON mails FROM hubcap_hub;
