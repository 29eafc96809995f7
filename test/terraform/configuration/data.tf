data "aws_iam_account_alias" "this" {
  depends_on = [aws_iam_account_alias.this]
}

data "aws_iam_user" "ana" {
  user_name = aws_iam_user.ana.name
}

data "aws_iam_users" "staff" {
  path_prefix = "/staff/"
  depends_on  = [aws_iam_user.ana]
}

data "aws_iam_user_ssh_key" "ana" {
  encoding          = "SSH"
  ssh_public_key_id = aws_iam_user_ssh_key.ana.ssh_public_key_id
  username          = aws_iam_user.ana.name
}

data "aws_iam_group" "staff" {
  group_name = aws_iam_group.staff.name
  depends_on = [aws_iam_group_membership.staff]
}

data "aws_iam_policy" "orders" {
  arn = aws_iam_policy.orders.arn
}

data "aws_iam_policy" "administrator" {
  name = "AdministratorAccess"
}

data "aws_iam_role" "instance" {
  name = aws_iam_role.instance.name
}

data "aws_iam_roles" "shop" {
  path_prefix = "/shop/"
  depends_on  = [aws_iam_role.instance]
}

data "aws_iam_instance_profile" "instance" {
  name = aws_iam_instance_profile.instance.name
}

data "aws_iam_instance_profiles" "of_role" {
  role_name  = aws_iam_role.instance.name
  depends_on = [aws_iam_instance_profile.instance]
}

data "aws_iam_openid_connect_provider" "ci" {
  arn = aws_iam_openid_connect_provider.ci.arn
}

data "aws_iam_saml_provider" "office" {
  arn = aws_iam_saml_provider.office.arn
}

data "aws_iam_server_certificate" "shop" {
  name = aws_iam_server_certificate.shop.name
}

data "aws_iam_access_keys" "ana" {
  user       = aws_iam_user.ana.name
  depends_on = [aws_iam_access_key.ana]
}

data "aws_iam_session_context" "current" {
  arn = data.aws_caller_identity.current.arn
}

data "aws_iam_principal_policy_simulation" "ana" {
  action_names      = ["orders:GetOrder", "orders:DeleteOrder"]
  policy_source_arn = aws_iam_role.instance.arn
  context {
    key    = "aws:PrincipalTag/team"
    type   = "string"
    values = ["one"]
  }
  depends_on = [aws_iam_role_policy_attachment.instance, aws_iam_role_policy.instance]
}
