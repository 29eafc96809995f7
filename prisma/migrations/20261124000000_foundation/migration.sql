-- The tables are what Prisma's schema engine makes of prisma/schema; row-level security follows at the end by hand.

-- CreateEnum
CREATE TYPE "access_key_status" AS ENUM ('Active', 'Inactive');

-- CreateEnum
CREATE TYPE "account_status" AS ENUM ('active', 'suspended', 'closed');

-- CreateEnum
CREATE TYPE "identity_type" AS ENUM ('user', 'group', 'role');

-- CreateTable
CREATE TABLE "access_keys" (
    "account_id" CHAR(12) NOT NULL,
    "access_key_id" TEXT NOT NULL,
    "user_id" TEXT,
    "sealed_secret" BYTEA NOT NULL,
    "status" "access_key_status" NOT NULL DEFAULT 'Active',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_used_at" TIMESTAMPTZ(3),
    "last_used_service" TEXT,
    "last_used_region" TEXT,

    CONSTRAINT "access_keys_pkey" PRIMARY KEY ("account_id","access_key_id")
);

-- CreateTable
CREATE TABLE "accounts" (
    "account_id" CHAR(12) NOT NULL,
    "name" TEXT NOT NULL,
    "alias" TEXT,
    "is_management" BOOLEAN NOT NULL DEFAULT false,
    "status" "account_status" NOT NULL DEFAULT 'active',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "root_email" TEXT NOT NULL,
    "root_email_key" TEXT NOT NULL,
    "root_password_hash" TEXT,
    "root_password_set_at" TIMESTAMPTZ(3),
    "root_password_last_used_at" TIMESTAMPTZ(3),
    "policy_epoch" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "accounts_pkey" PRIMARY KEY ("account_id")
);

-- CreateTable
CREATE TABLE "audit_events" (
    "account_id" CHAR(12) NOT NULL,
    "event_id" UUID NOT NULL,
    "event_time" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "request_id" TEXT NOT NULL,
    "operation" TEXT NOT NULL,
    "caller_arn" TEXT NOT NULL,
    "caller_id" TEXT NOT NULL,
    "resource_arn" TEXT NOT NULL,
    "input" JSONB NOT NULL,
    "outcome" TEXT NOT NULL,
    "reason" TEXT,
    "source_ip" TEXT NOT NULL,
    "user_agent" TEXT NOT NULL,

    CONSTRAINT "audit_events_pkey" PRIMARY KEY ("account_id","event_id")
);

-- CreateTable
CREATE TABLE "identities" (
    "account_id" CHAR(12) NOT NULL,
    "identity_id" TEXT NOT NULL,
    "type" "identity_type" NOT NULL,
    "name" TEXT NOT NULL,
    "name_key" TEXT NOT NULL,
    "path" TEXT NOT NULL DEFAULT '/',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "tags" JSONB NOT NULL DEFAULT '{}',
    "permissions_boundary_arn" TEXT,
    "permissions_boundary_policy_id" TEXT,
    "password_last_used_at" TIMESTAMPTZ(3),

    CONSTRAINT "identities_pkey" PRIMARY KEY ("account_id","identity_id")
);

-- CreateTable
CREATE TABLE "login_profiles" (
    "account_id" CHAR(12) NOT NULL,
    "user_id" TEXT NOT NULL,
    "password_hash" TEXT NOT NULL,
    "password_set_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "password_reset_required" BOOLEAN NOT NULL DEFAULT false,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "login_profiles_pkey" PRIMARY KEY ("account_id","user_id")
);

-- CreateTable
CREATE TABLE "group_memberships" (
    "account_id" CHAR(12) NOT NULL,
    "group_id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "group_memberships_pkey" PRIMARY KEY ("account_id","group_id","user_id")
);

-- CreateTable
CREATE TABLE "managed_policies" (
    "account_id" CHAR(12) NOT NULL,
    "policy_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "name_key" TEXT NOT NULL,
    "path" TEXT NOT NULL DEFAULT '/',
    "description" TEXT NOT NULL DEFAULT '',
    "default_version_number" INTEGER NOT NULL DEFAULT 1,
    "next_version_number" INTEGER NOT NULL DEFAULT 2,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "tags" JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT "managed_policies_pkey" PRIMARY KEY ("account_id","policy_id")
);

-- CreateTable
CREATE TABLE "managed_policy_versions" (
    "account_id" CHAR(12) NOT NULL,
    "policy_id" TEXT NOT NULL,
    "version_number" INTEGER NOT NULL,
    "document" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "managed_policy_versions_pkey" PRIMARY KEY ("account_id","policy_id","version_number")
);

-- CreateTable
CREATE TABLE "policy_attachments" (
    "account_id" CHAR(12) NOT NULL,
    "identity_id" TEXT NOT NULL,
    "policy_arn" TEXT NOT NULL,
    "policy_id" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "policy_attachments_pkey" PRIMARY KEY ("account_id","identity_id","policy_arn")
);

-- CreateTable
CREATE TABLE "inline_policies" (
    "account_id" CHAR(12) NOT NULL,
    "identity_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "document" TEXT NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "inline_policies_pkey" PRIMARY KEY ("account_id","identity_id","name")
);

-- CreateTable
CREATE TABLE "sessions" (
    "account_id" CHAR(12) NOT NULL,
    "session_id" TEXT NOT NULL,
    "principal_id" TEXT NOT NULL,
    "refresh_token_hash" BYTEA NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "refreshed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "revoked_at" TIMESTAMPTZ(3),
    "mfa_authenticated_at" TIMESTAMPTZ(3),
    "source_ip" TEXT NOT NULL,
    "user_agent" TEXT NOT NULL,

    CONSTRAINT "sessions_pkey" PRIMARY KEY ("account_id","session_id")
);

-- CreateTable
CREATE TABLE "signing_keys" (
    "key_id" TEXT NOT NULL,
    "public_jwk" JSONB NOT NULL,
    "sealed_private_jwk" BYTEA NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "retired_at" TIMESTAMPTZ(3),

    CONSTRAINT "signing_keys_pkey" PRIMARY KEY ("key_id")
);

-- CreateIndex
CREATE INDEX "access_keys_account_id_user_id_idx" ON "access_keys"("account_id", "user_id");

-- CreateIndex
CREATE UNIQUE INDEX "accounts_alias_key" ON "accounts"("alias");

-- CreateIndex
CREATE UNIQUE INDEX "accounts_root_email_key_key" ON "accounts"("root_email_key");

-- CreateIndex
CREATE INDEX "audit_events_account_id_event_time_idx" ON "audit_events"("account_id", "event_time");

-- CreateIndex
CREATE INDEX "identities_account_id_permissions_boundary_policy_id_idx" ON "identities"("account_id", "permissions_boundary_policy_id");

-- CreateIndex
CREATE UNIQUE INDEX "identities_account_id_type_name_key_key" ON "identities"("account_id", "type", "name_key");

-- CreateIndex
CREATE INDEX "group_memberships_account_id_user_id_idx" ON "group_memberships"("account_id", "user_id");

-- CreateIndex
CREATE UNIQUE INDEX "managed_policies_account_id_name_key_key" ON "managed_policies"("account_id", "name_key");

-- CreateIndex
CREATE INDEX "policy_attachments_account_id_policy_arn_idx" ON "policy_attachments"("account_id", "policy_arn");

-- CreateIndex
CREATE INDEX "policy_attachments_account_id_policy_id_idx" ON "policy_attachments"("account_id", "policy_id");

-- CreateIndex
CREATE INDEX "sessions_account_id_principal_id_idx" ON "sessions"("account_id", "principal_id");

-- AddForeignKey
ALTER TABLE "access_keys" ADD CONSTRAINT "access_keys_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "accounts"("account_id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "access_keys" ADD CONSTRAINT "access_keys_account_id_user_id_fkey" FOREIGN KEY ("account_id", "user_id") REFERENCES "identities"("account_id", "identity_id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "audit_events" ADD CONSTRAINT "audit_events_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "accounts"("account_id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "identities" ADD CONSTRAINT "identities_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "accounts"("account_id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "identities" ADD CONSTRAINT "identities_account_id_permissions_boundary_policy_id_fkey" FOREIGN KEY ("account_id", "permissions_boundary_policy_id") REFERENCES "managed_policies"("account_id", "policy_id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "login_profiles" ADD CONSTRAINT "login_profiles_account_id_user_id_fkey" FOREIGN KEY ("account_id", "user_id") REFERENCES "identities"("account_id", "identity_id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "group_memberships" ADD CONSTRAINT "group_memberships_account_id_group_id_fkey" FOREIGN KEY ("account_id", "group_id") REFERENCES "identities"("account_id", "identity_id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "group_memberships" ADD CONSTRAINT "group_memberships_account_id_user_id_fkey" FOREIGN KEY ("account_id", "user_id") REFERENCES "identities"("account_id", "identity_id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "managed_policies" ADD CONSTRAINT "managed_policies_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "accounts"("account_id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "managed_policy_versions" ADD CONSTRAINT "managed_policy_versions_account_id_policy_id_fkey" FOREIGN KEY ("account_id", "policy_id") REFERENCES "managed_policies"("account_id", "policy_id") ON DELETE CASCADE ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "policy_attachments" ADD CONSTRAINT "policy_attachments_account_id_identity_id_fkey" FOREIGN KEY ("account_id", "identity_id") REFERENCES "identities"("account_id", "identity_id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "policy_attachments" ADD CONSTRAINT "policy_attachments_account_id_policy_id_fkey" FOREIGN KEY ("account_id", "policy_id") REFERENCES "managed_policies"("account_id", "policy_id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "inline_policies" ADD CONSTRAINT "inline_policies_account_id_identity_id_fkey" FOREIGN KEY ("account_id", "identity_id") REFERENCES "identities"("account_id", "identity_id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "accounts"("account_id") ON DELETE RESTRICT ON UPDATE CASCADE;
-- A principal's ARN, keys and row security all take an account id for exactly twelve digits.
ALTER TABLE "accounts" ADD CONSTRAINT "accounts_account_id_format" CHECK ("account_id" ~ '^[0-9]{12}$');

-- Every migration that makes a tenant table calls this for it. The table must have a column account_id char(12).
-- FORCE makes the owner of the table subject to the policy too, so a migration that changes tenant rows must first
-- set gatehouse.account_id. A missing setting is NULL (or '' once a transaction has set it), which equals no account:
-- a forgotten scope finds nothing. The cast is to bpchar because a comparison as text could not use the index.
CREATE FUNCTION gatehouse_protect_tenant_table(tenant_table regclass) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', tenant_table);
  EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', tenant_table);
  EXECUTE format(
    'CREATE POLICY own_account ON %s'
    ' USING (account_id = current_setting(''gatehouse.account_id'', true)::bpchar)'
    ' WITH CHECK (account_id = current_setting(''gatehouse.account_id'', true)::bpchar)',
    tenant_table
  );
END
$$;

-- As above, for tables that belong to the platform or that it must look through (sign-in finds an account by email).
CREATE FUNCTION gatehouse_open_table_to_platform(platform_table regclass) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', platform_table);
  EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', platform_table);
  EXECUTE format(
    'CREATE POLICY platform ON %s'
    ' USING (current_setting(''gatehouse.scope'', true) = ''platform'')'
    ' WITH CHECK (current_setting(''gatehouse.scope'', true) = ''platform'')',
    platform_table
  );
END
$$;

SELECT gatehouse_protect_tenant_table('accounts');
SELECT gatehouse_protect_tenant_table('access_keys');
SELECT gatehouse_protect_tenant_table('audit_events');
SELECT gatehouse_protect_tenant_table('identities');
SELECT gatehouse_protect_tenant_table('login_profiles');
SELECT gatehouse_protect_tenant_table('group_memberships');
SELECT gatehouse_protect_tenant_table('managed_policies');
SELECT gatehouse_protect_tenant_table('managed_policy_versions');
SELECT gatehouse_protect_tenant_table('policy_attachments');
SELECT gatehouse_protect_tenant_table('inline_policies');
SELECT gatehouse_protect_tenant_table('sessions');

SELECT gatehouse_open_table_to_platform('accounts');
SELECT gatehouse_open_table_to_platform('signing_keys');
