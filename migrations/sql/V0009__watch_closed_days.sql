-- Watches the facts that closed days depend on. A VM whose creation, deletion or rates change before the horizon goes
-- to billing_rechecks, whoever writes it.
--
-- Why:    a back-dated change must reach the ledger as a correction, never be forgotten and never rewrite history.
-- Locks:  new objects only; blocks nobody.
-- Before: there is no earlier release.
-- Data:   none lost.

-- The instant before which a changed fact concerns a day that is closed or being closed. Who calls it holds the row that
-- a run has to move, so only the triggers below may.
CREATE FUNCTION billing_horizon() RETURNS timestamptz
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  horizon date;
BEGIN
  SELECT day INTO STRICT horizon FROM public.billing_horizon FOR SHARE;
  RETURN (horizon + 1)::timestamp AT TIME ZONE 'UTC';
END
$$;

CREATE FUNCTION recheck_changed_vm() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  horizon timestamptz;
BEGIN
  IF NOT EXISTS (SELECT 1 FROM new_rows n JOIN old_rows o ON o.id = n.id
                 WHERE (n.created, n.deleted) IS DISTINCT FROM (o.created, o.deleted)) THEN
    RETURN NULL;
  END IF;
  horizon := public.billing_horizon();
  INSERT INTO public.billing_rechecks AS r (vm_id, since)
  SELECT c.id, c.since
  FROM (SELECT n.id,
               least(CASE WHEN n.created IS DISTINCT FROM o.created THEN least(o.created, n.created) END,
                     CASE WHEN n.deleted IS DISTINCT FROM o.deleted THEN least(o.deleted, n.deleted) END) AS since
        FROM new_rows n JOIN old_rows o ON o.id = n.id) c
  WHERE c.since < horizon
  ORDER BY c.id
  ON CONFLICT (vm_id) DO UPDATE SET since = least(r.since, EXCLUDED.since);
  RETURN NULL;
END
$$;
CREATE TRIGGER recheck_changed AFTER UPDATE ON vms REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION recheck_changed_vm();

-- A rate counts from valid_from on, and the first one from the creation. A new VM comes here by its first rate.
CREATE FUNCTION recheck_changed_rate() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  horizon timestamptz;
BEGIN
  horizon := public.billing_horizon();
  INSERT INTO public.billing_rechecks AS r (vm_id, since)
  SELECT c.vm_id, min(c.since)
  FROM (SELECT n.vm_id,
               CASE WHEN EXISTS (SELECT 1 FROM public.vm_rates e WHERE e.vm_id = n.vm_id AND e.valid_from < n.valid_from)
                    THEN n.valid_from ELSE least(n.valid_from, v.created) END AS since
        FROM changed_rows n JOIN public.vms v ON v.id = n.vm_id
        WHERE v.created IS NOT NULL) c
  WHERE c.since < horizon
  GROUP BY c.vm_id
  ORDER BY c.vm_id
  ON CONFLICT (vm_id) DO UPDATE SET since = least(r.since, EXCLUDED.since);
  RETURN NULL;
END
$$;
CREATE TRIGGER recheck_added AFTER INSERT ON vm_rates REFERENCING NEW TABLE AS changed_rows
  FOR EACH STATEMENT EXECUTE FUNCTION recheck_changed_rate();
CREATE TRIGGER recheck_changed AFTER UPDATE ON vm_rates REFERENCING NEW TABLE AS changed_rows
  FOR EACH STATEMENT EXECUTE FUNCTION recheck_changed_rate();
CREATE TRIGGER recheck_moved AFTER UPDATE ON vm_rates REFERENCING OLD TABLE AS changed_rows
  FOR EACH STATEMENT EXECUTE FUNCTION recheck_changed_rate();
CREATE TRIGGER recheck_removed AFTER DELETE ON vm_rates REFERENCING OLD TABLE AS changed_rows
  FOR EACH STATEMENT EXECUTE FUNCTION recheck_changed_rate();
