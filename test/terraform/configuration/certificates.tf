resource "aws_iam_server_certificate" "shop" {
  name             = "shop"
  path             = "/cloudfront/"
  certificate_body = var.certificate
  private_key      = var.private_key
  tags             = { team = var.suffix }
}

resource "aws_iam_signing_certificate" "ana" {
  user_name        = aws_iam_user.ana.name
  certificate_body = var.certificate
  status           = var.suffix == "one" ? "Active" : "Inactive"
}

variable "certificate" {
  type = string
}

variable "private_key" {
  type      = string
  sensitive = true
}
