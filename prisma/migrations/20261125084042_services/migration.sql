-- CreateTable
CREATE TABLE "services" (
    "prefix" TEXT NOT NULL,
    "service_principal" TEXT NOT NULL,
    "display_name" TEXT NOT NULL,
    "definition" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "services_pkey" PRIMARY KEY ("prefix")
);

-- CreateTable
CREATE TABLE "service_access_keys" (
    "account_id" CHAR(12) NOT NULL,
    "access_key_id" TEXT NOT NULL,
    "service_prefix" TEXT NOT NULL,
    "sealed_secret" BYTEA NOT NULL,
    "status" "access_key_status" NOT NULL DEFAULT 'Active',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_used_at" TIMESTAMPTZ(3),
    "last_used_service" TEXT,
    "last_used_region" TEXT,

    CONSTRAINT "service_access_keys_pkey" PRIMARY KEY ("account_id","access_key_id")
);

-- CreateIndex
CREATE UNIQUE INDEX "services_service_principal_key" ON "services"("service_principal");

-- CreateIndex
CREATE INDEX "service_access_keys_account_id_service_prefix_idx" ON "service_access_keys"("account_id", "service_prefix");

-- AddForeignKey
ALTER TABLE "service_access_keys" ADD CONSTRAINT "service_access_keys_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "accounts"("account_id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "service_access_keys" ADD CONSTRAINT "service_access_keys_service_prefix_fkey" FOREIGN KEY ("service_prefix") REFERENCES "services"("prefix") ON DELETE CASCADE ON UPDATE RESTRICT;

SELECT gatehouse_share_platform_table('services');
SELECT gatehouse_protect_tenant_table('service_access_keys');
