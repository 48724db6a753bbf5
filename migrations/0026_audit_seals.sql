-- The audit log is sealed, not queued for (docs/decisions/0048). A row is inserted without a lock, in the transaction of what it
-- tells of. A second later a server puts the rows that have been committed into the hash chain, in batches, with a MAC whose
-- key is not in the database. Rows from before this migration keep their place and their hash: seals follow them. No table
-- is scanned or rewritten here, and servers of the version before go on.

-- Events that are not sealed yet. Its identity numbers all events; what is rolled back leaves a gap.
CREATE TABLE audit_unsealed (
  event bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY
);

-- The chain: one row for each sealed event, never changed. sealed_seq has no gaps and goes on after the last hashed event.
CREATE TABLE audit_seals (
  sealed_seq bigint PRIMARY KEY,
  event      bigint NOT NULL UNIQUE,
  prev_hash  bytea NOT NULL,
  hash       bytea NOT NULL,
  -- Which key the MAC was made with: the beginning of its SHA-256.
  key_id     bytea NOT NULL,
  mac        bytea NOT NULL
);

-- Roles that may add events may seal them, and no others.
DO $$
DECLARE
  role text;
BEGIN
  FOR role IN
    SELECT CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END
    FROM pg_class c, aclexplode(c.relacl) a
    WHERE c.oid = 'audit_events'::regclass AND a.privilege_type = 'INSERT' AND a.grantee <> c.relowner
  LOOP
    EXECUTE format('GRANT SELECT, INSERT ON audit_seals TO %s; GRANT SELECT, INSERT, DELETE ON audit_unsealed TO %1$s', role);
  END LOOP;
END $$;

-- Every new event gets its number here and waits to be sealed, also one that append_audit did not write. Its hash is empty:
-- the seal has it.
CREATE FUNCTION queue_audit_event() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO audit_unsealed DEFAULT VALUES RETURNING event INTO NEW.seq;
  NEW.prev_hash := '\x';
  NEW.hash := '\x';
  RETURN NEW;
END $$;
CREATE TRIGGER audit_events_queue BEFORE INSERT ON audit_events FOR EACH ROW EXECUTE FUNCTION queue_audit_event();

-- The trigger keeps writers out until this migration commits, so no higher number can appear.
SELECT setval(pg_get_serial_sequence('audit_unsealed', 'event'), (SELECT coalesce(max(seq), 0) + 1 FROM audit_events), false);

CREATE OR REPLACE FUNCTION append_audit(p_actor text, p_action text, p_target text, p_details jsonb, p_request_id text)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO audit_events (at, actor, action, target, details, request_id)
    VALUES (clock_timestamp(), p_actor, p_action, p_target, p_details, p_request_id);
END $$;

-- The end of the chain: the last seal, or the last event that was hashed before there were seals.
CREATE FUNCTION audit_head(OUT sealed_seq bigint, OUT hash bytea) LANGUAGE plpgsql STABLE AS $$
BEGIN
  SELECT s.sealed_seq, s.hash INTO audit_head.sealed_seq, audit_head.hash FROM audit_seals s ORDER BY s.sealed_seq DESC LIMIT 1;
  IF NOT FOUND THEN
    SELECT e.seq, e.hash INTO audit_head.sealed_seq, audit_head.hash
      FROM audit_events e WHERE e.hash <> '\x' ORDER BY e.seq DESC LIMIT 1;
  END IF;
  audit_head.sealed_seq := coalesce(audit_head.sealed_seq, 0);
  audit_head.hash := coalesce(audit_head.hash, '\x');
END $$;

-- Puts a batch behind the head that its hashes were computed from. Returns false and changes nothing if another server is
-- sealing, or has sealed since. Hashes and MACs are in hexadecimal. Advisory lock 7202 is never waited for.
CREATE FUNCTION seal_audit(p_head bigint, p_head_hash text, p_events bigint[], p_hashes text[], p_macs text[], p_key_id text)
RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  head record;
  waiting integer;
BEGIN
  IF NOT pg_try_advisory_xact_lock(7202) THEN RETURN false; END IF;
  SELECT * INTO head FROM audit_head();
  IF head.sealed_seq <> p_head OR head.hash <> decode(p_head_hash, 'hex') THEN RETURN false; END IF;
  DELETE FROM audit_unsealed WHERE event = ANY (p_events);
  GET DIAGNOSTICS waiting = ROW_COUNT;
  IF waiting <> cardinality(p_events) THEN RAISE EXCEPTION 'events to seal were not waiting to be sealed'; END IF;
  INSERT INTO audit_seals (sealed_seq, event, prev_hash, hash, key_id, mac)
    SELECT p_head + b.n, b.event, decode(coalesce(lag(b.hash) OVER (ORDER BY b.n), p_head_hash), 'hex'),
      decode(b.hash, 'hex'), decode(p_key_id, 'hex'), decode(b.mac, 'hex')
    FROM unnest(p_events, p_hashes, p_macs) WITH ORDINALITY AS b (event, hash, mac, n);
  RETURN true;
END $$;
