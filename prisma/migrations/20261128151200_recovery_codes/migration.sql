-- CreateTable
CREATE TABLE "recovery_code_sets" (
    "account_id" CHAR(12) NOT NULL,
    "principal_id" TEXT NOT NULL,
    "sealed_key" BYTEA NOT NULL,
    "hashes" BYTEA[],
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "recovery_code_sets_pkey" PRIMARY KEY ("account_id","principal_id")
);

-- AddForeignKey
ALTER TABLE "recovery_code_sets" ADD CONSTRAINT "recovery_code_sets_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "accounts"("account_id") ON DELETE RESTRICT ON UPDATE CASCADE;

SELECT gatehouse_protect_tenant_table('recovery_code_sets');
