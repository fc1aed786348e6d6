-- Who was told what about a balance that runs out. An episode begins with the first notice and ends when the balance is
-- good for another week; in an episode each notice is sent at most once.
--
-- Why:    a VM is only ever deleted after its owner's last warning was accepted by a mail server.
-- Locks:  new objects only; blocks nobody.
-- Before: there is no earlier release.
-- Data:   none lost.
CREATE TABLE dunning_episodes (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  email      text NOT NULL REFERENCES accounts (email) ON UPDATE CASCADE ON DELETE RESTRICT,
  started_at timestamptz NOT NULL DEFAULT now(),
  ended_at   timestamptz CHECK (ended_at >= started_at)
);
CREATE UNIQUE INDEX dunning_episodes_one_open ON dunning_episodes (email) WHERE ended_at IS NULL;
CREATE INDEX dunning_episodes_email ON dunning_episodes (email);

CREATE TABLE notices (
  id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  episode       bigint NOT NULL REFERENCES dunning_episodes (id),
  kind          text NOT NULL CHECK (kind IN ('zero_1w', 'zero_1d', 'zero_now', 'delete_1w', 'delete_1d', 'delete_now')),
  raised_at     timestamptz NOT NULL DEFAULT now(),
  superseded_at timestamptz,
  mail_id       bigint REFERENCES mails (id),
  UNIQUE (episode, kind)
);
CREATE INDEX notices_mail ON notices (mail_id) WHERE mail_id IS NOT NULL;
REVOKE DELETE ON dunning_episodes, notices FROM hubcap_hub;
