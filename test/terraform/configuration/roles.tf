data "aws_iam_policy_document" "ec2" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["ec2.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "instance" {
  name                 = "instance"
  path                 = "/shop/"
  description          = "Role of ${var.suffix}"
  assume_role_policy   = data.aws_iam_policy_document.ec2.json
  max_session_duration = var.suffix == "one" ? 3600 : 7200
  permissions_boundary = aws_iam_policy.boundary.arn
  tags                 = { team = var.suffix }
}

resource "aws_iam_instance_profile" "instance" {
  name = "instance"
  path = "/shop/"
  role = aws_iam_role.instance.name
  tags = { team = var.suffix }
}

resource "aws_iam_service_linked_role" "orders" {
  aws_service_name = "autoscaling.amazonaws.com"
  custom_suffix    = "tf"
  description      = "Linked to ${var.suffix}"
}

resource "aws_iam_openid_connect_provider" "ci" {
  url             = "https://token.ci.example.com"
  client_id_list  = ["sts.example.com", "client-${var.suffix}"]
  thumbprint_list = ["9e99a48a9960b14926bb7f3b02e22da2b0ab7280"]
  tags            = { team = var.suffix }
}

resource "aws_iam_saml_provider" "office" {
  name                   = "office"
  saml_metadata_document = var.saml_metadata
  tags                   = { team = var.suffix }
}

resource "aws_iam_role" "federated" {
  name = "federated"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect    = "Allow"
        Action    = "sts:AssumeRoleWithWebIdentity"
        Principal = { Federated = aws_iam_openid_connect_provider.ci.arn }
        Condition = { StringEquals = { "token.ci.example.com:aud" = "sts.example.com" } }
      },
      {
        Effect    = "Allow"
        Action    = ["sts:AssumeRole", "sts:TagSession"]
        Principal = { AWS = aws_iam_user.ana.arn }
      },
    ]
  })
}

variable "saml_metadata" {
  type = string
}
