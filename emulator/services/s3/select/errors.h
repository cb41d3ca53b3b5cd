#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "protocol/error.h"

/// Refusals of S3 Select; each code is one of
/// https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#SelectObjectContentErrorCodeList
namespace cumulite::s3::select {

inline Error refusal(std::string_view code, std::string message) {
  return {std::string(code), std::move(message), 400};
}

}  // namespace cumulite::s3::select
