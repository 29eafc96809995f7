-- CreateTable
CREATE TABLE "redeemed_saml_assertions" (
    "account_id" CHAR(12) NOT NULL,
    "provider_name_key" TEXT NOT NULL,
    "assertion_hash" BYTEA NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "redeemed_saml_assertions_pkey" PRIMARY KEY ("account_id","provider_name_key","assertion_hash")
);

-- AddForeignKey
ALTER TABLE "redeemed_saml_assertions" ADD CONSTRAINT "redeemed_saml_assertions_account_id_provider_name_key_fkey" FOREIGN KEY ("account_id", "provider_name_key") REFERENCES "saml_providers"("account_id", "name_key") ON DELETE CASCADE ON UPDATE RESTRICT;

SELECT gatehouse_protect_tenant_table('redeemed_saml_assertions');
