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
REVOKE UPDATE, DELETE ON charges, billing_days, payment_events FROM hubcap_hub;
REVOKE INSERT, UPDATE, DELETE ON schemaversion, flyway_schema_history FROM hubcap_hub;
REVOKE DELETE ON vms FROM hubcap_hub;
-- The horizon only moves forward: see announce_billing.
REVOKE INSERT, UPDATE, DELETE ON billing_horizon FROM hubcap_hub;
REVOKE EXECUTE ON FUNCTION announce_billing(date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION announce_billing(date) TO hubcap_hub;
-- Who holds a token is the administrators' business; a reader of the database need not see even the hashes.
REVOKE SELECT ON tokens, idempotency_keys, login_tokens FROM hubcap_read;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public, audit, batch TO hubcap_hub;

-- TRUNCATE is granted to nobody; what later migrations add is readable from the start.
ALTER DEFAULT PRIVILEGES IN SCHEMA public, audit, batch GRANT SELECT ON TABLES TO hubcap_hub, hubcap_read;
ALTER DEFAULT PRIVILEGES IN SCHEMA public, batch GRANT INSERT, UPDATE, DELETE ON TABLES TO hubcap_hub;
ALTER DEFAULT PRIVILEGES IN SCHEMA public, batch GRANT USAGE ON SEQUENCES TO hubcap_hub;
