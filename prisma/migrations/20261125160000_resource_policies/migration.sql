-- CreateTable
CREATE TABLE "resource_policies" (
    "account_id" CHAR(12) NOT NULL,
    "resource_arn" TEXT NOT NULL,
    "resource_type" TEXT NOT NULL,
    "document" TEXT NOT NULL,
    "principal_ids" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "resource_policies_pkey" PRIMARY KEY ("account_id","resource_arn")
);

-- CreateIndex
CREATE INDEX "resource_policies_account_id_resource_type_resource_arn_idx" ON "resource_policies"("account_id", "resource_type", "resource_arn");

-- AddForeignKey
ALTER TABLE "resource_policies" ADD CONSTRAINT "resource_policies_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "accounts"("account_id") ON DELETE RESTRICT ON UPDATE CASCADE;

SELECT gatehouse_protect_tenant_table('resource_policies');
