-- A client that is made again under the id of a deleted one gets places of its own in status lists. The runs of the deleted one stay
-- as long as its tokens could be valid, because their bits are set by the revocation of its id; their key is free from then on.
ALTER TABLE status_list_clients ADD COLUMN ended_at timestamptz;

CREATE FUNCTION end_status_list_clients()
RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE status_list_clients s SET key = 'ended ' || gen_random_uuid() || ' ' || s.key, ended_at = clock_timestamp()
    FROM gone g WHERE s.client_id = g.client_id AND s.ended_at IS NULL;
  RETURN NULL;
END $$;
CREATE TRIGGER clients_end_status_lists AFTER DELETE ON clients
  REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION end_status_list_clients();
