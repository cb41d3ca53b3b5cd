#pragma once

#include <memory>

#include "bench/load/scenario.h"

/// Scenarios of S3 that take more than one call over and over.
namespace cumulite::bench {

/// An upload of 16 parts of 5 MiB, the smallest that S3 takes: 18 requests an operation.
std::unique_ptr<Scenario> make_multipart(const Target& target);
/// DeleteObjects of 1,000 keys of a versioned bucket: each leaves a delete marker, so that there is
/// as much to do the next time.
std::unique_ptr<Scenario> make_delete_1000(const Target& target);

}  // namespace cumulite::bench
