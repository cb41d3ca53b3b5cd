// Runs the published test suite of signature version 4 when its folder is there.
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "protocol/checksum/checksum.h"
#include "protocol/sigv4/amz_date.h"
#include "protocol/sigv4/canonical_request.h"
#include "protocol/sigv4/sha256.h"
#include "protocol/sigv4/signing_key.h"
#include "protocol/sigv4/test_request.h"
#include "protocol/sigv4/verifier.h"

namespace cumulite::sigv4 {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kSecret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
constexpr std::string_view kScope = "20150830/us-east-1/service/aws4_request";
constexpr std::string_view kDate = "20150830T123600Z";

std::string read_text(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  std::string out = text.str();
  std::erase(out, '\r');
  return out;
}

std::vector<fs::path> cases() {
  // Beside the source tree, of a checkout or of one of its work trees.
  const fs::path source = CUMULITE_SOURCE_DIR;
  std::vector<fs::path> found;
  for (const fs::path& shared : {source / "../shared", source / "../../shared"}) {
    const fs::path folder = shared / "vectors/aws4_testsuite";
    if (!fs::exists(folder)) continue;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
      if (entry.path().extension() == ".sreq") found.push_back(entry.path());
    }
    break;
  }
  return found;
}

std::string signed_headers_of(std::string_view authorization) {
  constexpr std::string_view kName = "SignedHeaders=";
  const std::size_t at = authorization.find(kName) + kName.size();
  return std::string(authorization.substr(at, authorization.find(',', at) - at));
}

void check_case(const fs::path& signed_file) {
  const auto text_of = [&](const char* extension) {
    fs::path path = signed_file;
    return read_text(path.replace_extension(extension));
  };
  TestRequest unsigned_request;
  parse_test_request(text_of(".req"), &unsigned_request);
  const std::string body_hash =
      checksum::hex(checksum::digest(checksum::Algorithm::kSha256, unsigned_request.body));
  const std::string names = signed_headers_of(text_of(".authz"));
  const std::string canonical =
      canonical_request({unsigned_request.request, names, body_hash, PathRule::kNormalized});
  const std::string to_sign = string_to_sign(kDate, kScope, canonical);
  // Where the token is added before signing, only the signed request holds it.
  if (!names.ends_with("x-amz-security-token")) {
    EXPECT_EQ(canonical, text_of(".creq"));
    EXPECT_EQ(to_sign, text_of(".sts"));
  }

  TestRequest request;
  parse_test_request(read_text(signed_file), &request);
  // One signed request of the suite holds a made-up signature; the header's own file has the true
  // one.
  const std::string authorization = text_of(".authz");
  for (http::Header& header : request.request.headers) {
    if (header.name == "Authorization") header.value = authorization;
  }
  const auto auth = parse_auth(request.request, ServiceFamily::kJson);
  ASSERT_TRUE(auth.ok()) << auth.error().message;
  const Credentials credentials{"AKIDEXAMPLE", std::string(kSecret),
                                std::string(auth->session_token)};
  const auto lookup = [&](std::string_view key) {
    return key == credentials.access_key_id ? &credentials : nullptr;
  };
  const VerifyContext context{ServiceFamily::kJson, *parse_amz_date(kDate), body_hash, {}};
  const auto verdict = verify(*auth, request.request, lookup, context);
  EXPECT_TRUE(verdict.ok()) << verdict.error().message;
}

// Every text on the way (canonical request, string to sign, signature) is that of the suite.
TEST(Aws4TestSuite, EveryCaseVerifies) {
  const std::vector<fs::path> files = cases();
  if (files.empty()) GTEST_SKIP() << "the suite is not beside the source folder";
  EXPECT_GE(files.size(), 30U);
  for (const fs::path& file : files) {
    SCOPED_TRACE(file.filename().string());
    check_case(file);
  }
}

}  // namespace
}  // namespace cumulite::sigv4
