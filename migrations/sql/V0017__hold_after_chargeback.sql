-- A payment that is taken back puts its account on hold, whoever writes it: a person has to decide what becomes of the
-- account's VMs. Only the hub's own reconciliation, which knows why, says hubcap.reconciling and is left out.
--
-- Why:    an operator at a prompt, at night, must not be the one who has to think of it.
-- Locks:  payments, for a moment.
-- Before: there is no earlier release.
-- Data:   none lost.
CREATE FUNCTION hold_after_chargeback() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF coalesce(current_setting('hubcap.reconciling', true), '') = 'on' THEN
    RETURN NULL;
  END IF;
  WITH held AS (
    UPDATE public.accounts a SET hold_reason = format('payment %s was invalidated', c.id)
    FROM (SELECT n.email, min(n.id) AS id FROM new_rows n JOIN old_rows o ON o.id = n.id
          WHERE n.invalidated AND NOT o.invalidated GROUP BY n.email) c
    WHERE a.email = c.email AND a.hold_reason IS NULL
    RETURNING a.email, a.hold_reason)
  INSERT INTO audit.events (actor, action, subject, after)
  SELECT public.acting_user(), 'account held', 'account ' || h.email, jsonb_build_object('reason', h.hold_reason)
  FROM held h ORDER BY h.email;
  RETURN NULL;
END
$$;
REVOKE EXECUTE ON FUNCTION hold_after_chargeback FROM PUBLIC;
CREATE TRIGGER hold_after_chargeback AFTER UPDATE ON payments REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION hold_after_chargeback();
