-- What proves that the server wrote an event or a checkpoint (src/audit/trail/README.md). NULL in rows that were written
-- before there were authenticators.
ALTER TABLE "audit_events" ADD COLUMN "authenticator" BYTEA;
ALTER TABLE "audit_checkpoints" ADD COLUMN "seal" BYTEA;

-- The partitions that end `months_kept` months before this one or earlier, oldest first, with the first day of each.
CREATE FUNCTION gatehouse_expired_audit_partitions(months_kept integer) RETURNS TABLE (partition_name text, first_day timestamptz)
LANGUAGE sql STABLE AS $$
  SELECT relname::text, (replace(right(relname, 7), '_', '-') || '-01 00:00+00')::timestamptz
  FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
  WHERE inhparent = 'audit_events'::regclass AND relname < 'audit_events_' || to_char(
    date_trunc('month', now() AT TIME ZONE 'UTC') - make_interval(months => months_kept), 'YYYY_MM')
  ORDER BY relname
$$;

-- Each account's last event of the month that begins on this day. Row-level security holds the owner too, so each account
-- is looked at in its own scope.
CREATE FUNCTION gatehouse_last_audit_events(first_day timestamptz) RETURNS SETOF audit_events
LANGUAGE plpgsql AS $$
DECLARE
  account char(12);
BEGIN
  PERFORM set_config('gatehouse.scope', 'platform', true);
  FOR account IN SELECT account_id FROM accounts LOOP
    PERFORM set_config('gatehouse.account_id', account, true);
    RETURN QUERY SELECT * FROM audit_events
      WHERE account_id = account AND event_time >= first_day AND event_time < (first_day AT TIME ZONE 'UTC' + interval '1 month') AT TIME ZONE 'UTC'
      ORDER BY sequence DESC LIMIT 1;
  END LOOP;
END
$$;

-- Checkpoints as the server has sealed them: one of each array for each account.
CREATE FUNCTION gatehouse_put_audit_checkpoints(account_ids text[], sequences bigint[], hashes bytea[], seals bytea[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  FOR n IN 1..coalesce(array_length(account_ids, 1), 0) LOOP
    PERFORM set_config('gatehouse.account_id', account_ids[n], true);
    INSERT INTO audit_checkpoints (account_id, sequence, hash, seal)
      VALUES (account_ids[n], sequences[n], hashes[n], seals[n])
      ON CONFLICT (account_id) DO UPDATE SET sequence = EXCLUDED.sequence, hash = EXCLUDED.hash, seal = EXCLUDED.seal;
  END LOOP;
END
$$;
