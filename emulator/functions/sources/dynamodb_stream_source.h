#pragma once

#include <memory>

#include "emulator/core/environment.h"
#include "emulator/functions/sources/stream_source.h"

namespace cumulite::functions {

/// The change streams of the daemon's own DynamoDB tables.
std::unique_ptr<StreamSource> make_dynamodb_stream_source(Environment& env);

}  // namespace cumulite::functions
