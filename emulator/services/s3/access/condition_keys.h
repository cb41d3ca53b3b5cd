#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "emulator/core/context.h"
#include "emulator/services/s3/access/named_object.h"
#include "emulator/services/s3/records/bucket_record.h"

/// What a request holds for the conditions of a bucket policy.
/// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html#amazons3-policy-keys
namespace cumulite::s3 {

/// What a policy's conditions are asked of.
struct ConditionSubject {
  const BucketRecord& bucket;
  const NamedObject& object;
  /// Stands for "s3:prefix" of a request that lists nothing: whether a missing key may be told of
  /// is asked as a listing of that key.
  std::string_view prefix = {};
};

/// Values of a condition key ("aws:SourceIp", "s3:prefix", in any case); empty if the request has
/// none. Tags of the bucket count only where it has ABAC enabled.
std::vector<std::string> condition_values(const Context& ctx, const ConditionSubject& subject,
                                          std::string_view key);

}  // namespace cumulite::s3
