-- Not in a transaction: each paragraph is one statement, which is committed by itself and can be repeated. So everybody goes
-- on writing to the audit log, however large it is, while its indexes are built.

-- The activity of an account beside the events whose target it is: those that name it in their details (an app that was
-- allowed or disconnected), and what it did to other things. Both are partial, so that sign-ins, which are most of the log,
-- pay nothing for them and are not read in vain. A build that was interrupted leaves an index that is not valid.
DROP INDEX CONCURRENTLY IF EXISTS audit_events_account;

CREATE INDEX CONCURRENTLY audit_events_account ON audit_events ((details ->> 'account'), seq) WHERE details ->> 'account' IS NOT NULL;

DROP INDEX CONCURRENTLY IF EXISTS audit_events_elsewhere;

CREATE INDEX CONCURRENTLY audit_events_elsewhere ON audit_events (actor, seq) WHERE actor <> target;

-- A server of the version before knows no second step, and would sign people in without it. Its sign-ins tell no methods. They
-- are refused for an account with an authenticator app, and nothing of them is stored. Roles that may add events may look.
DO $$
DECLARE
  role text;
BEGIN
  FOR role IN
    SELECT CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END
    FROM pg_class c, aclexplode(c.relacl) a
    WHERE c.oid = 'audit_events'::regclass AND a.privilege_type = 'INSERT' AND a.grantee <> c.relowner
  LOOP
    EXECUTE format('GRANT SELECT (account_id) ON account_totp TO %s', role);
  END LOOP;
END $$;

CREATE OR REPLACE FUNCTION append_audit(p_actor text, p_action text, p_target text, p_details jsonb, p_request_id text)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF p_action = 'account.signed_in' AND NOT p_details ? 'methods' THEN
    IF EXISTS (SELECT FROM account_totp WHERE account_id = substr(p_target, 9)) THEN
      RAISE EXCEPTION 'this account has a second step, which this server does not ask for: update the server';
    END IF;
  END IF;
  INSERT INTO audit_events (at, actor, action, target, details, request_id)
    VALUES (clock_timestamp(), p_actor, p_action, p_target, p_details, p_request_id);
END $$;
