#pragma once

#include "protocol/result.h"
#include "protocol/sigv4/parsed_auth.h"
#include "protocol/sigv4/post_policy.h"
#include "protocol/sigv4/verifier.h"

/// The signature of a POST form, over its policy. Version 4 and version 2.
/// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-authentication-HTTPPOST.html
namespace cumulite::sigv4 {

/// Finds how the form is signed and checks that all fields of that way are there. kQueryV4 and
/// kQueryV2 stand for the two versions; kNone for a form with neither policy nor signature.
/// The views point into `form`. Errors: `InvalidArgument` for a missing or malformed field,
/// `AccessDenied` for a policy that nobody signed.
Result<ParsedAuth> parse_post_auth(const PostForm& form);

/// Checks key, session token and signature. The policy's own time limit is check_policy's.
/// Errors: `InvalidAccessKeyId`, `InvalidToken`, `SignatureDoesNotMatch`; for kNone `AccessDenied`.
Result<void> verify_post(const ParsedAuth& auth, const PostForm& form,
                         const CredentialLookup& lookup);

}  // namespace cumulite::sigv4
