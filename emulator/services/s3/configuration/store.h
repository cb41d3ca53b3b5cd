#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/s3.h"
#include "emulator/core/records/shape_codec.h"
#include "emulator/services/s3/records/bucket_record.h"
#include "storage/kv/store.h"

/// The rows of bucket configurations: one for each kind, or for each id of a kind that has several.
namespace cumulite::s3 {

/// Shape that the kind is kept as.
const model::Shape& configuration_shape(Configuration which);

std::optional<std::string> read_configuration_row(const storage::Reader& reader,
                                                  const BucketRecord& bucket, Configuration which,
                                                  std::string_view id = {});
/// Both write the bucket's row too; the transaction holds the bucket exclusively.
void write_configuration_row(storage::Txn& txn, BucketRecord& bucket, Configuration which,
                             std::string_view bytes, std::string_view id = {});
/// False if there was none.
bool remove_configuration(storage::Txn& txn, BucketRecord& bucket, Configuration which,
                          std::string_view id = {});

/// T is the struct of the kind: api::CORSConfiguration of kCors.
template <class T>
std::optional<T> read_configuration(const storage::Reader& reader, const BucketRecord& bucket,
                                    Configuration which, std::string_view id = {}) {
  const auto row = read_configuration_row(reader, bucket, which, id);
  if (!row) return std::nullopt;
  std::optional<T> value;
  decode_shape(configuration_shape(which), *row, &value.emplace());
  return value;
}

template <class T>
void write_configuration(storage::Txn& txn, BucketRecord& bucket, Configuration which,
                         const T& value, std::string_view id = {}) {
  write_configuration_row(txn, bucket, which, encode_shape(configuration_shape(which), &value), id);
}

/// All of a kind that has ids, in order of id.
std::vector<storage::KeyValue> list_configurations(const storage::Reader& reader,
                                                   const BucketRecord& bucket, Configuration which);

/// The first rule of the bucket's encryption configuration.
std::optional<api::ServerSideEncryptionRule> default_encryption(const storage::Reader& reader,
                                                                const BucketRecord& bucket);

/// What a transaction that changes a bucket's configuration declares.
storage::Domains bucket_domains(std::string_view bucket);

}  // namespace cumulite::s3
