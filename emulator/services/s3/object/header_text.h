#pragma once

#include <string>
#include <string_view>

/// How user metadata travels in headers.
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html
namespace cumulite::s3 {

/// A metadata value as S3 answers it: plain ASCII as it is, anything else as RFC 2047 encoded words
/// of UTF-8 ("=?UTF-8?Q?caf=C3=A9?="), quoted-printable where most of it is ASCII, else base64. A
/// value that is not UTF-8 is taken for Latin-1, which older HTTP libraries send.
std::string metadata_header(std::string_view value);

/// A metadata value as it was meant: encoded words of UTF-8 are decoded, anything else is kept.
std::string metadata_value(std::string_view sent);

/// A value of a form, which is UTF-8, as a header carries it: Latin-1, and a space for what that
/// does not have.
std::string latin1_header(std::string_view value);
/// Whether all of it is Latin-1. What is no UTF-8 is taken for that.
bool fits_latin1(std::string_view value);

}  // namespace cumulite::s3
