#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "protocol/result.h"

/// Policy documents: their form, how they travel, and those that AWS manages.
namespace cumulite::iam {

enum class Document { kIdentity, kTrust };

/// Errors: MalformedPolicyDocument.
Result<void> check_document(const std::string& text, Document kind);
/// Percent-encoded, as IAM answers documents.
std::string encode_document(std::string_view text);
/// Characters that count for IAM's limits: all but white space.
std::size_t document_size(std::string_view text);

/// Whether it is the ARN of a policy of AWS: "arn:aws:iam::aws:policy/...".
bool is_aws_policy(std::string_view arn);
/// What such a policy allows: that of the few whose documents are known here, else of no statement.
std::string aws_policy_document(std::string_view name);

}  // namespace cumulite::iam
