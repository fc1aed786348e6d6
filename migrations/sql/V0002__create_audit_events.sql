-- Who did what: one row for each change that a person or a job made and that somebody may ask about.
--
-- Why:    money and servers; "who invalidated this payment?" needs an answer that cannot be edited.
-- Locks:  new objects only; blocks nobody.
-- Before: release N-1 ignores this table.
-- Data:   none lost.
CREATE TABLE audit.events (
  id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at      timestamptz NOT NULL DEFAULT now(),
  actor   text NOT NULL,
  action  text NOT NULL,
  subject text NOT NULL,
  before  jsonb,
  after   jsonb
);
CREATE INDEX audit_events_subject ON audit.events (subject, id);

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit.events
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
