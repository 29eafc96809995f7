data "aws_iam_policy_document" "orders" {
  statement {
    sid       = "Orders"
    actions   = ["orders:Get*", "orders:Create${var.suffix == "one" ? "Order" : "Invoice"}"]
    resources = ["*"]
    condition {
      test     = "StringEquals"
      variable = "aws:PrincipalTag/team"
      values   = ["one", "two"]
    }
  }
}

resource "aws_iam_policy" "orders" {
  name        = "orders"
  path        = "/shop/"
  description = "What the shop may do with orders"
  policy      = data.aws_iam_policy_document.orders.json
  tags        = { team = var.suffix }
}

resource "aws_iam_policy" "boundary" {
  name = "boundary"
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = ["orders:*", "iam:Get*"], Resource = "*" }]
  })
}

resource "aws_iam_user_policy" "ana" {
  name   = "own"
  user   = aws_iam_user.ana.name
  policy = data.aws_iam_policy_document.orders.json
}

resource "aws_iam_group_policy" "staff" {
  name   = "own"
  group  = aws_iam_group.staff.name
  policy = data.aws_iam_policy_document.orders.json
}

resource "aws_iam_role_policy" "instance" {
  name   = "own"
  role   = aws_iam_role.instance.name
  policy = data.aws_iam_policy_document.orders.json
}

resource "aws_iam_user_policy_attachment" "ana" {
  user       = aws_iam_user.ana.name
  policy_arn = aws_iam_policy.orders.arn
}

resource "aws_iam_group_policy_attachment" "staff" {
  group      = aws_iam_group.staff.name
  policy_arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"
}

resource "aws_iam_role_policy_attachment" "instance" {
  role       = aws_iam_role.instance.name
  policy_arn = aws_iam_policy.orders.arn
}

resource "aws_iam_policy_attachment" "everywhere" {
  name       = "everywhere"
  users      = [aws_iam_user.bob.name]
  roles      = [aws_iam_role.federated.name]
  policy_arn = aws_iam_policy.everywhere.arn
}

resource "aws_iam_policy" "everywhere" {
  name   = "everywhere"
  policy = data.aws_iam_policy_document.orders.json
}

resource "aws_iam_user_policy_attachments_exclusive" "ana" {
  user_name   = aws_iam_user.ana.name
  policy_arns = [aws_iam_user_policy_attachment.ana.policy_arn]
}

resource "aws_iam_user_policies_exclusive" "ana" {
  user_name    = aws_iam_user.ana.name
  policy_names = [aws_iam_user_policy.ana.name]
}

resource "aws_iam_group_policy_attachments_exclusive" "staff" {
  group_name  = aws_iam_group.staff.name
  policy_arns = [aws_iam_group_policy_attachment.staff.policy_arn]
}

resource "aws_iam_group_policies_exclusive" "staff" {
  group_name   = aws_iam_group.staff.name
  policy_names = [aws_iam_group_policy.staff.name]
}

resource "aws_iam_role_policy_attachments_exclusive" "instance" {
  role_name   = aws_iam_role.instance.name
  policy_arns = [aws_iam_role_policy_attachment.instance.policy_arn]
}

resource "aws_iam_role_policies_exclusive" "instance" {
  role_name    = aws_iam_role.instance.name
  policy_names = [aws_iam_role_policy.instance.name]
}
