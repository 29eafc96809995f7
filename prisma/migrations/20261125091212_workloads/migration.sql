-- CreateTable
CREATE TABLE "workloads" (
    "account_id" CHAR(12) NOT NULL,
    "workload_id" TEXT NOT NULL,
    "service_prefix" TEXT NOT NULL,
    "resource_arn" TEXT NOT NULL,
    "role_id" TEXT,
    "instance_profile_id" TEXT,
    "duration_seconds" INTEGER,
    "token_hash" BYTEA NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "workloads_pkey" PRIMARY KEY ("account_id","workload_id")
);

-- CreateIndex
CREATE INDEX "workloads_service_prefix_idx" ON "workloads"("service_prefix");

-- CreateIndex
CREATE INDEX "workloads_account_id_role_id_idx" ON "workloads"("account_id", "role_id");

-- CreateIndex
CREATE INDEX "workloads_account_id_instance_profile_id_idx" ON "workloads"("account_id", "instance_profile_id");

-- AddForeignKey
ALTER TABLE "workloads" ADD CONSTRAINT "workloads_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "accounts"("account_id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "workloads" ADD CONSTRAINT "workloads_service_prefix_fkey" FOREIGN KEY ("service_prefix") REFERENCES "services"("prefix") ON DELETE CASCADE ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "workloads" ADD CONSTRAINT "workloads_account_id_role_id_fkey" FOREIGN KEY ("account_id", "role_id") REFERENCES "identities"("account_id", "identity_id") ON DELETE CASCADE ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "workloads" ADD CONSTRAINT "workloads_account_id_instance_profile_id_fkey" FOREIGN KEY ("account_id", "instance_profile_id") REFERENCES "instance_profiles"("account_id", "instance_profile_id") ON DELETE CASCADE ON UPDATE RESTRICT;

SELECT gatehouse_protect_tenant_table('workloads');
