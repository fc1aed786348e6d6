-- What BTCPay says of the invoices that customers pay, and what was credited for each.
--
-- Why:    ADR-0012: one idempotent reconciliation needs to know what it credited and what it saw last.
-- Locks:  new objects only; blocks nobody.
-- Before: there is no earlier release.
-- Data:   none lost.

-- One row for each invoice that was ever looked at or asked for; unresolved_btcpay_invoices holds those that are not
-- final. revision counts the looks: who asked BTCPay before another did and comes after it has nothing to say. adopted is
-- the payment that another program had noted. manual: a person has changed its payments, or it was resolved before there
-- was a row here; from then on they are a person's affair.
CREATE TABLE btcpay_invoices (
  id            text PRIMARY KEY REFERENCES payment_sessions (id),
  state         text NOT NULL DEFAULT 'UNSEEN' CHECK (state IN
                  ('UNSEEN', 'OPEN', 'CONFIRMING', 'CREDITED', 'LATE', 'EXPIRED', 'INVALID', 'GONE', 'FOREIGN')),
  since         timestamptz NOT NULL DEFAULT now(),
  credited      numeric(12,2) NOT NULL DEFAULT 0 CHECK (credited >= 0),
  adopted       bigint REFERENCES payments (id),
  manual        boolean NOT NULL DEFAULT false,
  revision      bigint NOT NULL DEFAULT 0,
  looked_at     timestamptz,
  due_at        timestamptz,
  failing_since timestamptz,
  last_error    text,
  CHECK ((failing_since IS NULL) = (last_error IS NULL))
);
CREATE INDEX btcpay_invoices_due ON btcpay_invoices (due_at, id) WHERE due_at IS NOT NULL;

-- A row for each answer that differs from the one before.
CREATE TABLE btcpay_observations (
  id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  invoice text NOT NULL REFERENCES payment_sessions (id),
  at      timestamptz NOT NULL,
  state   text NOT NULL,
  answer  jsonb,
  target  numeric(12,2) NOT NULL
);
CREATE INDEX btcpay_observations_invoice ON btcpay_observations (invoice, id);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON btcpay_observations
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Each webhook delivery once. No foreign key: BTCPay may speak of invoices that are not ours.
CREATE TABLE btcpay_deliveries (
  id          text PRIMARY KEY,
  invoice     text,
  type        text NOT NULL,
  received_at timestamptz NOT NULL DEFAULT now(),
  handled_at  timestamptz
);
CREATE INDEX btcpay_deliveries_waiting ON btcpay_deliveries (received_at) WHERE handled_at IS NULL;

-- What a person has to know of an invoice, once for each kind. No foreign key: it may be one that nobody here knows.
CREATE TABLE btcpay_matters (
  invoice text NOT NULL,
  kind    text NOT NULL,
  at      timestamptz NOT NULL,
  says    text NOT NULL,
  PRIMARY KEY (invoice, kind)
);
CREATE INDEX btcpay_matters_at ON btcpay_matters (at);

-- One row: when everything that was due had been asked about, with BTCPay's own nodes up to date.
CREATE TABLE btcpay_freshness (
  singleton     boolean PRIMARY KEY DEFAULT true CHECK (singleton),
  reconciled_at timestamptz,
  swept_at      timestamptz
);
INSERT INTO btcpay_freshness DEFAULT VALUES;

REVOKE DELETE ON btcpay_invoices, btcpay_deliveries, btcpay_matters FROM hubcap_hub;
REVOKE UPDATE, DELETE, TRUNCATE ON btcpay_observations FROM hubcap_hub;
REVOKE INSERT, DELETE ON btcpay_freshness FROM hubcap_hub;

-- Accounts of which nothing is deleted: by a person, after a chargeback, or because money may be on its way that BTCPay has
-- not confirmed or could not be asked about. silent: they are told nothing either. An invoice that has expired or failed may
-- still be paid, so nothing is deleted while it cannot be asked about; but its customer goes on hearing of the balance.
CREATE VIEW held_accounts AS
  SELECT a.email, a.hold_reason AS reason, true AS silent FROM accounts a WHERE a.hold_reason IS NOT NULL
  UNION ALL
  SELECT u.email,
         CASE WHEN i.state = 'CONFIRMING' THEN format('BTCPay invoice %s is being confirmed', i.id)
              ELSE format('BTCPay cannot be asked about invoice %s', i.id) END,
         i.state IN ('CONFIRMING', 'UNSEEN', 'OPEN', 'LATE')
  FROM unresolved_btcpay_invoices u JOIN btcpay_invoices i ON i.id = u.id
  WHERE i.state = 'CONFIRMING' OR i.failing_since IS NOT NULL AND i.state <> 'CREDITED';
