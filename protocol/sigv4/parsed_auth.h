#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace cumulite::sigv4 {

/// Which codes, statuses and wordings a refusal takes.
enum class ServiceFamily {
  kS3,        ///< REST XML with S3's own codes.
  kJson,      ///< JSON 1.0 and 1.1: DynamoDB, SQS.
  kQuery,     ///< Query/XML: SNS, SQS.
  kRestJson,  ///< Glacier.
};

struct Credentials {
  std::string access_key_id;
  std::string secret_access_key;
  std::string session_token;  ///< Empty for long-term keys.
};

enum class AuthKind {
  kNone,      ///< Anonymous: neither header nor query says who asks.
  kHeaderV4,  ///< Authorization: AWS4-HMAC-SHA256 ...
  kQueryV4,   ///< X-Amz-Signature among the query parameters.
  kHeaderV2,  ///< Authorization: AWS key:signature (S3 only)
  kQueryV2,   ///< AWSAccessKeyId, Signature and Expires in the query (S3 only)
};

/// How a request says that it is authenticated; nothing of it is verified yet.
/// The views point into the request, or into `decoded` where the request held them encoded.
struct ParsedAuth {
  AuthKind kind = AuthKind::kNone;
  std::string_view access_key_id;
  std::string_view amz_date;    ///< "20130524T000000Z" (version 4)
  std::string_view scope;       ///< "20130524/us-east-1/s3/aws4_request" (version 4)
  std::string_view scope_date;  ///< First part of the scope; then region and service.
  std::string_view region;
  std::string_view service;
  std::string_view signed_headers;
  std::string_view signature;
  std::string_view session_token;
  std::string_view expires;  ///< As given: seconds (version 4), Unix time (version 2).
  std::int64_t signed_at_ms = 0;
  std::int64_t expires_at_ms = 0;  ///< Presigned URLs: the last instant at which they are valid.
  std::shared_ptr<const std::string> decoded = nullptr;
};

}  // namespace cumulite::sigv4
