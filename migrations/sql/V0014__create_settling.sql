-- How an attempt ends, and what its end means for the VM. Every way out of 'running' is end_attempt, which asks for the
-- token that it saw: whoever comes late changes nothing.
--
-- Why:    what happened to a VM and what the queue says about it are one transaction (ADR-0009).
-- Locks:  new objects only; blocks nobody.
-- Before: there is no earlier release.
-- Data:   none lost.

-- What a handler that succeeded has made of its VM. A VM that was deleted meanwhile is never billed: created stays null.
CREATE FUNCTION public.apply_success(of_kind text, of_vm text, result jsonb) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF of_kind IN ('provision', 'start', 'restart', 'restore') THEN
    IF of_kind = 'restore' THEN
      -- Nothing is charged for the time in which it was deleted.
      INSERT INTO public.vm_rates (vm_id, valid_from, cents_per_month)
      SELECT v.id, v.deleted, 0 FROM public.vms v WHERE v.id = of_vm AND v.deleted IS NOT NULL AND v.created IS NOT NULL
      ON CONFLICT (vm_id, valid_from) DO UPDATE SET cents_per_month = 0;
      INSERT INTO public.vm_rates (vm_id, valid_from, cents_per_month)
      SELECT v.id, now(), s.dollars_per_month * 100 FROM public.vms v JOIN public.vm_sizes s ON s.id = v.size
      WHERE v.id = of_vm AND v.deleted IS NOT NULL AND v.created IS NOT NULL;
    END IF;
    UPDATE public.vms v
    SET state = 'running',
        created = CASE WHEN v.deleted IS NULL AND of_kind = 'provision' THEN coalesce(v.created, now()) ELSE v.created END,
        deleted = CASE WHEN of_kind = 'restore' THEN NULL ELSE v.deleted END,
        purge_after = CASE WHEN of_kind = 'restore' THEN NULL ELSE v.purge_after END,
        desired_state = CASE WHEN of_kind = 'restore' THEN 'running' ELSE v.desired_state END,
        public_ipv4 = coalesce((result ->> 'public_ipv4')::inet, v.public_ipv4)
    WHERE v.id = of_vm;
    INSERT INTO public.vm_ssh_host_key (email, vm_id, key_type, content, sha256)
    SELECT v.email, v.id, k ->> 'key_type', k ->> 'content', k ->> 'sha256'
    FROM public.vms v, jsonb_array_elements(coalesce(result -> 'ssh_host_keys', '[]')) k
    WHERE v.id = of_vm
    ON CONFLICT (email, vm_id, key_type) DO UPDATE SET content = EXCLUDED.content, sha256 = EXCLUDED.sha256;
  ELSIF of_kind = 'stop' THEN
    UPDATE public.vms v SET state = 'stopped' WHERE v.id = of_vm;
  ELSIF of_kind = 'teardown' THEN
    UPDATE public.vms v SET state = 'deleted', public_ipv4 = NULL WHERE v.id = of_vm;
  ELSIF of_kind = 'purge' THEN
    UPDATE public.vms v SET state = 'purged' WHERE v.id = of_vm;
  END IF;
END
$$;

-- What it means for a VM that its operation is dead or cancelled: a provision that failed takes no room and is not
-- billed; a restore that did not come about leaves the VM deleted, so that it may be restored again, or purged.
CREATE FUNCTION public.apply_end(of_kind text, of_vm text) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  UPDATE public.vms v
  SET state = CASE of_kind WHEN 'provision' THEN 'failed' ELSE 'deleted' END,
      desired_state = CASE of_kind WHEN 'provision' THEN v.desired_state ELSE 'deleted' END
  WHERE v.id = of_vm
    AND (of_kind = 'provision' AND v.state IN ('requested', 'provisioning')
         OR of_kind = 'restore' AND v.state IN ('deleted', 'provisioning'))
$$;

-- Ends an attempt: outcome is succeeded, failed (error: {"kind": TRANSIENT | CAPACITY | USER | INTERNAL, "message": ...}),
-- returned (nothing was done that matters; no attempt is used), cancelled or lost. False, and nothing changed, unless
-- the operation is running under that token.
CREATE FUNCTION public.end_attempt(of_operation bigint, of_token bigint, of_outcome text, of_result jsonb, of_error jsonb)
RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan AS $$
DECLARE
  was public.operations;
  how public.operation_kinds;
  no_room boolean := of_outcome = 'failed' AND of_error ->> 'kind' = 'CAPACITY';
  given_back boolean := of_outcome = 'returned' OR of_outcome = 'failed' AND of_error ->> 'kind' = 'CAPACITY';
  next_state text;
BEGIN
  SELECT o.* INTO was FROM public.operations o
  WHERE o.id = of_operation AND o.fencing_token = of_token AND o.state = 'running' FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  SELECT k.* INTO STRICT how FROM public.operation_kinds k WHERE k.kind = was.kind;
  next_state := CASE
    WHEN of_outcome = 'succeeded' THEN 'succeeded'
    WHEN of_outcome = 'cancelled' OR was.cancel_requested_at IS NOT NULL THEN 'cancelled'
    WHEN given_back THEN 'queued'
    WHEN of_outcome = 'failed' AND coalesce(of_error ->> 'kind', 'INTERNAL') <> 'TRANSIENT' THEN 'dead'
    WHEN was.attempts >= was.max_attempts THEN 'dead'
    ELSE 'queued' END;
  UPDATE public.operations o
  SET state = next_state, session = NULL, result = of_result, error = of_error,
      host = CASE WHEN no_room AND was.kind = 'provision' THEN NULL ELSE was.host END,
      attempts = CASE WHEN given_back THEN was.attempts - 1 ELSE was.attempts END,
      finished_at = CASE WHEN next_state = 'queued' THEN NULL ELSE clock_timestamp() END,
      run_at = CASE WHEN next_state <> 'queued' THEN was.run_at
                    WHEN no_room THEN clock_timestamp() + how.backoff
                    WHEN of_outcome IN ('returned', 'lost') THEN clock_timestamp()
                    ELSE clock_timestamp() + random() * least(how.backoff_most, how.backoff * power(2, least(was.attempts - 1, 20))) END
  WHERE o.id = was.id;
  INSERT INTO public.operation_attempts AS a (operation_id, token, host, started, ended, outcome, step, error)
  VALUES (was.id, of_token, was.host, was.claimed_at, clock_timestamp(),
          CASE WHEN no_room THEN 'no_room' ELSE of_outcome END, of_error ->> 'step', of_error)
  ON CONFLICT (operation_id, token) DO UPDATE
  SET ended = EXCLUDED.ended, outcome = EXCLUDED.outcome, step = coalesce(EXCLUDED.step, a.step), error = EXCLUDED.error;
  IF next_state = 'succeeded' THEN
    PERFORM public.apply_success(was.kind, was.vm_id, coalesce(of_result, '{}'));
  ELSIF next_state IN ('dead', 'cancelled') THEN
    PERFORM public.apply_end(was.kind, was.vm_id);
  ELSIF no_room AND was.kind = 'provision' THEN
    UPDATE public.vms v SET host = NULL, state = 'requested' WHERE v.id = was.vm_id AND v.state = 'provisioning';
    UPDATE public.operations w SET host = NULL WHERE w.vm_id = was.vm_id AND w.state = 'queued' AND w.host = was.host;
  END IF;
  PERFORM pg_notify(public.operations_channel(CASE WHEN no_room AND was.kind = 'provision' THEN NULL ELSE was.host END), '');
  RETURN true;
END
$$;

-- Ends an attempt of the spoke's own. False: it was no longer its own, and its work must stop.
CREATE FUNCTION spoke.settle(operation_id bigint, token bigint, outcome text, result jsonb, error jsonb) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF settle.outcome IS NULL OR settle.outcome NOT IN ('succeeded', 'failed', 'returned', 'cancelled') THEN
    RAISE EXCEPTION 'outcome is %; succeeded, failed, returned and cancelled are possible', settle.outcome USING ERRCODE = 'invalid_parameter_value';
  END IF;
  PERFORM FROM public.operations o JOIN public.hosts h ON h.id = o.host
  WHERE o.id = settle.operation_id AND o.fencing_token = settle.token AND h.db_role = session_user;
  RETURN FOUND AND public.end_attempt(settle.operation_id, settle.token, settle.outcome, settle.result, settle.error);
END
$$;

-- The batch form, for operations that concern no VM and succeeded. Returns those that counted.
CREATE FUNCTION spoke.settle_all(operation_ids bigint[], tokens bigint[]) RETURNS SETOF bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan AS $$
DECLARE
  mine text := (SELECT h.id FROM public.hosts h WHERE h.db_role = session_user);
BEGIN
  RETURN QUERY
  WITH ended AS (
    UPDATE public.operations o
    SET state = 'succeeded', session = NULL, finished_at = clock_timestamp()
    WHERE o.id = ANY (operation_ids) AND o.fencing_token = ANY (tokens) AND o.state = 'running' AND o.vm_id IS NULL AND o.host = mine
    RETURNING o.id, o.fencing_token, o.claimed_at),
  attempts AS (
    INSERT INTO public.operation_attempts (operation_id, token, host, started, ended, outcome)
    SELECT e.id, e.fencing_token, mine, e.claimed_at, clock_timestamp(), 'succeeded' FROM ended e)
  SELECT e.id FROM ended e;
END
$$;

-- Says how far an attempt of the spoke's own is. False: it is no longer its own, or is to be cancelled.
CREATE FUNCTION spoke.note(operation_id bigint, token bigint, step text) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  was record;
BEGIN
  SELECT o.host, o.claimed_at, o.cancel_requested_at INTO was
  FROM public.operations o JOIN public.hosts h ON h.id = o.host
  WHERE o.id = note.operation_id AND o.fencing_token = note.token AND o.state = 'running' AND h.db_role = session_user;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  INSERT INTO public.operation_attempts AS a (operation_id, token, host, started, step)
  VALUES (note.operation_id, note.token, was.host, was.claimed_at, left(note.step, 200))
  ON CONFLICT ON CONSTRAINT operation_attempts_pkey DO UPDATE SET step = EXCLUDED.step WHERE a.ended IS NULL;
  RETURN was.cancel_requested_at IS NULL;
END
$$;

-- What is on the spoke's host: {"vms": [...]}, at most 16 MB.
CREATE FUNCTION spoke.report_inventory(said jsonb) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  mine public.hosts := spoke.own_host();
BEGIN
  IF jsonb_typeof(report_inventory.said) IS DISTINCT FROM 'object' OR pg_column_size(report_inventory.said) > 16 * 1024 * 1024 THEN
    RAISE EXCEPTION 'an inventory is one JSON object of at most 16 MB' USING ERRCODE = 'invalid_parameter_value';
  END IF;
  INSERT INTO public.host_inventories AS i (host, at, said) VALUES (mine.id, now(), report_inventory.said)
  ON CONFLICT (host) DO UPDATE SET at = EXCLUDED.at, said = EXCLUDED.said;
  UPDATE public.hosts h SET last_health_check = now() WHERE h.id = mine.id;
END
$$;

GRANT USAGE ON SCHEMA spoke TO hubcap_spoke;
GRANT EXECUTE ON FUNCTION spoke.open_session, spoke.claim, spoke.heartbeat, spoke.settle, spoke.settle_all, spoke.note,
  spoke.report_inventory TO hubcap_spoke;
GRANT EXECUTE ON FUNCTION public.end_session, public.end_attempt, public.apply_end, public.retire_operations TO hubcap_hub;
GRANT EXECUTE ON FUNCTION public.host_room, public.operations_channel TO hubcap_hub, hubcap_read;
-- What became of an operation is history.
REVOKE DELETE ON hosts, operations, operations_history, operation_attempts, host_sessions FROM hubcap_hub;
REVOKE INSERT, UPDATE ON operations_history FROM hubcap_hub;
