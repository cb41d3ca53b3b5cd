#include "emulator/services/dynamodb/request/validation_layer.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace cumulite::dynamodb {
namespace {

/// By a recording of 33 Regions of October 2026.
constexpr std::array<std::string_view, 2> kOlderRegions = {"eu-south-2", "me-central-1"};

/// A value that has no type or several is not counted.
constexpr std::string_view kNotOneType = "Supplied AttributeValue ";
/// The current layer does not go on to name the expressions that are missing.
constexpr std::string_view kValuesAlone =
    "ExpressionAttributeValues can only be specified when using expressions";

}  // namespace

Layer layer_of(const Context& ctx) {
  if (!ctx.env.settings.dynamodb_current_words) return Layer::kOlder;
  const bool older = std::find(kOlderRegions.begin(), kOlderRegions.end(), ctx.caller.region) !=
                     kOlderRegions.end();
  return older ? Layer::kOlder : Layer::kCurrent;
}

Error refused_request(Error error, Layer layer) {
  if (layer == Layer::kOlder || error.code != "ValidationException") return error;
  if (error.message.starts_with(kNotOneType)) return error;
  if (error.message.starts_with(kValuesAlone)) error.message = kValuesAlone;
  error.message.insert(0, "1 validation error detected: ");
  return error;
}

}  // namespace cumulite::dynamodb
