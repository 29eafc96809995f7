-- The audit log as a hash chain per account, partitioned by month. Prisma's schema cannot say PARTITION BY, so this
-- table is written by hand; nothing was released with the one that it replaces.
DROP TABLE "audit_events";

CREATE TABLE "audit_events" (
    "account_id" CHAR(12) NOT NULL,
    "sequence" BIGINT NOT NULL,
    "event_time" TIMESTAMPTZ(3) NOT NULL,
    "event_id" UUID NOT NULL,
    "request_id" TEXT NOT NULL,
    "operation" TEXT NOT NULL,
    "read_only" BOOLEAN NOT NULL,
    "caller_arn" TEXT NOT NULL,
    "caller_id" TEXT NOT NULL,
    "caller_name" TEXT NOT NULL,
    "credential" TEXT,
    "access_key_id" TEXT,
    "session_id" TEXT,
    "mfa_authenticated" BOOLEAN NOT NULL,
    "resource_arn" TEXT NOT NULL,
    "resource_name" TEXT NOT NULL,
    "input" TEXT NOT NULL,
    "outcome" TEXT NOT NULL,
    "reason" TEXT,
    "source_ip" TEXT NOT NULL,
    "user_agent" TEXT NOT NULL,
    "previous_hash" BYTEA NOT NULL,
    "hash" BYTEA NOT NULL,

    CONSTRAINT "audit_events_pkey" PRIMARY KEY ("account_id","sequence","event_time")
) PARTITION BY RANGE ("event_time");

CREATE TABLE "audit_chains" (
    "account_id" CHAR(12) NOT NULL,
    "last_sequence" BIGINT NOT NULL,
    "last_hash" BYTEA NOT NULL,
    "last_event_time" TIMESTAMPTZ(3) NOT NULL,
    "seal" BYTEA NOT NULL,

    CONSTRAINT "audit_chains_pkey" PRIMARY KEY ("account_id")
);

CREATE TABLE "audit_checkpoints" (
    "account_id" CHAR(12) NOT NULL,
    "sequence" BIGINT NOT NULL,
    "hash" BYTEA NOT NULL,

    CONSTRAINT "audit_checkpoints_pkey" PRIMARY KEY ("account_id")
);

CREATE INDEX "audit_events_account_id_event_time_sequence_idx" ON "audit_events"("account_id", "event_time", "sequence");
CREATE INDEX "audit_events_account_id_operation_event_time_idx" ON "audit_events"("account_id", "operation", "event_time");
CREATE INDEX "audit_events_account_id_caller_name_event_time_idx" ON "audit_events"("account_id", "caller_name", "event_time");
CREATE INDEX "audit_events_account_id_resource_name_event_time_idx" ON "audit_events"("account_id", "resource_name", "event_time");

ALTER TABLE "audit_chains" ADD CONSTRAINT "audit_chains_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "accounts"("account_id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "audit_checkpoints" ADD CONSTRAINT "audit_checkpoints_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "accounts"("account_id") ON DELETE RESTRICT ON UPDATE CASCADE;

SELECT gatehouse_protect_tenant_table('audit_events');
SELECT gatehouse_protect_tenant_table('audit_chains');
SELECT gatehouse_protect_tenant_table('audit_checkpoints');

-- Makes the partitions of this month and the months after it that do not exist yet. A partition is made beside the
-- table and then attached: CREATE TABLE … PARTITION OF would lock out everyone who reads or appends meanwhile.
-- The partition has row-level security of its own, for whoever reads it directly.
CREATE FUNCTION gatehouse_make_audit_partitions(months_ahead integer) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  this_month timestamp := date_trunc('month', now() AT TIME ZONE 'UTC');
  first_day timestamp;
  partition_name text;
BEGIN
  FOR months IN 0..months_ahead LOOP
    first_day := this_month + make_interval(months => months);
    partition_name := 'audit_events_' || to_char(first_day, 'YYYY_MM');
    CONTINUE WHEN to_regclass(partition_name) IS NOT NULL;
    EXECUTE format('CREATE TABLE %I (LIKE audit_events INCLUDING ALL)', partition_name);
    PERFORM gatehouse_protect_tenant_table(partition_name::regclass);
    EXECUTE format(
      'ALTER TABLE audit_events ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
      partition_name, first_day || '+00', (first_day + interval '1 month') || '+00'
    );
  END LOOP;
END
$$;

-- Drops the months that ended `months_kept` months before this one or earlier. For each account the last event of what
-- is dropped becomes the checkpoint from which the rest of its chain is verified, in the same transaction.
-- Returns the names of the partitions that were dropped.
CREATE FUNCTION gatehouse_drop_audit_partitions(months_kept integer) RETURNS SETOF text
LANGUAGE plpgsql AS $$
DECLARE
  oldest_kept text := 'audit_events_' || to_char(
    date_trunc('month', now() AT TIME ZONE 'UTC') - make_interval(months => months_kept), 'YYYY_MM');
  partition_name text;
  account char(12);
BEGIN
  FOR partition_name IN
    SELECT relname FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
    WHERE inhparent = 'audit_events'::regclass AND relname < oldest_kept ORDER BY relname
  LOOP
    PERFORM set_config('gatehouse.scope', 'platform', true);
    FOR account IN SELECT account_id FROM accounts LOOP
      PERFORM set_config('gatehouse.account_id', account, true);
      EXECUTE format(
        'INSERT INTO audit_checkpoints (account_id, sequence, hash)'
        ' SELECT account_id, sequence, hash FROM %I WHERE account_id = $1 ORDER BY sequence DESC LIMIT 1'
        ' ON CONFLICT (account_id) DO UPDATE SET sequence = EXCLUDED.sequence, hash = EXCLUDED.hash',
        partition_name
      ) USING account;
    END LOOP;
    EXECUTE format('DROP TABLE %I', partition_name);
    RETURN NEXT partition_name;
  END LOOP;
END
$$;
