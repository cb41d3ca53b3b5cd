#include <utility>

#include <fmt/format.h>

#include "emulator/core/helper_spaces.h"
#include "emulator/core/records/shape_codec.h"
#include "emulator/functions/iso_time.h"
#include "emulator/functions/store/function_rows.h"
#include "emulator/services/lambda/errors.h"
#include "emulator/services/lambda/function/code.h"
#include "emulator/services/lambda/function/code_download.h"
#include "emulator/services/lambda/handlers.h"
#include "emulator/services/lambda/layer/layer_names.h"
#include "emulator/services/lambda/names.h"

namespace cumulite::lambda {
namespace {

using functions::FunctionId;
using functions::StoredLayer;
using LayerOp = api::op::GetLayerVersion;

/// What the API shows of a version, and from where its content is fetched.
api::GetLayerVersionResponse show_layer(const Context& ctx, const StoredLayer& stored) {
  auto shown = describe_layer_version(stored);
  auto& content = *shown.Content;
  content.Location = code_location(ctx, *shown.LayerVersionArn, *content.CodeSha256);
  return shown;
}

Result<void> check_number(std::int64_t number) {
  if (number >= 1) return {};
  return errors::invalid_parameter("Layer Version Cannot be less than 1");
}

/// Number 0 is the layer itself: the greatest number ever given, as text.
std::int64_t next_number(const storage::Reader& reader, const FunctionId& layer) {
  const auto row = reader.get(spaces::kLambda, functions::rows::layer_key(layer, 0));
  return row ? std::stoll(*row) + 1 : 1;
}

}  // namespace

Result<api::PublishLayerVersionResponse> publish_layer_version(
    Context& ctx, const api::PublishLayerVersionRequest& req) {
  const auto layer = layer_id(ctx, req.LayerName);
  const std::optional<std::string> none;
  const auto& content = *req.Content;
  CUMULITE_ASSIGN(auto code, receive_code(ctx, {content.ZipFile, content.S3Bucket, content.S3Key,
                                                content.S3ObjectVersion, none}));
  if (code.archive == nullptr) return errors::invalid_parameter("A layer's content is an archive.");
  api::GetLayerVersionResponse description;
  description.LayerArn = layer_arn(layer);
  description.Description = req.Description.value_or("");
  description.CreatedDate = functions::lambda_time(ctx.now_ms);
  description.CompatibleArchitectures = req.CompatibleArchitectures;
  description.CompatibleRuntimes = req.CompatibleRuntimes;
  description.LicenseInfo = req.LicenseInfo;
  description.Content.emplace();
  description.Content->CodeSha256 = code.sha256;
  description.Content->CodeSize = code.size_bytes;
  return ctx.env.store.transact(
      layer_domains(layer), [&](storage::Txn& txn) -> Result<api::PublishLayerVersionResponse> {
        const auto number = next_number(txn, layer);
        auto made = description;
        made.Version = number;
        made.LayerVersionArn = fmt::format("{}:{}", layer_arn(layer), number);
        functions::StoredVersion holder;
        CUMULITE_TRY(store_code(ctx, txn, code, holder));
        StoredLayer stored = {.description = encode_shape(*LayerOp::info().output, &made)};
        stored.code = holder.code;
        txn.put(spaces::kLambda,
                functions::rows::layer_key(layer, static_cast<std::uint64_t>(number)),
                functions::rows::encode(stored));
        txn.put(spaces::kLambda, functions::rows::layer_key(layer, 0), std::to_string(number));
        api::PublishLayerVersionResponse res;
        res.Content = made.Content;
        res.Content->Location = code_location(ctx, *made.LayerVersionArn, code.sha256);
        res.LayerArn = made.LayerArn;
        res.LayerVersionArn = made.LayerVersionArn;
        res.Description = made.Description;
        res.CreatedDate = made.CreatedDate;
        res.Version = made.Version;
        res.CompatibleArchitectures = made.CompatibleArchitectures;
        res.CompatibleRuntimes = made.CompatibleRuntimes;
        res.LicenseInfo = made.LicenseInfo;
        return res;
      });
}

Result<api::GetLayerVersionResponse> get_layer_version(Context& ctx,
                                                       const api::GetLayerVersionRequest& req) {
  const auto layer = layer_id(ctx, req.LayerName);
  const auto number = req.VersionNumber.value_or(0);
  CUMULITE_TRY(check_number(number));
  const auto arn = fmt::format("{}:{}", layer_arn(layer), number);
  const auto stored = functions::find_layer(ctx.env.store, arn);
  if (!stored) return no_layer_version();
  return show_layer(ctx, *stored);
}

Result<api::GetLayerVersionResponse> get_layer_version_by_arn(
    Context& ctx, const api::GetLayerVersionByArnRequest& req) {
  const auto stored = functions::find_layer(ctx.env.store, req.Arn.value_or(""));
  if (!stored) return no_layer_version();
  return show_layer(ctx, *stored);
}

/// Functions that use it keep what they have unpacked; deleting what is not there is no error.
Result<model::Unit> delete_layer_version(Context& ctx, const api::DeleteLayerVersionRequest& req) {
  const auto layer = layer_id(ctx, req.LayerName);
  CUMULITE_TRY(check_number(req.VersionNumber.value_or(0)));
  const auto number = static_cast<std::uint64_t>(*req.VersionNumber);
  const auto key = functions::rows::layer_key(layer, number);
  ctx.env.store.transact(layer_domains(layer), [&](storage::Txn& txn) {
    const auto row = txn.get(spaces::kLambda, key);
    if (!row) return;
    functions::StoredVersion holder;
    holder.code = functions::rows::decode_layer(*row).code;
    release_code(ctx, txn, holder);
    txn.del(spaces::kLambda, key);
    txn.del(spaces::kLambda, functions::rows::layer_policy_key(layer, number));
  });
  return model::Unit{};
}

}  // namespace cumulite::lambda
