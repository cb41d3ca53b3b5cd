#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/core/context.h"
#include "emulator/services/sns/sns_api.h"
#include "protocol/result.h"
#include "storage/kv/store.h"

/// Platform applications and their endpoints: what mobile push is addressed to. They live in rows
/// alone; messages to them are captured.
namespace cumulite::sns {

struct PlatformApplication {
  std::string account;
  std::string region;
  std::string platform;
  std::string name;
  Attributes attributes;  ///< Credentials included, which are never shown.

  std::string arn() const;
  std::string key() const;
};

struct PlatformEndpoint {
  std::string arn;
  Attributes attributes;  ///< Enabled, Token, CustomUserData.

  std::string_view attribute(std::string_view name) const;
};

/// Where an ARN of either kind leads.
struct PlatformAddress {
  std::string application_key;
  std::string endpoint_id;  ///< Of endpoints.
};

/// Errors: InvalidParameter with the words about slashes.
Result<PlatformAddress> application_address(const std::optional<std::string>& arn);
Result<PlatformAddress> endpoint_address(const std::optional<std::string>& arn,
                                         std::string_view parameter);

std::string encode_application(const PlatformApplication& application);
PlatformApplication decode_application(std::string_view bytes);
std::string encode_endpoint(const PlatformEndpoint& endpoint);
PlatformEndpoint decode_endpoint(std::string_view bytes);

/// Nullopt if there is none.
std::optional<PlatformEndpoint> load_endpoint(const storage::Reader& reader,
                                              const PlatformAddress& address);

}  // namespace cumulite::sns
