#pragma once

#include <string>
#include <string_view>

namespace cumulite::route {

/// What a Host header says about the service, after AWS's host names and those of local endpoints.
struct HostTarget {
  std::string_view service = {};  ///< Model id ("s3", "sqs"), or empty: the host says nothing.
  std::string bucket = {};        ///< S3 virtual-host style, in lower case; dots are kept. Without
                                  ///< a service (`<bucket>.localhost`) it is one if S3 is meant.
  std::string function_url = {};  ///< `<id>.lambda-url.<region>...`: the id of the function's URL.
  bool website = false;           ///< `<bucket>.s3-website...`.
  bool directory_control =
      false;  ///< `s3express-control...`: the control plane of directory buckets.
};

/// Never fails: an unknown host is an endpoint that serves everything. The port is ignored.
HostTarget parse_host(std::string_view host);

}  // namespace cumulite::route
