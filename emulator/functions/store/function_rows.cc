#include "emulator/functions/store/function_rows.h"

#include <charconv>

#include <fmt/format.h>

#include "emulator/core/arn.h"
#include "emulator/core/helper_spaces.h"
#include "emulator/core/records/fields.h"
#include "emulator/core/records/shape_codec.h"
#include "emulator/core/row_service.h"
#include "storage/kv/key_codec.h"

namespace cumulite::functions {
namespace {

constexpr char kFunctionRows = 'H';
constexpr char kDetails = 'F';
constexpr char kLayers = 'L';
constexpr char kLayerPolicies = 'Y';
constexpr char kCodeSigningConfigs = 'G';
constexpr char kReserved = 'r';
constexpr char kCodeBytes = 's';
constexpr char kVersions = 'V';

enum Tag : std::uint8_t {
  kConfiguration = 1,
  kCode = 2,
  kLocalCode = 3,
  kDefinition = 4,
  kLastVersion = 5,
  kReservedConcurrency = 6,
  kTag = 7,
};

const model::Shape& configuration_shape() {
  return *api::lambda::op::GetFunctionConfiguration::info().output;
}

void write_version(const StoredVersion& version, FieldWriter& writer) {
  writer.text(kConfiguration, encode_shape(configuration_shape(), &version.configuration));
  if (version.code) writer.text(kCode, version.code->encode());
  writer.text(kLocalCode, version.local_code);
  writer.text(kDefinition, version.definition);
}

void read_field(const FieldReader& reader, StoredVersion& version) {
  switch (reader.tag()) {
    case kConfiguration:
      decode_shape(configuration_shape(), reader.text(), &version.configuration);
      break;
    case kCode:
      version.code = storage::BlobRef::decode(reader.text());
      break;
    case kLocalCode:
      version.local_code = reader.text();
      break;
    case kDefinition:
      version.definition = reader.text();
      break;
    default:
      break;
  }
}

}  // namespace

std::string FunctionId::arn() const {
  return fmt::format("arn:aws:lambda:{}:{}:function:{}", region, account, name);
}

namespace {

/// A resource of Lambda's: "function:NAME[:QUALIFIER]", "layer:NAME:NUMBER".
struct NamedResource {
  FunctionId id;
  std::string_view qualifier;  ///< Empty where there is none.
};

std::optional<NamedResource> parse_resource(std::string_view text, std::string_view type) {
  auto arn = parse_arn(text);
  if (!arn || arn->service != "lambda" || take_until(arn->resource, ':') != type) {
    return std::nullopt;
  }
  const auto name = arn->resource.substr(0, arn->resource.find(':'));
  arn->resource.remove_prefix(std::min(name.size() + 1, arn->resource.size()));
  if (name.empty() || arn->resource.find(':') != std::string_view::npos) return std::nullopt;
  return NamedResource{{std::string(arn->account), std::string(arn->region), std::string(name)},
                       arn->resource};
}

}  // namespace

std::optional<QualifiedId> parse_function_arn(std::string_view arn) {
  auto found = parse_resource(arn, "function");
  if (!found) return std::nullopt;
  return QualifiedId{std::move(found->id), std::string(found->qualifier)};
}

std::optional<std::uint64_t> version_number(std::string_view qualifier) {
  if (qualifier.empty() || qualifier == "$LATEST") return 0;
  std::uint64_t number = 0;
  const auto* end = qualifier.data() + qualifier.size();
  const auto parsed = std::from_chars(qualifier.data(), end, number);
  if (parsed.ec != std::errc() || parsed.ptr != end || number == 0) return std::nullopt;
  return number;
}

namespace rows {

std::string functions_of(std::string_view account, std::string_view region) {
  return scope_key(account, region, kFunctionRows);
}

std::string function_key(const FunctionId& id) {
  auto key = functions_of(id.account, id.region);
  storage::append_part(key, id.name);
  return key;
}

std::string details_of(const FunctionId& id) {
  auto key = scope_key(id.account, id.region, kDetails);
  storage::append_part(key, id.name);
  return key;
}

std::string versions_of(const FunctionId& id) {
  return details_of(id) + kVersions;
}

std::string version_key(const FunctionId& id, std::uint64_t number) {
  auto key = versions_of(id);
  storage::append_u64(key, number);
  return key;
}

std::string documents_of(const FunctionId& id, DocumentKind kind) {
  return details_of(id) + static_cast<char>(kind);
}

std::string document_key(const FunctionId& id, DocumentKind kind, std::string_view qualifier) {
  auto key = documents_of(id, kind);
  storage::append_part(key, qualifier);
  return key;
}

std::string layers_of(std::string_view account, std::string_view region) {
  return scope_key(account, region, kLayers);
}

std::string versions_of_layer(const FunctionId& layer) {
  auto key = layers_of(layer.account, layer.region);
  storage::append_part(key, layer.name);
  return key;
}

std::string layer_key(const FunctionId& layer, std::uint64_t number) {
  auto key = versions_of_layer(layer);
  storage::append_u64(key, number);
  return key;
}

std::string policies_of_layer(const FunctionId& layer) {
  auto key = scope_key(layer.account, layer.region, kLayerPolicies);
  storage::append_part(key, layer.name);
  return key;
}

std::string layer_policy_key(const FunctionId& layer, std::uint64_t number) {
  auto key = policies_of_layer(layer);
  storage::append_u64(key, number);
  return key;
}

std::string code_signing_configs_of(std::string_view account, std::string_view region) {
  return scope_key(account, region, kCodeSigningConfigs);
}

std::string code_signing_key(std::string_view account, std::string_view region,
                             std::string_view id) {
  auto key = code_signing_configs_of(account, region);
  storage::append_part(key, id);
  return key;
}

std::string reserved_key(std::string_view account, std::string_view region) {
  return scope_key(account, region, kReserved);
}

std::string code_bytes_key(std::string_view account, std::string_view region) {
  return scope_key(account, region, kCodeBytes);
}

storage::Domains domains_of(const FunctionId& id) {
  return {storage::Domain::exclusive_on(spaces::kLambda, function_key(id)),
          storage::Domain::exclusive_on(spaces::kLambda, details_of(id))};
}

std::string encode(const StoredVersion& version) {
  FieldWriter writer;
  write_version(version, writer);
  return writer.take();
}

StoredVersion decode_version(std::string_view bytes) {
  StoredVersion version;
  for (FieldReader reader(bytes); reader.next();) read_field(reader, version);
  return version;
}

std::string encode(const StoredFunction& function) {
  FieldWriter writer;
  write_version(function.latest, writer);
  writer.number(kLastVersion, function.last_version);
  // Written one higher: zero, which is no field, is a reservation too.
  if (function.reserved_concurrency) {
    writer.number(kReservedConcurrency,
                  static_cast<std::uint64_t>(*function.reserved_concurrency) + 1);
  }
  for (const auto& [key, value] : function.tags) writer.pair(kTag, key, value);
  return writer.take();
}

StoredFunction decode_function(std::string_view bytes) {
  StoredFunction function;
  for (FieldReader reader(bytes); reader.next();) {
    switch (reader.tag()) {
      case kLastVersion:
        function.last_version = reader.number();
        break;
      case kReservedConcurrency:
        function.reserved_concurrency = static_cast<std::int64_t>(reader.number()) - 1;
        break;
      case kTag:
        function.tags.push_back(reader.pair());
        break;
      default:
        read_field(reader, function.latest);
    }
  }
  return function;
}

std::optional<storage::BlobRef> code_of(std::string_view key, std::string_view value) {
  auto rest = key;
  if (!storage::take_part(rest)) return std::nullopt;  // The account.
  if (!storage::take_part(rest) || rest.empty()) return std::nullopt;
  const char kind = rest.front();
  rest.remove_prefix(1);
  const bool is_version =
      kind == kDetails && storage::take_part(rest) && !rest.empty() && rest.front() == kVersions;
  if (kind != kFunctionRows && kind != kLayers && !is_version) return std::nullopt;
  for (FieldReader reader(value); reader.next();) {
    if (reader.tag() == kCode) return storage::BlobRef::decode(reader.text());
  }
  return std::nullopt;
}

std::string encode(const StoredLayer& layer) {
  FieldWriter writer;
  writer.text(kConfiguration, layer.description);
  if (layer.code) writer.text(kCode, layer.code->encode());
  return writer.take();
}

StoredLayer decode_layer(std::string_view bytes) {
  StoredLayer layer;
  for (FieldReader reader(bytes); reader.next();) {
    if (reader.tag() == kConfiguration) layer.description = reader.text();
    if (reader.tag() == kCode) layer.code = storage::BlobRef::decode(reader.text());
  }
  return layer;
}

std::optional<StoredFunction> find_function(const storage::Reader& reader, const FunctionId& id) {
  const auto row = reader.get(spaces::kLambda, function_key(id));
  if (!row) return std::nullopt;
  return decode_function(*row);
}

void put_function(storage::Txn& txn, const FunctionId& id, const StoredFunction& function) {
  txn.put(spaces::kLambda, function_key(id), encode(function));
}

std::optional<StoredVersion> find_version(const storage::Reader& reader, const FunctionId& id,
                                          std::uint64_t number) {
  if (number == 0) {
    auto function = find_function(reader, id);
    if (!function) return std::nullopt;
    return std::move(function->latest);
  }
  const auto row = reader.get(spaces::kLambda, version_key(id, number));
  if (!row) return std::nullopt;
  return decode_version(*row);
}

}  // namespace rows

std::optional<StoredLayer> find_layer(const storage::Reader& reader, std::string_view version_arn) {
  const auto layer = parse_resource(version_arn, "layer");
  const auto number = layer ? version_number(layer->qualifier) : std::nullopt;
  if (number.value_or(0) == 0) return std::nullopt;
  const auto row = reader.get(spaces::kLambda, rows::layer_key(layer->id, *number));
  if (!row) return std::nullopt;
  return rows::decode_layer(*row);
}

}  // namespace cumulite::functions
