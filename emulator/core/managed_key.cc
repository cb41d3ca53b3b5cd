#include "emulator/core/managed_key.h"

#include <fmt/format.h>

#include "protocol/checksum/checksum.h"

namespace cumulite {

std::string managed_key_id(std::string_view account, std::string_view region,
                           std::string_view service) {
  const std::string seed = checksum::hex(checksum::digest(
      checksum::Algorithm::kMd5, fmt::format("{}/{}/{}", account, region, service)));
  return fmt::format("{}-{}-4{}-8{}-{}", seed.substr(0, 8), seed.substr(8, 4), seed.substr(13, 3),
                     seed.substr(17, 3), seed.substr(20, 12));
}

std::string managed_key_arn(std::string_view account, std::string_view region,
                            std::string_view service) {
  return fmt::format("arn:aws:kms:{}:{}:key/{}", region, account,
                     managed_key_id(account, region, service));
}

}  // namespace cumulite
