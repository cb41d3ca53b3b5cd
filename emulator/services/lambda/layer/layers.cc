#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "emulator/core/helper_spaces.h"
#include "emulator/core/records/shape_codec.h"
#include "emulator/functions/iso_time.h"
#include "emulator/functions/store/function_rows.h"
#include "emulator/services/lambda/errors.h"
#include "emulator/services/lambda/function/code.h"
#include "emulator/services/lambda/handlers.h"
#include "emulator/services/lambda/names.h"
#include "emulator/services/lambda/paging.h"
#include "storage/kv/key_codec.h"

namespace cumulite::lambda {
namespace {

using functions::FunctionId;
using functions::StoredLayer;
using LayerOp = api::op::GetLayerVersion;

std::string layer_arn(const FunctionId& layer) {
  return fmt::format("arn:aws:lambda:{}:{}:layer:{}", layer.region, layer.account, layer.name);
}

/// A layer is named by its name or its ARN.
FunctionId layer_id(const Context& ctx, const std::optional<std::string>& name) {
  const std::string text = name.value_or("");
  auto id = own_id(ctx, text.substr(text.rfind(':') + 1));
  constexpr std::string_view kArn = "arn:aws:lambda:";
  if (!text.starts_with(kArn)) return id;
  const auto region_end = text.find(':', kArn.size());
  id.region = text.substr(kArn.size(), region_end - kArn.size());
  id.account = text.substr(region_end + 1, text.find(':', region_end + 1) - region_end - 1);
  return id;
}

Error no_version(const FunctionId& layer, std::int64_t number) {
  return errors::resource_not_found(
      fmt::format("The resource you requested does not exist. {}:{}", layer_arn(layer), number));
}

api::GetLayerVersionResponse description_of(const StoredLayer& layer) {
  api::GetLayerVersionResponse description;
  decode_shape(*LayerOp::info().output, layer.description, &description);
  return description;
}

template <class Item>
Item item_of(const api::GetLayerVersionResponse& from) {
  Item item;
  item.LayerVersionArn = from.LayerVersionArn;
  item.Version = from.Version;
  item.Description = from.Description;
  item.CreatedDate = from.CreatedDate;
  item.CompatibleArchitectures = from.CompatibleArchitectures;
  item.CompatibleRuntimes = from.CompatibleRuntimes;
  item.LicenseInfo = from.LicenseInfo;
  return item;
}

bool contains(const std::optional<std::vector<std::string>>& list,
              const std::optional<std::string>& wanted) {
  return !wanted || (list && std::find(list->begin(), list->end(), *wanted) != list->end());
}

/// Number 0 is the layer itself: the greatest number ever given, as text.
std::int64_t next_number(const storage::Reader& reader, const FunctionId& layer) {
  const auto row = reader.get(spaces::kLambda, functions::rows::layer_key(layer, 0));
  return row ? std::stoll(*row) + 1 : 1;
}

storage::Domains domains_of(const FunctionId& layer) {
  return {
      storage::Domain::exclusive_on(spaces::kLambda, functions::rows::versions_of_layer(layer))};
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
      domains_of(layer), [&](storage::Txn& txn) -> Result<api::PublishLayerVersionResponse> {
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
  const auto arn = fmt::format("{}:{}", layer_arn(layer), req.VersionNumber.value_or(0));
  const auto stored = functions::find_layer(ctx.env.store, arn);
  if (!stored) return no_version(layer, req.VersionNumber.value_or(0));
  return description_of(*stored);
}

Result<api::GetLayerVersionResponse> get_layer_version_by_arn(
    Context& ctx, const api::GetLayerVersionByArnRequest& req) {
  const auto stored = functions::find_layer(ctx.env.store, req.Arn.value_or(""));
  if (!stored) {
    return errors::resource_not_found("The resource you requested does not exist. " +
                                      req.Arn.value_or(""));
  }
  return description_of(*stored);
}

/// Newest first.
Result<api::ListLayerVersionsResponse> list_layer_versions(
    Context& ctx, const api::ListLayerVersionsRequest& req) {
  const auto layer = layer_id(ctx, req.LayerName);
  CUMULITE_ASSIGN(const auto page,
                  read_page(ctx.env.store, functions::rows::versions_of_layer(layer), req.Marker,
                            req.MaxItems));
  api::ListLayerVersionsResponse res;
  res.LayerVersions.emplace();
  for (const auto& row : page.rows) {
    if (row.key == functions::rows::layer_key(layer, 0)) continue;
    const auto description = description_of(functions::rows::decode_layer(row.value));
    if (contains(description.CompatibleRuntimes, req.CompatibleRuntime) &&
        contains(description.CompatibleArchitectures, req.CompatibleArchitecture)) {
      res.LayerVersions->push_back(item_of<api::LayerVersionsListItem>(description));
    }
  }
  std::reverse(res.LayerVersions->begin(), res.LayerVersions->end());
  res.NextMarker = page.next_token;
  return res;
}

/// Each layer with its newest version that matches; those without one are left out.
Result<api::ListLayersResponse> list_layers(Context& ctx, const api::ListLayersRequest& req) {
  const auto prefix = functions::rows::layers_of(ctx.caller.account_id, ctx.caller.region);
  api::ListLayersResponse res;
  res.Layers.emplace();
  auto from = prefix;
  const auto to = storage::prefix_end(prefix);
  for (bool more = true; more;) {
    const auto page = ctx.env.store.range(spaces::kLambda, from, to);
    more = page.more;
    if (more) from = page.rows.back().key + '\0';
    for (const auto& row : page.rows) {
      auto rest = std::string_view(row.key).substr(prefix.size());
      const auto name = storage::take_part(rest);
      if (storage::take_u64(rest).value_or(0) == 0) continue;
      const auto description = description_of(functions::rows::decode_layer(row.value));
      if (!contains(description.CompatibleRuntimes, req.CompatibleRuntime) ||
          !contains(description.CompatibleArchitectures, req.CompatibleArchitecture)) {
        continue;
      }
      if (res.Layers->empty() || res.Layers->back().LayerName != name) {
        res.Layers->push_back({.LayerName = name, .LayerArn = description.LayerArn});
      }
      res.Layers->back().LatestMatchingVersion = item_of<api::LayerVersionsListItem>(description);
    }
  }
  return res;
}

/// Functions that use it keep what they have unpacked; deleting what is not there is no error.
Result<model::Unit> delete_layer_version(Context& ctx, const api::DeleteLayerVersionRequest& req) {
  const auto layer = layer_id(ctx, req.LayerName);
  const auto number = static_cast<std::uint64_t>(req.VersionNumber.value_or(0));
  if (number == 0) return model::Unit{};
  const auto key = functions::rows::layer_key(layer, number);
  ctx.env.store.transact(domains_of(layer), [&](storage::Txn& txn) {
    const auto row = txn.get(spaces::kLambda, key);
    if (!row) return;
    functions::StoredVersion holder;
    holder.code = functions::rows::decode_layer(*row).code;
    release_code(ctx, txn, holder);
    txn.del(spaces::kLambda, key);
  });
  return model::Unit{};
}

}  // namespace cumulite::lambda
