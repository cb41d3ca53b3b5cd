#pragma once

#include "api/s3control.h"
#include "emulator/core/service.h"

/// Rows of the operations, and what their files share.
namespace cumulite::s3control {

/// Of public_access.cc and tags.cc.
std::span<const OperationRow> public_access_rows();
std::span<const OperationRow> tag_rows();

namespace errors {

Error access_denied();
Error no_public_access_block(std::string_view account);
Error no_such_access_point();
/// Of a kind that cannot be made here.
Error no_such_resource();
Error unsupported_arn();

}  // namespace errors

}  // namespace cumulite::s3control
