-- CreateEnum
CREATE TYPE "mfa_device_kind" AS ENUM ('virtual', 'securityKey', 'hardware');

-- CreateTable
CREATE TABLE "mfa_devices" (
    "account_id" CHAR(12) NOT NULL,
    "device_id" TEXT NOT NULL,
    "kind" "mfa_device_kind" NOT NULL,
    "principal_id" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "enabled_at" TIMESTAMPTZ(3),
    "tags" JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT "mfa_devices_pkey" PRIMARY KEY ("account_id","device_id")
);

-- CreateTable
CREATE TABLE "oath_secrets" (
    "account_id" CHAR(12) NOT NULL,
    "device_id" TEXT NOT NULL,
    "sealed_seed" BYTEA NOT NULL,
    "type" TEXT NOT NULL,
    "algorithm" TEXT NOT NULL,
    "digits" INTEGER NOT NULL,
    "period" INTEGER,
    "last_counter" BIGINT NOT NULL DEFAULT -1,
    "drift" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "oath_secrets_pkey" PRIMARY KEY ("account_id","device_id")
);

-- CreateIndex
CREATE INDEX "mfa_devices_account_id_principal_id_idx" ON "mfa_devices"("account_id", "principal_id");

-- AddForeignKey
ALTER TABLE "mfa_devices" ADD CONSTRAINT "mfa_devices_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "accounts"("account_id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "oath_secrets" ADD CONSTRAINT "oath_secrets_account_id_device_id_fkey" FOREIGN KEY ("account_id", "device_id") REFERENCES "mfa_devices"("account_id", "device_id") ON DELETE CASCADE ON UPDATE RESTRICT;

SELECT gatehouse_protect_tenant_table('mfa_devices');
SELECT gatehouse_protect_tenant_table('oath_secrets');
