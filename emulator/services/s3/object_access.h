#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "emulator/core/context.h"
#include "protocol/http/response.h"
#include "protocol/result.h"
#include "storage/blob/blob_store.h"

/// Objects for other services of the daemon (DynamoDB's exports and imports), with the semantics of
/// the operations: encryption defaults, versions, notifications, errors. None of these may be
/// called inside a transaction.
namespace cumulite::s3 {

/// Whose call it is, and which bucket is meant.
struct BucketAccess {
  std::string account;
  std::string region;
  std::string bucket;
  std::optional<std::string> expected_owner = {};
};

struct ObjectToStore {
  std::string key;
  std::string content_type = "application/octet-stream";
  std::optional<std::string> sse = {};  ///< "AES256" or "aws:kms".
  std::optional<std::string> kms_key_id = {};
};

/// Stores a spooled body; returns its ETag without quotes. Errors: those of PutObject.
Result<std::string> store_object(Environment& env, const BucketAccess& access,
                                 const ObjectToStore& object, std::unique_ptr<storage::Spool> body);

struct ObjectEntry {
  std::string key;
  std::uint64_t size_bytes = 0;
};

/// Current objects whose keys begin with the prefix, after `after`, in order; a page of up to
/// 1,000. Errors: those of ListObjectsV2.
Result<std::vector<ObjectEntry>> find_objects(Environment& env, const BucketAccess& access,
                                              const std::string& prefix, const std::string& after);

/// The object's body, of the version if one is named. Errors: those of GetObject.
Result<std::unique_ptr<http::BodySource>> open_object(Environment& env, const BucketAccess& access,
                                                      const std::string& key,
                                                      const std::string& version = {});

}  // namespace cumulite::s3
