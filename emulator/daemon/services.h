#pragma once

#include <memory>
#include <vector>

#include "emulator/core/service.h"

namespace cumulite {

/// Makes every service of this build. The list is written by CMake: a folder of emulator/services
/// with a service.cc is a service, whose `make_service(Environment&)` is called.
std::vector<std::unique_ptr<Service>> make_services(Environment& env);

}  // namespace cumulite
