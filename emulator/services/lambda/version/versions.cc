#include "emulator/services/lambda/version/versions.h"

#include <utility>

#include <fmt/format.h>

#include "emulator/core/helper_spaces.h"
#include "emulator/core/ids.h"
#include "emulator/core/records/shape_codec.h"
#include "emulator/functions/store/resolve.h"
#include "emulator/services/lambda/errors.h"
#include "emulator/services/lambda/function/code.h"
#include "emulator/services/lambda/function/configuration.h"
#include "emulator/services/lambda/handlers.h"
#include "emulator/services/lambda/names.h"
#include "emulator/services/lambda/paging.h"

namespace cumulite::lambda {
namespace {

/// What makes two versions different: all but who they are and when they were made.
std::string essence(const functions::StoredVersion& version) {
  auto configuration = version.configuration;
  configuration.Version.reset();
  configuration.FunctionArn.reset();
  configuration.RevisionId.reset();
  configuration.LastModified.reset();
  configuration.Description.reset();
  return encode_shape(*api::op::GetFunctionConfiguration::info().output, &configuration) +
         version.local_code + version.definition;
}

/// A description may be the publisher's own: then it is the time that tells.
bool is_unchanged(const functions::StoredVersion& last, const functions::StoredVersion& latest) {
  const auto& old = last.configuration;
  const auto& now = latest.configuration;
  return essence(last) == essence(latest) &&
         (old.Description == now.Description || old.LastModified == now.LastModified);
}

}  // namespace

functions::StoredVersion publish(Context& ctx, storage::Txn& txn, const functions::FunctionId& id,
                                 functions::StoredFunction& function,
                                 const std::string& description) {
  if (function.last_version > 0) {
    auto last = functions::rows::find_version(txn, id, function.last_version);
    if (last && is_unchanged(*last, function.latest)) return std::move(*last);
  }
  ++function.last_version;
  functions::StoredVersion version;
  version.configuration = function.latest.configuration;
  version.local_code = function.latest.local_code;
  version.definition = function.latest.definition;
  version.configuration.Version = std::to_string(function.last_version);
  version.configuration.FunctionArn = fmt::format("{}:{}", id.arn(), function.last_version);
  version.configuration.RevisionId = ids::uuid();
  if (!description.empty()) version.configuration.Description = description;
  duplicate_code(ctx, txn, function.latest, version);
  function.latest.configuration.RevisionId = ids::uuid();
  txn.put(spaces::kLambda, functions::rows::version_key(id, function.last_version),
          functions::rows::encode(version));
  return version;
}

Result<api::FunctionConfiguration> publish_version(Context& ctx,
                                                   const api::PublishVersionRequest& req) {
  CUMULITE_ASSIGN(const auto id, resolve_unqualified(ctx, req.FunctionName));
  return ctx.env.store.transact(
      functions::rows::domains_of(id),
      [&](storage::Txn& txn) -> Result<api::FunctionConfiguration> {
        CUMULITE_ASSIGN(auto function, require_function(txn, id));
        const auto& latest = function.latest.configuration;
        if (req.RevisionId && req.RevisionId != latest.RevisionId)
          return errors::revision_mismatch();
        if (req.CodeSha256 && !req.CodeSha256->empty() && req.CodeSha256 != latest.CodeSha256) {
          return errors::invalid_parameter(
              fmt::format("CodeSHA256 ({}) is different from current CodeSHA256 in $LATEST ({}). "
                          "Please try again with the CodeSHA256 in $LATEST.",
                          *req.CodeSha256, latest.CodeSha256.value_or("")));
        }
        auto version = publish(ctx, txn, id, function, req.Description.value_or(""));
        functions::rows::put_function(txn, id, function);
        return std::move(version.configuration);
      });
}

Result<api::ListVersionsByFunctionResponse> list_versions_by_function(
    Context& ctx, const api::ListVersionsByFunctionRequest& req) {
  CUMULITE_ASSIGN(const auto id, resolve_unqualified(ctx, req.FunctionName));
  CUMULITE_ASSIGN(auto function, require_function(ctx.env.store, id));
  CUMULITE_ASSIGN(const auto page, read_page(ctx.env.store, functions::rows::versions_of(id),
                                             req.Marker, req.MaxItems));
  api::ListVersionsByFunctionResponse res;
  res.Versions.emplace();
  // $LATEST opens the first page.
  if (!req.Marker) {
    auto latest = function.latest.configuration;
    latest.FunctionArn = id.arn() + ":$LATEST";
    show_listed(latest);
    res.Versions->push_back(std::move(latest));
  }
  for (const auto& row : page.rows) {
    show_listed(
        res.Versions->emplace_back(functions::rows::decode_version(row.value).configuration));
  }
  res.NextMarker = page.next_token;
  return res;
}

}  // namespace cumulite::lambda
