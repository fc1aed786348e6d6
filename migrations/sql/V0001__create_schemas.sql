-- The schemas, and the version of the schema as the provider's operators have always read it: one row, one column.
--
-- Why:    ADR-0006 (the schema's version is one number, kept by the migrations themselves).
-- Locks:  new objects only; blocks nobody.
-- Before: there is no earlier release.
-- Data:   none lost.
CREATE SCHEMA batch;
CREATE SCHEMA audit;

CREATE TABLE schemaversion (
  version integer NOT NULL
);
CREATE UNIQUE INDEX schemaversion_one_row ON schemaversion ((true));
INSERT INTO schemaversion (version) VALUES (0);

-- Refuses every change to a table that only grows. Privileges say the same; this also stops an owner's slip.
CREATE FUNCTION refuse_change() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RAISE EXCEPTION 'table %.% is append-only: % refused', TG_TABLE_SCHEMA, TG_TABLE_NAME, TG_OP
    USING ERRCODE = 'insufficient_privilege',
          HINT = 'Post a new row that corrects the old one; history is never rewritten.';
END
$$;

-- Who acts: the name that the application set for its transaction, else the login.
CREATE FUNCTION acting_user() RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT coalesce(nullif(current_setting('hubcap.actor', true), ''), session_user::text)
$$;

-- Why, where the application set it for its transaction.
CREATE FUNCTION acting_reason() RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT nullif(current_setting('hubcap.reason', true), '')
$$;
