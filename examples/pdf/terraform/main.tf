# Bucket, queues, secret, role, function and what ties them together. Endpoint and credentials come by the
# environment (AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID, ...), so that nothing here knows of an emulator but the three
# lines that spare it AWS's own checks.

terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.0"
    }
  }
}

variable "callback_url" { type = string }
variable "callback_token" {
  type      = string
  sensitive = true
}
variable "package" { type = string }

provider "aws" {
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  s3_use_path_style           = true
}

resource "aws_s3_bucket" "files" {
  bucket        = "pdf-files"
  force_destroy = true
}

resource "aws_s3_bucket_public_access_block" "files" {
  bucket                  = aws_s3_bucket.files.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_sqs_queue" "processing" {
  name                       = "pdf-processing"
  visibility_timeout_seconds = 180
}

resource "aws_sqs_queue" "records" {
  name = "pdf-records"
}

resource "aws_secretsmanager_secret" "processing" {
  name                    = "pdf/processing"
  recovery_window_in_days = 0
}

resource "aws_secretsmanager_secret_version" "processing" {
  secret_id = aws_secretsmanager_secret.processing.id
  secret_string = jsonencode({
    AWS_S3_BUCKET_NAME = aws_s3_bucket.files.id
    AWS_SQS_QUEUE_URL  = aws_sqs_queue.processing.url
    API_CALLBACK_URL   = var.callback_url
    API_CALLBACK_TOKEN = var.callback_token
  })
}

data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com"]
    }
  }
}

data "aws_iam_policy_document" "processing" {
  statement {
    actions   = ["s3:GetObject", "s3:PutObject"]
    resources = ["${aws_s3_bucket.files.arn}/*"]
  }
  statement {
    actions   = ["secretsmanager:GetSecretValue"]
    resources = [aws_secretsmanager_secret.processing.arn]
  }
  statement {
    actions   = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]
    resources = [aws_sqs_queue.processing.arn]
  }
}

resource "aws_iam_role" "processing" {
  name               = "pdf-processing"
  assume_role_policy = data.aws_iam_policy_document.trust.json
}

resource "aws_iam_role_policy" "processing" {
  name   = "pdf-processing"
  role   = aws_iam_role.processing.id
  policy = data.aws_iam_policy_document.processing.json
}

resource "aws_iam_role_policy_attachment" "logs" {
  role       = aws_iam_role.processing.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
}

resource "aws_cloudwatch_log_group" "processing" {
  name              = "/aws/lambda/pdf-processing"
  retention_in_days = 7
}

resource "aws_lambda_function" "processing" {
  function_name    = "pdf-processing"
  role             = aws_iam_role.processing.arn
  runtime          = "python3.11"
  handler          = "lambda_function.lambda_handler"
  filename         = var.package
  source_code_hash = filebase64sha256(var.package)
  timeout          = 30
  memory_size      = 512
  environment {
    variables = { SECRET_NAME = aws_secretsmanager_secret.processing.name }
  }
  depends_on = [aws_cloudwatch_log_group.processing]
}

resource "aws_lambda_event_source_mapping" "processing" {
  event_source_arn = aws_sqs_queue.processing.arn
  function_name    = aws_lambda_function.processing.arn
  batch_size       = 1
  depends_on       = [aws_secretsmanager_secret_version.processing]
}

output "records_queue_url" { value = aws_sqs_queue.records.url }
output "secret_name" { value = aws_secretsmanager_secret.processing.name }
