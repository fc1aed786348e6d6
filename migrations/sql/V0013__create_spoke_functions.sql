-- All that a spoke may do. Which host it is comes from its login and never from a parameter; every effect is fenced by
-- the token of a claim. The session that a connection works for is a setting of the connection, made by open_session:
-- where it is set, a session that a second spoke of the same login opened meanwhile does not pass for it.
--
-- Why:    a hypervisor that was broken into can harm its own VMs and nobody else's (ADR-0009).
-- Locks:  new objects only; blocks nobody.
-- Before: there is no earlier release.
-- Data:   none lost.
CREATE SCHEMA spoke;

-- The host of the login. Serialises what a host's spokes do at once; FOR NO KEY UPDATE lets foreign keys be checked.
CREATE FUNCTION spoke.own_host() RETURNS public.hosts
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  mine public.hosts;
BEGIN
  SELECT h.* INTO mine FROM public.hosts h WHERE h.db_role = session_user FOR NO KEY UPDATE;
  IF NOT FOUND OR mine.state = 'removed' THEN
    RAISE EXCEPTION 'login % is of no host', session_user USING ERRCODE = 'invalid_authorization_specification',
      HINT = 'Add the host with: hubcap spokes add HOST';
  END IF;
  RETURN mine;
END
$$;

-- The session of this connection, while it lives. SQLSTATE HC001: it is over, and may be opened again. HC002: another
-- spoke of the host has opened one, which lives; two that opened theirs in turn would never get anything done.
CREATE FUNCTION spoke.own_session(of_host text) RETURNS public.host_sessions
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  mine public.host_sessions;
BEGIN
  SELECT s.* INTO mine FROM public.host_sessions s WHERE s.host = of_host AND s.ended IS NULL;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'the session of host % is over', of_host USING ERRCODE = 'HC001',
      HINT = 'It was silent for too long, or none was opened. Open a session.';
  ELSIF mine.epoch::text <> coalesce(nullif(current_setting('hubcap.spoke_epoch', true), ''), mine.epoch::text) THEN
    RAISE EXCEPTION 'another spoke of host % has begun to work', of_host USING ERRCODE = 'HC002',
      HINT = 'One login is for one spoke. Stop one of the two.';
  END IF;
  RETURN mine;
END
$$;

-- Puts back what a session had under way; what has used its attempts up is dead. Returns how many operations.
CREATE FUNCTION public.end_session(of_session bigint, why text) RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  held record;
  rescued integer := 0;
BEGIN
  UPDATE public.host_sessions s SET ended = now() WHERE s.id = of_session AND s.ended IS NULL;
  IF NOT FOUND THEN
    RETURN 0;
  END IF;
  FOR held IN SELECT o.id, o.fencing_token FROM public.operations o WHERE o.state = 'running' AND o.session = of_session ORDER BY o.id LOOP
    IF public.end_attempt(held.id, held.fencing_token, 'lost', NULL,
                          jsonb_build_object('kind', 'TRANSIENT', 'message', why)) THEN
      rescued := rescued + 1;
    END IF;
  END LOOP;
  RETURN rescued;
END
$$;

-- Begins a session and puts back what the one before it had under way. version is the spoke's release, for operators.
-- Refused, with the reason in refusal, where the spoke has seen a token that this database never gave out: then the
-- database is older than what was done on the host.
CREATE FUNCTION spoke.open_session(version text, memory_mb integer, vcpus integer, highest_token bigint,
                                   OUT epoch bigint, OUT schema_version integer, OUT rescued integer, OUT host text,
                                   OUT channels text[], OUT refusal text)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  mine public.hosts := spoke.own_host();
  given bigint;
  before bigint;
BEGIN
  SELECT s.version INTO STRICT schema_version FROM public.schemaversion s;
  SELECT CASE WHEN t.is_called THEN t.last_value ELSE 0 END INTO STRICT given FROM public.fencing_tokens t;
  rescued := 0;
  host := mine.id;
  channels := ARRAY[public.operations_channel(mine.id), public.operations_channel(NULL)];
  IF open_session.highest_token > given THEN
    refusal := format('host %s has applied fencing token %s, but this database has given out no more than %s', mine.id, open_session.highest_token, given);
    INSERT INTO audit.events (actor, action, subject, after)
    VALUES (session_user, 'spoke refused', 'host ' || mine.id, jsonb_build_object('reason', refusal));
    RETURN;
  END IF;
  SELECT s.id INTO before FROM public.host_sessions s WHERE s.host = mine.id AND s.ended IS NULL;
  IF FOUND THEN
    rescued := public.end_session(before, 'its spoke was started again');
  END IF;
  INSERT INTO public.host_sessions (host, epoch, version)
  SELECT mine.id, coalesce(max(s.epoch), 0) + 1, open_session.version FROM public.host_sessions s WHERE s.host = mine.id
  RETURNING host_sessions.epoch INTO epoch;
  UPDATE public.hosts h
  SET memory_mb = open_session.memory_mb, vcpus = open_session.vcpus, version = open_session.version, last_health_check = now()
  WHERE h.id = mine.id;
  PERFORM set_config('hubcap.spoke_epoch', epoch::text, false);
END
$$;

-- Tells that the session lives, and asks about what it does: which of those tokens are still its own, which of them are
-- to be cancelled, whether work waits, how soon the next is due, and the schema's version now. What the session holds and
-- the spoke does not name was claimed with an answer that never arrived, if the claim is not fresh: it goes back.
CREATE FUNCTION spoke.heartbeat(tokens bigint[], OUT ours bigint[], OUT to_cancel bigint[], OUT work_due boolean,
                                OUT due_in interval, OUT schema_version integer)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan AS $$
DECLARE
  mine public.hosts;
  current public.host_sessions;
BEGIN
  SELECT h.* INTO mine FROM public.hosts h WHERE h.db_role = session_user AND h.state <> 'removed';
  IF NOT FOUND THEN
    mine := spoke.own_host();
  END IF;
  current := spoke.own_session(mine.id);
  UPDATE public.host_sessions s SET heartbeat_at = clock_timestamp() WHERE s.id = current.id AND s.ended IS NULL;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'the session of host % is over', mine.id USING ERRCODE = 'HC001';
  END IF;
  PERFORM public.end_attempt(o.id, o.fencing_token, 'returned', NULL, NULL)
  FROM public.operations o
  WHERE o.state = 'running' AND o.session = current.id AND o.claimed_at < clock_timestamp() - interval '30 s'
    AND o.fencing_token <> ALL (tokens);
  SELECT coalesce(array_agg(o.fencing_token), '{}'),
         coalesce(array_agg(o.fencing_token) FILTER (WHERE o.cancel_requested_at IS NOT NULL), '{}')
  INTO ours, to_cancel
  FROM public.operations o
  WHERE o.state = 'running' AND o.session = current.id AND o.fencing_token = ANY (tokens);
  SELECT min(d.run_at) - clock_timestamp() INTO due_in FROM (
    (SELECT o.run_at FROM public.operations o WHERE o.state = 'queued' AND o.host = mine.id ORDER BY o.priority, o.id LIMIT 100)
    UNION ALL
    (SELECT o.run_at FROM public.operations o WHERE o.state = 'queued' AND o.host IS NULL AND mine.state = 'active'
     ORDER BY o.host, o.priority, o.id LIMIT 100)) d;
  work_due := coalesce(due_in <= interval '0', false);
  SELECT s.version INTO STRICT schema_version FROM public.schemaversion s;
END
$$;

-- What a host has left of memory and virtual processors: derived, never counted.
CREATE FUNCTION public.host_room(of_host text, OUT memory_mb bigint, OUT vcpus bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  SELECT h.memory_mb - coalesce(t.memory_mb, 0), h.vcpus - coalesce(t.vcpus, 0) INTO memory_mb, vcpus
  FROM public.hosts h
  LEFT JOIN (SELECT v.host, sum(s.memory_mb) AS memory_mb, sum(s.vcpus) AS vcpus
             FROM public.vms v JOIN public.vm_sizes s ON s.id = v.size
             WHERE v.host = of_host AND v.state IN ('provisioning', 'running', 'stopped')
             GROUP BY v.host) t ON t.host = h.id
  WHERE h.id = of_host;
END
$$;

-- Due operations of one queue (of_host null: what any host may take) that fit the room, in order, locked; what others
-- hold is passed by. A function of its own for its plan: with a bound LIMIT, a plan made for an empty queue walks the
-- whole table, and a join in place of the array sorts it. (host IS NULL is no constant to the planner: without host in
-- its ORDER BY, that queue is sorted as a whole.)
CREATE FUNCTION spoke.due(of_host text, room_mb bigint, room_vcpus bigint, after_priority integer, after_id bigint, at_most integer)
RETURNS bigint[]
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan AS $$
BEGIN
  IF of_host IS NULL THEN
    RETURN ARRAY(
      SELECT o.id FROM public.operations o
      WHERE o.state = 'queued' AND o.host IS NULL AND (o.priority, o.id) > (after_priority, after_id)
        AND o.run_at <= clock_timestamp()
        AND (o.memory_mb = 0 OR o.memory_mb + (SELECT k.memory_reserve_mb FROM public.operation_kinds k WHERE k.kind = o.kind) <= room_mb) AND (o.vcpus = 0 OR o.vcpus <= room_vcpus)
        AND (o.vm_id IS NULL OR NOT EXISTS (SELECT FROM public.operations e
                                            WHERE e.vm_id = o.vm_id AND e.id < o.id AND e.state IN ('queued', 'running', 'dead')))
      ORDER BY o.host, o.priority, o.id LIMIT at_most FOR NO KEY UPDATE OF o SKIP LOCKED);
  END IF;
  RETURN ARRAY(
    SELECT o.id FROM public.operations o
    WHERE o.state = 'queued' AND o.host = of_host AND (o.priority, o.id) > (after_priority, after_id)
      AND o.run_at <= clock_timestamp()
      AND (o.memory_mb = 0 OR o.memory_mb + (SELECT k.memory_reserve_mb FROM public.operation_kinds k WHERE k.kind = o.kind) <= room_mb) AND (o.vcpus = 0 OR o.vcpus <= room_vcpus)
      AND (o.vm_id IS NULL OR NOT EXISTS (SELECT FROM public.operations e
                                          WHERE e.vm_id = o.vm_id AND e.id < o.id AND e.state IN ('queued', 'running', 'dead')))
    ORDER BY o.priority, o.id LIMIT at_most FOR NO KEY UPDATE OF o SKIP LOCKED);
END
$$;

-- Claims what is due and fits: the host's own operations first, then what any host may take, each oldest first. While
-- it finds a full batch, the next claim goes on behind it (kept for the connection, begun anew every second), so that
-- rows that are long gone but that an old snapshot may still see are not walked over each time.
CREATE FUNCTION spoke.claim(max_operations integer)
RETURNS TABLE (operation_id bigint, kind text, vm_id text, token bigint, payload jsonb, attempt integer, deadline_seconds integer)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan AS $$
#variable_conflict use_column
DECLARE
  mine public.hosts := spoke.own_host();
  current public.host_sessions := spoke.own_session(mine.id);
  room record;
  floor_at text[];
  own bigint[];
  anyones bigint[] := '{}';
  chosen bigint[];
  last record;
BEGIN
  IF max_operations < 1 OR max_operations > 1000 THEN
    RAISE EXCEPTION 'max_operations is %; 1 to 1000 are possible', max_operations USING ERRCODE = 'invalid_parameter_value';
  END IF;
  IF EXISTS (SELECT FROM public.freezes f WHERE f.scope IN ('all', 'claims', 'upgrade') AND (f.until IS NULL OR f.until > now())) THEN
    RETURN;
  END IF;
  SELECT r.memory_mb, r.vcpus INTO room FROM public.host_room(mine.id) r;
  own := spoke.due(mine.id, room.memory_mb, room.vcpus, -32768, 0, max_operations);
  IF mine.state = 'active' AND cardinality(own) < max_operations THEN
    floor_at := string_to_array(nullif(current_setting('hubcap.spoke_floor', true), ''), ' ');
    IF floor_at IS NULL OR clock_timestamp() - floor_at[3]::timestamptz > interval '1 s' THEN
      floor_at := ARRAY['-32768', '0', replace(clock_timestamp()::text, ' ', 'T')];
    END IF;
    anyones := spoke.due(NULL, room.memory_mb, room.vcpus, floor_at[1]::integer, floor_at[2]::bigint, max_operations - cardinality(own));
    IF cardinality(own) + cardinality(anyones) = max_operations THEN
      SELECT o.priority, o.id INTO last FROM public.operations o WHERE o.id = anyones[cardinality(anyones)];
      PERFORM set_config('hubcap.spoke_floor', last.priority || ' ' || last.id || ' ' || floor_at[3], false);
    ELSE
      PERFORM set_config('hubcap.spoke_floor', '', false);
    END IF;
  END IF;
  chosen := own || anyones;
  IF EXISTS (SELECT FROM public.operations o WHERE o.id = ANY (chosen) AND (o.memory_mb > 0 OR o.vcpus > 0)) THEN
    chosen := ARRAY(
      SELECT c.id FROM (
        SELECT o.id, o.memory_mb, o.vcpus, k.memory_reserve_mb,
               sum(o.memory_mb) OVER earlier AS memory_so_far, sum(o.vcpus) OVER earlier AS vcpus_so_far
        FROM public.operations o JOIN public.operation_kinds k ON k.kind = o.kind
        WHERE o.id = ANY (chosen)
        WINDOW earlier AS (ORDER BY array_position(chosen, o.id))) c
      WHERE c.memory_mb = 0 AND c.vcpus = 0
         OR c.memory_so_far + c.memory_reserve_mb <= room.memory_mb AND c.vcpus_so_far <= room.vcpus);
    UPDATE public.vms v SET host = mine.id, state = 'provisioning'
    FROM public.operations o
    WHERE o.id = ANY (chosen) AND o.kind IN ('provision', 'restore') AND v.id = o.vm_id;
    -- What waits behind a provision goes where the VM goes.
    UPDATE public.operations w SET host = mine.id
    FROM public.operations o
    WHERE o.id = ANY (chosen) AND o.kind = 'provision' AND w.vm_id = o.vm_id AND w.host IS NULL AND w.state = 'queued' AND w.id <> o.id;
  END IF;
  RETURN QUERY
  WITH claimed AS (
    UPDATE public.operations o
    SET state = 'running', host = mine.id, session = current.id, fencing_token = nextval('public.fencing_tokens'),
        claimed_at = clock_timestamp(), claims = o.claims + 1, attempts = o.attempts + 1, error = NULL
    WHERE o.id = ANY (chosen)
    RETURNING o.id, o.kind, o.vm_id, o.fencing_token, o.payload, o.attempts)
  SELECT c.id, c.kind, c.vm_id, c.fencing_token, c.payload, c.attempts, extract(epoch FROM k.deadline)::integer
  FROM claimed c JOIN public.operation_kinds k ON k.kind = c.kind
  ORDER BY c.fencing_token;
END
$$;
