#include <algorithm>
#include <charconv>
#include <utility>

#include "emulator/core/helper_spaces.h"
#include "emulator/services/lambda/errors.h"
#include "emulator/services/lambda/handlers.h"
#include "emulator/services/lambda/layer/layer_names.h"
#include "emulator/services/lambda/paging.h"
#include "storage/kv/key_codec.h"

namespace cumulite::lambda {
namespace {

api::LayerVersionsListItem item_of(const api::GetLayerVersionResponse& from) {
  api::LayerVersionsListItem item;
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

/// Whether the version is for the runtime and the architecture that a request asks for.
template <class Request>
bool matches(const Request& req, const api::GetLayerVersionResponse& version) {
  return contains(version.CompatibleRuntimes, req.CompatibleRuntime) &&
         contains(version.CompatibleArchitectures, req.CompatibleArchitecture);
}

/// Calls `take` with every version from the key on below the prefix, until it is false.
template <class Take>
void each_version(const storage::Reader& reader, std::string from, const std::string& prefix,
                  Take take) {
  for (bool more = true; more;) {
    const auto page = reader.range(spaces::kLambda, from, storage::prefix_end(prefix));
    more = page.more;
    if (more) from = page.rows.back().key + '\0';
    for (const auto& row : page.rows) {
      // A row ends with the version's number; number 0 is the layer itself.
      auto number = std::string_view(row.key).substr(row.key.size() - sizeof(std::uint64_t));
      if (storage::take_u64(number).value_or(0) == 0) continue;
      if (!take(row, describe_layer_version(functions::rows::decode_layer(row.value)))) return;
    }
  }
}

}  // namespace

/// Newest first; the marker is the number of the last version shown.
Result<api::ListLayerVersionsResponse> list_layer_versions(
    Context& ctx, const api::ListLayerVersionsRequest& req) {
  const auto prefix = functions::rows::versions_of_layer(layer_id(ctx, req.LayerName));
  std::int64_t before = 0;
  if (req.Marker && !req.Marker->empty()) {
    const auto* end = req.Marker->data() + req.Marker->size();
    if (std::from_chars(req.Marker->data(), end, before).ptr != end || before < 1)
      return errors::invalid_parameter("The pagination token is invalid.");
  }
  std::vector<api::LayerVersionsListItem> found;
  each_version(ctx.env.store, prefix, prefix, [&](const auto&, const auto& version) {
    if (before > 0 && *version.Version >= before) return false;
    if (matches(req, version)) found.push_back(item_of(version));
    return true;
  });
  std::reverse(found.begin(), found.end());
  api::ListLayerVersionsResponse res;
  if (const auto limit = page_size(req.MaxItems); found.size() > limit) {
    found.resize(limit);
    res.NextMarker = std::to_string(*found.back().Version);
  }
  res.LayerVersions = std::move(found);
  return res;
}

/// Each layer with its newest version that matches; those without one are left out. The marker is
/// the name of the last layer shown.
Result<api::ListLayersResponse> list_layers(Context& ctx, const api::ListLayersRequest& req) {
  const auto& account = ctx.caller.account_id;
  const auto prefix = functions::rows::layers_of(account, ctx.caller.region);
  auto from = prefix;
  if (req.Marker && !req.Marker->empty()) {
    from = storage::prefix_end(
        functions::rows::versions_of_layer({account, ctx.caller.region, *req.Marker}));
  }
  api::ListLayersResponse res;
  auto& layers = res.Layers.emplace();
  const auto limit = page_size(req.MaxItems);
  each_version(ctx.env.store, from, prefix, [&](const auto& row, const auto& version) {
    if (!matches(req, version)) return true;
    auto rest = std::string_view(row.key).substr(prefix.size());
    const auto name = storage::take_part(rest);
    if (layers.empty() || layers.back().LayerName != name) {
      if (layers.size() == limit) {
        res.NextMarker = layers.back().LayerName;
        return false;
      }
      layers.push_back({.LayerName = name, .LayerArn = version.LayerArn});
    }
    layers.back().LatestMatchingVersion = item_of(version);
    return true;
  });
  return res;
}

}  // namespace cumulite::lambda
