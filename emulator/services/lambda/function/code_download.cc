#include "emulator/services/lambda/function/code_download.h"

#include <fmt/format.h>

#include "emulator/core/admin_registry.h"
#include "emulator/functions/code/zip_archive.h"
#include "emulator/functions/store/resolve.h"

namespace cumulite::lambda {
namespace {

constexpr std::string_view kPath = "/_cumulite/lambda-code";

http::Response download(Environment& env, const AdminCall& call) {
  http::Response response;
  const auto wanted = functions::parse_function_arn(call.request.query_value("arn"));
  const auto found = wanted ? functions::resolve(env.store, *wanted, 1) : std::nullopt;
  if (!found || !found->stored.code ||
      found->stored.configuration.CodeSha256 != call.request.query_value("sha256")) {
    response.status = 404;
    return response;
  }
  response.add_header("Content-Type", "application/zip");
  response.body = env.blobs.read_all(*found->stored.code, functions::kUnzippedBytesMax);
  return response;
}

}  // namespace

void add_code_download(Environment& env) {
  env.admin.add(std::string(kPath), [&env](const AdminCall& call) { return download(env, call); });
}

std::string code_location(const Context& ctx, const functions::FoundFunction& found) {
  return fmt::format("{}{}?arn={}:{}&sha256={}", ctx.client_url(), kPath,
                     http::percent_encode(found.id.arn()), http::percent_encode(found.version),
                     http::percent_encode(found.stored.configuration.CodeSha256.value_or("")));
}

}  // namespace cumulite::lambda
