#pragma once

#include <string_view>

namespace cumulite::s3 {

/// What the actions that a policy's pattern ("s3:Get*") takes in are about; neither: there is no
/// such action, or none that a bucket's policy can be about.
struct ActionScope {
  bool objects = false;
  bool bucket = false;
};

ActionScope scope_of_action(std::string_view action);

/// Whether conditions may ask for the key: of S3's own it must be one that there is.
bool is_condition_key(std::string_view key);

}  // namespace cumulite::s3
