#include "emulator/services/s3/object/copy_source.h"

#include <algorithm>

#include "emulator/services/s3/access/authorize.h"
#include "emulator/services/s3/bucket/load.h"
#include "emulator/services/s3/errors.h"
#include "emulator/services/s3/object/attributes.h"
#include "emulator/services/s3/object/versions.h"
#include "emulator/services/s3/tiering/run.h"
#include "protocol/http/request.h"

namespace cumulite::s3 {

namespace {

constexpr std::string_view kHeader = "x-amz-copy-source";

struct Named {
  std::string bucket;
  std::string key;
  std::optional<std::string> version_id;
};

Result<Named> parse_source(std::string_view header) {
  Named named;
  std::string_view path = header;
  constexpr std::string_view kVersion = "?versionId=";
  if (const std::size_t at = path.rfind(kVersion); at != std::string_view::npos) {
    named.version_id = http::percent_decode(path.substr(at + kVersion.size()));
    path = path.substr(0, at);
  }
  // The URL of an object will do as well.
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!path.starts_with(scheme)) continue;
    path.remove_prefix(std::min(path.size(), path.find('/', scheme.size())));
  }
  // Some clients encode as forms do, where '+' is a space.
  std::string decoded = http::percent_decode(path, true);
  constexpr std::string_view kArn = "arn:aws:s3:::";
  if (decoded.starts_with(kArn)) decoded.erase(0, kArn.size());
  if (decoded.starts_with('/')) decoded.erase(0, 1);
  const std::size_t slash = decoded.find('/');
  if (slash == std::string::npos || slash == 0 || slash + 1 == decoded.size()) {
    return errors::invalid_argument("Invalid copy source object key", kHeader, kHeader);
  }
  named.bucket = decoded.substr(0, slash);
  named.key = decoded.substr(slash + 1);
  return named;
}

}  // namespace

Result<CopySource> find_copy_source(const Context& ctx, const std::string& header,
                                    const std::optional<std::string>& expected_owner,
                                    const ReadConditions& conditions, CustomerKey customer_key) {
  CUMULITE_ASSIGN(Named named, parse_source(header));
  CopySource source;
  CUMULITE_ASSIGN(source.bucket, load_bucket(ctx.env.store, named.bucket, expected_owner));
  source.key = std::move(named.key);
  source.version_id = std::move(named.version_id);
  auto found = find_object(ctx, ctx.env.store, source.bucket, source.key, source.version_id);
  CUMULITE_TRY(authorize_object(ctx, source.bucket,
                                source.version_id ? "s3:GetObjectVersion" : "s3:GetObject",
                                source.key, found.ok() ? &found->record : nullptr));
  if (!found.ok()) {
    if (found.error().code != "MethodNotAllowed") return std::move(found).error();
    return errors::invalid_request(
        "The source of a copy request may not specifically refer to a delete marker by version "
        "id.");
  }
  source.record = std::move(found->record);
  source.customer_key = std::move(customer_key);
  CUMULITE_TRY(check_customer_key(source.record, source.customer_key));
  CUMULITE_TRY(check_copy_source(conditions, source.record, ctx.now_ms));
  if (!is_readable(source.record)) {
    return errors::invalid_object_state(source.record.storage_class, source.record.access_tier);
  }
  note_access(ctx, source.bucket, source.key, source.record);
  return source;
}

}  // namespace cumulite::s3
