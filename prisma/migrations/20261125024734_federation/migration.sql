-- CreateTable
CREATE TABLE "oidc_providers" (
    "account_id" CHAR(12) NOT NULL,
    "issuer" TEXT NOT NULL,
    "url" TEXT NOT NULL,
    "client_ids" TEXT[],
    "thumbprints" TEXT[],
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "tags" JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT "oidc_providers_pkey" PRIMARY KEY ("account_id","issuer")
);

-- CreateTable
CREATE TABLE "saml_providers" (
    "account_id" CHAR(12) NOT NULL,
    "name" TEXT NOT NULL,
    "name_key" TEXT NOT NULL,
    "uuid" TEXT NOT NULL,
    "metadata_document" TEXT NOT NULL,
    "valid_until" TIMESTAMPTZ(3) NOT NULL,
    "encryption_mode" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "tags" JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT "saml_providers_pkey" PRIMARY KEY ("account_id","name_key")
);

-- CreateTable
CREATE TABLE "saml_private_keys" (
    "account_id" CHAR(12) NOT NULL,
    "provider_name_key" TEXT NOT NULL,
    "key_id" TEXT NOT NULL,
    "sealed_key" BYTEA NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "saml_private_keys_pkey" PRIMARY KEY ("account_id","provider_name_key","key_id")
);

-- AddForeignKey
ALTER TABLE "oidc_providers" ADD CONSTRAINT "oidc_providers_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "accounts"("account_id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "saml_providers" ADD CONSTRAINT "saml_providers_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "accounts"("account_id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "saml_private_keys" ADD CONSTRAINT "saml_private_keys_account_id_provider_name_key_fkey" FOREIGN KEY ("account_id", "provider_name_key") REFERENCES "saml_providers"("account_id", "name_key") ON DELETE CASCADE ON UPDATE RESTRICT;

SELECT gatehouse_protect_tenant_table('oidc_providers');
SELECT gatehouse_protect_tenant_table('saml_providers');
SELECT gatehouse_protect_tenant_table('saml_private_keys');
