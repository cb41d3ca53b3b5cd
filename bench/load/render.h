#pragma once

#include <string>
#include <string_view>

#include "bench/load/scenario.h"

/// Requests as an SDK makes them.
namespace cumulite::bench {

struct Call {
  std::string method = "POST";
  std::string path = "/";
  std::string service = {};
  std::string target = {};        ///< X-Amz-Target; empty for S3 and forms.
  std::string content_type = {};  ///< JSON services and forms.
  std::string body = {};
};

/// Renders the call with the headers an SDK sends, signed with version 4.
std::string render(const Call& call, const Target& target);

Call sqs(std::string_view operation, std::string body);

}  // namespace cumulite::bench
