-- CreateTable
CREATE TABLE "account_settings" (
    "account_id" CHAR(12) NOT NULL,
    "properties" JSONB NOT NULL DEFAULT '{}',
    "global_endpoint_token_version" INTEGER NOT NULL DEFAULT 1,
    "outbound_federation" BOOLEAN NOT NULL DEFAULT false,
    "organization_features" TEXT[] DEFAULT ARRAY[]::TEXT[],

    CONSTRAINT "account_settings_pkey" PRIMARY KEY ("account_id")
);

-- CreateTable
CREATE TABLE "organization_access_reports" (
    "account_id" CHAR(12) NOT NULL,
    "job_id" UUID NOT NULL,
    "entity_path" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "completed_at" TIMESTAMPTZ(3),
    "details" JSONB,
    "error_code" TEXT,
    "error_text" TEXT,

    CONSTRAINT "organization_access_reports_pkey" PRIMARY KEY ("account_id","job_id")
);

-- AddForeignKey
ALTER TABLE "account_settings" ADD CONSTRAINT "account_settings_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "accounts"("account_id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "organization_access_reports" ADD CONSTRAINT "organization_access_reports_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "accounts"("account_id") ON DELETE RESTRICT ON UPDATE CASCADE;

SELECT gatehouse_protect_tenant_table('account_settings');
SELECT gatehouse_protect_tenant_table('organization_access_reports');
