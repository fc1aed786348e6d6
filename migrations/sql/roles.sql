-- Roles and rights that lie outside the schema. Run by the configured login before the first migration, and again
-- only while something of it is missing; every statement may be repeated.
--
-- Why:    the hub must not be able to rewrite what is append-only, and migrations must not run as a superuser.
-- Needs:  CREATEROLE while a role is missing; ownership of the database. A DBA may run this file beforehand.
-- Locks:  nothing that anybody waits for.
DO $$
DECLARE
  may text;
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'hubcap_owner') THEN CREATE ROLE hubcap_owner NOLOGIN; END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'hubcap_hub')   THEN CREATE ROLE hubcap_hub NOLOGIN;   END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'hubcap_read')  THEN CREATE ROLE hubcap_read NOLOGIN;  END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'hubcap_spoke') THEN CREATE ROLE hubcap_spoke NOLOGIN; END IF;

  -- From PostgreSQL 16 on, who makes a role may hand it out but not yet take it on; a member already before that.
  may := CASE WHEN current_setting('server_version_num')::int >= 160000 THEN 'SET' ELSE 'MEMBER' END;
  IF NOT pg_has_role(current_user, 'hubcap_owner', may) THEN EXECUTE format('GRANT hubcap_owner TO %I', current_user); END IF;
  IF NOT pg_has_role(current_user, 'hubcap_hub', may)   THEN EXECUTE format('GRANT hubcap_hub TO %I', current_user);   END IF;
  IF NOT pg_has_role(current_user, 'hubcap_read', may)  THEN EXECUTE format('GRANT hubcap_read TO %I', current_user);  END IF;

  EXECUTE format('GRANT CREATE, CONNECT, TEMPORARY ON DATABASE %I TO hubcap_owner', current_database());
  EXECUTE format('GRANT CONNECT, TEMPORARY ON DATABASE %I TO hubcap_hub', current_database());
  EXECUTE format('GRANT CONNECT ON DATABASE %I TO hubcap_read', current_database());
  EXECUTE format('GRANT CONNECT ON DATABASE %I TO hubcap_spoke', current_database());
  EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', current_database());
  REVOKE CREATE ON SCHEMA public FROM PUBLIC;
  GRANT CREATE, USAGE ON SCHEMA public TO hubcap_owner;
  GRANT USAGE ON SCHEMA public TO hubcap_hub, hubcap_read;
END
$$;
