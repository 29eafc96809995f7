-- CreateTable
CREATE TABLE "security_keys" (
    "account_id" CHAR(12) NOT NULL,
    "device_id" TEXT NOT NULL,
    "credential_id" TEXT NOT NULL,
    "public_key" BYTEA NOT NULL,
    "sign_count" BIGINT NOT NULL DEFAULT 0,
    "transports" TEXT[],
    "device_type" TEXT NOT NULL,
    "aaguid" TEXT NOT NULL,
    "attestation_format" TEXT NOT NULL,
    "attestation_object" BYTEA,
    "u2f_app_id" TEXT,

    CONSTRAINT "security_keys_pkey" PRIMARY KEY ("account_id","device_id")
);

-- CreateTable
CREATE TABLE "security_key_registrations" (
    "account_id" CHAR(12) NOT NULL,
    "challenge" TEXT NOT NULL,
    "principal_id" TEXT NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "security_key_registrations_pkey" PRIMARY KEY ("account_id","challenge")
);

-- CreateIndex
CREATE UNIQUE INDEX "security_keys_account_id_credential_id_key" ON "security_keys"("account_id", "credential_id");

-- CreateIndex
CREATE INDEX "security_key_registrations_account_id_principal_id_idx" ON "security_key_registrations"("account_id", "principal_id");

-- AddForeignKey
ALTER TABLE "security_keys" ADD CONSTRAINT "security_keys_account_id_device_id_fkey" FOREIGN KEY ("account_id", "device_id") REFERENCES "mfa_devices"("account_id", "device_id") ON DELETE CASCADE ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "security_key_registrations" ADD CONSTRAINT "security_key_registrations_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "accounts"("account_id") ON DELETE RESTRICT ON UPDATE CASCADE;

SELECT gatehouse_protect_tenant_table('security_keys');
SELECT gatehouse_protect_tenant_table('security_key_registrations');
