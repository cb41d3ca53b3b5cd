# What systems make by Terraform, at least one of each kind of resource. `stage` is what a second apply changes.
# Endpoint, region and credentials come by the environment.

terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.0"
    }
  }
}

variable "stage" { type = number }
variable "name" { type = string }
variable "package" { type = string }

provider "aws" {
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  s3_use_path_style           = true
  default_tags { tags = { stack = var.name } }
}

data "aws_caller_identity" "me" {}
data "aws_region" "here" {}

output "account" { value = data.aws_caller_identity.me.account_id }
output "region" { value = data.aws_region.here.name }
