#include "emulator/services/lambda/function/code.h"

#include <filesystem>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "emulator/core/helper_spaces.h"
#include "emulator/functions/code/zip_archive.h"
#include "emulator/functions/functions.h"
#include "emulator/services/lambda/errors.h"
#include "emulator/services/lambda/service.h"
#include "emulator/services/s3/object_access.h"
#include "protocol/checksum/checksum.h"
#include "protocol/codec/base64.h"

namespace cumulite::lambda {
namespace {

constexpr std::int64_t kCodeStorageBytesMax = 80'530'636'800;  // 75 GB.
constexpr std::size_t kZipBytesMax = 52'428'800;
constexpr std::string_view kHotReload = "hot-reload";
constexpr std::size_t kReadBytes = 256 * 1024;

std::string sha256_base64(std::string_view bytes) {
  return codec::base64_encode(checksum::digest(checksum::Algorithm::kSha256, bytes));
}

Result<std::string> read_object(Context& ctx, const CodeSource& source) {
  s3::BucketAccess access;
  access.account = ctx.caller.account_id;
  access.region = ctx.caller.region;
  access.bucket = *source.bucket;
  auto body =
      s3::open_object(ctx.env, access, source.key.value_or(""), source.object_version.value_or(""));
  if (!body.ok()) {
    return errors::invalid_parameter(
        fmt::format("Error occurred while GetObject. S3 Error Code: {}. S3 Error Message: {}",
                    body.error().code, body.error().message));
  }
  std::string bytes;
  std::string buffer(kReadBytes, '\0');
  for (;;) {
    const auto count = (*body)->read(buffer.data(), buffer.size());
    if (count == 0) return bytes;
    bytes.append(buffer, 0, count);
    if (bytes.size() > functions::kUnzippedBytesMax) {
      return errors::invalid_parameter(
          fmt::format("Unzipped size must be smaller than {} bytes", functions::kUnzippedBytesMax));
    }
  }
}

/// Code that stays where a developer edits it, when the daemon was told that it may.
Result<ReceivedCode> local_code(Context& ctx, const std::string& path) {
  const auto& allowed = functions_of(ctx).invoker().options().local_code_directory;
  std::error_code problem;
  const auto real = std::filesystem::canonical(path, problem);
  const auto inside =
      allowed.empty() || problem
          ? std::string("..")
          : real.lexically_relative(std::filesystem::canonical(allowed, problem)).string();
  if (problem || inside.starts_with("..") || !std::filesystem::is_directory(real, problem)) {
    return errors::invalid_parameter(fmt::format(
        "{} is no directory below the one that the daemon was started with: --lambda-local-code",
        path));
  }
  ReceivedCode code;
  code.local_directory = real.string();
  code.sha256 = sha256_base64(code.local_directory);
  return code;
}

}  // namespace

Result<ReceivedCode> receive_code(Context& ctx, const CodeSource& source) {
  if (source.image) {
    return errors::invalid_parameter(
        "This endpoint runs no container images: give the code as a zip archive (PackageType "
        "Zip).");
  }
  std::string archive;
  if (source.zip) {
    archive = *source.zip;
    if (archive.size() > kZipBytesMax) {
      return Error{"RequestEntityTooLargeException",
                   fmt::format("Zipped size must be smaller than {} bytes", kZipBytesMax), 413};
    }
  } else if (source.bucket && source.key && *source.bucket == kHotReload) {
    return local_code(ctx, *source.key);
  } else if (source.bucket) {
    CUMULITE_ASSIGN(archive, read_object(ctx, source));
  } else {
    return errors::invalid_parameter("Please provide a source for function code.");
  }
  CUMULITE_TRY(functions::check_zip(archive));
  ReceivedCode code;
  code.sha256 = sha256_base64(archive);
  code.size_bytes = static_cast<std::int64_t>(archive.size());
  code.archive = ctx.env.blobs.make_spool();
  code.archive->append(archive);
  ctx.env.blobs.prepare(*code.archive);
  return code;
}

Result<void> store_code(Context& ctx, storage::Txn& txn, ReceivedCode& code,
                        functions::StoredVersion& version) {
  const auto counter = functions::rows::code_bytes_key(ctx.caller.account_id, ctx.caller.region);
  if (txn.counter(spaces::kLambda, counter) + code.size_bytes > kCodeStorageBytesMax)
    return errors::code_storage_exceeded();
  release_code(ctx, txn, version);
  version.code.reset();
  version.local_code = code.local_directory;
  version.definition.clear();
  if (code.archive != nullptr) {
    version.code = ctx.env.blobs.adopt(txn, *code.archive);
    txn.add(spaces::kLambda, counter, code.size_bytes);
  }
  version.configuration.CodeSha256 = code.sha256;
  version.configuration.CodeSize = code.size_bytes;
  return {};
}

void release_code(Context& ctx, storage::Txn& txn, const functions::StoredVersion& version) {
  if (!version.code) return;
  ctx.env.blobs.release(txn, *version.code);
  txn.add(spaces::kLambda,
          functions::rows::code_bytes_key(ctx.caller.account_id, ctx.caller.region),
          -static_cast<std::int64_t>(version.code->size_bytes));
}

void duplicate_code(Context& ctx, storage::Txn& txn, const functions::StoredVersion& from,
                    functions::StoredVersion& to) {
  if (!from.code) return;
  to.code = ctx.env.blobs.duplicate(txn, *from.code);
  txn.add(spaces::kLambda,
          functions::rows::code_bytes_key(ctx.caller.account_id, ctx.caller.region),
          static_cast<std::int64_t>(from.code->size_bytes));
}

}  // namespace cumulite::lambda
