#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "emulator/core/test_environment.h"
#include "emulator/services/s3/handlers.h"
#include "emulator/services/s3/service.h"
#include "protocol/checksum/checksum.h"

namespace cumulite::s3 {

/// An S3 service over a test environment, with the calls that most tests need.
class S3Test {
 public:
  S3Test() : service_(make_service(environment_.env())) { environment_.add(*service_); }

  std::unique_ptr<TestCall> call() {
    auto call = environment_.call(*service_);
    call->request.method = "GET";
    return call;
  }

  /// A call whose body was received: spooled and hashed.
  std::unique_ptr<TestCall> upload(std::string_view body) {
    auto call = environment_.call(*service_);
    call->request.method = "PUT";
    call->body.spool = environment_.env().blobs.make_spool();
    call->body.spool->append(body);
    for (const auto algorithm : {checksum::Algorithm::kMd5, checksum::Algorithm::kCrc64Nvme,
                                 checksum::Algorithm::kCrc32, checksum::Algorithm::kSha256}) {
      call->body.digests.emplace_back(algorithm, checksum::digest(algorithm, body));
    }
    return call;
  }

  void make_bucket(const std::string& name) {
    api::CreateBucketRequest req;
    req.Bucket = name;
    auto made = create_bucket(*call(), req);
    if (!made.ok()) throw std::runtime_error(made.error().message);
  }

  Result<api::PutObjectOutput> put(const std::string& bucket, const std::string& key,
                                   std::string_view body) {
    api::PutObjectRequest req;
    req.Bucket = bucket;
    req.Key = key;
    return put_object(*upload(body), req);
  }

  /// Body of the object, or the code of the error.
  std::string read(const std::string& bucket, const std::string& key,
                   const std::optional<std::string>& version_id = std::nullopt) {
    api::GetObjectRequest req;
    req.Bucket = bucket;
    req.Key = key;
    req.VersionId = version_id;
    auto call = this->call();
    const auto got = get_object(*call, req);
    if (!got.ok()) return got.error().code;
    return drain(call->response);
  }

  static std::string drain(http::Response& response) {
    if (!response.stream) return response.body;
    std::string body;
    char buffer[8192];
    while (const std::size_t count = response.stream->read(buffer, sizeof buffer)) {
      body.append(buffer, count);
    }
    return body;
  }

  TestEnvironment& environment() { return environment_; }

  Service& service() { return *service_; }

 private:
  TestEnvironment environment_;
  std::unique_ptr<Service> service_;
};

}  // namespace cumulite::s3
