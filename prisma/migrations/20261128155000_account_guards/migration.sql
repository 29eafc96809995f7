-- What the scope of an account may not do to its own row. Columns that nobody may change are withheld by the grants of
-- the server's role (src/kernel/database/server-role.ts); these depend on the scope.
CREATE FUNCTION gatehouse_require_platform_scope() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF current_setting('gatehouse.scope', true) IS DISTINCT FROM 'platform' THEN
    RAISE EXCEPTION 'this change of an account needs the scope of the platform' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END
$$;

CREATE FUNCTION gatehouse_refuse_lower_epoch() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  RAISE EXCEPTION 'the policy epoch of an account only rises' USING ERRCODE = 'insufficient_privilege';
END
$$;

CREATE TRIGGER "management_account_is_made_by_the_platform" BEFORE INSERT ON "accounts"
  FOR EACH ROW WHEN (NEW."is_management") EXECUTE FUNCTION gatehouse_require_platform_scope();

CREATE TRIGGER "state_is_changed_by_the_platform" BEFORE UPDATE ON "accounts"
  FOR EACH ROW WHEN (NEW."status" IS DISTINCT FROM OLD."status" OR NEW."closed_at" IS DISTINCT FROM OLD."closed_at")
  EXECUTE FUNCTION gatehouse_require_platform_scope();

CREATE TRIGGER "policy_epoch_rises" BEFORE UPDATE ON "accounts"
  FOR EACH ROW WHEN (NEW."policy_epoch" < OLD."policy_epoch") EXECUTE FUNCTION gatehouse_refuse_lower_epoch();
