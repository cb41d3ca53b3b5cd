#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "emulator/core/context.h"
#include "emulator/services/s3/access/acl.h"
#include "emulator/services/s3/records/bucket_record.h"
#include "emulator/services/s3/records/object_record.h"
#include "protocol/model/operation.h"
#include "protocol/result.h"

/// Who may do what, in `--auth=enforce`; in the other modes everything is allowed.
namespace cumulite::s3 {

/// The operation of the request, by its action on its bucket or object, before its handler runs.
/// Buckets and objects that are not there are the handler's business. Error: AccessDenied.
Result<void> authorize_operation(Context& ctx, const model::Operation& operation);

/// GetObject and HeadObject of that record (null: it is not there), which they have read anyway.
/// Error: AccessDenied.
Result<void> authorize_read(const Context& ctx, const BucketRecord& bucket, const std::string& key,
                            const ObjectRecord* record);

/// One action on one key, for operations that touch more than their URI names: sources of copies,
/// entries of a batch. Error: AccessDenied.
Result<void> authorize_object(const Context& ctx, const BucketRecord& bucket,
                              std::string_view action, const std::string& key,
                              const ObjectRecord* record = nullptr);

/// One action on a bucket, for operations that are not S3's own. Error: AccessDenied.
Result<void> authorize_bucket(const Context& ctx, const BucketRecord& bucket,
                              std::string_view action);

/// Whether the caller, and not the bucket's owner, is told that he pays for the request.
bool is_charged(const Context& ctx, std::string_view bucket_name);

/// The bucket's own ACL.
Acl bucket_acl(const storage::Reader& reader, const BucketRecord& bucket);

/// The object ownership that was configured: "BucketOwnerEnforced", ...; empty if none was.
std::string configured_ownership(const storage::Reader& reader, const BucketRecord& bucket);

/// Sets owner and ACL of a new object from the request. Errors: those of acl_from_headers,
/// AccessControlListNotSupported, AccessDenied for public ACLs that are blocked.
Result<void> choose_owner(const Context& ctx, const BucketRecord& bucket, const AclRequest& asked,
                          ObjectRecord& record);

}  // namespace cumulite::s3
