/// A function that makes thumbnails, as a plugin: S3 tells it of uploaded pictures, directly or
/// through a queue, and it puts a small JPEG of each under the same key into another bucket.
///
/// Its variables: THUMBNAIL_BUCKET, and THUMBNAIL_PIXELS for the longest side (128).

#include <cstdlib>
#include <stdexcept>
#include <string>

#include <fmt/format.h>
// The plain library: a plugin uses nothing of the daemon but the one header.
#include <nlohmann/json.hpp>

#include "emulator/functions/plugin/cumulite_plugin.h"
#include "examples/thumbnail/image.h"

namespace {

using Json = nlohmann::json;

constexpr int kOk = 200;

struct Settings {
  std::string bucket;
  unsigned side_max = 128;
} settings;

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

/// The key of an event as a path: encoded there as in a form, where a space is a plus.
std::string path_of(const std::string& bucket, const std::string& event_key) {
  std::string path = "/" + bucket + "/";
  for (const char c : event_key) {
    if (c == '+') {
      path += "%20";
    } else {
      path += c;
    }
  }
  return path;
}

/// Calls S3; an answer other than 200 is an exception, which fails the invocation: S3's event comes
/// again, or goes to the dead letters.
cumulite_bytes call_s3(const cumulite_context& context, const cumulite_request& request) {
  cumulite_response response = {};
  const int problem = context.call(&context, &request, &response);
  if (problem != 0 || response.status != kOk) {
    throw std::runtime_error(fmt::format("{} {}: {} {}", request.method, request.target,
                                         response.status,
                                         std::string(response.body.data, response.body.size)));
  }
  return response.body;
}

void make_thumbnail(const cumulite_context& context, const Json& s3) {
  const auto bucket = s3.at("bucket").at("name").get<std::string>();
  const auto key = s3.at("object").at("key").get<std::string>();
  if (bucket == settings.bucket) throw std::runtime_error("thumbnails of thumbnails have no end");
  const auto from = path_of(bucket, key);
  const auto to = path_of(settings.bucket, key);
  const auto picture = call_s3(context, {"s3", "GET", from.c_str(), nullptr, {nullptr, 0}});
  const auto image = thumbnail::decode({picture.data, picture.size});
  const auto small = thumbnail::shrink(image, settings.side_max);
  const auto jpeg = thumbnail::encode_jpeg(small);
  const char* const headers[] = {"Content-Type", "image/jpeg", nullptr};
  call_s3(context, {"s3", "PUT", to.c_str(), headers, {jpeg.data(), jpeg.size()}});
  const auto line = fmt::format("{}: {}x{} became {}x{}, {} bytes", from, image.width, image.height,
                                small.width, small.height, jpeg.size());
  context.log(&context, line.data(), line.size());
}

/// Records of S3, or of a queue whose messages hold them. Its test message has none.
unsigned take_records(const cumulite_context& context, const Json& event) {
  unsigned made = 0;
  for (const auto& record : event.value("Records", Json::array())) {
    if (record.contains("body")) {
      made += take_records(context, Json::parse(record.at("body").get<std::string>()));
    } else {
      make_thumbnail(context, record.at("s3"));
      ++made;
    }
  }
  return made;
}

}  // namespace

uint32_t cumulite_plugin_abi(void) {
  return CUMULITE_PLUGIN_ABI;
}

int cumulite_plugin_init(const cumulite_context* context) {
  settings.bucket = variable("THUMBNAIL_BUCKET");
  if (const auto pixels = variable("THUMBNAIL_PIXELS"); !pixels.empty())
    settings.side_max = static_cast<unsigned>(std::stoul(pixels));
  if (!settings.bucket.empty() && settings.side_max > 0) return 0;
  context->error(context, "Thumbnail.Settings", "THUMBNAIL_BUCKET or THUMBNAIL_PIXELS is wrong");
  return 1;
}

int cumulite_plugin_handle(const cumulite_context* context, const char* event, size_t size) {
  const auto made = take_records(*context, Json::parse(event, event + size));
  const auto result = Json{{"thumbnails", made}}.dump();
  context->result(context, result.data(), result.size());
  return 0;
}
