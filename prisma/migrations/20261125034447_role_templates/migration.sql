-- CreateTable
CREATE TABLE "role_templates" (
    "name_key" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT NOT NULL DEFAULT '',
    "enabled" BOOLEAN NOT NULL DEFAULT true,
    "default_minor_version" INTEGER NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "role_templates_pkey" PRIMARY KEY ("name_key")
);

-- CreateTable
CREATE TABLE "role_template_versions" (
    "name_key" TEXT NOT NULL,
    "minor_version" INTEGER NOT NULL,
    "version_id" TEXT NOT NULL,
    "definition" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "role_template_versions_pkey" PRIMARY KEY ("name_key","minor_version")
);

-- AddForeignKey
ALTER TABLE "role_template_versions" ADD CONSTRAINT "role_template_versions_name_key_fkey" FOREIGN KEY ("name_key") REFERENCES "role_templates"("name_key") ON DELETE CASCADE ON UPDATE RESTRICT;

SELECT gatehouse_share_platform_table('role_templates');
SELECT gatehouse_share_platform_table('role_template_versions');
