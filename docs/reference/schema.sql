-- The whole schema, as the migrations make it on PostgreSQL 18. Made by `mvn -pl migrations test -Dgolden=write
-- -Dtest=SchemaTextTest`, never by hand; the build compares it. docs/reference/tables.md says what the tables are for.

SET check_function_bodies = false;

ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;

CREATE SCHEMA audit;

CREATE SCHEMA batch;

CREATE SCHEMA spoke;

CREATE SEQUENCE batch.batch_job_execution_seq AS bigint INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1;

CREATE SEQUENCE batch.batch_job_instance_seq AS bigint INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1;

CREATE SEQUENCE batch.batch_step_execution_seq AS bigint INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1;

CREATE SEQUENCE public.fencing_tokens AS bigint INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1;

CREATE TABLE audit.events (
  id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
  at timestamp with time zone NOT NULL DEFAULT now(),
  actor text NOT NULL,
  action text NOT NULL,
  subject text NOT NULL,
  before jsonb,
  after jsonb
);

CREATE TABLE batch.batch_job_execution (
  job_execution_id bigint NOT NULL,
  version bigint,
  job_instance_id bigint NOT NULL,
  create_time timestamp without time zone NOT NULL,
  start_time timestamp without time zone,
  end_time timestamp without time zone,
  status character varying(10),
  exit_code character varying(2500),
  exit_message character varying(2500),
  last_updated timestamp without time zone
);

CREATE TABLE batch.batch_job_execution_context (
  job_execution_id bigint NOT NULL,
  short_context character varying(2500) NOT NULL,
  serialized_context text
);

CREATE TABLE batch.batch_job_execution_params (
  job_execution_id bigint NOT NULL,
  parameter_name character varying(100) NOT NULL,
  parameter_type character varying(100) NOT NULL,
  parameter_value character varying(2500),
  identifying character(1) NOT NULL
);

CREATE TABLE batch.batch_job_instance (
  job_instance_id bigint NOT NULL,
  version bigint,
  job_name character varying(100) NOT NULL,
  job_key character varying(32) NOT NULL
);

CREATE TABLE batch.batch_step_execution (
  step_execution_id bigint NOT NULL,
  version bigint NOT NULL,
  step_name character varying(100) NOT NULL,
  job_execution_id bigint NOT NULL,
  create_time timestamp without time zone NOT NULL,
  start_time timestamp without time zone,
  end_time timestamp without time zone,
  status character varying(10),
  commit_count bigint,
  read_count bigint,
  filter_count bigint,
  write_count bigint,
  read_skip_count bigint,
  write_skip_count bigint,
  process_skip_count bigint,
  rollback_count bigint,
  exit_code character varying(2500),
  exit_message character varying(2500),
  last_updated timestamp without time zone
);

CREATE TABLE batch.batch_step_execution_context (
  step_execution_id bigint NOT NULL,
  short_context character varying(2500) NOT NULL,
  serialized_context text
);

CREATE TABLE public.account_balances (
  email text NOT NULL,
  units numeric(38,0) NOT NULL,
  as_of timestamp with time zone NOT NULL
) WITH (fillfactor=50);

CREATE TABLE public.accounts (
  email text NOT NULL,
  lower_case_email text NOT NULL,
  created timestamp with time zone NOT NULL DEFAULT now(),
  hold_reason text
);

CREATE TABLE public.billing_days (
  day date NOT NULL,
  vms bigint NOT NULL,
  charges bigint NOT NULL,
  units numeric(38,0) NOT NULL,
  sha256 text NOT NULL,
  closed_at timestamp with time zone NOT NULL DEFAULT now()
);

CREATE TABLE public.billing_horizon (
  day date NOT NULL,
  opening date
);

CREATE TABLE public.billing_rechecks (
  vm_id text COLLATE "C" NOT NULL,
  since timestamp with time zone NOT NULL
);

CREATE TABLE public.btcpay_deliveries (
  id text NOT NULL,
  invoice text,
  type text NOT NULL,
  received_at timestamp with time zone NOT NULL DEFAULT now(),
  handled_at timestamp with time zone
);

CREATE TABLE public.btcpay_freshness (
  singleton boolean NOT NULL DEFAULT true,
  reconciled_at timestamp with time zone,
  swept_at timestamp with time zone
);

CREATE TABLE public.btcpay_invoices (
  id text NOT NULL,
  state text NOT NULL DEFAULT 'UNSEEN'::text,
  since timestamp with time zone NOT NULL DEFAULT now(),
  credited numeric(12,2) NOT NULL DEFAULT 0,
  adopted bigint,
  manual boolean NOT NULL DEFAULT false,
  revision bigint NOT NULL DEFAULT 0,
  looked_at timestamp with time zone,
  due_at timestamp with time zone,
  failing_since timestamp with time zone,
  last_error text
);

CREATE TABLE public.btcpay_matters (
  invoice text NOT NULL,
  kind text NOT NULL,
  at timestamp with time zone NOT NULL,
  says text NOT NULL
);

CREATE TABLE public.btcpay_observations (
  id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
  invoice text NOT NULL,
  at timestamp with time zone NOT NULL,
  state text NOT NULL,
  answer jsonb,
  target numeric(12,2) NOT NULL
);

CREATE TABLE public.charges (
  day date NOT NULL,
  vm_id text COLLATE "C" NOT NULL,
  seq integer NOT NULL,
  units numeric(38,0) NOT NULL,
  run_id bigint NOT NULL,
  reason text,
  posted_at timestamp with time zone NOT NULL DEFAULT now()
);

CREATE TABLE public.dunning_episodes (
  id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
  email text NOT NULL,
  started_at timestamp with time zone NOT NULL DEFAULT now(),
  ended_at timestamp with time zone
);

CREATE TABLE public.dunning_teardowns (
  episode bigint NOT NULL,
  vm_id text COLLATE "C" NOT NULL,
  run_id bigint NOT NULL,
  at timestamp with time zone NOT NULL DEFAULT now(),
  approved boolean NOT NULL
);

CREATE TABLE public.email_change_files (
  id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
  created timestamp with time zone NOT NULL DEFAULT now(),
  actor text NOT NULL,
  lines bigint,
  sha256 text
);

CREATE TABLE public.email_change_lines (
  file_id bigint NOT NULL,
  line bigint NOT NULL,
  old_address text NOT NULL,
  new_address text NOT NULL,
  old_lower text NOT NULL,
  new_lower text NOT NULL,
  undo_of bigint,
  defect text
);

CREATE TABLE public.email_changes (
  run_id bigint NOT NULL,
  line bigint NOT NULL,
  old_address text NOT NULL,
  new_address text NOT NULL,
  old_lower text NOT NULL,
  new_lower text NOT NULL,
  undo_of bigint,
  state text NOT NULL DEFAULT 'waiting'::text,
  unit bigint NOT NULL,
  problem text,
  was_lower text,
  changed_at timestamp with time zone
);

CREATE TABLE public.expected_runs (
  job text NOT NULL,
  fire_at timestamp with time zone NOT NULL,
  business_date date NOT NULL,
  state text NOT NULL DEFAULT 'expected'::text,
  run_id bigint,
  reason text
);

CREATE TABLE public.flyway_schema_history (
  installed_rank integer NOT NULL,
  version character varying(50),
  description character varying(200) NOT NULL,
  type character varying(20) NOT NULL,
  script character varying(1000) NOT NULL,
  checksum integer,
  installed_by character varying(100) NOT NULL,
  installed_on timestamp without time zone NOT NULL DEFAULT now(),
  execution_time integer NOT NULL,
  success boolean NOT NULL
);

CREATE TABLE public.freezes (
  scope text NOT NULL,
  reason text NOT NULL,
  actor text NOT NULL,
  at timestamp with time zone NOT NULL DEFAULT now(),
  until timestamp with time zone
);

CREATE TABLE public.host_inventories (
  host text NOT NULL,
  at timestamp with time zone NOT NULL,
  said jsonb NOT NULL
);

CREATE TABLE public.host_sessions (
  id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
  host text NOT NULL,
  epoch bigint NOT NULL,
  version text NOT NULL,
  started timestamp with time zone NOT NULL DEFAULT now(),
  heartbeat_at timestamp with time zone NOT NULL DEFAULT now(),
  ended timestamp with time zone
) WITH (fillfactor=50);

CREATE TABLE public.hosts (
  id text NOT NULL,
  db_role text NOT NULL,
  state text NOT NULL DEFAULT 'active'::text,
  last_health_check timestamp with time zone,
  memory_mb integer NOT NULL,
  vcpus integer NOT NULL,
  version text NOT NULL
);

CREATE TABLE public.hub_leadership (
  epoch bigint NOT NULL,
  holder text NOT NULL,
  expires_at timestamp with time zone NOT NULL
);

CREATE TABLE public.idempotency_keys (
  token_id bigint NOT NULL,
  key text NOT NULL,
  request text NOT NULL,
  status integer,
  location text,
  body text,
  created timestamp with time zone NOT NULL DEFAULT now()
);

CREATE TABLE public.login_tokens (
  email text NOT NULL,
  created timestamp with time zone NOT NULL DEFAULT now(),
  token text NOT NULL
);

CREATE TABLE public.mails (
  id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
  message_id text NOT NULL,
  recipient text NOT NULL,
  subject text NOT NULL,
  body text NOT NULL,
  created timestamp with time zone NOT NULL DEFAULT now(),
  accepted_at timestamp with time zone,
  refused_at timestamp with time zone,
  attempts integer NOT NULL DEFAULT 0,
  next_attempt_at timestamp with time zone NOT NULL DEFAULT now(),
  last_error text
);

CREATE TABLE public.notices (
  id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
  episode bigint NOT NULL,
  kind text NOT NULL,
  raised_at timestamp with time zone NOT NULL DEFAULT now(),
  superseded_at timestamp with time zone,
  mail_id bigint
);

CREATE TABLE public.operation_attempts (
  operation_id bigint NOT NULL,
  token bigint NOT NULL,
  host text NOT NULL,
  started timestamp with time zone NOT NULL,
  ended timestamp with time zone,
  outcome text,
  step text,
  error jsonb
);

CREATE TABLE public.operation_kinds (
  kind text NOT NULL,
  max_attempts integer NOT NULL,
  backoff interval NOT NULL,
  backoff_most interval NOT NULL,
  deadline interval NOT NULL,
  memory_reserve_mb integer NOT NULL DEFAULT 0
);

CREATE TABLE public.operations (
  id bigint NOT NULL GENERATED BY DEFAULT AS IDENTITY,
  kind text NOT NULL DEFAULT 'noop'::text,
  vm_id text COLLATE "C",
  host text,
  email text,
  created timestamp with time zone NOT NULL DEFAULT now(),
  payload jsonb NOT NULL DEFAULT '{}'::jsonb,
  state text NOT NULL DEFAULT 'queued'::text,
  priority smallint NOT NULL DEFAULT 0,
  run_at timestamp with time zone NOT NULL DEFAULT now(),
  claims integer NOT NULL DEFAULT 0,
  attempts integer NOT NULL DEFAULT 0,
  max_attempts integer NOT NULL DEFAULT 5,
  fencing_token bigint,
  session bigint,
  claimed_at timestamp with time zone,
  memory_mb integer NOT NULL DEFAULT 0,
  vcpus integer NOT NULL DEFAULT 0,
  cancel_requested_at timestamp with time zone,
  finished_at timestamp with time zone,
  result jsonb,
  error jsonb,
  run_id bigint
) WITH (fillfactor=70, autovacuum_vacuum_scale_factor=0.02, autovacuum_vacuum_threshold=5000, autovacuum_analyze_scale_factor=0.1, autovacuum_vacuum_cost_delay=0);

CREATE TABLE public.operations_history (
  id bigint NOT NULL,
  kind text NOT NULL,
  vm_id text COLLATE "C",
  host text,
  email text,
  created timestamp with time zone NOT NULL,
  payload jsonb NOT NULL,
  state text NOT NULL,
  priority smallint NOT NULL,
  run_at timestamp with time zone NOT NULL,
  claims integer NOT NULL,
  attempts integer NOT NULL,
  max_attempts integer NOT NULL,
  fencing_token bigint,
  session bigint,
  claimed_at timestamp with time zone,
  memory_mb integer NOT NULL,
  vcpus integer NOT NULL,
  cancel_requested_at timestamp with time zone,
  finished_at timestamp with time zone NOT NULL,
  result jsonb,
  error jsonb,
  run_id bigint
) PARTITION BY RANGE (finished_at);

CREATE TABLE public.os_images (
  id text NOT NULL,
  template_image_file_name text NOT NULL,
  description text NOT NULL,
  deprecated boolean NOT NULL DEFAULT false
);

CREATE TABLE public.payment_events (
  payment_id bigint NOT NULL,
  at timestamp with time zone NOT NULL,
  invalidated boolean NOT NULL,
  actor text NOT NULL,
  reason text,
  id bigint NOT NULL GENERATED ALWAYS AS IDENTITY
);

CREATE TABLE public.payment_sessions (
  id text NOT NULL,
  email text NOT NULL,
  type text NOT NULL,
  created timestamp with time zone NOT NULL DEFAULT now(),
  dollars numeric(12,2) NOT NULL
);

CREATE TABLE public.payments (
  id bigint NOT NULL GENERATED BY DEFAULT AS IDENTITY,
  email text NOT NULL,
  created timestamp with time zone NOT NULL DEFAULT now(),
  dollars numeric(12,2) NOT NULL,
  invalidated boolean NOT NULL DEFAULT false,
  source text,
  external_id text
);

CREATE TABLE public.plan_rows (
  run_id bigint NOT NULL,
  "position" bigint NOT NULL,
  subject text NOT NULL,
  before text,
  after text
);

CREATE TABLE public.plans (
  run_id bigint NOT NULL,
  created timestamp with time zone NOT NULL DEFAULT now(),
  expires_at timestamp with time zone NOT NULL,
  rows bigint NOT NULL,
  totals jsonb NOT NULL,
  hash text NOT NULL
);

CREATE TABLE public.run_log (
  run_id bigint NOT NULL,
  seq bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
  at timestamp with time zone NOT NULL DEFAULT clock_timestamp(),
  level text NOT NULL,
  message text NOT NULL
);

CREATE TABLE public.runs (
  id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
  job text NOT NULL,
  business_date date,
  status text NOT NULL DEFAULT 'running'::text,
  actor text NOT NULL,
  reason text,
  parameters jsonb NOT NULL DEFAULT '{}'::jsonb,
  plan_hash text,
  created timestamp with time zone NOT NULL DEFAULT now(),
  ended timestamp with time zone,
  started timestamp with time zone,
  plan boolean NOT NULL DEFAULT false,
  approved_by text,
  approved_hash text,
  approved_at timestamp with time zone,
  stop_asked timestamp with time zone,
  execution bigint,
  execution_began timestamp with time zone,
  summary text
);

CREATE TABLE public.schemaversion (
  version integer NOT NULL
);

CREATE TABLE public.ssh_public_keys (
  email text NOT NULL,
  name text NOT NULL,
  created timestamp with time zone NOT NULL DEFAULT now(),
  content text NOT NULL
);

CREATE TABLE public.tokens (
  id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
  name text NOT NULL,
  role text NOT NULL,
  sha256 text NOT NULL,
  created timestamp with time zone NOT NULL DEFAULT now(),
  revoked timestamp with time zone
);

CREATE TABLE public.unresolved_btcpay_invoices (
  id text NOT NULL,
  email text NOT NULL,
  payment_id bigint
);

CREATE TABLE public.vm_rates (
  vm_id text COLLATE "C" NOT NULL,
  valid_from timestamp with time zone NOT NULL,
  cents_per_month numeric NOT NULL
);

CREATE TABLE public.vm_sizes (
  id text NOT NULL,
  dollars_per_month numeric NOT NULL,
  memory_mb integer NOT NULL,
  vcpus integer NOT NULL,
  bandwidth_gb_per_month integer NOT NULL,
  disk_gb integer NOT NULL DEFAULT 25
);

CREATE TABLE public.vm_ssh_authorized_key (
  email text NOT NULL,
  vm_id text COLLATE "C" NOT NULL,
  ssh_public_key_name text NOT NULL
);

CREATE TABLE public.vm_ssh_host_key (
  email text NOT NULL,
  vm_id text COLLATE "C" NOT NULL,
  key_type text NOT NULL,
  content text NOT NULL,
  sha256 text NOT NULL
);

CREATE TABLE public.vms (
  id text COLLATE "C" NOT NULL,
  email text NOT NULL,
  os text NOT NULL,
  size text NOT NULL,
  host text,
  requested_at timestamp with time zone NOT NULL DEFAULT now(),
  created timestamp with time zone,
  deleted timestamp with time zone,
  purge_after timestamp with time zone,
  desired_state text NOT NULL DEFAULT 'running'::text,
  state text NOT NULL DEFAULT 'requested'::text,
  public_ipv4 inet,
  last_seen_ipv6 inet
);

CREATE OR REPLACE FUNCTION public.acting_reason()
 RETURNS text
 LANGUAGE sql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  SELECT nullif(current_setting('hubcap.reason', true), '')
$function$;

CREATE OR REPLACE FUNCTION public.acting_user()
 RETURNS text
 LANGUAGE sql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  SELECT coalesce(nullif(current_setting('hubcap.actor', true), ''), session_user::text)
$function$;

CREATE OR REPLACE FUNCTION public.admit_operations()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
DECLARE
  unknown text;
BEGIN
  SELECT n.host INTO unknown FROM new_rows n
  WHERE n.host IS NOT NULL AND NOT EXISTS (SELECT 1 FROM public.hosts h WHERE h.id = n.host) LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'operation for host %, which does not exist', unknown USING ERRCODE = 'foreign_key_violation';
  END IF;
  PERFORM pg_notify(c.channel, '')
  FROM (SELECT DISTINCT public.operations_channel(n.host) AS channel FROM new_rows n WHERE n.state = 'queued') c;
  RETURN NULL;
END
$function$;

CREATE OR REPLACE FUNCTION public.announce_billing(business_date date)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION public.apply_end(of_kind text, of_vm text)
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  UPDATE public.vms v
  SET state = CASE of_kind WHEN 'provision' THEN 'failed' ELSE 'deleted' END,
      desired_state = CASE of_kind WHEN 'provision' THEN v.desired_state ELSE 'deleted' END
  WHERE v.id = of_vm
    AND (of_kind = 'provision' AND v.state IN ('requested', 'provisioning')
         OR of_kind = 'restore' AND v.state IN ('deleted', 'provisioning'))
$function$;

CREATE OR REPLACE FUNCTION public.apply_success(of_kind text, of_vm text, result jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION public.audit_payments()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO audit.events (actor, action, subject, after)
    SELECT public.acting_user(), 'payment added', 'payment ' || n.id, to_jsonb(n)
    FROM new_rows n ORDER BY n.id;
  ELSIF TG_OP = 'UPDATE' THEN
    INSERT INTO audit.events (actor, action, subject, before, after)
    SELECT public.acting_user(), 'payment changed', 'payment ' || n.id, to_jsonb(o), to_jsonb(n)
    FROM new_rows n JOIN old_rows o ON o.id = n.id
    WHERE n IS DISTINCT FROM o ORDER BY n.id;
  ELSE
    INSERT INTO audit.events (actor, action, subject, before)
    SELECT public.acting_user(), 'payment deleted', 'payment ' || o.id, to_jsonb(o)
    FROM old_rows o ORDER BY o.id;
  END IF;
  RETURN NULL;
END
$function$;

CREATE OR REPLACE FUNCTION public.billing_horizon()
 RETURNS timestamp with time zone
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
DECLARE
  horizon date;
BEGIN
  SELECT day INTO STRICT horizon FROM public.billing_horizon FOR SHARE;
  RETURN (horizon + 1)::timestamp AT TIME ZONE 'UTC';
END
$function$;

CREATE OR REPLACE FUNCTION public.check_charges()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION public.end_attempt(of_operation bigint, of_token bigint, of_outcome text, of_result jsonb, of_error jsonb)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET plan_cache_mode TO 'force_custom_plan'
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION public.end_session(of_session bigint, why text)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION public.hold_after_chargeback()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION public.host_room(of_host text, OUT memory_mb bigint, OUT vcpus bigint)
 RETURNS record
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
  SELECT h.memory_mb - coalesce(t.memory_mb, 0), h.vcpus - coalesce(t.vcpus, 0) INTO memory_mb, vcpus
  FROM public.hosts h
  LEFT JOIN (SELECT v.host, sum(s.memory_mb) AS memory_mb, sum(s.vcpus) AS vcpus
             FROM public.vms v JOIN public.vm_sizes s ON s.id = v.size
             WHERE v.host = of_host AND v.state IN ('provisioning', 'running', 'stopped')
             GROUP BY v.host) t ON t.host = h.id
  WHERE h.id = of_host;
END
$function$;

CREATE OR REPLACE FUNCTION public.operations_channel(host text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  SELECT CASE WHEN host IS NULL THEN 'hubcap_any' ELSE 'hubcap_host_' || substr(md5(host), 1, 16) END
$function$;

CREATE OR REPLACE FUNCTION public.recheck_changed_rate()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION public.recheck_changed_vm()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION public.record_payment_event()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO public.payment_events (payment_id, at, invalidated, actor, reason)
    SELECT n.id, least(n.created, now()), n.invalidated, public.acting_user(), public.acting_reason()
    FROM new_rows n ORDER BY n.id;
  ELSE
    INSERT INTO public.payment_events (payment_id, at, invalidated, actor, reason)
    SELECT n.id, now(), n.invalidated, public.acting_user(), public.acting_reason()
    FROM new_rows n JOIN old_rows o ON o.id = n.id
    WHERE n.invalidated <> o.invalidated ORDER BY n.id;
  END IF;
  RETURN NULL;
END
$function$;

CREATE OR REPLACE FUNCTION public.record_vm_rate()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO public.vm_rates (vm_id, valid_from, cents_per_month)
    SELECT n.id, coalesce(n.created, n.requested_at), s.dollars_per_month * 100
    FROM new_rows n JOIN public.vm_sizes s ON s.id = n.size;
  ELSE
    INSERT INTO public.vm_rates (vm_id, valid_from, cents_per_month)
    SELECT n.id, now(), s.dollars_per_month * 100
    FROM new_rows n JOIN old_rows o ON o.id = n.id JOIN public.vm_sizes s ON s.id = n.size
    WHERE n.size <> o.size
    ON CONFLICT (vm_id, valid_from) DO UPDATE SET cents_per_month = EXCLUDED.cents_per_month;
  END IF;
  RETURN NULL;
END
$function$;

CREATE OR REPLACE FUNCTION public.refuse_change()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
  RAISE EXCEPTION 'table %.% is append-only: % refused', TG_TABLE_SCHEMA, TG_TABLE_NAME, TG_OP
    USING ERRCODE = 'insufficient_privilege',
          HINT = 'Post a new row that corrects the old one; history is never rewritten.';
END
$function$;

CREATE OR REPLACE FUNCTION public.retire_operations(finished_before timestamp with time zone, at_most integer)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
DECLARE
  month_of timestamp;
  partition_name text;
  moved integer;
BEGIN
  FOR month_of IN
    SELECT DISTINCT date_trunc('month', o.finished_at AT TIME ZONE 'UTC') FROM public.operations o
    WHERE o.state IN ('succeeded', 'cancelled') AND o.finished_at < finished_before
  LOOP
    partition_name := 'operations_history_' || to_char(month_of, 'YYYYMM');
    IF to_regclass('public.' || partition_name) IS NULL THEN
      EXECUTE format('CREATE TABLE public.%I PARTITION OF public.operations_history FOR VALUES FROM (%L) TO (%L)',
                     partition_name, month_of::text || '+00', (month_of + interval '1 month')::text || '+00');
    END IF;
  END LOOP;
  WITH finished AS (
    DELETE FROM public.operations o
    WHERE o.id = ANY (ARRAY(SELECT f.id FROM public.operations f
                            WHERE f.state IN ('succeeded', 'cancelled') AND f.finished_at < finished_before
                            ORDER BY f.id LIMIT at_most FOR UPDATE SKIP LOCKED))
    RETURNING o.*)
  INSERT INTO public.operations_history SELECT * FROM finished;
  GET DIAGNOSTICS moved = ROW_COUNT;
  RETURN moved;
END
$function$;

CREATE OR REPLACE FUNCTION public.valid_payments(at_time timestamp with time zone)
 RETURNS TABLE(email text, units numeric)
 LANGUAGE sql
 STABLE
AS $function$
  SELECT p.email, p.dollars * 263001600000000
  FROM public.payments p
  LEFT JOIN (SELECT DISTINCT e.payment_id FROM public.payment_events e WHERE e.at > at_time) later
         ON later.payment_id = p.id
  WHERE CASE WHEN later.payment_id IS NULL THEN NOT p.invalidated
             ELSE coalesce((SELECT NOT e.invalidated FROM public.payment_events e
                            WHERE e.payment_id = p.id AND e.at <= at_time
                            ORDER BY e.at DESC, e.id DESC LIMIT 1), false) END
$function$;

CREATE OR REPLACE FUNCTION public.vm_costs(before_at timestamp with time zone, after_at timestamp with time zone, from_id text, to_id text, from_email text DEFAULT NULL::text, to_email text DEFAULT NULL::text)
 RETURNS TABLE(vm_id text, email text, units_before numeric, units_after numeric)
 LANGUAGE sql
 STABLE
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION spoke.claim(max_operations integer)
 RETURNS TABLE(operation_id bigint, kind text, vm_id text, token bigint, payload jsonb, attempt integer, deadline_seconds integer)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET plan_cache_mode TO 'force_custom_plan'
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION spoke.due(of_host text, room_mb bigint, room_vcpus bigint, after_priority integer, after_id bigint, at_most integer)
 RETURNS bigint[]
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET plan_cache_mode TO 'force_custom_plan'
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION spoke.heartbeat(tokens bigint[], OUT ours bigint[], OUT to_cancel bigint[], OUT work_due boolean, OUT due_in interval, OUT schema_version integer)
 RETURNS record
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET plan_cache_mode TO 'force_custom_plan'
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION spoke.note(operation_id bigint, token bigint, step text)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION spoke.open_session(version text, memory_mb integer, vcpus integer, highest_token bigint, OUT epoch bigint, OUT schema_version integer, OUT rescued integer, OUT host text, OUT channels text[], OUT refusal text)
 RETURNS record
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION spoke.own_host()
 RETURNS public.hosts
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION spoke.own_session(of_host text)
 RETURNS public.host_sessions
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION spoke.report_inventory(said jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION spoke.settle(operation_id bigint, token bigint, outcome text, result jsonb, error jsonb)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
  IF settle.outcome IS NULL OR settle.outcome NOT IN ('succeeded', 'failed', 'returned', 'cancelled') THEN
    RAISE EXCEPTION 'outcome is %; succeeded, failed, returned and cancelled are possible', settle.outcome USING ERRCODE = 'invalid_parameter_value';
  END IF;
  PERFORM FROM public.operations o JOIN public.hosts h ON h.id = o.host
  WHERE o.id = settle.operation_id AND o.fencing_token = settle.token AND h.db_role = session_user;
  RETURN FOUND AND public.end_attempt(settle.operation_id, settle.token, settle.outcome, settle.result, settle.error);
END
$function$;

CREATE OR REPLACE FUNCTION spoke.settle_all(operation_ids bigint[], tokens bigint[])
 RETURNS SETOF bigint
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET plan_cache_mode TO 'force_custom_plan'
AS $function$
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
$function$;

ALTER TABLE audit.events ADD CONSTRAINT events_pkey PRIMARY KEY (id);

ALTER TABLE batch.batch_job_execution ADD CONSTRAINT batch_job_execution_pkey PRIMARY KEY (job_execution_id);

ALTER TABLE batch.batch_job_execution_context ADD CONSTRAINT batch_job_execution_context_pkey PRIMARY KEY (job_execution_id);

ALTER TABLE batch.batch_job_instance ADD CONSTRAINT batch_job_instance_job_name_job_key_key UNIQUE (job_name, job_key);

ALTER TABLE batch.batch_job_instance ADD CONSTRAINT batch_job_instance_pkey PRIMARY KEY (job_instance_id);

ALTER TABLE batch.batch_step_execution ADD CONSTRAINT batch_step_execution_pkey PRIMARY KEY (step_execution_id);

ALTER TABLE batch.batch_step_execution_context ADD CONSTRAINT batch_step_execution_context_pkey PRIMARY KEY (step_execution_id);

ALTER TABLE public.account_balances ADD CONSTRAINT account_balances_pkey PRIMARY KEY (email);

ALTER TABLE public.accounts ADD CONSTRAINT accounts_lower_case_email_key UNIQUE (lower_case_email);

ALTER TABLE public.accounts ADD CONSTRAINT accounts_pkey PRIMARY KEY (email);

ALTER TABLE public.billing_days ADD CONSTRAINT billing_days_pkey PRIMARY KEY (day);

ALTER TABLE public.billing_days ADD CONSTRAINT billing_days_sha256_check CHECK ((sha256 ~ '^[0-9a-f]{64}$'::text));

ALTER TABLE public.billing_horizon ADD CONSTRAINT billing_horizon_check CHECK ((opening < day));

ALTER TABLE public.billing_horizon ADD CONSTRAINT billing_horizon_day_check CHECK ((day < 'infinity'::date));

ALTER TABLE public.billing_rechecks ADD CONSTRAINT billing_rechecks_pkey PRIMARY KEY (vm_id);

ALTER TABLE public.btcpay_deliveries ADD CONSTRAINT btcpay_deliveries_pkey PRIMARY KEY (id);

ALTER TABLE public.btcpay_freshness ADD CONSTRAINT btcpay_freshness_pkey PRIMARY KEY (singleton);

ALTER TABLE public.btcpay_freshness ADD CONSTRAINT btcpay_freshness_singleton_check CHECK (singleton);

ALTER TABLE public.btcpay_invoices ADD CONSTRAINT btcpay_invoices_check CHECK (((failing_since IS NULL) = (last_error IS NULL)));

ALTER TABLE public.btcpay_invoices ADD CONSTRAINT btcpay_invoices_credited_check CHECK ((credited >= (0)::numeric));

ALTER TABLE public.btcpay_invoices ADD CONSTRAINT btcpay_invoices_pkey PRIMARY KEY (id);

ALTER TABLE public.btcpay_invoices ADD CONSTRAINT btcpay_invoices_state_check CHECK ((state = ANY (ARRAY['UNSEEN'::text, 'OPEN'::text, 'CONFIRMING'::text, 'CREDITED'::text, 'LATE'::text, 'EXPIRED'::text, 'INVALID'::text, 'GONE'::text, 'FOREIGN'::text])));

ALTER TABLE public.btcpay_matters ADD CONSTRAINT btcpay_matters_pkey PRIMARY KEY (invoice, kind);

ALTER TABLE public.btcpay_observations ADD CONSTRAINT btcpay_observations_pkey PRIMARY KEY (id);

ALTER TABLE public.charges ADD CONSTRAINT charges_day_check CHECK (isfinite(day));

ALTER TABLE public.charges ADD CONSTRAINT charges_pkey PRIMARY KEY (day, vm_id, seq);

ALTER TABLE public.charges ADD CONSTRAINT charges_seq_check CHECK ((seq >= 0));

ALTER TABLE public.charges ADD CONSTRAINT charges_units_check CHECK (((units <> (0)::numeric) AND (units <> 'NaN'::numeric)));

ALTER TABLE public.dunning_episodes ADD CONSTRAINT dunning_episodes_check CHECK ((ended_at >= started_at));

ALTER TABLE public.dunning_episodes ADD CONSTRAINT dunning_episodes_pkey PRIMARY KEY (id);

ALTER TABLE public.dunning_teardowns ADD CONSTRAINT dunning_teardowns_pkey PRIMARY KEY (episode, vm_id);

ALTER TABLE public.email_change_files ADD CONSTRAINT email_change_files_check CHECK (((lines IS NULL) = (sha256 IS NULL)));

ALTER TABLE public.email_change_files ADD CONSTRAINT email_change_files_lines_check CHECK ((lines >= 0));

ALTER TABLE public.email_change_files ADD CONSTRAINT email_change_files_pkey PRIMARY KEY (id);

ALTER TABLE public.email_change_files ADD CONSTRAINT email_change_files_sha256_check CHECK ((sha256 ~ '^[0-9a-f]{64}$'::text));

ALTER TABLE public.email_change_lines ADD CONSTRAINT email_change_lines_line_check CHECK ((line > 0));

ALTER TABLE public.email_change_lines ADD CONSTRAINT email_change_lines_pkey PRIMARY KEY (file_id, line);

ALTER TABLE public.email_changes ADD CONSTRAINT email_changes_check CHECK (((state = 'rejected'::text) = (problem IS NOT NULL)));

ALTER TABLE public.email_changes ADD CONSTRAINT email_changes_check1 CHECK (((state = 'changed'::text) = (changed_at IS NOT NULL)));

ALTER TABLE public.email_changes ADD CONSTRAINT email_changes_pkey PRIMARY KEY (run_id, line);

ALTER TABLE public.email_changes ADD CONSTRAINT email_changes_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'changed'::text, 'already'::text, 'rejected'::text])));

ALTER TABLE public.expected_runs ADD CONSTRAINT expected_runs_pkey PRIMARY KEY (job, fire_at);

ALTER TABLE public.expected_runs ADD CONSTRAINT expected_runs_state_check CHECK ((state = ANY (ARRAY['expected'::text, 'ran'::text, 'late'::text, 'missed'::text, 'skipped'::text, 'dismissed'::text])));

ALTER TABLE public.flyway_schema_history ADD CONSTRAINT flyway_schema_history_pk PRIMARY KEY (installed_rank);

ALTER TABLE public.freezes ADD CONSTRAINT freezes_pkey PRIMARY KEY (scope);

ALTER TABLE public.freezes ADD CONSTRAINT freezes_scope_check CHECK (((scope = ANY (ARRAY['all'::text, 'claims'::text, 'upgrade'::text])) OR (scope ~ '^(job|schedule):[a-z0-9-]+$'::text)));

ALTER TABLE public.host_inventories ADD CONSTRAINT host_inventories_pkey PRIMARY KEY (host);

ALTER TABLE public.host_sessions ADD CONSTRAINT host_sessions_host_epoch_key UNIQUE (host, epoch);

ALTER TABLE public.host_sessions ADD CONSTRAINT host_sessions_pkey PRIMARY KEY (id);

ALTER TABLE public.hosts ADD CONSTRAINT hosts_db_role_key UNIQUE (db_role);

ALTER TABLE public.hosts ADD CONSTRAINT hosts_memory_mb_check CHECK ((memory_mb >= 0));

ALTER TABLE public.hosts ADD CONSTRAINT hosts_pkey PRIMARY KEY (id);

ALTER TABLE public.hosts ADD CONSTRAINT hosts_state_check CHECK ((state = ANY (ARRAY['active'::text, 'draining'::text, 'removed'::text])));

ALTER TABLE public.hosts ADD CONSTRAINT hosts_vcpus_check CHECK ((vcpus >= 0));

ALTER TABLE public.hub_leadership ADD CONSTRAINT hub_leadership_epoch_key UNIQUE (epoch);

ALTER TABLE public.idempotency_keys ADD CONSTRAINT idempotency_keys_key_check CHECK ((length(key) <= 200));

ALTER TABLE public.idempotency_keys ADD CONSTRAINT idempotency_keys_pkey PRIMARY KEY (token_id, key);

ALTER TABLE public.login_tokens ADD CONSTRAINT login_tokens_pkey PRIMARY KEY (email, created);

ALTER TABLE public.mails ADD CONSTRAINT mails_attempts_check CHECK ((attempts >= 0));

ALTER TABLE public.mails ADD CONSTRAINT mails_check CHECK (((accepted_at IS NULL) OR (refused_at IS NULL)));

ALTER TABLE public.mails ADD CONSTRAINT mails_message_id_key UNIQUE (message_id);

ALTER TABLE public.mails ADD CONSTRAINT mails_pkey PRIMARY KEY (id);

ALTER TABLE public.notices ADD CONSTRAINT notices_episode_kind_key UNIQUE (episode, kind);

ALTER TABLE public.notices ADD CONSTRAINT notices_kind_check CHECK ((kind = ANY (ARRAY['zero_1w'::text, 'zero_1d'::text, 'zero_now'::text, 'delete_1w'::text, 'delete_1d'::text, 'delete_now'::text])));

ALTER TABLE public.notices ADD CONSTRAINT notices_pkey PRIMARY KEY (id);

ALTER TABLE public.operation_attempts ADD CONSTRAINT operation_attempts_check CHECK (((ended IS NULL) = (outcome IS NULL)));

ALTER TABLE public.operation_attempts ADD CONSTRAINT operation_attempts_outcome_check CHECK ((outcome = ANY (ARRAY['succeeded'::text, 'failed'::text, 'no_room'::text, 'returned'::text, 'cancelled'::text, 'lost'::text])));

ALTER TABLE public.operation_attempts ADD CONSTRAINT operation_attempts_pkey PRIMARY KEY (operation_id, token);

ALTER TABLE public.operation_kinds ADD CONSTRAINT operation_kinds_backoff_check CHECK ((backoff > '00:00:00'::interval));

ALTER TABLE public.operation_kinds ADD CONSTRAINT operation_kinds_check CHECK ((backoff_most >= backoff));

ALTER TABLE public.operation_kinds ADD CONSTRAINT operation_kinds_deadline_check CHECK ((deadline > '00:00:00'::interval));

ALTER TABLE public.operation_kinds ADD CONSTRAINT operation_kinds_max_attempts_check CHECK (((max_attempts >= 1) AND (max_attempts <= 100)));

ALTER TABLE public.operation_kinds ADD CONSTRAINT operation_kinds_memory_reserve_mb_check CHECK ((memory_reserve_mb >= 0));

ALTER TABLE public.operation_kinds ADD CONSTRAINT operation_kinds_pkey PRIMARY KEY (kind);

ALTER TABLE public.operations ADD CONSTRAINT operations_attempts_check CHECK ((attempts >= 0));

ALTER TABLE public.operations ADD CONSTRAINT operations_check CHECK (((kind = 'noop'::text) OR (vm_id IS NOT NULL)));

ALTER TABLE public.operations ADD CONSTRAINT operations_check1 CHECK (((state <> 'running'::text) OR ((fencing_token IS NOT NULL) AND (session IS NOT NULL))));

ALTER TABLE public.operations ADD CONSTRAINT operations_max_attempts_check CHECK ((max_attempts >= 1));

ALTER TABLE public.operations ADD CONSTRAINT operations_memory_mb_check CHECK ((memory_mb >= 0));

ALTER TABLE public.operations ADD CONSTRAINT operations_payload_check CHECK ((jsonb_typeof(payload) = 'object'::text));

ALTER TABLE public.operations ADD CONSTRAINT operations_pkey PRIMARY KEY (id);

ALTER TABLE public.operations ADD CONSTRAINT operations_state_check CHECK ((state = ANY (ARRAY['queued'::text, 'running'::text, 'succeeded'::text, 'dead'::text, 'cancelled'::text])));

ALTER TABLE public.operations ADD CONSTRAINT operations_vcpus_check CHECK ((vcpus >= 0));

ALTER TABLE public.os_images ADD CONSTRAINT os_images_pkey PRIMARY KEY (id);

ALTER TABLE public.payment_events ADD CONSTRAINT payment_events_pkey PRIMARY KEY (id);

ALTER TABLE public.payment_sessions ADD CONSTRAINT payment_sessions_pkey PRIMARY KEY (id);

ALTER TABLE public.payment_sessions ADD CONSTRAINT payment_sessions_type_check CHECK ((type = ANY (ARRAY['btcpay'::text, 'stripe'::text])));

ALTER TABLE public.payments ADD CONSTRAINT payments_created_check CHECK (isfinite(created));

ALTER TABLE public.payments ADD CONSTRAINT payments_dollars_check CHECK ((dollars <> 'NaN'::numeric));

ALTER TABLE public.payments ADD CONSTRAINT payments_pkey PRIMARY KEY (id);

ALTER TABLE public.payments ADD CONSTRAINT payments_source_external_id_key UNIQUE (source, external_id);

ALTER TABLE public.plan_rows ADD CONSTRAINT plan_rows_pkey PRIMARY KEY (run_id, "position");

ALTER TABLE public.plans ADD CONSTRAINT plans_pkey PRIMARY KEY (run_id);

ALTER TABLE public.run_log ADD CONSTRAINT run_log_level_check CHECK ((level = ANY (ARRAY['info'::text, 'warn'::text, 'error'::text])));

ALTER TABLE public.run_log ADD CONSTRAINT run_log_pkey PRIMARY KEY (run_id, seq);

ALTER TABLE public.runs ADD CONSTRAINT runs_pkey PRIMARY KEY (id);

ALTER TABLE public.runs ADD CONSTRAINT runs_status_check CHECK ((status = ANY (ARRAY['running'::text, 'awaiting_approval'::text, 'completed'::text, 'completed_with_skips'::text, 'failed'::text, 'stopped'::text, 'abandoned'::text, 'rejected'::text, 'skipped'::text])));

ALTER TABLE public.ssh_public_keys ADD CONSTRAINT ssh_public_keys_pkey PRIMARY KEY (email, name);

ALTER TABLE public.tokens ADD CONSTRAINT tokens_pkey PRIMARY KEY (id);

ALTER TABLE public.tokens ADD CONSTRAINT tokens_role_check CHECK ((role = ANY (ARRAY['viewer'::text, 'operator'::text, 'admin'::text])));

ALTER TABLE public.tokens ADD CONSTRAINT tokens_sha256_check CHECK ((sha256 ~ '^[0-9a-f]{64}$'::text));

ALTER TABLE public.tokens ADD CONSTRAINT tokens_sha256_key UNIQUE (sha256);

ALTER TABLE public.unresolved_btcpay_invoices ADD CONSTRAINT unresolved_btcpay_invoices_pkey PRIMARY KEY (id);

ALTER TABLE public.vm_rates ADD CONSTRAINT vm_rates_cents_per_month_check CHECK (((cents_per_month >= (0)::numeric) AND (cents_per_month < '100000000000'::numeric) AND (cents_per_month = trunc(cents_per_month))));

ALTER TABLE public.vm_rates ADD CONSTRAINT vm_rates_pkey PRIMARY KEY (vm_id, valid_from) INCLUDE (cents_per_month);

ALTER TABLE public.vm_rates ADD CONSTRAINT vm_rates_valid_from_check CHECK (isfinite(valid_from));

ALTER TABLE public.vm_sizes ADD CONSTRAINT vm_sizes_bandwidth_gb_per_month_check CHECK ((bandwidth_gb_per_month >= 0));

ALTER TABLE public.vm_sizes ADD CONSTRAINT vm_sizes_disk_gb_check CHECK ((disk_gb > 0));

ALTER TABLE public.vm_sizes ADD CONSTRAINT vm_sizes_dollars_per_month_check CHECK (((dollars_per_month >= (0)::numeric) AND (dollars_per_month < '1000000000'::numeric) AND ((dollars_per_month * (100)::numeric) = trunc((dollars_per_month * (100)::numeric)))));

ALTER TABLE public.vm_sizes ADD CONSTRAINT vm_sizes_memory_mb_check CHECK ((memory_mb > 0));

ALTER TABLE public.vm_sizes ADD CONSTRAINT vm_sizes_pkey PRIMARY KEY (id);

ALTER TABLE public.vm_sizes ADD CONSTRAINT vm_sizes_vcpus_check CHECK ((vcpus > 0));

ALTER TABLE public.vm_ssh_authorized_key ADD CONSTRAINT vm_ssh_authorized_key_pkey PRIMARY KEY (email, vm_id, ssh_public_key_name);

ALTER TABLE public.vm_ssh_host_key ADD CONSTRAINT vm_ssh_host_key_pkey PRIMARY KEY (email, vm_id, key_type);

ALTER TABLE public.vms ADD CONSTRAINT vms_deleted_after_created CHECK ((deleted >= created));

ALTER TABLE public.vms ADD CONSTRAINT vms_desired_state_check CHECK ((desired_state = ANY (ARRAY['running'::text, 'stopped'::text, 'deleted'::text])));

ALTER TABLE public.vms ADD CONSTRAINT vms_id_check CHECK ((id ~ '^capsul-[a-z0-9]{10}$'::text));

ALTER TABLE public.vms ADD CONSTRAINT vms_pkey PRIMARY KEY (id) INCLUDE (created, deleted, email);

ALTER TABLE public.vms ADD CONSTRAINT vms_state_check CHECK ((state = ANY (ARRAY['requested'::text, 'provisioning'::text, 'running'::text, 'stopped'::text, 'failed'::text, 'deleted'::text, 'purged'::text])));

ALTER TABLE public.vms ADD CONSTRAINT vms_times_finite CHECK ((isfinite(created) AND isfinite(deleted) AND isfinite(requested_at)));

ALTER TABLE batch.batch_job_execution ADD CONSTRAINT batch_job_execution_job_instance_id_fkey FOREIGN KEY (job_instance_id) REFERENCES batch.batch_job_instance(job_instance_id);

ALTER TABLE batch.batch_job_execution_context ADD CONSTRAINT batch_job_execution_context_job_execution_id_fkey FOREIGN KEY (job_execution_id) REFERENCES batch.batch_job_execution(job_execution_id);

ALTER TABLE batch.batch_job_execution_params ADD CONSTRAINT batch_job_execution_params_job_execution_id_fkey FOREIGN KEY (job_execution_id) REFERENCES batch.batch_job_execution(job_execution_id);

ALTER TABLE batch.batch_step_execution ADD CONSTRAINT batch_step_execution_job_execution_id_fkey FOREIGN KEY (job_execution_id) REFERENCES batch.batch_job_execution(job_execution_id);

ALTER TABLE batch.batch_step_execution_context ADD CONSTRAINT batch_step_execution_context_step_execution_id_fkey FOREIGN KEY (step_execution_id) REFERENCES batch.batch_step_execution(step_execution_id);

ALTER TABLE public.account_balances ADD CONSTRAINT account_balances_email_fkey FOREIGN KEY (email) REFERENCES public.accounts(email) ON UPDATE CASCADE ON DELETE RESTRICT;

ALTER TABLE public.billing_rechecks ADD CONSTRAINT billing_rechecks_vm_id_fkey FOREIGN KEY (vm_id) REFERENCES public.vms(id);

ALTER TABLE public.btcpay_invoices ADD CONSTRAINT btcpay_invoices_adopted_fkey FOREIGN KEY (adopted) REFERENCES public.payments(id);

ALTER TABLE public.btcpay_invoices ADD CONSTRAINT btcpay_invoices_id_fkey FOREIGN KEY (id) REFERENCES public.payment_sessions(id);

ALTER TABLE public.btcpay_observations ADD CONSTRAINT btcpay_observations_invoice_fkey FOREIGN KEY (invoice) REFERENCES public.payment_sessions(id);

ALTER TABLE public.dunning_episodes ADD CONSTRAINT dunning_episodes_email_fkey FOREIGN KEY (email) REFERENCES public.accounts(email) ON UPDATE CASCADE ON DELETE RESTRICT;

ALTER TABLE public.dunning_teardowns ADD CONSTRAINT dunning_teardowns_episode_fkey FOREIGN KEY (episode) REFERENCES public.dunning_episodes(id);

ALTER TABLE public.dunning_teardowns ADD CONSTRAINT dunning_teardowns_run_id_fkey FOREIGN KEY (run_id) REFERENCES public.runs(id);

ALTER TABLE public.dunning_teardowns ADD CONSTRAINT dunning_teardowns_vm_id_fkey FOREIGN KEY (vm_id) REFERENCES public.vms(id);

ALTER TABLE public.email_change_lines ADD CONSTRAINT email_change_lines_file_id_fkey FOREIGN KEY (file_id) REFERENCES public.email_change_files(id) ON DELETE CASCADE;

ALTER TABLE public.email_changes ADD CONSTRAINT email_changes_run_id_fkey FOREIGN KEY (run_id) REFERENCES public.runs(id);

ALTER TABLE public.expected_runs ADD CONSTRAINT expected_runs_run_id_fkey FOREIGN KEY (run_id) REFERENCES public.runs(id);

ALTER TABLE public.host_inventories ADD CONSTRAINT host_inventories_host_fkey FOREIGN KEY (host) REFERENCES public.hosts(id);

ALTER TABLE public.host_sessions ADD CONSTRAINT host_sessions_host_fkey FOREIGN KEY (host) REFERENCES public.hosts(id);

ALTER TABLE public.idempotency_keys ADD CONSTRAINT idempotency_keys_token_id_fkey FOREIGN KEY (token_id) REFERENCES public.tokens(id);

ALTER TABLE public.login_tokens ADD CONSTRAINT login_tokens_email_fkey FOREIGN KEY (email) REFERENCES public.accounts(email) ON UPDATE CASCADE ON DELETE RESTRICT;

ALTER TABLE public.notices ADD CONSTRAINT notices_episode_fkey FOREIGN KEY (episode) REFERENCES public.dunning_episodes(id);

ALTER TABLE public.notices ADD CONSTRAINT notices_mail_id_fkey FOREIGN KEY (mail_id) REFERENCES public.mails(id);

ALTER TABLE public.operations ADD CONSTRAINT operations_email_fkey FOREIGN KEY (email) REFERENCES public.accounts(email) ON UPDATE CASCADE ON DELETE RESTRICT;

ALTER TABLE public.operations ADD CONSTRAINT operations_kind_fkey FOREIGN KEY (kind) REFERENCES public.operation_kinds(kind);

ALTER TABLE public.operations ADD CONSTRAINT operations_vm_id_fkey FOREIGN KEY (vm_id) REFERENCES public.vms(id);

ALTER TABLE public.operations_history ADD CONSTRAINT operations_history_email_fkey FOREIGN KEY (email) REFERENCES public.accounts(email) ON UPDATE CASCADE ON DELETE RESTRICT;

ALTER TABLE public.payment_events ADD CONSTRAINT payment_events_payment_id_fkey FOREIGN KEY (payment_id) REFERENCES public.payments(id);

ALTER TABLE public.payment_sessions ADD CONSTRAINT payment_sessions_email_fkey FOREIGN KEY (email) REFERENCES public.accounts(email) ON UPDATE CASCADE ON DELETE RESTRICT;

ALTER TABLE public.payments ADD CONSTRAINT payments_email_fkey FOREIGN KEY (email) REFERENCES public.accounts(email) ON UPDATE CASCADE ON DELETE RESTRICT;

ALTER TABLE public.plan_rows ADD CONSTRAINT plan_rows_run_id_fkey FOREIGN KEY (run_id) REFERENCES public.runs(id);

ALTER TABLE public.plans ADD CONSTRAINT plans_run_id_fkey FOREIGN KEY (run_id) REFERENCES public.runs(id);

ALTER TABLE public.run_log ADD CONSTRAINT run_log_run_id_fkey FOREIGN KEY (run_id) REFERENCES public.runs(id);

ALTER TABLE public.ssh_public_keys ADD CONSTRAINT ssh_public_keys_email_fkey FOREIGN KEY (email) REFERENCES public.accounts(email) ON UPDATE CASCADE ON DELETE RESTRICT;

ALTER TABLE public.unresolved_btcpay_invoices ADD CONSTRAINT unresolved_btcpay_invoices_email_fkey FOREIGN KEY (email) REFERENCES public.accounts(email) ON UPDATE CASCADE ON DELETE RESTRICT;

ALTER TABLE public.unresolved_btcpay_invoices ADD CONSTRAINT unresolved_btcpay_invoices_id_fkey FOREIGN KEY (id) REFERENCES public.payment_sessions(id);

ALTER TABLE public.unresolved_btcpay_invoices ADD CONSTRAINT unresolved_btcpay_invoices_payment_id_fkey FOREIGN KEY (payment_id) REFERENCES public.payments(id);

ALTER TABLE public.vm_rates ADD CONSTRAINT vm_rates_vm_id_fkey FOREIGN KEY (vm_id) REFERENCES public.vms(id);

ALTER TABLE public.vm_ssh_authorized_key ADD CONSTRAINT vm_ssh_authorized_key_email_fkey FOREIGN KEY (email) REFERENCES public.accounts(email) ON UPDATE CASCADE ON DELETE RESTRICT;

ALTER TABLE public.vm_ssh_authorized_key ADD CONSTRAINT vm_ssh_authorized_key_email_ssh_public_key_name_fkey FOREIGN KEY (email, ssh_public_key_name) REFERENCES public.ssh_public_keys(email, name) ON UPDATE CASCADE ON DELETE RESTRICT;

ALTER TABLE public.vm_ssh_authorized_key ADD CONSTRAINT vm_ssh_authorized_key_vm_id_fkey FOREIGN KEY (vm_id) REFERENCES public.vms(id);

ALTER TABLE public.vm_ssh_host_key ADD CONSTRAINT vm_ssh_host_key_email_fkey FOREIGN KEY (email) REFERENCES public.accounts(email) ON UPDATE CASCADE ON DELETE RESTRICT;

ALTER TABLE public.vm_ssh_host_key ADD CONSTRAINT vm_ssh_host_key_vm_id_fkey FOREIGN KEY (vm_id) REFERENCES public.vms(id);

ALTER TABLE public.vms ADD CONSTRAINT vms_email_fkey FOREIGN KEY (email) REFERENCES public.accounts(email) ON UPDATE CASCADE ON DELETE RESTRICT;

ALTER TABLE public.vms ADD CONSTRAINT vms_host_fkey FOREIGN KEY (host) REFERENCES public.hosts(id);

ALTER TABLE public.vms ADD CONSTRAINT vms_os_fkey FOREIGN KEY (os) REFERENCES public.os_images(id);

ALTER TABLE public.vms ADD CONSTRAINT vms_size_fkey FOREIGN KEY (size) REFERENCES public.vm_sizes(id);

CREATE INDEX audit_events_subject ON audit.events USING btree (subject, id);

CREATE INDEX batch_job_execution_instance ON batch.batch_job_execution USING btree (job_instance_id);

CREATE INDEX batch_job_execution_params_execution ON batch.batch_job_execution_params USING btree (job_execution_id);

CREATE INDEX batch_step_execution_job ON batch.batch_step_execution USING btree (job_execution_id);

CREATE UNIQUE INDEX billing_horizon_one_row ON public.billing_horizon USING btree ((true));

CREATE INDEX btcpay_deliveries_waiting ON public.btcpay_deliveries USING btree (received_at) WHERE (handled_at IS NULL);

CREATE INDEX btcpay_invoices_due ON public.btcpay_invoices USING btree (due_at, id) WHERE (due_at IS NOT NULL);

CREATE INDEX btcpay_matters_at ON public.btcpay_matters USING btree (at);

CREATE INDEX btcpay_observations_invoice ON public.btcpay_observations USING btree (invoice, id);

CREATE INDEX dunning_episodes_email ON public.dunning_episodes USING btree (email);

CREATE UNIQUE INDEX dunning_episodes_one_open ON public.dunning_episodes USING btree (email) WHERE (ended_at IS NULL);

CREATE INDEX dunning_teardowns_at ON public.dunning_teardowns USING btree (at);

CREATE INDEX dunning_teardowns_vm ON public.dunning_teardowns USING btree (vm_id);

CREATE INDEX email_changes_rejected ON public.email_changes USING btree (run_id, line) WHERE (state = 'rejected'::text);

CREATE INDEX email_changes_waiting ON public.email_changes USING btree (run_id, unit, line) WHERE (state = 'waiting'::text);

CREATE INDEX expected_runs_state ON public.expected_runs USING btree (state, fire_at);

CREATE INDEX flyway_schema_history_s_idx ON public.flyway_schema_history USING btree (success);

CREATE UNIQUE INDEX host_sessions_one_a_host ON public.host_sessions USING btree (host) WHERE (ended IS NULL);

CREATE UNIQUE INDEX hub_leadership_one_row ON public.hub_leadership USING btree ((true));

CREATE INDEX idempotency_keys_created ON public.idempotency_keys USING btree (created);

CREATE INDEX mails_accepted ON public.mails USING btree (accepted_at) WHERE (accepted_at IS NOT NULL);

CREATE INDEX mails_recipient ON public.mails USING btree (recipient);

CREATE INDEX mails_refused ON public.mails USING btree (refused_at) WHERE (refused_at IS NOT NULL);

CREATE INDEX mails_waiting ON public.mails USING btree (next_attempt_at, id) WHERE ((accepted_at IS NULL) AND (refused_at IS NULL));

CREATE INDEX notices_mail ON public.notices USING btree (mail_id) WHERE (mail_id IS NOT NULL);

CREATE INDEX operations_due ON public.operations USING btree (host, priority, id) WHERE (state = 'queued'::text);

CREATE INDEX operations_email ON public.operations USING btree (email) WHERE (email IS NOT NULL);

CREATE INDEX operations_live ON public.operations USING btree (vm_id, id) WHERE ((vm_id IS NOT NULL) AND (state = ANY (ARRAY['queued'::text, 'running'::text, 'dead'::text])));

CREATE UNIQUE INDEX operations_running ON public.operations USING btree (vm_id) WHERE (state = 'running'::text);

CREATE INDEX operations_history_email ON ONLY public.operations_history USING btree (email) WHERE (email IS NOT NULL);

CREATE INDEX operations_history_id ON ONLY public.operations_history USING btree (id);

CREATE INDEX operations_history_vm ON ONLY public.operations_history USING btree (vm_id, id) WHERE (vm_id IS NOT NULL);

CREATE INDEX payment_events_at ON public.payment_events USING btree (at);

CREATE INDEX payment_events_payment ON public.payment_events USING btree (payment_id, at, id);

CREATE INDEX payment_sessions_email ON public.payment_sessions USING btree (email);

CREATE INDEX payments_email ON public.payments USING btree (email);

CREATE INDEX runs_job ON public.runs USING btree (job, id);

CREATE UNIQUE INDEX runs_one_at_a_time ON public.runs USING btree (job) WHERE ((status = 'running'::text) AND (started IS NOT NULL));

CREATE UNIQUE INDEX schemaversion_one_row ON public.schemaversion USING btree ((true));

CREATE UNIQUE INDEX tokens_name ON public.tokens USING btree (name) WHERE (revoked IS NULL);

CREATE INDEX unresolved_btcpay_invoices_email ON public.unresolved_btcpay_invoices USING btree (email);

CREATE INDEX vm_ssh_authorized_key_vm ON public.vm_ssh_authorized_key USING btree (vm_id);

CREATE INDEX vm_ssh_host_key_vm ON public.vm_ssh_host_key USING btree (vm_id);

CREATE INDEX vms_email ON public.vms USING btree (email);

CREATE INDEX vms_host ON public.vms USING btree (host);

CREATE VIEW public.held_accounts AS
 SELECT a.email,
    a.hold_reason AS reason,
    true AS silent
   FROM public.accounts a
  WHERE (a.hold_reason IS NOT NULL)
UNION ALL
 SELECT u.email,
        CASE
            WHEN (i.state = 'CONFIRMING'::text) THEN format('BTCPay invoice %s is being confirmed'::text, i.id)
            ELSE format('BTCPay cannot be asked about invoice %s'::text, i.id)
        END AS reason,
    (i.state = ANY (ARRAY['CONFIRMING'::text, 'UNSEEN'::text, 'OPEN'::text, 'LATE'::text])) AS silent
   FROM (public.unresolved_btcpay_invoices u
     JOIN public.btcpay_invoices i ON ((i.id = u.id)))
  WHERE ((i.state = 'CONFIRMING'::text) OR ((i.failing_since IS NOT NULL) AND (i.state <> 'CREDITED'::text)));

CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON audit.events FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.billing_days FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.btcpay_observations FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.charges FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER check_charges AFTER INSERT ON public.charges REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.check_charges();

CREATE TRIGGER append_only BEFORE DELETE OR TRUNCATE ON public.host_sessions FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER append_only BEFORE DELETE OR TRUNCATE ON public.hosts FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER admit_new AFTER INSERT ON public.operations REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.admit_operations();

CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.payment_events FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER audit_added AFTER INSERT ON public.payments REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.audit_payments();

CREATE TRIGGER audit_changed AFTER UPDATE ON public.payments REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.audit_payments();

CREATE TRIGGER audit_deleted AFTER DELETE ON public.payments REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.audit_payments();

CREATE TRIGGER hold_after_chargeback AFTER UPDATE ON public.payments REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.hold_after_chargeback();

CREATE TRIGGER record_event_of_changed AFTER UPDATE ON public.payments REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.record_payment_event();

CREATE TRIGGER record_event_of_new AFTER INSERT ON public.payments REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.record_payment_event();

CREATE TRIGGER recheck_added AFTER INSERT ON public.vm_rates REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.recheck_changed_rate();

CREATE TRIGGER recheck_changed AFTER UPDATE ON public.vm_rates REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.recheck_changed_rate();

CREATE TRIGGER recheck_moved AFTER UPDATE ON public.vm_rates REFERENCING OLD TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.recheck_changed_rate();

CREATE TRIGGER recheck_removed AFTER DELETE ON public.vm_rates REFERENCING OLD TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.recheck_changed_rate();

CREATE TRIGGER append_only BEFORE DELETE OR TRUNCATE ON public.vms FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER recheck_changed AFTER UPDATE ON public.vms REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.recheck_changed_vm();

CREATE TRIGGER record_rate_of_new AFTER INSERT ON public.vms REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.record_vm_rate();

CREATE TRIGGER record_rate_of_resized AFTER UPDATE ON public.vms REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.record_vm_rate();

GRANT EXECUTE ON FUNCTION public.acting_user() TO hubcap_hub;

GRANT EXECUTE ON FUNCTION public.announce_billing(date) TO hubcap_hub;

GRANT EXECUTE ON FUNCTION public.apply_end(text,text) TO hubcap_hub;

GRANT EXECUTE ON FUNCTION public.end_attempt(bigint,bigint,text,jsonb,jsonb) TO hubcap_hub;

GRANT EXECUTE ON FUNCTION public.end_session(bigint,text) TO hubcap_hub;

GRANT EXECUTE ON FUNCTION public.host_room(text) TO hubcap_hub;

GRANT EXECUTE ON FUNCTION public.host_room(text) TO hubcap_read;

GRANT EXECUTE ON FUNCTION public.operations_channel(text) TO hubcap_hub;

GRANT EXECUTE ON FUNCTION public.operations_channel(text) TO hubcap_read;

GRANT EXECUTE ON FUNCTION public.retire_operations(timestamp with time zone,integer) TO hubcap_hub;

GRANT EXECUTE ON FUNCTION public.valid_payments(timestamp with time zone) TO hubcap_hub;

GRANT EXECUTE ON FUNCTION public.valid_payments(timestamp with time zone) TO hubcap_read;

GRANT EXECUTE ON FUNCTION public.vm_costs(timestamp with time zone,timestamp with time zone,text,text,text,text) TO hubcap_hub;

GRANT EXECUTE ON FUNCTION public.vm_costs(timestamp with time zone,timestamp with time zone,text,text,text,text) TO hubcap_read;

GRANT EXECUTE ON FUNCTION spoke.claim(integer) TO hubcap_spoke;

GRANT EXECUTE ON FUNCTION spoke.heartbeat(bigint[]) TO hubcap_spoke;

GRANT EXECUTE ON FUNCTION spoke.note(bigint,bigint,text) TO hubcap_spoke;

GRANT EXECUTE ON FUNCTION spoke.open_session(text,integer,integer,bigint) TO hubcap_spoke;

GRANT EXECUTE ON FUNCTION spoke.report_inventory(jsonb) TO hubcap_spoke;

GRANT EXECUTE ON FUNCTION spoke.settle(bigint,bigint,text,jsonb,jsonb) TO hubcap_spoke;

GRANT EXECUTE ON FUNCTION spoke.settle_all(bigint[],bigint[]) TO hubcap_spoke;

GRANT USAGE ON SCHEMA audit TO hubcap_hub;

GRANT USAGE ON SCHEMA audit TO hubcap_read;

GRANT USAGE ON SCHEMA batch TO hubcap_hub;

GRANT USAGE ON SCHEMA batch TO hubcap_read;

GRANT USAGE ON SCHEMA public TO hubcap_hub;

GRANT CREATE, USAGE ON SCHEMA public TO hubcap_owner;

GRANT USAGE ON SCHEMA public TO hubcap_read;

GRANT USAGE ON SCHEMA spoke TO hubcap_spoke;

GRANT USAGE ON SEQUENCE audit.events_id_seq TO hubcap_hub;

GRANT USAGE ON SEQUENCE batch.batch_job_execution_seq TO hubcap_hub;

GRANT USAGE ON SEQUENCE batch.batch_job_instance_seq TO hubcap_hub;

GRANT USAGE ON SEQUENCE batch.batch_step_execution_seq TO hubcap_hub;

GRANT USAGE ON SEQUENCE public.btcpay_observations_id_seq TO hubcap_hub;

GRANT USAGE ON SEQUENCE public.dunning_episodes_id_seq TO hubcap_hub;

GRANT USAGE ON SEQUENCE public.email_change_files_id_seq TO hubcap_hub;

GRANT USAGE ON SEQUENCE public.fencing_tokens TO hubcap_hub;

GRANT USAGE ON SEQUENCE public.host_sessions_id_seq TO hubcap_hub;

GRANT USAGE ON SEQUENCE public.mails_id_seq TO hubcap_hub;

GRANT USAGE ON SEQUENCE public.notices_id_seq TO hubcap_hub;

GRANT USAGE ON SEQUENCE public.operations_id_seq TO hubcap_hub;

GRANT USAGE ON SEQUENCE public.payment_events_id_seq TO hubcap_hub;

GRANT USAGE ON SEQUENCE public.payments_id_seq TO hubcap_hub;

GRANT USAGE ON SEQUENCE public.run_log_seq_seq TO hubcap_hub;

GRANT USAGE ON SEQUENCE public.runs_id_seq TO hubcap_hub;

GRANT USAGE ON SEQUENCE public.tokens_id_seq TO hubcap_hub;

GRANT INSERT, SELECT ON TABLE audit.events TO hubcap_hub;

GRANT SELECT ON TABLE audit.events TO hubcap_read;

GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE batch.batch_job_execution TO hubcap_hub;

GRANT SELECT ON TABLE batch.batch_job_execution TO hubcap_read;

GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE batch.batch_job_execution_context TO hubcap_hub;

GRANT SELECT ON TABLE batch.batch_job_execution_context TO hubcap_read;

GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE batch.batch_job_execution_params TO hubcap_hub;

GRANT SELECT ON TABLE batch.batch_job_execution_params TO hubcap_read;

GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE batch.batch_job_instance TO hubcap_hub;

GRANT SELECT ON TABLE batch.batch_job_instance TO hubcap_read;

GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE batch.batch_step_execution TO hubcap_hub;

GRANT SELECT ON TABLE batch.batch_step_execution TO hubcap_read;

GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE batch.batch_step_execution_context TO hubcap_hub;

GRANT SELECT ON TABLE batch.batch_step_execution_context TO hubcap_read;

GRANT INSERT, SELECT, UPDATE ON TABLE public.account_balances TO hubcap_hub;

GRANT SELECT ON TABLE public.account_balances TO hubcap_read;

GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE public.accounts TO hubcap_hub;

GRANT SELECT ON TABLE public.accounts TO hubcap_read;

GRANT INSERT, SELECT ON TABLE public.billing_days TO hubcap_hub;

GRANT SELECT ON TABLE public.billing_days TO hubcap_read;

GRANT SELECT ON TABLE public.billing_horizon TO hubcap_hub;

GRANT SELECT ON TABLE public.billing_horizon TO hubcap_read;

GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE public.billing_rechecks TO hubcap_hub;

GRANT SELECT ON TABLE public.billing_rechecks TO hubcap_read;

GRANT INSERT, SELECT, UPDATE ON TABLE public.btcpay_deliveries TO hubcap_hub;

GRANT SELECT ON TABLE public.btcpay_deliveries TO hubcap_read;

GRANT SELECT, UPDATE ON TABLE public.btcpay_freshness TO hubcap_hub;

GRANT SELECT ON TABLE public.btcpay_freshness TO hubcap_read;

GRANT INSERT, SELECT, UPDATE ON TABLE public.btcpay_invoices TO hubcap_hub;

GRANT SELECT ON TABLE public.btcpay_invoices TO hubcap_read;

GRANT INSERT, SELECT, UPDATE ON TABLE public.btcpay_matters TO hubcap_hub;

GRANT SELECT ON TABLE public.btcpay_matters TO hubcap_read;

GRANT INSERT, SELECT ON TABLE public.btcpay_observations TO hubcap_hub;

GRANT SELECT ON TABLE public.btcpay_observations TO hubcap_read;

GRANT INSERT, SELECT ON TABLE public.charges TO hubcap_hub;

GRANT SELECT ON TABLE public.charges TO hubcap_read;

GRANT INSERT, SELECT, UPDATE ON TABLE public.dunning_episodes TO hubcap_hub;

GRANT SELECT ON TABLE public.dunning_episodes TO hubcap_read;

GRANT INSERT, SELECT, UPDATE ON TABLE public.dunning_teardowns TO hubcap_hub;

GRANT SELECT ON TABLE public.dunning_teardowns TO hubcap_read;

GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE public.email_change_files TO hubcap_hub;

GRANT SELECT ON TABLE public.email_change_files TO hubcap_read;

GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE public.email_change_lines TO hubcap_hub;

GRANT SELECT ON TABLE public.email_change_lines TO hubcap_read;

GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE public.email_changes TO hubcap_hub;

GRANT SELECT ON TABLE public.email_changes TO hubcap_read;

GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE public.expected_runs TO hubcap_hub;

GRANT SELECT ON TABLE public.expected_runs TO hubcap_read;

GRANT SELECT ON TABLE public.flyway_schema_history TO hubcap_hub;

GRANT SELECT ON TABLE public.flyway_schema_history TO hubcap_read;

GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE public.freezes TO hubcap_hub;

GRANT SELECT ON TABLE public.freezes TO hubcap_read;

GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE public.held_accounts TO hubcap_hub;

GRANT SELECT ON TABLE public.held_accounts TO hubcap_read;

GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE public.host_inventories TO hubcap_hub;

GRANT SELECT ON TABLE public.host_inventories TO hubcap_read;

GRANT INSERT, SELECT, UPDATE ON TABLE public.host_sessions TO hubcap_hub;

GRANT SELECT ON TABLE public.host_sessions TO hubcap_read;

GRANT INSERT, SELECT, UPDATE ON TABLE public.hosts TO hubcap_hub;

GRANT SELECT ON TABLE public.hosts TO hubcap_read;

GRANT SELECT, UPDATE ON TABLE public.hub_leadership TO hubcap_hub;

GRANT SELECT ON TABLE public.hub_leadership TO hubcap_read;

GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE public.idempotency_keys TO hubcap_hub;

GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE public.login_tokens TO hubcap_hub;

GRANT INSERT, SELECT, UPDATE ON TABLE public.mails TO hubcap_hub;

GRANT SELECT ON TABLE public.mails TO hubcap_read;

GRANT INSERT, SELECT, UPDATE ON TABLE public.notices TO hubcap_hub;

GRANT SELECT ON TABLE public.notices TO hubcap_read;

GRANT INSERT, SELECT, UPDATE ON TABLE public.operation_attempts TO hubcap_hub;

GRANT SELECT ON TABLE public.operation_attempts TO hubcap_read;

GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE public.operation_kinds TO hubcap_hub;

GRANT SELECT ON TABLE public.operation_kinds TO hubcap_read;

GRANT INSERT, SELECT, UPDATE ON TABLE public.operations TO hubcap_hub;

GRANT SELECT ON TABLE public.operations TO hubcap_read;

GRANT SELECT ON TABLE public.operations_history TO hubcap_hub;

GRANT SELECT ON TABLE public.operations_history TO hubcap_read;

GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE public.os_images TO hubcap_hub;

GRANT SELECT ON TABLE public.os_images TO hubcap_read;

GRANT SELECT ON TABLE public.payment_events TO hubcap_hub;

GRANT SELECT ON TABLE public.payment_events TO hubcap_read;

GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE public.payment_sessions TO hubcap_hub;

GRANT SELECT ON TABLE public.payment_sessions TO hubcap_read;

GRANT INSERT, SELECT, UPDATE ON TABLE public.payments TO hubcap_hub;

GRANT SELECT ON TABLE public.payments TO hubcap_read;

GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE public.plan_rows TO hubcap_hub;

GRANT SELECT ON TABLE public.plan_rows TO hubcap_read;

GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE public.plans TO hubcap_hub;

GRANT SELECT ON TABLE public.plans TO hubcap_read;

GRANT INSERT, SELECT, UPDATE ON TABLE public.run_log TO hubcap_hub;

GRANT SELECT ON TABLE public.run_log TO hubcap_read;

GRANT INSERT, SELECT, UPDATE ON TABLE public.runs TO hubcap_hub;

GRANT SELECT ON TABLE public.runs TO hubcap_read;

GRANT SELECT ON TABLE public.schemaversion TO hubcap_hub;

GRANT SELECT ON TABLE public.schemaversion TO hubcap_read;

GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE public.ssh_public_keys TO hubcap_hub;

GRANT SELECT ON TABLE public.ssh_public_keys TO hubcap_read;

GRANT INSERT, SELECT, UPDATE ON TABLE public.tokens TO hubcap_hub;

GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE public.unresolved_btcpay_invoices TO hubcap_hub;

GRANT SELECT ON TABLE public.unresolved_btcpay_invoices TO hubcap_read;

GRANT INSERT, SELECT, UPDATE ON TABLE public.vm_rates TO hubcap_hub;

GRANT SELECT ON TABLE public.vm_rates TO hubcap_read;

GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE public.vm_sizes TO hubcap_hub;

GRANT SELECT ON TABLE public.vm_sizes TO hubcap_read;

GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE public.vm_ssh_authorized_key TO hubcap_hub;

GRANT SELECT ON TABLE public.vm_ssh_authorized_key TO hubcap_read;

GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE public.vm_ssh_host_key TO hubcap_hub;

GRANT SELECT ON TABLE public.vm_ssh_host_key TO hubcap_read;

GRANT INSERT, SELECT, UPDATE ON TABLE public.vms TO hubcap_hub;

GRANT SELECT ON TABLE public.vms TO hubcap_read;

ALTER DEFAULT PRIVILEGES FOR ROLE hubcap_owner GRANT EXECUTE ON FUNCTIONS TO hubcap_owner;

ALTER DEFAULT PRIVILEGES FOR ROLE hubcap_owner IN SCHEMA audit GRANT SELECT ON TABLES TO hubcap_hub;

ALTER DEFAULT PRIVILEGES FOR ROLE hubcap_owner IN SCHEMA audit GRANT SELECT ON TABLES TO hubcap_read;

ALTER DEFAULT PRIVILEGES FOR ROLE hubcap_owner IN SCHEMA batch GRANT DELETE, INSERT, SELECT, UPDATE ON TABLES TO hubcap_hub;

ALTER DEFAULT PRIVILEGES FOR ROLE hubcap_owner IN SCHEMA batch GRANT SELECT ON TABLES TO hubcap_read;

ALTER DEFAULT PRIVILEGES FOR ROLE hubcap_owner IN SCHEMA batch GRANT USAGE ON SEQUENCES TO hubcap_hub;

ALTER DEFAULT PRIVILEGES FOR ROLE hubcap_owner IN SCHEMA public GRANT DELETE, INSERT, SELECT, UPDATE ON TABLES TO hubcap_hub;

ALTER DEFAULT PRIVILEGES FOR ROLE hubcap_owner IN SCHEMA public GRANT SELECT ON TABLES TO hubcap_read;

ALTER DEFAULT PRIVILEGES FOR ROLE hubcap_owner IN SCHEMA public GRANT USAGE ON SEQUENCES TO hubcap_hub;
