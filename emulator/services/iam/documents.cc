#include "emulator/services/iam/documents.h"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>

#include "emulator/services/iam/errors.h"
#include "protocol/codec/json_document.h"
#include "protocol/http/request.h"

namespace cumulite::iam {
namespace {

using nlohmann::json;

constexpr std::string_view kAwsPolicies = "arn:aws:iam::aws:policy/";

bool is_list_of_text(const json& value) {
  if (value.is_string()) return true;
  return value.is_array() && !value.empty() &&
         std::all_of(value.begin(), value.end(), [](const json& each) { return each.is_string(); });
}

bool has(const json& statement, const char* name, const char* other) {
  return statement.contains(name) || statement.contains(other);
}

Result<void> check_statement(const json& statement, Document kind) {
  const Error syntax = errors::malformed_document("Syntax errors in policy.");
  if (!statement.is_object()) return syntax;
  const std::string effect = statement.value("Effect", json()).dump();
  if (effect != "\"Allow\"" && effect != "\"Deny\"") return syntax;
  for (const char* name : {"Action", "NotAction", "Resource", "NotResource"}) {
    if (statement.contains(name) && !is_list_of_text(statement[name])) return syntax;
  }
  if (!has(statement, "Action", "NotAction")) {
    return errors::malformed_document("Policy statement must contain actions.");
  }
  if (kind == Document::kIdentity) {
    if (has(statement, "Principal", "NotPrincipal")) {
      return errors::malformed_document("Policy document should not specify a principal.");
    }
    if (!has(statement, "Resource", "NotResource")) {
      return errors::malformed_document("Policy statement must contain resources.");
    }
    return {};
  }
  if (has(statement, "Resource", "NotResource")) {
    return errors::malformed_document("Has prohibited field Resource");
  }
  if (!has(statement, "Principal", "NotPrincipal")) {
    return errors::malformed_document("Missing required field Principal");
  }
  return {};
}

struct AwsPolicy {
  std::string_view name;
  std::string_view actions;  ///< JSON.
};

constexpr AwsPolicy kKnownPolicies[] = {
    {"AdministratorAccess", R"("*")"},
    {"AmazonDynamoDBFullAccess", R"(["dynamodb:*","dax:*"])"},
    {"AmazonS3FullAccess", R"(["s3:*","s3-object-lambda:*"])"},
    {"AmazonS3ReadOnlyAccess",
     R"(["s3:Get*","s3:List*","s3:Describe*","s3-object-lambda:Get*","s3-object-lambda:List*"])"},
    {"AmazonSNSFullAccess", R"("sns:*")"},
    {"AmazonSQSFullAccess", R"("sqs:*")"},
    {"AWSLambdaBasicExecutionRole",
     R"(["logs:CreateLogGroup","logs:CreateLogStream","logs:PutLogEvents"])"},
    {"AWSLambdaSQSQueueExecutionRole",
     R"(["sqs:ReceiveMessage","sqs:DeleteMessage","sqs:GetQueueAttributes","logs:CreateLogGroup",)"
     R"("logs:CreateLogStream","logs:PutLogEvents"])"},
    {"AWSLambdaDynamoDBExecutionRole",
     R"(["dynamodb:DescribeStream","dynamodb:GetRecords","dynamodb:GetShardIterator",)"
     R"("dynamodb:ListStreams","logs:CreateLogGroup","logs:CreateLogStream","logs:PutLogEvents"])"},
};

}  // namespace

Result<void> check_document(const std::string& text, Document kind) {
  const json document = json::parse(text, nullptr, false);
  if (document.is_discarded()) {
    return errors::malformed_document(kind == Document::kTrust ? "This policy contains invalid Json"
                                                               : "Syntax errors in policy.");
  }
  if (!document.is_object() || !document.contains("Statement")) {
    return errors::malformed_document("Syntax errors in policy.");
  }
  const json version = document.value("Version", json("2008-10-17"));
  if (version != "2012-10-17" && version != "2008-10-17") {
    return errors::malformed_document("The policy must contain a valid version string");
  }
  const json& statements = document["Statement"];
  if (statements.is_object()) return check_statement(statements, kind);
  if (!statements.is_array() || statements.empty()) {
    return errors::malformed_document("Syntax errors in policy.");
  }
  for (const json& statement : statements) CUMULITE_TRY(check_statement(statement, kind));
  return {};
}

std::string encode_document(std::string_view text) {
  return http::percent_encode(text);
}

std::size_t document_size(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return std::isspace(static_cast<unsigned char>(c)) == 0;
  }));
}

bool is_aws_policy(std::string_view arn) {
  return arn.starts_with(kAwsPolicies) && arn.size() > kAwsPolicies.size() && !arn.ends_with('/');
}

std::string aws_policy_document(std::string_view name) {
  for (const AwsPolicy& known : kKnownPolicies) {
    if (known.name != name) continue;
    return fmt::format(
        R"({{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":{},"Resource":"*"}}]}})",
        known.actions);
  }
  return R"({"Version":"2012-10-17","Statement":[]})";
}

}  // namespace cumulite::iam
