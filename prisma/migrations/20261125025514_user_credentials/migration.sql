-- CreateEnum
CREATE TYPE "credential_status" AS ENUM ('Active', 'Inactive');

-- CreateTable
CREATE TABLE "server_certificates" (
    "account_id" CHAR(12) NOT NULL,
    "certificate_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "name_key" TEXT NOT NULL,
    "path" TEXT NOT NULL DEFAULT '/',
    "certificate_body" TEXT NOT NULL,
    "certificate_chain" TEXT,
    "sealed_private_key" BYTEA NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "tags" JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT "server_certificates_pkey" PRIMARY KEY ("account_id","certificate_id")
);

-- CreateTable
CREATE TABLE "signing_certificates" (
    "account_id" CHAR(12) NOT NULL,
    "certificate_id" TEXT NOT NULL,
    "user_id" TEXT,
    "certificate_body" TEXT NOT NULL,
    "fingerprint" TEXT NOT NULL,
    "status" "credential_status" NOT NULL DEFAULT 'Active',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "signing_certificates_pkey" PRIMARY KEY ("account_id","certificate_id")
);

-- CreateTable
CREATE TABLE "ssh_public_keys" (
    "account_id" CHAR(12) NOT NULL,
    "ssh_public_key_id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "body" TEXT NOT NULL,
    "fingerprint" TEXT NOT NULL,
    "status" "credential_status" NOT NULL DEFAULT 'Active',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "ssh_public_keys_pkey" PRIMARY KEY ("account_id","ssh_public_key_id")
);

-- CreateTable
CREATE TABLE "service_specific_credentials" (
    "account_id" CHAR(12) NOT NULL,
    "credential_id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "service_name" TEXT NOT NULL,
    "service_user_name" TEXT NOT NULL,
    "secret_hash" BYTEA NOT NULL,
    "status" "credential_status" NOT NULL DEFAULT 'Active',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3),

    CONSTRAINT "service_specific_credentials_pkey" PRIMARY KEY ("account_id","credential_id")
);

-- CreateIndex
CREATE UNIQUE INDEX "server_certificates_account_id_name_key_key" ON "server_certificates"("account_id", "name_key");

-- CreateIndex
CREATE INDEX "signing_certificates_account_id_user_id_idx" ON "signing_certificates"("account_id", "user_id");

-- CreateIndex
CREATE UNIQUE INDEX "signing_certificates_account_id_fingerprint_key" ON "signing_certificates"("account_id", "fingerprint");

-- CreateIndex
CREATE UNIQUE INDEX "ssh_public_keys_account_id_user_id_body_key" ON "ssh_public_keys"("account_id", "user_id", "body");

-- CreateIndex
CREATE INDEX "service_specific_credentials_account_id_user_id_idx" ON "service_specific_credentials"("account_id", "user_id");

-- CreateIndex
CREATE UNIQUE INDEX "service_specific_credentials_account_id_service_name_servic_key" ON "service_specific_credentials"("account_id", "service_name", "service_user_name");

-- AddForeignKey
ALTER TABLE "server_certificates" ADD CONSTRAINT "server_certificates_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "accounts"("account_id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "signing_certificates" ADD CONSTRAINT "signing_certificates_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "accounts"("account_id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "signing_certificates" ADD CONSTRAINT "signing_certificates_account_id_user_id_fkey" FOREIGN KEY ("account_id", "user_id") REFERENCES "identities"("account_id", "identity_id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "ssh_public_keys" ADD CONSTRAINT "ssh_public_keys_account_id_user_id_fkey" FOREIGN KEY ("account_id", "user_id") REFERENCES "identities"("account_id", "identity_id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "service_specific_credentials" ADD CONSTRAINT "service_specific_credentials_account_id_user_id_fkey" FOREIGN KEY ("account_id", "user_id") REFERENCES "identities"("account_id", "identity_id") ON DELETE RESTRICT ON UPDATE RESTRICT;

SELECT gatehouse_protect_tenant_table('server_certificates');
SELECT gatehouse_protect_tenant_table('signing_certificates');
SELECT gatehouse_protect_tenant_table('ssh_public_keys');
SELECT gatehouse_protect_tenant_table('service_specific_credentials');
