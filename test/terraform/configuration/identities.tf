resource "aws_iam_account_alias" "this" {
  account_alias = "tf-${data.aws_caller_identity.current.account_id}"
}

resource "aws_iam_account_password_policy" "this" {
  minimum_password_length        = var.suffix == "one" ? 12 : 14
  require_lowercase_characters   = true
  require_uppercase_characters   = true
  require_numbers                = true
  require_symbols                = false
  allow_users_to_change_password = true
  max_password_age               = 90
  password_reuse_prevention      = 5
}

resource "aws_iam_user" "ana" {
  name                 = "ana"
  path                 = "/staff/"
  permissions_boundary = aws_iam_policy.boundary.arn
  tags                 = { team = var.suffix }
}

resource "aws_iam_user" "bob" {
  name = "bob"
}

resource "aws_iam_group" "staff" {
  name = "staff"
  path = "/staff/"
}

resource "aws_iam_group_membership" "staff" {
  name  = "staff"
  group = aws_iam_group.staff.name
  users = [aws_iam_user.ana.name]
}

resource "aws_iam_user_group_membership" "bob" {
  user   = aws_iam_user.bob.name
  groups = [aws_iam_group.others.name]
}

resource "aws_iam_group" "others" {
  name = "others"
}

resource "aws_iam_user_login_profile" "ana" {
  user                    = aws_iam_user.ana.name
  password_reset_required = true
  password_length         = 24
  depends_on              = [aws_iam_account_password_policy.this]
}

resource "aws_iam_access_key" "ana" {
  user   = aws_iam_user.ana.name
  status = var.suffix == "one" ? "Active" : "Inactive"
}

resource "aws_iam_user_ssh_key" "ana" {
  username   = aws_iam_user.ana.name
  encoding   = "SSH"
  public_key = var.ssh_public_key
}

resource "aws_iam_service_specific_credential" "ana" {
  service_name = "codecommit.amazonaws.com"
  user_name    = aws_iam_user.ana.name
}

resource "aws_iam_virtual_mfa_device" "phone" {
  virtual_mfa_device_name = "phone"
  path                    = "/staff/"
  tags                    = { team = var.suffix }
}

variable "ssh_public_key" {
  type = string
}

data "aws_caller_identity" "current" {}
