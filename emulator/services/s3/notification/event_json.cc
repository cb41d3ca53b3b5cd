#include "emulator/services/s3/notification/event_json.h"

#include <fmt/format.h>

#include "emulator/services/s3/object/versions.h"
#include "protocol/codec/json_writer.h"
#include "protocol/codec/timestamp.h"
#include "protocol/http/request.h"

namespace cumulite::s3 {

namespace {

/// A JSON object under construction.
class JsonObject {
 public:
  JsonObject& text(std::string_view name, std::string_view value) {
    begin(name);
    codec::append_json_string(value, json_);
    return *this;
  }

  JsonObject& raw(std::string_view name, std::string_view value) {
    begin(name);
    json_ += value;
    return *this;
  }

  std::string take() { return std::move(json_) + '}'; }

 private:
  void begin(std::string_view name) {
    json_ += json_.empty() ? '{' : ',';
    codec::append_json_string(name, json_);
    json_ += ':';
  }

  std::string json_;
};

std::string iso_time(std::int64_t time_ms, bool milliseconds) {
  std::string text;
  codec::append_iso8601(model::Timestamp{time_ms}, milliseconds, text);
  return text;
}

/// As Java's URLEncoder, which S3 uses, but with slashes kept.
std::string encode_key(std::string_view key) {
  const std::string encoded = http::percent_encode(key, true);
  std::string result;
  result.reserve(encoded.size());
  for (std::size_t i = 0; i < encoded.size(); ++i) {
    const std::string_view escape = std::string_view(encoded).substr(i, 3);
    if (escape == "%20" || escape == "%2A") {
      result += escape == "%20" ? '+' : '*';
      i += 2;
    } else if (encoded[i] == '~') {
      result += "%7E";
    } else {
      result += encoded[i];
    }
  }
  return result;
}

bool starts_with_any(std::string_view name, std::initializer_list<std::string_view> prefixes) {
  for (const std::string_view prefix : prefixes) {
    if (name.starts_with(prefix)) return true;
  }
  return false;
}

bool shows_version(const BucketRecord& bucket, const ObjectRecord& record) {
  return bucket.versioning != Versioning::kOff && !record.null_version;
}

std::string object_json(const BucketRecord& bucket, const ObjectEvent& event) {
  const ObjectRecord& record = event.record;
  // What was removed has no size and no tag; changes of tags and ACL carry no sequencer.
  const bool removed = starts_with_any(event.name, {"ObjectRemoved:", "LifecycleExpiration:"});
  const bool attribute = starts_with_any(event.name, {"ObjectTagging:", "ObjectAcl:"});
  JsonObject object;
  object.text("key", encode_key(event.key));
  if (!removed && !attribute) object.raw("size", fmt::to_string(record.size_bytes));
  if (!removed) object.text("eTag", record.etag);
  // A new delete marker has the tag of nothing.
  if (event.name.ends_with(":DeleteMarkerCreated")) {
    object.text("eTag", "d41d8cd98f00b204e9800998ecf8427e");
  }
  if (shows_version(bucket, record)) object.text("versionId", version_id_of(record));
  if (!attribute) object.text("sequencer", fmt::format("{:018X}", record.sequence));
  return object.take();
}

std::string bucket_json(const BucketRecord& bucket) {
  JsonObject object;
  object.text("name", bucket.name)
      .raw("ownerIdentity", JsonObject().text("principalId", bucket.owner_id).take())
      .text("arn", "arn:aws:s3:::" + bucket.name);
  return object.take();
}

std::string restore_json(const ObjectRecord& record) {
  const std::string data =
      JsonObject()
          .text("lifecycleRestorationExpiryTime", iso_time(record.restore.expiry_ms, true))
          .text("lifecycleRestoreStorageClass", record.storage_class)
          .take();
  return JsonObject().raw("restoreEventData", data).take();
}

/// "Object Created" and the like, with the reason that the API call gives.
std::string_view detail_type(std::string_view name) {
  if (name.starts_with("ObjectCreated:")) return "Object Created";
  if (name.starts_with("ObjectRemoved:") || name.starts_with("LifecycleExpiration:")) {
    return "Object Deleted";
  }
  if (name == "ObjectTagging:Put") return "Object Tags Added";
  if (name == "ObjectTagging:Delete") return "Object Tags Deleted";
  if (name == "ObjectAcl:Put") return "Object ACL Updated";
  if (name == "ObjectRestore:Post") return "Object Restore Initiated";
  if (name == "ObjectRestore:Completed") return "Object Restore Completed";
  if (name == "ObjectRestore:Delete") return "Object Restore Expired";
  if (name == "IntelligentTiering") return "Object Access Tier Changed";
  return "Object Storage Class Changed";
}

std::string_view reason_of(std::string_view name) {
  if (name == "ObjectCreated:Put") return "PutObject";
  if (name == "ObjectCreated:Post") return "POST Object";
  if (name == "ObjectCreated:Copy") return "CopyObject";
  if (name == "ObjectCreated:CompleteMultipartUpload") return "CompleteMultipartUpload";
  if (name.starts_with("ObjectRemoved:")) return "DeleteObject";
  if (name.starts_with("LifecycleExpiration:")) return "Lifecycle Expiration";
  return {};
}

std::string detail_json(const EventCause& cause, const BucketRecord& bucket,
                        const ObjectEvent& event) {
  const ObjectRecord& record = event.record;
  const bool removed = detail_type(event.name) == "Object Deleted";
  JsonObject object;
  object.text("key", event.key);
  if (!removed) object.raw("size", fmt::to_string(record.size_bytes)).text("etag", record.etag);
  if (shows_version(bucket, record)) object.text("version-id", version_id_of(record));
  object.text("sequencer", fmt::format("{:018X}", record.sequence));
  JsonObject detail;
  detail.text("version", "0")
      .raw("bucket", JsonObject().text("name", bucket.name).take())
      .raw("object", object.take())
      .text("request-id", cause.request_id)
      .text("requester", cause.account)
      .text("source-ip-address", cause.source_address);
  if (!reason_of(event.name).empty()) detail.text("reason", reason_of(event.name));
  if (removed) {
    detail.text("deletion-type", record.delete_marker && event.name.ends_with("MarkerCreated")
                                     ? "Delete Marker Created"
                                     : "Permanently Deleted");
  }
  return detail.take();
}

}  // namespace

std::string event_message(const EventCause& cause, const BucketRecord& bucket,
                          const ObjectEvent& event, std::string_view configuration_id) {
  const bool newer = starts_with_any(
      event.name, {"ObjectTagging:", "ObjectAcl:", "LifecycleExpiration:", "LifecycleTransition",
                   "IntelligentTiering", "Replication:"});
  JsonObject s3;
  s3.text("s3SchemaVersion", "1.0")
      .text("configurationId", configuration_id)
      .raw("bucket", bucket_json(bucket))
      .raw("object", object_json(bucket, event));
  JsonObject record;
  record.text("eventVersion", newer ? "2.3" : "2.1")
      .text("eventSource", "aws:s3")
      .text("awsRegion", bucket.region)
      .text("eventTime", iso_time(cause.time_ms, true))
      .text("eventName", event.name)
      .raw("userIdentity", JsonObject().text("principalId", cause.principal_id).take())
      .raw("requestParameters", JsonObject().text("sourceIPAddress", cause.source_address).take())
      .raw("responseElements", JsonObject()
                                   .text("x-amz-request-id", cause.request_id)
                                   .text("x-amz-id-2", cause.request_id)
                                   .take())
      .raw("s3", s3.take());
  if (event.name == "ObjectRestore:Completed") {
    record.raw("glacierEventData", restore_json(event.record));
  }
  if (event.name == "IntelligentTiering") {
    record.raw("intelligentTieringEventData",
               JsonObject().text("destinationAccessTier", event.record.access_tier).take());
  }
  return "{\"Records\":[" + record.take() + "]}";
}

std::string test_event_message(const EventCause& cause, const BucketRecord& bucket) {
  return JsonObject()
      .text("Service", "Amazon S3")
      .text("Event", "s3:TestEvent")
      .text("Time", iso_time(cause.time_ms, true))
      .text("Bucket", bucket.name)
      .text("RequestId", cause.request_id)
      .text("HostId", cause.request_id)
      .take();
}

std::string event_bridge_message(const EventCause& cause, const BucketRecord& bucket,
                                 const ObjectEvent& event, std::string_view event_id) {
  return JsonObject()
      .text("version", "0")
      .text("id", event_id)
      .text("detail-type", detail_type(event.name))
      .text("source", "aws.s3")
      .text("account", bucket.owner_account)
      .text("time", iso_time(cause.time_ms, false))
      .text("region", bucket.region)
      .raw("resources", "[\"arn:aws:s3:::" + bucket.name + "\"]")
      .raw("detail", detail_json(cause, bucket, event))
      .take();
}

}  // namespace cumulite::s3
