-- What the hub and a reader may do. On append-only tables the hub may only add.
--
-- Why:    a privilege that is not there cannot be misused.
-- Locks:  rights only; blocks nobody.
-- Before: there is no earlier release.
-- Data:   none lost.
GRANT USAGE ON SCHEMA audit, batch TO hubcap_hub, hubcap_read;

GRANT SELECT ON ALL TABLES IN SCHEMA public, audit, batch TO hubcap_hub, hubcap_read;
GRANT INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public, batch TO hubcap_hub;
GRANT INSERT ON audit.events TO hubcap_hub;
REVOKE UPDATE, DELETE ON charges, billing_days FROM hubcap_hub;
-- Only a trigger writes what counted when.
REVOKE INSERT, UPDATE, DELETE ON payment_events FROM hubcap_hub;
REVOKE INSERT, UPDATE, DELETE ON schemaversion, flyway_schema_history FROM hubcap_hub;
-- What money or the record of who did what refers to stays; a wrong row is corrected.
REVOKE DELETE ON vms, vm_rates, payments, account_balances, runs, run_log, tokens FROM hubcap_hub;
REVOKE INSERT, DELETE ON hub_leadership FROM hubcap_hub;
-- The horizon only moves forward: see announce_billing.
REVOKE INSERT, UPDATE, DELETE ON billing_horizon FROM hubcap_hub;
-- Who holds a token is the administrators' business; a reader of the database need not see even the hashes.
REVOKE SELECT ON tokens, idempotency_keys, login_tokens FROM hubcap_read;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public, audit, batch TO hubcap_hub;

-- TRUNCATE is granted to nobody; what later migrations add is readable from the start.
ALTER DEFAULT PRIVILEGES IN SCHEMA public, audit, batch GRANT SELECT ON TABLES TO hubcap_hub, hubcap_read;
ALTER DEFAULT PRIVILEGES IN SCHEMA public, batch GRANT INSERT, UPDATE, DELETE ON TABLES TO hubcap_hub;
ALTER DEFAULT PRIVILEGES IN SCHEMA public, batch GRANT USAGE ON SEQUENCES TO hubcap_hub;

-- Our functions are called by name or not at all: a trigger fires without the privilege, but whoever has it could hang a
-- trigger function that acts as the owner on a table of his own. Functions of an extension are not ours to close.
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
DO $$
DECLARE
  ours regprocedure;
BEGIN
  FOR ours IN SELECT oid FROM pg_proc WHERE proowner = current_user::regrole LOOP
    EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', ours);
  END LOOP;
END
$$;
GRANT EXECUTE ON FUNCTION valid_payments, vm_costs TO hubcap_hub, hubcap_read;
GRANT EXECUTE ON FUNCTION acting_user, announce_billing TO hubcap_hub;
