-- AlterTable
ALTER TABLE "identities" ADD COLUMN     "trusted_ids" JSONB;

-- CreateTable
CREATE TABLE "instance_profiles" (
    "account_id" CHAR(12) NOT NULL,
    "instance_profile_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "name_key" TEXT NOT NULL,
    "path" TEXT NOT NULL DEFAULT '/',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "tags" JSONB NOT NULL DEFAULT '{}',
    "role_id" TEXT,

    CONSTRAINT "instance_profiles_pkey" PRIMARY KEY ("account_id","instance_profile_id")
);

-- CreateTable
CREATE TABLE "role_deletion_tasks" (
    "account_id" CHAR(12) NOT NULL,
    "task_id" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "reason" TEXT,
    "used_by" TEXT[],
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "role_deletion_tasks_pkey" PRIMARY KEY ("account_id","task_id")
);

-- CreateIndex
CREATE INDEX "instance_profiles_account_id_role_id_idx" ON "instance_profiles"("account_id", "role_id");

-- CreateIndex
CREATE UNIQUE INDEX "instance_profiles_account_id_name_key_key" ON "instance_profiles"("account_id", "name_key");

-- AddForeignKey
ALTER TABLE "instance_profiles" ADD CONSTRAINT "instance_profiles_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "accounts"("account_id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "instance_profiles" ADD CONSTRAINT "instance_profiles_account_id_role_id_fkey" FOREIGN KEY ("account_id", "role_id") REFERENCES "identities"("account_id", "identity_id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "role_deletion_tasks" ADD CONSTRAINT "role_deletion_tasks_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "accounts"("account_id") ON DELETE RESTRICT ON UPDATE CASCADE;

SELECT gatehouse_protect_tenant_table('instance_profiles');
SELECT gatehouse_protect_tenant_table('role_deletion_tasks');
