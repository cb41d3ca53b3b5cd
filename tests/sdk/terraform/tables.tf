# DynamoDB beyond a table of items: capacity limits, replicas, and what stands beside a table.

resource "aws_dynamodb_table" "global" {
  name             = "${var.name}-global"
  billing_mode     = "PAY_PER_REQUEST"
  hash_key         = "p"
  stream_enabled   = true
  stream_view_type = "NEW_AND_OLD_IMAGES"
  attribute {
    name = "p"
    type = "S"
  }
  on_demand_throughput {
    max_read_request_units  = 10 * var.stage
    max_write_request_units = 20
  }
  replica {
    region_name            = "eu-west-1"
    propagate_tags         = true
    point_in_time_recovery = true
  }
  lifecycle { ignore_changes = [tags, tags_all] }
}

resource "aws_dynamodb_table" "guarded" {
  name           = "${var.name}-guarded"
  billing_mode   = var.stage == 1 ? "PROVISIONED" : "PAY_PER_REQUEST"
  read_capacity  = var.stage == 1 ? 5 : null
  write_capacity = var.stage == 1 ? 5 : null
  hash_key       = "p"
  range_key      = "r"
  attribute {
    name = "p"
    type = "S"
  }
  attribute {
    name = "r"
    type = "N"
  }
  attribute {
    name = "local"
    type = "B"
  }
  local_secondary_index {
    name            = "by-local"
    range_key       = "local"
    projection_type = "ALL"
  }
  global_secondary_index {
    name               = "by-r"
    hash_key           = "r"
    range_key          = "p"
    projection_type    = "INCLUDE"
    non_key_attributes = ["a", "b"]
    read_capacity      = var.stage == 1 ? 3 : null
    write_capacity     = var.stage == 1 ? 3 : null
  }
  point_in_time_recovery {
    enabled                 = true
    recovery_period_in_days = 10 * var.stage
  }
}

resource "aws_dynamodb_tag" "owner" {
  resource_arn = aws_dynamodb_table.global.arn
  key          = "owner"
  value        = "stage ${var.stage}"
}

resource "aws_dynamodb_contributor_insights" "table" { table_name = aws_dynamodb_table.guarded.name }

resource "aws_dynamodb_contributor_insights" "index" {
  table_name = aws_dynamodb_table.guarded.name
  index_name = "by-r"
}

resource "aws_dynamodb_resource_policy" "reader" {
  resource_arn = aws_dynamodb_table.guarded.arn
  policy = jsonencode({ Version = "2012-10-17", Statement = [{
    Effect    = "Allow", Resource = aws_dynamodb_table.guarded.arn,
    Principal = { AWS = "arn:aws:iam::123456789012:root" },
    Action    = var.stage == 1 ? ["dynamodb:GetItem"] : ["dynamodb:GetItem", "dynamodb:Query"],
  }] })
}

resource "aws_dynamodb_kinesis_streaming_destination" "changes" {
  stream_arn = "arn:aws:kinesis:${data.aws_region.here.name}:${data.aws_caller_identity.me.account_id}:stream/changes"
  table_name = aws_dynamodb_table.guarded.name
}

resource "aws_s3_bucket" "exports" {
  bucket        = "${var.name}-exports"
  force_destroy = true
}

resource "aws_dynamodb_table_export" "whole" {
  table_arn = aws_dynamodb_table.guarded.arn
  s3_bucket = aws_s3_bucket.exports.id
}
