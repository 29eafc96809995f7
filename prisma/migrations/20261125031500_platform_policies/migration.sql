-- AlterTable
ALTER TABLE "identities" ADD COLUMN     "permissions_boundary_platform_policy_id" TEXT;

-- AlterTable
ALTER TABLE "policy_attachments" ADD COLUMN     "platform_policy_id" TEXT;

-- CreateTable
CREATE TABLE "platform_policies" (
    "policy_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "name_key" TEXT NOT NULL,
    "path" TEXT NOT NULL DEFAULT '/',
    "description" TEXT NOT NULL DEFAULT '',
    "default_version_number" INTEGER NOT NULL DEFAULT 1,
    "shipped_revision" INTEGER,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "platform_policies_pkey" PRIMARY KEY ("policy_id")
);

-- CreateTable
CREATE TABLE "platform_policy_versions" (
    "policy_id" TEXT NOT NULL,
    "version_number" INTEGER NOT NULL,
    "document" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "platform_policy_versions_pkey" PRIMARY KEY ("policy_id","version_number")
);

-- CreateTable
CREATE TABLE "platform_state" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "policy_epoch" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "platform_state_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "platform_policies_name_key_key" ON "platform_policies"("name_key");

-- CreateIndex
CREATE INDEX "identities_permissions_boundary_platform_policy_id_idx" ON "identities"("permissions_boundary_platform_policy_id");

-- CreateIndex
CREATE INDEX "policy_attachments_platform_policy_id_idx" ON "policy_attachments"("platform_policy_id");

-- AddForeignKey
ALTER TABLE "identities" ADD CONSTRAINT "identities_permissions_boundary_platform_policy_id_fkey" FOREIGN KEY ("permissions_boundary_platform_policy_id") REFERENCES "platform_policies"("policy_id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "platform_policy_versions" ADD CONSTRAINT "platform_policy_versions_policy_id_fkey" FOREIGN KEY ("policy_id") REFERENCES "platform_policies"("policy_id") ON DELETE CASCADE ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "policy_attachments" ADD CONSTRAINT "policy_attachments_platform_policy_id_fkey" FOREIGN KEY ("platform_policy_id") REFERENCES "platform_policies"("policy_id") ON DELETE RESTRICT ON UPDATE RESTRICT;

INSERT INTO "platform_state" ("id", "policy_epoch") VALUES (1, 0);
ALTER TABLE "platform_state" ADD CONSTRAINT "platform_state_single_row" CHECK ("id" = 1);

-- For tables in which the platform keeps what bears on every account: all scopes read them, the platform's scope and
-- that of the management account write them.
CREATE FUNCTION gatehouse_share_platform_table(platform_table regclass) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
  may_write CONSTANT text := '(current_setting(''gatehouse.scope'', true) = ''platform'' OR EXISTS ('
    'SELECT FROM public.accounts'
    ' WHERE account_id = current_setting(''gatehouse.account_id'', true)::bpchar AND is_management))';
BEGIN
  EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', platform_table);
  EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', platform_table);
  EXECUTE format(
    'CREATE POLICY shared_read ON %s FOR SELECT'
    ' USING (current_setting(''gatehouse.scope'', true) IN (''platform'', ''account''))',
    platform_table
  );
  EXECUTE format('CREATE POLICY platform_insert ON %s FOR INSERT WITH CHECK %s', platform_table, may_write);
  EXECUTE format('CREATE POLICY platform_update ON %s FOR UPDATE USING %s WITH CHECK %s',
    platform_table, may_write, may_write);
  EXECUTE format('CREATE POLICY platform_delete ON %s FOR DELETE USING %s', platform_table, may_write);
END
$$;

SELECT gatehouse_share_platform_table('platform_policies');
SELECT gatehouse_share_platform_table('platform_policy_versions');
SELECT gatehouse_share_platform_table('platform_state');
