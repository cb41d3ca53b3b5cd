#pragma once

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "emulator/core/test_environment.h"
#include "emulator/services/glacier/handlers.h"
#include "emulator/services/glacier/service.h"
#include "protocol/checksum/checksum.h"
#include "protocol/time_units.h"

namespace cumulite::glacier {

/// A Glacier service over a test environment with a vault "vault", and the calls that most tests
/// need.
class GlacierTest {
 public:
  GlacierTest() : service_(make_service(environment_.env())) {
    environment_.add(*service_);
    make_vault("vault");
  }

  std::unique_ptr<TestCall> call() { return environment_.call(*service_); }

  /// A call whose body was received: spooled and hashed.
  std::unique_ptr<TestCall> upload_call(std::string_view body) {
    auto made = environment_.call(*service_);
    made->body.spool = environment_.env().blobs.make_spool();
    made->body.spool->append(body);
    for (const auto algorithm : {checksum::Algorithm::kSha256, checksum::Algorithm::kTreeHash}) {
      made->body.digests.emplace_back(algorithm, checksum::digest(algorithm, body));
    }
    // Views of a request point into what the test keeps.
    linear_hash_ = checksum::hex(checksum::digest(checksum::Algorithm::kSha256, body));
    made->request.headers.push_back({"x-amz-content-sha256", linear_hash_});
    return made;
  }

  void make_vault(const std::string& name) {
    api::CreateVaultInput req;
    req.accountId = "-";
    req.vaultName = name;
    auto made = create_vault(*call(), req);
    if (!made.ok()) throw std::runtime_error(made.error().message);
  }

  static std::string tree_hash(std::string_view body) {
    return checksum::hex(checksum::digest(checksum::Algorithm::kTreeHash, body));
  }

  /// Id of a new archive.
  std::string upload(std::string_view body, const std::string& description = {}) {
    api::UploadArchiveInput req;
    req.vaultName = "vault";
    req.archiveDescription = description;
    req.checksum = tree_hash(body);
    auto made = upload_archive(*upload_call(body), req);
    if (!made.ok()) throw std::runtime_error(made.error().message);
    return *made->archiveId;
  }

  Result<api::InitiateJobOutput> start_job(api::JobParameters parameters) {
    api::InitiateJobInput req;
    req.vaultName = "vault";
    req.jobParameters = std::move(parameters);
    return initiate_job(*call(), req);
  }

  /// Id of a job that retrieves an archive.
  std::string retrieve(const std::string& archive, const std::string& tier = "Standard",
                       const std::optional<std::string>& range = std::nullopt) {
    api::JobParameters parameters;
    parameters.Type = "archive-retrieval";
    parameters.ArchiveId = archive;
    parameters.Tier = tier;
    parameters.RetrievalByteRange = range;
    auto made = start_job(parameters);
    if (!made.ok()) throw std::runtime_error(made.error().code);
    return *made->jobId;
  }

  api::GlacierJobDescription describe(const std::string& job) {
    api::DescribeJobInput req;
    req.vaultName = "vault";
    req.jobId = job;
    auto found = describe_job(*call(), req);
    if (!found.ok()) throw std::runtime_error(found.error().message);
    return *found;
  }

  /// Output of a job, or the message of the error; its members in `out`.
  std::string read_output(const std::string& job,
                          const std::optional<std::string>& range = std::nullopt,
                          api::GetJobOutputOutput* out = nullptr) {
    api::GetJobOutputInput req;
    req.vaultName = "vault";
    req.jobId = job;
    req.range = range;
    auto made = call();
    auto got = get_job_output(*made, req);
    if (!got.ok()) return got.error().message;
    if (out != nullptr) *out = *got;
    std::string body;
    char buffer[8192];
    while (const std::size_t count = made->response.stream->read(buffer, sizeof buffer)) {
      body.append(buffer, count);
    }
    return body;
  }

  /// Body of an inventory made now.
  std::string inventory(const std::string& format, api::InventoryRetrievalJobInput selection = {}) {
    api::JobParameters parameters;
    parameters.Type = "inventory-retrieval";
    parameters.Format = format;
    parameters.InventoryRetrievalParameters = std::move(selection);
    last_job_ = *start_job(parameters)->jobId;
    environment_.advance(5 * kHourMs);
    return read_output(last_job_);
  }

  const std::string& last_job() const { return last_job_; }

  /// As after kill -9 and a new start.
  void restart() {
    environment_.reopen();
    service_ = make_service(environment_.env());
    environment_.add(*service_);
    environment_.start();
  }

  TestEnvironment& environment() { return environment_; }

  Service& service() { return *service_; }

 private:
  TestEnvironment environment_;
  std::unique_ptr<Service> service_;
  std::string linear_hash_;
  std::string last_job_;
};

}  // namespace cumulite::glacier
