resource "aws_s3_bucket" "files" {
  bucket        = "${var.name}-files"
  force_destroy = true
  tags          = { stage = var.stage }
}

resource "aws_s3_bucket_versioning" "files" {
  bucket = aws_s3_bucket.files.id
  versioning_configuration { status = var.stage == 1 ? "Enabled" : "Suspended" }
}

resource "aws_s3_bucket_lifecycle_configuration" "files" {
  depends_on = [aws_s3_bucket_versioning.files]
  bucket     = aws_s3_bucket.files.id
  rule {
    id     = "archive"
    status = "Enabled"
    filter { prefix = "reports/" }
    transition {
      days          = 30 * var.stage
      storage_class = "GLACIER"
    }
    noncurrent_version_expiration { noncurrent_days = 90 }
  }
  rule {
    id     = "uploads"
    status = "Enabled"
    filter {}
    abort_incomplete_multipart_upload { days_after_initiation = 7 }
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "files" {
  bucket = aws_s3_bucket.files.id
  rule {
    apply_server_side_encryption_by_default { sse_algorithm = "AES256" }
    bucket_key_enabled = var.stage == 2
  }
}

resource "aws_s3_bucket_public_access_block" "files" {
  bucket                  = aws_s3_bucket.files.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = var.stage == 2
}

resource "aws_s3_bucket_ownership_controls" "files" {
  bucket = aws_s3_bucket.files.id
  rule { object_ownership = var.stage == 1 ? "BucketOwnerPreferred" : "BucketOwnerEnforced" }
}

resource "aws_s3_bucket_cors_configuration" "files" {
  bucket = aws_s3_bucket.files.id
  cors_rule {
    allowed_methods = ["GET", "PUT"]
    allowed_origins = ["https://app${var.stage}.example.com"]
    allowed_headers = ["*"]
    max_age_seconds = 3000
  }
}

resource "aws_s3_bucket_policy" "files" {
  bucket = aws_s3_bucket.files.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "Tls${var.stage}"
      Effect    = "Deny"
      Principal = "*"
      Action    = "s3:*"
      Resource  = [aws_s3_bucket.files.arn, "${aws_s3_bucket.files.arn}/*"]
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }]
  })
}

resource "aws_s3_bucket_website_configuration" "files" {
  bucket = aws_s3_bucket.files.id
  index_document { suffix = "index${var.stage}.html" }
}

resource "aws_s3_bucket_notification" "files" {
  bucket = aws_s3_bucket.files.id
  queue {
    queue_arn     = aws_sqs_queue.work.arn
    events        = ["s3:ObjectCreated:*"]
    filter_prefix = "stage${var.stage}/"
  }
  lambda_function {
    lambda_function_arn = aws_lambda_function.worker.arn
    events              = ["s3:ObjectTagging:*"]
  }
  topic {
    topic_arn     = aws_sns_topic.news.arn
    events        = ["s3:ObjectRestore:*"]
    filter_suffix = ".zip"
  }
  depends_on = [aws_sqs_queue_policy.work, aws_lambda_permission.s3, aws_sns_topic_policy.news]
}

resource "aws_s3_object" "settings" {
  bucket  = aws_s3_bucket.files.id
  key     = "settings/a b.json"
  content = jsonencode({ stage = var.stage })
  tags    = { kind = "settings" }
}

resource "aws_dynamodb_table" "items" {
  name             = "${var.name}-items"
  billing_mode     = "PAY_PER_REQUEST"
  hash_key         = "id"
  range_key        = "at"
  stream_enabled   = true
  stream_view_type = "NEW_AND_OLD_IMAGES"
  attribute {
    name = "id"
    type = "S"
  }
  attribute {
    name = "at"
    type = "N"
  }
  attribute {
    name = "owner"
    type = "S"
  }
  dynamic "attribute" {
    for_each = var.stage == 2 ? ["state"] : []
    content {
      name = attribute.value
      type = "S"
    }
  }
  global_secondary_index {
    name            = "by-owner"
    hash_key        = "owner"
    range_key       = "at"
    projection_type = "ALL"
  }
  dynamic "global_secondary_index" {
    for_each = var.stage == 2 ? ["state"] : []
    content {
      name               = "by-${global_secondary_index.value}"
      hash_key           = global_secondary_index.value
      projection_type    = "INCLUDE"
      non_key_attributes = ["owner"]
    }
  }
  local_secondary_index {
    name            = "by-owner-of-id"
    range_key       = "owner"
    projection_type = "KEYS_ONLY"
  }
  ttl {
    attribute_name = "expires"
    enabled        = true
  }
  point_in_time_recovery { enabled = var.stage == 2 }
  server_side_encryption { enabled = true }
  tags = { stage = var.stage }
}

resource "aws_kms_key" "data" {
  description             = "stage ${var.stage}"
  deletion_window_in_days = 7
  enable_key_rotation     = true
  rotation_period_in_days = 90 * var.stage
  tags                    = { stage = var.stage }
}

resource "aws_kms_alias" "data" {
  name          = "alias/${var.name}"
  target_key_id = aws_kms_key.data.key_id
}

resource "aws_dynamodb_table" "provisioned" {
  name           = "${var.name}-provisioned"
  hash_key       = "id"
  read_capacity  = 5 * var.stage
  write_capacity = 5
  attribute {
    name = "id"
    type = "S"
  }
  server_side_encryption {
    enabled     = true
    kms_key_arn = aws_kms_key.data.arn
  }
}

# Auto scaling is stored: it changes no capacity, so that the plan after it is empty.
resource "aws_appautoscaling_target" "reads" {
  service_namespace  = "dynamodb"
  resource_id        = "table/${aws_dynamodb_table.provisioned.name}"
  scalable_dimension = "dynamodb:table:ReadCapacityUnits"
  min_capacity       = 5
  max_capacity       = 10 * var.stage
  tags               = { stage = var.stage }
}

resource "aws_appautoscaling_policy" "reads" {
  name               = "DynamoDBReadCapacityUtilization:${aws_appautoscaling_target.reads.resource_id}"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = aws_appautoscaling_target.reads.service_namespace
  resource_id        = aws_appautoscaling_target.reads.resource_id
  scalable_dimension = aws_appautoscaling_target.reads.scalable_dimension
  target_tracking_scaling_policy_configuration {
    target_value       = 60 + 10 * var.stage
    scale_in_cooldown  = 60
    scale_out_cooldown = 30
    predefined_metric_specification { predefined_metric_type = "DynamoDBReadCapacityUtilization" }
  }
}

resource "aws_appautoscaling_scheduled_action" "night" {
  name               = "night"
  service_namespace  = aws_appautoscaling_target.reads.service_namespace
  resource_id        = aws_appautoscaling_target.reads.resource_id
  scalable_dimension = aws_appautoscaling_target.reads.scalable_dimension
  schedule           = "cron(0 20 * * ? *)"
  timezone           = var.stage == 1 ? "UTC" : "Europe/Rome"
  scalable_target_action {
    min_capacity = 1
    max_capacity = 5 * var.stage
  }
}

resource "aws_dynamodb_table_item" "item" {
  table_name = aws_dynamodb_table.provisioned.name
  hash_key   = aws_dynamodb_table.provisioned.hash_key
  item       = jsonencode({ id = { S = "one" }, stage = { N = tostring(var.stage) } })
}

resource "aws_glacier_vault" "archive" {
  name = "${var.name}-archive"
  tags = { stage = var.stage }
  notification {
    sns_topic = aws_sns_topic.news.arn
    events    = ["ArchiveRetrievalCompleted", "InventoryRetrievalCompleted"]
  }
  access_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "read"
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::${data.aws_caller_identity.me.account_id}:root" }
      Action    = ["glacier:InitiateJob", "glacier:GetJobOutput"]
      Resource  = "arn:aws:glacier:${data.aws_region.here.name}:${data.aws_caller_identity.me.account_id}:vaults/${var.name}-archive"
    }]
  })
}

data "aws_s3_bucket" "files" {
  bucket = aws_s3_bucket.files.id
}

data "aws_dynamodb_table" "items" {
  name = aws_dynamodb_table.items.name
}
