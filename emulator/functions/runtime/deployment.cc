#include "emulator/functions/runtime/deployment.h"

#include <fmt/format.h>

namespace cumulite::functions {

std::string Deployment::arn() const {
  return fmt::format("arn:aws:lambda:{}:{}:function:{}", region, account, name);
}

}  // namespace cumulite::functions
