-- Accounts, keyed by e-mail address, and what belongs to one. Every other e-mail column refers here and follows a
-- change of address by itself. lower_case_email is neither generated nor checked: operators set it by hand.
--
-- Why:    the provider's own names and habits (its runbook must go on working).
-- Locks:  new objects only; blocks nobody.
-- Before: there is no earlier release.
-- Data:   none lost.
CREATE TABLE accounts (
  email            text PRIMARY KEY,
  lower_case_email text NOT NULL UNIQUE,
  created          timestamptz NOT NULL DEFAULT now(),
  hold_reason      text
);

CREATE TABLE login_tokens (
  email   text NOT NULL REFERENCES accounts (email) ON UPDATE CASCADE ON DELETE RESTRICT,
  created timestamptz NOT NULL DEFAULT now(),
  token   text NOT NULL,
  PRIMARY KEY (email, created)
);

CREATE TABLE ssh_public_keys (
  email   text NOT NULL REFERENCES accounts (email) ON UPDATE CASCADE ON DELETE RESTRICT,
  name    text NOT NULL,
  created timestamptz NOT NULL DEFAULT now(),
  content text NOT NULL,
  PRIMARY KEY (email, name)
);
