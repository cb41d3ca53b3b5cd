#pragma once

#include <string_view>

#include "protocol/http/request.h"
#include "protocol/model/operation.h"
#include "protocol/result.h"

namespace cumulite {

/// Holds the body of a REST-XML call that is not streamed against the digests in its head:
/// Content-MD5 and x-amz-checksum-ALGORITHM. (Streamed bodies are digested as they come and judged
/// by their handlers.) Errors, worded as S3 words them: InvalidDigest, BadDigest, InvalidRequest.
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html
Result<void> check_document_digests(const http::Request& request, const model::Operation& operation,
                                    std::string_view body);

}  // namespace cumulite
