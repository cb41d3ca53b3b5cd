#include "emulator/services/lambda/function/code_download.h"

#include <fmt/format.h>

#include "emulator/core/admin_registry.h"
#include "emulator/functions/code/zip_archive.h"
#include "emulator/functions/store/resolve.h"
#include "emulator/services/lambda/layer/layer_names.h"

namespace cumulite::lambda {
namespace {

constexpr std::string_view kPath = "/_cumulite/lambda-code";

struct Archive {
  storage::BlobRef body;
  std::string sha256;
};

std::optional<Archive> find_archive(const storage::Reader& reader, const std::string& arn) {
  if (arn.find(":layer:") != std::string::npos) {
    const auto layer = functions::find_layer(reader, arn);
    if (!layer || !layer->code) return std::nullopt;
    return Archive{*layer->code, *describe_layer_version(*layer).Content->CodeSha256};
  }
  const auto wanted = functions::parse_function_arn(arn);
  const auto found = wanted ? functions::resolve(reader, *wanted, 1) : std::nullopt;
  if (!found || !found->stored.code) return std::nullopt;
  return Archive{*found->stored.code, found->stored.configuration.CodeSha256.value_or("")};
}

http::Response download(Environment& env, const AdminCall& call) {
  http::Response response;
  const auto found = find_archive(env.store, call.request.query_value("arn"));
  if (!found || found->sha256 != call.request.query_value("sha256")) {
    response.status = 404;
    return response;
  }
  response.add_header("Content-Type", "application/zip");
  response.body = env.blobs.read_all(found->body, functions::kUnzippedBytesMax);
  return response;
}

}  // namespace

void add_code_download(Environment& env) {
  env.admin.add(std::string(kPath), [&env](const AdminCall& call) { return download(env, call); });
}

std::string code_location(const Context& ctx, std::string_view version_arn,
                          std::string_view sha256) {
  return fmt::format("{}{}?arn={}&sha256={}", ctx.client_url(), kPath,
                     http::percent_encode(version_arn), http::percent_encode(sha256));
}

}  // namespace cumulite::lambda
