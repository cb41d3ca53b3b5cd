#include "emulator/services/s3/object_access.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "emulator/core/credentials.h"
#include "emulator/core/service.h"
#include "emulator/services/s3/handlers.h"
#include "protocol/checksum/checksum.h"

namespace cumulite::s3 {

namespace {

constexpr std::size_t kPieceBytes = 256 * 1024;

/// A call that comes from inside the daemon: what a Context refers to.
class InternalCall {
 public:
  InternalCall(Environment& env, Service& service, const BucketAccess& access)
      : caller_{access.account, access.region, access.account,
                canonical_user_id_of(access.account)},
        ctx_{env,
             service,
             caller_,
             request_,
             "internal",
             env.clock.now_ms(access.account),
             env.clock.now_ms(access.account),
             true,
             &body_,
             response_} {
    request_.method = "PUT";
    request_.target = "/";
    request_.path = "/";
    request_.remote_address = "127.0.0.1";
  }

  InternalCall(const InternalCall&) = delete;
  InternalCall& operator=(const InternalCall&) = delete;

  Context& ctx() { return ctx_; }

  ReceivedBody& body() { return body_; }

  http::Response& response() { return response_; }

 private:
  http::Request request_;
  http::Response response_;
  ReceivedBody body_;
  Caller caller_;
  Context ctx_;
};

Service& own_service(Environment& env) {
  return *env.services.find("s3");
}

/// Digests of a body that no session has hashed.
void digest_body(ReceivedBody& body) {
  const auto md5 = checksum::make_hasher(checksum::Algorithm::kMd5);
  const auto crc = checksum::make_hasher(checksum::Algorithm::kCrc64Nvme);
  std::string buffer(kPieceBytes, '\0');
  for (std::uint64_t at = 0; at < body.size_bytes();) {
    const std::size_t count = body.spool->read_at(at, buffer.data(), buffer.size());
    if (count == 0) break;
    md5->update({buffer.data(), count});
    crc->update({buffer.data(), count});
    at += count;
  }
  body.digests.emplace_back(checksum::Algorithm::kMd5, md5->finish());
  body.digests.emplace_back(checksum::Algorithm::kCrc64Nvme, crc->finish());
}

/// A body that is answered as text rather than as a stream.
class TextSource final : public http::BodySource {
 public:
  explicit TextSource(std::string text) : text_(std::move(text)) {}

  std::size_t read(char* data, std::size_t size) override {
    const std::size_t count = std::min(size, text_.size() - at_);
    std::memcpy(data, text_.data() + at_, count);
    at_ += count;
    return count;
  }

 private:
  std::string text_;
  std::size_t at_ = 0;
};

}  // namespace

Result<std::string> store_object(Environment& env, const BucketAccess& access,
                                 const ObjectToStore& object,
                                 std::unique_ptr<storage::Spool> body) {
  InternalCall call(env, own_service(env), access);
  call.body().spool = std::move(body);
  digest_body(call.body());
  api::PutObjectRequest req;
  req.Bucket = access.bucket;
  req.ExpectedBucketOwner = access.expected_owner;
  req.Key = object.key;
  req.ContentType = object.content_type;
  req.ServerSideEncryption = object.sse;
  req.SSEKMSKeyId = object.kms_key_id;
  CUMULITE_ASSIGN(const auto out, put_object(call.ctx(), req));
  std::string etag = out.ETag.value_or("");
  etag.erase(std::remove(etag.begin(), etag.end(), '"'), etag.end());
  return etag;
}

Result<std::vector<ObjectEntry>> find_objects(Environment& env, const BucketAccess& access,
                                              const std::string& prefix, const std::string& after) {
  InternalCall call(env, own_service(env), access);
  api::ListObjectsV2Request req;
  req.Bucket = access.bucket;
  req.ExpectedBucketOwner = access.expected_owner;
  req.Prefix = prefix;
  if (!after.empty()) req.StartAfter = after;
  CUMULITE_ASSIGN(const auto listed, list_objects_v2(call.ctx(), req));
  std::vector<ObjectEntry> out;
  if (!listed.Contents) return out;
  for (const auto& object : *listed.Contents) {
    out.push_back({*object.Key, static_cast<std::uint64_t>(object.Size.value_or(0))});
  }
  return out;
}

Result<std::unique_ptr<http::BodySource>> open_object(Environment& env, const BucketAccess& access,
                                                      const std::string& key,
                                                      const std::string& version) {
  InternalCall call(env, own_service(env), access);
  api::GetObjectRequest req;
  req.Bucket = access.bucket;
  req.ExpectedBucketOwner = access.expected_owner;
  req.Key = key;
  if (!version.empty()) req.VersionId = version;
  CUMULITE_TRY(get_object(call.ctx(), req));
  if (call.response().stream) return std::move(call.response().stream);
  return std::unique_ptr<http::BodySource>(
      std::make_unique<TextSource>(std::move(call.response().body)));
}

}  // namespace cumulite::s3
