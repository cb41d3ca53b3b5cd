#pragma once

#include <string>
#include <string_view>

#include "emulator/core/context.h"
#include "emulator/services/s3/bucket/load.h"
#include "emulator/services/s3/configuration/store.h"
#include "emulator/services/s3/errors.h"
#include "protocol/result.h"

namespace cumulite::s3 {

/// Runs `change(Txn&, BucketRecord&)`, which returns Result<void>, with the bucket of the request
/// locked as a whole and read within the transaction.
template <class Request, class Change>
Result<model::Unit> change_bucket(Context& ctx, const Request& req, Change&& change) {
  CUMULITE_ASSIGN(const BucketRecord loaded, load_bucket_of(ctx.env.store, req));
  const auto domains = bucket_domains(loaded.name);
  CUMULITE_TRY(ctx.env.store.transact(domains, [&](storage::Txn& txn) -> Result<void> {
    auto bucket = find_bucket(txn, loaded.name);
    if (!bucket) return errors::no_such_bucket(loaded.name);
    return change(txn, *bucket);
  }));
  return model::Unit{};
}

/// Stores one configuration as it is.
template <class Request, class T>
Result<model::Unit> put_configuration(Context& ctx, const Request& req, Configuration which,
                                      const T& value, std::string_view id = {}) {
  return change_bucket(ctx, req, [&](storage::Txn& txn, BucketRecord& bucket) -> Result<void> {
    write_configuration(txn, bucket, which, value, id);
    return {};
  });
}

/// Removes one configuration; not being there is no error.
template <class Request>
Result<model::Unit> delete_configuration(Context& ctx, const Request& req, Configuration which) {
  return change_bucket(ctx, req, [&](storage::Txn& txn, BucketRecord& bucket) -> Result<void> {
    remove_configuration(txn, bucket, which);
    return {};
  });
}

}  // namespace cumulite::s3
