#pragma once

#include "api/s3.h"
#include "emulator/core/context.h"
#include "protocol/result.h"

namespace cumulite::s3 {

/// Checks a notification configuration and brings it into the form in which S3 keeps it: ids where
/// there were none, filter names as "Prefix" and "Suffix". Errors: MalformedXML, InvalidArgument in
/// its several wordings. `check_targets`: whether destinations must exist.
Result<void> normalise(const Context& ctx, api::NotificationConfiguration& configuration,
                       bool check_targets);

}  // namespace cumulite::s3
