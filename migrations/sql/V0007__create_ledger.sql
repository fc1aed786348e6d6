-- The ledger: what each VM cost on each day, in exact integer units, and which days are closed.
--
-- Why:    ADR-0001 (one ledger in integer units) and ADR-0002 (set-based accrual).
-- Locks:  new objects only; blocks nobody.
-- Before: there is no earlier release.
-- Data:   none lost.

-- One unit is one cent-microsecond: dollars = units / (2,630,016 s x 10^6 x 100 cents). No foreign key to vms: it
-- would cost more than the whole night's insert (ADR-0002). charges_know_their_vm below holds the same promise once a
-- statement, and a VM can never be deleted.
CREATE TABLE charges (
  day       date NOT NULL CHECK (isfinite(day)),
  vm_id     text COLLATE "C" NOT NULL,
  seq       integer NOT NULL CHECK (seq >= 0),
  units     numeric(38,0) NOT NULL CHECK (units <> 0 AND units <> 'NaN'),
  run_id    bigint NOT NULL,
  reason    text,
  posted_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (day, vm_id, seq)
);

CREATE TABLE billing_days (
  day       date PRIMARY KEY,
  vms       bigint NOT NULL,
  charges   bigint NOT NULL,
  units     numeric(38,0) NOT NULL,
  sha256    text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
  closed_at timestamptz NOT NULL DEFAULT now()
);

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON charges
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON billing_days
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- The last day that is closed or that a run has begun to close; one row. A run moves it on before it reads the first
-- fact. Whoever changes a fact holds the row FOR SHARE until commit (see recheck_changed_vm), so that moving it waits for
-- changes under way and every later change sees the day on which it counts. The opening is the first day of the ledger,
-- which takes everything from before it; null until a run announces it.
CREATE TABLE billing_horizon (
  day     date NOT NULL CHECK (day < 'infinity'),
  opening date CHECK (opening < day)
);
CREATE UNIQUE INDEX billing_horizon_one_row ON billing_horizon ((true));
INSERT INTO billing_horizon (day) VALUES ('-infinity');

-- Moves the horizon on to a day that is over, and opens the ledger on the day before the first one that was asked for.
-- The opening stands as soon as there is anything in the ledger: opened a second time, it would post everything twice.
-- False if a change of facts was under way for as long as lock_timeout.
CREATE FUNCTION announce_billing(business_date date) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF business_date >= (now() AT TIME ZONE 'UTC')::date THEN
    RAISE EXCEPTION 'billing of %, a day that is not over', business_date USING ERRCODE = 'check_violation';
  END IF;
  UPDATE public.billing_horizon h
  SET opening = CASE WHEN h.opening IS NOT NULL AND (EXISTS (SELECT 1 FROM public.charges)
                                                     OR EXISTS (SELECT 1 FROM public.billing_days))
                     THEN h.opening ELSE business_date - 1 END,
      day = greatest(h.day, business_date);
  RETURN true;
EXCEPTION WHEN lock_not_available THEN
  RETURN false;
END
$$;

-- A charge names a VM that exists, and a day that a run has announced and nobody has closed. Only VMs in the range of the
-- statement are looked at: over all of them, the check cost as much as the insert.
CREATE FUNCTION check_charges() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  posted record;
  open record;
  unknown text;
BEGIN
  SELECT min(n.day) AS first_day, max(n.day) AS last_day, min(n.vm_id) AS first_vm, max(n.vm_id) AS last_vm
  INTO posted FROM new_rows n;
  SELECT coalesce((SELECT max(d.day) + 1 FROM public.billing_days d), h.opening) AS first_day, h.day AS last_day
  INTO STRICT open FROM public.billing_horizon h;
  IF posted.first_day < open.first_day THEN
    RAISE EXCEPTION 'charge for %, which is a closed day', posted.first_day USING ERRCODE = 'check_violation',
      HINT = 'Corrections are posted on the day that the next run closes.';
  ELSIF open.first_day IS NULL AND posted.first_day IS NOT NULL OR posted.last_day > open.last_day THEN
    RAISE EXCEPTION 'charge for %, a day that no run has announced', posted.last_day USING ERRCODE = 'check_violation';
  END IF;
  SELECT n.vm_id INTO unknown FROM new_rows n
  WHERE NOT EXISTS (SELECT 1 FROM public.vms v
                    WHERE v.id = n.vm_id AND v.id >= posted.first_vm AND v.id <= posted.last_vm) LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'charge for VM %, which does not exist', unknown USING ERRCODE = 'foreign_key_violation';
  END IF;
  RETURN NULL;
END
$$;
CREATE TRIGGER check_charges AFTER INSERT ON charges REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION check_charges();

-- VMs of which a fact changed under a day that is closed, or that a run is closing: the next run posts the difference.
CREATE TABLE billing_rechecks (
  vm_id text COLLATE "C" PRIMARY KEY REFERENCES vms (id),
  since timestamptz NOT NULL
);

CREATE TABLE account_balances (
  email text PRIMARY KEY REFERENCES accounts (email) ON UPDATE CASCADE ON DELETE RESTRICT,
  units numeric(38,0) NOT NULL,
  as_of timestamptz NOT NULL
) WITH (fillfactor = 50);

-- The formula of the ledger: what each VM cost from its creation up to two instants, in units. For each of them
--   C(t) = 0 if t <= created, else greatest(p1 x one day, sum of p_i x overlap_i of [created, least(t, deleted)))
-- where p_i are the rates in cents a month, the first of which reaches back to the creation. The charge of a day is
-- C(its end) - C(its start), so that the rows of a VM always add up to C. Only VMs with from_id <= id < to_id; every id
-- is > '' and < '~'. Only those of accounts with from_email <= email < to_email; null is no limit. VMs never
-- provisioned (created null) cost nothing and are left out.
CREATE FUNCTION vm_costs(before_at timestamptz, after_at timestamptz, from_id text, to_id text,
                         from_email text DEFAULT NULL, to_email text DEFAULT NULL)
RETURNS TABLE (vm_id text, email text, units_before numeric, units_after numeric)
LANGUAGE sql STABLE AS $$
  SELECT s.vm_id, min(s.email),
         CASE WHEN before_at <= min(s.created) THEN 0
              ELSE greatest(max(s.cents) FILTER (WHERE s.nth = 1) * 86400000000,
                            sum(s.cents * 1000000 * extract(epoch FROM
                                greatest(least(s.until, s.deleted, before_at) - s.since, interval '0')))) END,
         CASE WHEN after_at <= min(s.created) THEN 0
              ELSE greatest(max(s.cents) FILTER (WHERE s.nth = 1) * 86400000000,
                            sum(s.cents * 1000000 * extract(epoch FROM
                                greatest(least(s.until, s.deleted, after_at) - s.since, interval '0')))) END
  FROM (SELECT r.vm_id, v.email, v.created, v.deleted, r.cents_per_month AS cents,
               row_number() OVER rates AS nth,
               CASE WHEN row_number() OVER rates = 1 THEN v.created ELSE greatest(r.valid_from, v.created) END AS since,
               lead(r.valid_from) OVER rates AS until
        FROM public.vm_rates r
        JOIN public.vms v ON v.id = r.vm_id
        WHERE v.created IS NOT NULL
          AND (from_email IS NULL OR v.email >= from_email) AND (to_email IS NULL OR v.email < to_email)
          AND r.vm_id >= from_id COLLATE "C" AND r.vm_id < to_id COLLATE "C"
          AND v.id >= from_id COLLATE "C" AND v.id < to_id COLLATE "C"
        WINDOW rates AS (PARTITION BY r.vm_id ORDER BY r.valid_from)) s
  GROUP BY s.vm_id
$$;
