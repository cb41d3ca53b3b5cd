#include "emulator/services/s3/object/conditions.h"

#include <fmt/format.h>

#include "emulator/services/s3/errors.h"
#include "emulator/services/s3/object/versions.h"
#include "protocol/codec/text.h"

namespace cumulite::s3 {

namespace {

bool modified_after(const ObjectRecord& record, const model::Timestamp& time) {
  return record.modified_ms / 1000 > time.ms / 1000;
}

/// A date in the future is no condition.
bool not_modified_since(const ObjectRecord& record, const model::Timestamp& time,
                        std::int64_t now_ms) {
  return time.ms <= now_ms && !modified_after(record, time);
}

/// Writes know one condition, and of its forms `*` for If-None-Match and a tag for If-Match.
Result<void> check_write_forms(const std::optional<std::string>& if_match,
                               const std::optional<std::string>& if_none_match) {
  const auto refuse = [](std::string_view header) {
    return errors::not_implemented_header(
        header,
        fmt::format("We don't accept the provided value of {} header for this API", header));
  };
  if (if_match && if_none_match) {
    return errors::not_implemented_header(
        "If-Match,If-None-Match", "Multiple conditional request headers present in the request");
  }
  if (if_none_match && codec::trim(*if_none_match) != "*") return refuse("If-None-Match");
  if (if_match && codec::trim(*if_match) == "*") return refuse("If-Match");
  return {};
}

}  // namespace

bool etag_listed(std::string_view list, std::string_view etag) {
  while (!list.empty()) {
    const std::size_t comma = list.find(',');
    std::string_view item = codec::trim(list.substr(0, comma));
    list = comma == std::string_view::npos ? std::string_view{} : list.substr(comma + 1);
    if (item == "*") return true;
    if (item.starts_with("W/")) item.remove_prefix(2);
    // S3 takes a tag without its quotes, or with one of them.
    if (item.starts_with('"')) item.remove_prefix(1);
    if (item.ends_with('"')) item.remove_suffix(1);
    if (item == etag) return true;
  }
  return false;
}

Result<ReadOutcome> check_read(const ReadConditions& conditions, const ObjectRecord& record,
                               std::int64_t now_ms) {
  if (conditions.if_match) {
    if (!etag_listed(*conditions.if_match, record.etag)) {
      return errors::precondition_failed("If-Match");
    }
  } else if (conditions.if_unmodified_since &&
             modified_after(record, *conditions.if_unmodified_since)) {
    return errors::precondition_failed("If-Unmodified-Since");
  }
  if (conditions.if_none_match) {
    if (etag_listed(*conditions.if_none_match, record.etag)) return ReadOutcome::kNotModified;
  } else if (conditions.if_modified_since &&
             not_modified_since(record, *conditions.if_modified_since, now_ms)) {
    return ReadOutcome::kNotModified;
  }
  return ReadOutcome::kSend;
}

Result<void> check_copy_source(const ReadConditions& conditions, const ObjectRecord& record,
                               std::int64_t now_ms) {
  if (conditions.if_match) {
    if (!etag_listed(*conditions.if_match, record.etag)) {
      return errors::precondition_failed("x-amz-copy-source-If-Match");
    }
  } else if (conditions.if_unmodified_since &&
             modified_after(record, *conditions.if_unmodified_since)) {
    return errors::precondition_failed("x-amz-copy-source-If-Unmodified-Since");
  }
  if (conditions.if_none_match && etag_listed(*conditions.if_none_match, record.etag)) {
    return errors::precondition_failed("x-amz-copy-source-If-None-Match");
  }
  if (conditions.if_modified_since &&
      not_modified_since(record, *conditions.if_modified_since, now_ms)) {
    return errors::precondition_failed("x-amz-copy-source-If-Modified-Since");
  }
  return {};
}

Result<void> check_write(const storage::Reader& reader, const BucketRecord& bucket,
                         std::string_view key, const std::optional<std::string>& if_match,
                         const std::optional<std::string>& if_none_match) {
  if (!if_match && !if_none_match) return {};
  CUMULITE_TRY(check_write_forms(if_match, if_none_match));
  const auto latest = find_latest(reader, bucket, key);
  const bool exists = latest && !latest->record.delete_marker;
  if (if_none_match) {
    if (exists && etag_listed(*if_none_match, latest->record.etag)) {
      return errors::precondition_failed("If-None-Match");
    }
    return {};
  }
  if (!exists) return errors::no_such_key(key);
  if (!etag_listed(*if_match, latest->record.etag)) return errors::precondition_failed("If-Match");
  return {};
}

}  // namespace cumulite::s3
