#pragma once

#include "emulator/services/sns/service.h"

namespace cumulite::sns {

/// Registers the paths below /_aws/sns: the certificate of signatures
/// (SimpleNotificationService-HASH.pem) and, for suites that know LocalStack, the token of a
/// pending subscription (subscription-tokens/ARN).
void register_admin_paths(SnsService& service);

}  // namespace cumulite::sns
