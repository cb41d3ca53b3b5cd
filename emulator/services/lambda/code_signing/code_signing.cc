#include "emulator/services/lambda/code_signing/code_signing.h"

#include <utility>

#include <fmt/format.h>

#include "emulator/core/arn.h"
#include "emulator/core/ids.h"
#include "emulator/functions/iso_time.h"
#include "emulator/services/lambda/documents.h"
#include "emulator/services/lambda/errors.h"
#include "emulator/services/lambda/handlers.h"
#include "emulator/services/lambda/names.h"
#include "emulator/services/lambda/paging.h"
#include "protocol/codec/base64.h"
#include "storage/kv/key_codec.h"

namespace cumulite::lambda {
namespace {

using functions::DocumentKind;
using functions::FunctionId;
using SigningOp = api::op::GetCodeSigningConfig;
using FunctionOp = api::op::GetFunctionCodeSigningConfig;

constexpr std::string_view kResource = "code-signing-config:";
constexpr std::size_t kIdCharacters = 17;

/// Account, region and id of the ARN: the key of its row.
std::string key_of(const std::string& text) {
  auto arn = parse_arn(text);
  if (!arn || !arn->is_of("lambda") || !take_prefix(arn->resource, kResource)) return {};
  return functions::rows::code_signing_key(arn->account, arn->region, arn->resource);
}

std::optional<api::CodeSigningConfig> find_config(const storage::Reader& reader,
                                                  const std::string& arn) {
  const auto key = key_of(arn);
  const auto row = key.empty() ? std::nullopt : reader.get(spaces::kLambda, key);
  if (!row) return std::nullopt;
  api::GetCodeSigningConfigResponse kept;
  decode_shape(*SigningOp::info().output, *row, &kept);
  return kept.CodeSigningConfig;
}

void put_config(storage::Txn& txn, const api::CodeSigningConfig& config) {
  const api::GetCodeSigningConfigResponse kept = {.CodeSigningConfig = config};
  txn.put(spaces::kLambda, key_of(*config.CodeSigningConfigArn),
          encode_shape(*SigningOp::info().output, &kept));
}

storage::Domains domains_of(const std::string& arn) {
  return {storage::Domain::exclusive_on(spaces::kLambda, key_of(arn))};
}

Error no_config(const std::string& arn) {
  return errors::resource_not_found(
      fmt::format("The Lambda code signing configuration {} can not be found.", arn));
}

/// Functions of the configuration's account and region that have it, in order of their names.
std::vector<std::string> functions_with(const Context& ctx, const std::string& arn) {
  const auto& account = ctx.caller.account_id;
  const auto& region = ctx.caller.region;
  const auto prefix = functions::rows::functions_of(account, region);
  std::vector<std::string> arns;
  auto from = prefix;
  for (bool more = true; more;) {
    const auto page = ctx.env.store.range(spaces::kLambda, from, storage::prefix_end(prefix));
    more = page.more;
    if (more) from = page.rows.back().key + '\0';
    for (const auto& row : page.rows) {
      auto rest = std::string_view(row.key).substr(prefix.size());
      const FunctionId id = {account, region, storage::take_part(rest).value_or("")};
      if (code_signing_of(ctx.env.store, id) == arn) arns.push_back(id.arn());
    }
  }
  return arns;
}

}  // namespace

Result<api::CodeSigningConfig> require_code_signing(const storage::Reader& reader,
                                                    const std::string& arn) {
  if (auto config = find_config(reader, arn)) return std::move(*config);
  return Error{"CodeSigningConfigNotFoundException",
               fmt::format("The code signing configuration cannot be found. Check that the "
                           "provided configuration is not deleted: {}.",
                           arn),
               404};
}

std::string code_signing_of(const storage::Reader& reader, const FunctionId& id) {
  const auto kept = find_document<FunctionOp>(reader, {id, ""}, DocumentKind::kCodeSigning);
  return kept ? kept->CodeSigningConfigArn.value_or("") : std::string();
}

void put_code_signing(storage::Txn& txn, const FunctionId& id, const std::string& arn) {
  put_document<FunctionOp>(txn, {id, ""}, DocumentKind::kCodeSigning,
                           {.CodeSigningConfigArn = arn, .FunctionName = id.name});
}

Result<void> check_code_signing(const storage::Reader& reader, const std::string& arn) {
  const auto config = arn.empty() ? std::nullopt : find_config(reader, arn);
  if (!config || config->CodeSigningPolicies->UntrustedArtifactOnDeployment != "Enforce") return {};
  return Error{"CodeVerificationFailedException",
               "Lambda cannot deploy the function. The function or layer might be signed using a "
               "signature that the client is not configured to accept. Check the provided "
               "signature for unsigned.",
               400};
}

Result<api::CreateCodeSigningConfigResponse> create_code_signing_config(
    Context& ctx, const api::CreateCodeSigningConfigRequest& req) {
  api::CodeSigningConfig config;
  config.CodeSigningConfigId = "csc-" + ids::random_hex(kIdCharacters);
  config.CodeSigningConfigArn =
      ctx.arn("lambda", "code-signing-config:" + *config.CodeSigningConfigId);
  config.Description = req.Description.value_or("");
  config.AllowedPublishers = req.AllowedPublishers;
  config.CodeSigningPolicies.emplace().UntrustedArtifactOnDeployment = "Warn";
  if (req.CodeSigningPolicies && req.CodeSigningPolicies->UntrustedArtifactOnDeployment)
    config.CodeSigningPolicies = req.CodeSigningPolicies;
  config.LastModified = functions::lambda_time(ctx.now_ms);
  ctx.env.store.transact(domains_of(*config.CodeSigningConfigArn),
                         [&](storage::Txn& txn) { put_config(txn, config); });
  return api::CreateCodeSigningConfigResponse{.CodeSigningConfig = config};
}

Result<api::GetCodeSigningConfigResponse> get_code_signing_config(
    Context& ctx, const api::GetCodeSigningConfigRequest& req) {
  auto config = find_config(ctx.env.store, *req.CodeSigningConfigArn);
  if (!config) return no_config(*req.CodeSigningConfigArn);
  return api::GetCodeSigningConfigResponse{.CodeSigningConfig = std::move(config)};
}

Result<api::UpdateCodeSigningConfigResponse> update_code_signing_config(
    Context& ctx, const api::UpdateCodeSigningConfigRequest& req) {
  const auto& arn = *req.CodeSigningConfigArn;
  return ctx.env.store.transact(
      domains_of(arn), [&](storage::Txn& txn) -> Result<api::UpdateCodeSigningConfigResponse> {
        auto config = find_config(txn, arn);
        if (!config) return no_config(arn);
        if (req.Description) config->Description = req.Description;
        if (req.AllowedPublishers) config->AllowedPublishers = req.AllowedPublishers;
        if (req.CodeSigningPolicies && req.CodeSigningPolicies->UntrustedArtifactOnDeployment)
          config->CodeSigningPolicies = req.CodeSigningPolicies;
        config->LastModified = functions::lambda_time(ctx.now_ms);
        put_config(txn, *config);
        return api::UpdateCodeSigningConfigResponse{.CodeSigningConfig = std::move(config)};
      });
}

Result<api::DeleteCodeSigningConfigResponse> delete_code_signing_config(
    Context& ctx, const api::DeleteCodeSigningConfigRequest& req) {
  const auto& arn = *req.CodeSigningConfigArn;
  if (!find_config(ctx.env.store, arn)) return no_config(arn);
  if (!functions_with(ctx, arn).empty()) {
    return errors::resource_conflict(
        "Cannot delete a CodeSigningConfig that is being used by one or more functions.");
  }
  ctx.env.store.transact(domains_of(arn),
                         [&](storage::Txn& txn) { txn.del(spaces::kLambda, key_of(arn)); });
  return api::DeleteCodeSigningConfigResponse{};
}

Result<api::ListCodeSigningConfigsResponse> list_code_signing_configs(
    Context& ctx, const api::ListCodeSigningConfigsRequest& req) {
  const auto prefix =
      functions::rows::code_signing_configs_of(ctx.caller.account_id, ctx.caller.region);
  CUMULITE_ASSIGN(const auto page, read_page(ctx.env.store, prefix, req.Marker, req.MaxItems));
  api::ListCodeSigningConfigsResponse res;
  res.CodeSigningConfigs.emplace();
  for (const auto& row : page.rows) {
    api::GetCodeSigningConfigResponse kept;
    decode_shape(*SigningOp::info().output, row.value, &kept);
    res.CodeSigningConfigs->push_back(*kept.CodeSigningConfig);
  }
  res.NextMarker = page.next_token;
  return res;
}

/// In order of their ARNs; the marker is the last one shown.
Result<api::ListFunctionsByCodeSigningConfigResponse> list_functions_by_code_signing_config(
    Context& ctx, const api::ListFunctionsByCodeSigningConfigRequest& req) {
  const auto& arn = *req.CodeSigningConfigArn;
  if (!find_config(ctx.env.store, arn)) return no_config(arn);
  auto arns = functions_with(ctx, arn);
  if (req.Marker && !req.Marker->empty()) {
    const auto last = codec::base64_decode(*req.Marker);
    if (!last) return errors::invalid_parameter("The pagination token is invalid.");
    std::erase_if(arns, [&](const std::string& each) { return each <= *last; });
  }
  api::ListFunctionsByCodeSigningConfigResponse res;
  if (const auto limit = page_size(req.MaxItems); arns.size() > limit) {
    arns.resize(limit);
    res.NextMarker = codec::base64_encode(arns.back());
  }
  res.FunctionArns = std::move(arns);
  return res;
}

Result<api::PutFunctionCodeSigningConfigResponse> put_function_code_signing_config(
    Context& ctx, const api::PutFunctionCodeSigningConfigRequest& req) {
  CUMULITE_ASSIGN(const auto id, resolve_unqualified(ctx, req.FunctionName));
  const auto& arn = *req.CodeSigningConfigArn;
  CUMULITE_TRY(require_code_signing(ctx.env.store, arn));
  return ctx.env.store.transact(
      functions::rows::domains_of(id),
      [&](storage::Txn& txn) -> Result<api::PutFunctionCodeSigningConfigResponse> {
        CUMULITE_TRY(require_function(txn, id));
        put_code_signing(txn, id, arn);
        return api::PutFunctionCodeSigningConfigResponse{.CodeSigningConfigArn = arn,
                                                         .FunctionName = id.name};
      });
}

/// A function without one shows nothing.
Result<api::GetFunctionCodeSigningConfigResponse> get_function_code_signing_config(
    Context& ctx, const api::GetFunctionCodeSigningConfigRequest& req) {
  CUMULITE_ASSIGN(const auto id, resolve_unqualified(ctx, req.FunctionName));
  CUMULITE_TRY(require_function(ctx.env.store, id));
  const auto arn = code_signing_of(ctx.env.store, id);
  if (arn.empty()) return api::GetFunctionCodeSigningConfigResponse{};
  return api::GetFunctionCodeSigningConfigResponse{.CodeSigningConfigArn = arn,
                                                   .FunctionName = id.name};
}

Result<model::Unit> delete_function_code_signing_config(
    Context& ctx, const api::DeleteFunctionCodeSigningConfigRequest& req) {
  CUMULITE_ASSIGN(const auto id, resolve_unqualified(ctx, req.FunctionName));
  return ctx.env.store.transact(
      functions::rows::domains_of(id), [&](storage::Txn& txn) -> Result<model::Unit> {
        CUMULITE_TRY(require_function(txn, id));
        txn.del(spaces::kLambda, functions::rows::document_key(id, DocumentKind::kCodeSigning, ""));
        return model::Unit{};
      });
}

}  // namespace cumulite::lambda
