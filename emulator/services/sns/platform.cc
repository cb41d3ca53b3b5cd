#include "emulator/services/sns/platform.h"

#include <algorithm>

#include <fmt/format.h>

#include "emulator/core/spaces.h"
#include "emulator/services/sns/arn.h"
#include "emulator/services/sns/errors.h"
#include "emulator/services/sns/keys.h"
#include "protocol/codec/json_document.h"

namespace cumulite::sns {
namespace {

using nlohmann::json;

/// The parts of "app/ADM/name" and "endpoint/ADM/name/id".
Result<std::vector<std::string>> split_resource(const Arn& arn, std::string_view parameter,
                                                std::string_view first, std::size_t count) {
  std::vector<std::string> parts(1);
  for (const char c : arn.resource) {
    if (c == '/') {
      parts.emplace_back();
    } else {
      parts.back().push_back(c);
    }
  }
  if (parts.size() != count) {
    return errors::invalid_parameter(parameter,
                                     "Wrong number of slashes in relative portion of the ARN.");
  }
  if (arn.service != "sns" || parts[0] != first) return errors::invalid_parameter(parameter);
  return parts;
}

json parse_row(std::string_view bytes) {
  json row = json::parse(bytes, nullptr, false);
  if (!row.is_object()) throw storage::StorageError("a row of a platform application is damaged");
  return row;
}

}  // namespace

std::string PlatformApplication::arn() const {
  return fmt::format("arn:aws:sns:{}:{}:app/{}/{}", region, account, platform, name);
}

std::string PlatformApplication::key() const {
  return keys::application(account, region, platform, name);
}

std::string_view PlatformEndpoint::attribute(std::string_view name) const {
  const std::string* value = model::find(attributes, name);
  return value == nullptr ? std::string_view() : std::string_view(*value);
}

Result<PlatformAddress> application_address(const std::optional<std::string>& text) {
  constexpr std::string_view kParameter = "PlatformApplicationArn";
  if (!text || text->empty()) return errors::no_value(kParameter);
  CUMULITE_ASSIGN(const Arn arn, parse_arn(*text, kParameter));
  CUMULITE_ASSIGN(const auto parts, split_resource(arn, kParameter, "app", 3));
  return PlatformAddress{keys::application(arn.account, arn.region, parts[1], parts[2]), {}};
}

Result<PlatformAddress> endpoint_address(const std::optional<std::string>& text,
                                         std::string_view parameter) {
  if (!text || text->empty()) return errors::no_value(parameter);
  CUMULITE_ASSIGN(const Arn arn, parse_arn(*text, parameter));
  CUMULITE_ASSIGN(const auto parts, split_resource(arn, parameter, "endpoint", 4));
  return PlatformAddress{keys::application(arn.account, arn.region, parts[1], parts[2]), parts[3]};
}

std::string encode_application(const PlatformApplication& application) {
  const json row = {{"account", application.account},
                    {"region", application.region},
                    {"platform", application.platform},
                    {"name", application.name},
                    {"attributes", application.attributes}};
  return row.dump(-1, ' ', false, json::error_handler_t::replace);
}

PlatformApplication decode_application(std::string_view bytes) {
  const json row = parse_row(bytes);
  return {row.value("account", ""), row.value("region", ""), row.value("platform", ""),
          row.value("name", ""), row.value("attributes", Attributes())};
}

std::string encode_endpoint(const PlatformEndpoint& endpoint) {
  const json row = {{"arn", endpoint.arn}, {"attributes", endpoint.attributes}};
  return row.dump(-1, ' ', false, json::error_handler_t::replace);
}

PlatformEndpoint decode_endpoint(std::string_view bytes) {
  const json row = parse_row(bytes);
  return {row.value("arn", ""), row.value("attributes", Attributes())};
}

std::optional<PlatformEndpoint> load_endpoint(const storage::Reader& reader,
                                              const PlatformAddress& address) {
  const auto row =
      reader.get(spaces::kSns, keys::endpoint(address.application_key, address.endpoint_id));
  if (!row) return std::nullopt;
  return decode_endpoint(*row);
}

}  // namespace cumulite::sns
