#include "bench/load/objects.h"

#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "bench/load/render.h"
#include "protocol/checksum/checksum.h"
#include "protocol/sigv4/signer.h"

namespace cumulite::bench {
namespace {

constexpr std::size_t kParts = 16;
constexpr std::size_t kPartBytes = 5 << 20;
constexpr std::size_t kKeys = 1'000;

Call s3(std::string method, std::string path, std::string body = {}) {
  return {.method = std::move(method),
          .path = std::move(path),
          .service = "s3",
          .body = std::move(body)};
}

class Multipart : public Scenario {
 public:
  explicit Multipart(const Target& target)
      : target_(target),
        part_(kPartBytes, 'p'),
        part_hash_(checksum::hex(checksum::digest(checksum::Algorithm::kSha256, part_))),
        etag_(checksum::hex(checksum::digest(checksum::Algorithm::kMd5, part_))) {}

  std::vector<std::string> prepare() override {
    return {render(s3("PUT", "/bench-multipart"), target_)};
  }

  std::string_view next(std::size_t connection) override {
    if (connection >= uploads_.size()) uploads_.resize(connection + 1);
    Upload& upload = uploads_[connection];
    const std::string path = fmt::format("/bench-multipart/object-{}", connection);
    if (upload.id.empty()) {
      upload.request = render(s3("POST", path + "?uploads"), target_);
    } else if (upload.part < kParts) {
      ++upload.part;
      put_part(fmt::format("{}?partNumber={}&uploadId={}", path, upload.part, upload.id),
               upload.request);
    } else {
      upload.request = render(
          s3("POST", fmt::format("{}?uploadId={}", path, upload.id), list_of_parts()), target_);
      upload.completes = true;
    }
    return upload.request;
  }

  void answered(std::size_t connection, int, std::string_view body) override {
    constexpr std::string_view kBegin = "<UploadId>";
    Upload& upload = uploads_[connection];
    if (upload.completes) upload = Upload{};
    const auto start = body.find(kBegin);
    if (start == std::string_view::npos) return;
    const auto rest = body.substr(start + kBegin.size());
    upload.id = rest.substr(0, rest.find('<'));
  }

  unsigned requests_per_operation() const override { return kParts + 2; }

 private:
  struct Upload {
    std::string id;
    std::size_t part = 0;  ///< Last part that was sent.
    bool completes = false;
    std::string request;
  };

  /// Signed with the hash of the part that was taken once: hashing takes the server's time.
  void put_part(const std::string& path, std::string& request) {
    sigv4::SignInput input;
    input.method = "PUT";
    input.target = path;
    input.service = "s3";
    input.now_ms = target_.now_ms;
    input.payload_hash = part_hash_;
    input.headers = {{"Host", fmt::format("127.0.0.1:{}", target_.port)}};
    request = fmt::format("PUT {} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\n", path, target_.port);
    for (const auto& [name, value] : sigv4::sign_request(input, {"test", "test", ""})) {
      request += fmt::format("{}: {}\r\n", name, value);
    }
    request += fmt::format("Content-Length: {}\r\n\r\n", part_.size());
    request += part_;
  }

  std::string list_of_parts() const {
    std::string xml = "<CompleteMultipartUpload>";
    for (std::size_t i = 1; i <= kParts; ++i) {
      xml += fmt::format("<Part><PartNumber>{}</PartNumber><ETag>{}</ETag></Part>", i, etag_);
    }
    return xml + "</CompleteMultipartUpload>";
  }

  Target target_;
  std::string part_;
  std::string part_hash_;
  std::string etag_;
  std::vector<Upload> uploads_;
};

class Delete1000 : public Scenario {
 public:
  explicit Delete1000(const Target& target) : target_(target) {
    std::string xml = "<Delete><Quiet>true</Quiet>";
    for (std::size_t i = 0; i < kKeys; ++i) {
      xml += fmt::format("<Object><Key>key-{:04}</Key></Object>", i);
    }
    request_ = render(s3("POST", "/bench-delete?delete=", xml + "</Delete>"), target);
  }

  std::vector<std::string> prepare() override {
    return {render(s3("PUT", "/bench-delete"), target_),
            render(s3("PUT", "/bench-delete?versioning=",
                      "<VersioningConfiguration><Status>Enabled</Status>"
                      "</VersioningConfiguration>"),
                   target_)};
  }

  std::string_view next(std::size_t) override { return request_; }

 private:
  Target target_;
  std::string request_;
};

}  // namespace

std::unique_ptr<Scenario> make_multipart(const Target& target) {
  return std::make_unique<Multipart>(target);
}

std::unique_ptr<Scenario> make_delete_1000(const Target& target) {
  return std::make_unique<Delete1000>(target);
}

}  // namespace cumulite::bench
