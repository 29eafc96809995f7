variable "endpoint" {
  type = string
}

variable "suffix" {
  description = "Set to something else to change what can be changed in place."
  type        = string
  default     = "one"
}

provider "aws" {
  region                  = "us-east-1"
  skip_metadata_api_check = "true"
  endpoints {
    iam = var.endpoint
    sts = var.endpoint
  }
}

terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}
