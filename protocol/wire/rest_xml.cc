#include <algorithm>
#include <iterator>
#include <utility>

#include "protocol/codec/xml_reader.h"
#include "protocol/codec/xml_writer.h"
#include "protocol/wire/formats.h"
#include "protocol/wire/rest_bindings.h"

namespace cumulite::wire {
namespace {

using model::Kind;
using model::Member;
using model::Operation;
using model::Shape;

constexpr std::string_view kDeclaration = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

/// Root elements of S3's answers whose name is not in the model.
struct RootName {
  std::string_view operation;
  std::string_view root;
};

constexpr RootName kS3Roots[] = {
    {"CompleteMultipartUpload", "CompleteMultipartUploadResult"},
    {"CreateMultipartUpload", "InitiateMultipartUploadResult"},
    {"CreateSession", "CreateSessionResult"},
    {"DeleteObjects", "DeleteResult"},
    {"GetBucketAccelerateConfiguration", "AccelerateConfiguration"},
    {"GetBucketAcl", "AccessControlPolicy"},
    {"GetBucketCors", "CORSConfiguration"},
    {"GetBucketLifecycle", "LifecycleConfiguration"},
    {"GetBucketLifecycleConfiguration", "LifecycleConfiguration"},
    {"GetBucketLogging", "BucketLoggingStatus"},
    {"GetBucketNotification", "NotificationConfiguration"},
    {"GetBucketNotificationConfiguration", "NotificationConfiguration"},
    {"GetBucketRequestPayment", "RequestPaymentConfiguration"},
    {"GetBucketTagging", "Tagging"},
    {"GetBucketVersioning", "VersioningConfiguration"},
    {"GetBucketWebsite", "WebsiteConfiguration"},
    {"GetObjectAcl", "AccessControlPolicy"},
    {"GetObjectAttributes", "GetObjectAttributesResponse"},
    {"GetObjectTagging", "Tagging"},
    {"ListBucketAnalyticsConfigurations", "ListBucketAnalyticsConfigurationResult"},
    {"ListBucketInventoryConfigurations", "ListInventoryConfigurationsResult"},
    {"ListBucketMetricsConfigurations", "ListMetricsConfigurationsResult"},
    {"ListBuckets", "ListAllMyBucketsResult"},
    {"ListDirectoryBuckets", "ListAllMyDirectoryBucketsResult"},
    {"ListMultipartUploads", "ListMultipartUploadsResult"},
    {"ListObjectVersions", "ListVersionsResult"},
    {"ListObjects", "ListBucketResult"},
    {"ListObjectsV2", "ListBucketResult"},
    {"ListParts", "ListPartsResult"},
};

/// What S3 says of a number in the query that is none.
struct NumberMessage {
  std::string_view name;
  std::string_view message;
};

constexpr NumberMessage kNumberMessages[] = {
    {"max-buckets", "Provided max-buckets not an integer or within integer range"},
    {"max-keys", "Provided max-keys not an integer or within integer range"},
    {"max-parts", "Provided max-parts not an integer or within integer range"},
    {"max-uploads", "Provided max-uploads not an integer or within integer range"},
    {"part-number-marker", "Provided part-number-marker not an integer or within integer range"},
    {"partNumber", "Part number must be an integer between 1 and 10000, inclusive"},
};

Error refuse_argument(const Member& member, std::string_view text) {
  const auto* row =
      std::find_if(std::begin(kNumberMessages), std::end(kNumberMessages),
                   [&](const NumberMessage& each) { return each.name == member.wire_name; });
  const std::string message = row != std::end(kNumberMessages)
                                  ? std::string(row->message)
                                  : "Invalid value for " + std::string(member.wire_name) + ".";
  return Error{"InvalidArgument", message, 400}
      .with("ArgumentName", member.wire_name)
      .with("ArgumentValue", text);
}

bool is_s3(const model::ServiceModel& service) {
  return service.id == "s3";
}

/// Name of the element that holds a payload structure. S3's model says it on the member.
std::string_view payload_root(const model::ServiceModel& service, const Member& payload) {
  const bool renamed = payload.has_location_name && payload.wire_name != payload.name;
  if (renamed || (is_s3(service) && payload.has_location_name)) return payload.wire_name;
  return payload.shape->location_name.empty() ? payload.shape->name : payload.shape->location_name;
}

Result<void> read_payload(const ReadContext& context, const Member& payload, void* value) {
  if (payload.streaming || payload.event_stream || context.input.body.empty()) return {};
  void* storage = member_storage(payload, value);
  if (payload.shape->kind == Kind::kString || payload.shape->kind == Kind::kBlob) {
    static_cast<std::string*>(payload.ops->emplace(storage))->assign(context.input.body);
    return {};
  }
  return codec::read_xml(context.input.body, *payload.shape, payload_root(context.service, payload),
                         payload.ops->emplace(storage));
}

void open_root(const model::ServiceModel& service, std::string_view root, const Shape& shape,
               const void* value, std::string& out) {
  out += kDeclaration;
  out += '<';
  out += root;
  const std::string_view uri =
      shape.xml_namespace.empty() ? service.xml_namespace : shape.xml_namespace;
  if (!uri.empty()) {
    out += " xmlns=\"";
    codec::append_xml_attribute(uri, out);
    out += '"';
  }
  codec::write_xml_attributes(shape, value, out);
  out += '>';
}

void write_document(const model::ServiceModel& service, std::string_view root, const Shape& shape,
                    const void* value, std::string& out) {
  // A handler that mixes several lists (ListObjectVersions) has written their entries.
  const std::string entries = std::exchange(out, {});
  open_root(service, root, shape, value, out);
  codec::write_xml_members(shape,
                           is_s3(service) ? codec::XmlDialect::kS3 : codec::XmlDialect::kRest,
                           value, out, entries);
  out += "</";
  out += root;
  out += '>';
}

std::string_view output_root(const model::ServiceModel& service, const Operation& operation) {
  if (is_s3(service)) {
    for (const auto& row : kS3Roots) {
      if (row.operation == operation.name) return row.root;
    }
  }
  const Shape& shape = *operation.output;
  return shape.location_name.empty() ? shape.name : shape.location_name;
}

/// GetBucketLocation answers its one member as the root element, empty for us-east-1.
void write_location(const model::ServiceModel& service, const Shape& shape, const void* value,
                    std::string& out) {
  out += kDeclaration;
  out += "<LocationConstraint xmlns=\"";
  out += service.xml_namespace;
  const void* text = member_value(shape.members[0], value);
  if (text == nullptr || static_cast<const std::string*>(text)->empty()) {
    out += "\"/>";
    return;
  }
  out += "\">";
  codec::append_xml_text(*static_cast<const std::string*>(text), out);
  out += "</LocationConstraint>";
}

void write_body(const WriteContext& context, const void* value, http::Response& response) {
  const Shape& shape = *context.operation.output;
  if (is_s3(context.service) && context.operation.name == "GetBucketLocation") {
    return write_location(context.service, shape, value, response.body);
  }
  if (shape.payload == nullptr) {
    if (!has_body_members(shape)) return;
    return write_document(context.service, output_root(context.service, context.operation), shape,
                          value, response.body);
  }
  const void* payload = member_value(*shape.payload, value);
  if (payload == nullptr) return;
  if (shape.payload->shape->kind == Kind::kStructure) {
    return write_document(context.service, payload_root(context.service, *shape.payload),
                          *shape.payload->shape, payload, response.body);
  }
  response.body = *static_cast<const std::string*>(payload);
}

void add_request_id(const model::ServiceModel& service, std::string_view request_id,
                    http::Response& response) {
  // S3 Control signs as S3 does, and names its requests alike.
  const bool is_family = service.signing_name == "s3";
  response.add_header(is_family ? "x-amz-request-id" : "x-amzn-RequestId", request_id);
}

std::string_view content_type(const Shape& shape) {
  const bool is_text = shape.payload != nullptr && shape.payload->shape->kind != Kind::kStructure;
  if (!is_text) return "application/xml";
  // GetBucketPolicy is the only one of S3's.
  return shape.payload->shape->kind == Kind::kString ? "application/json"
                                                     : "application/octet-stream";
}

}  // namespace

Result<void> read_rest_xml_input(const ReadContext& context, void* value) {
  const Shape* shape = context.operation.input;
  if (shape == nullptr) return {};
  CUMULITE_TRY(read_bindings(context, refuse_argument, value));
  if (shape->payload != nullptr) return read_payload(context, *shape->payload, value);
  if (!has_body_members(*shape) || context.input.body.empty()) return {};
  return codec::read_xml(context.input.body, *shape, "", value);
}

void write_rest_xml_output(const WriteContext& context, const void* value,
                           http::Response& response) {
  // A handler that answers otherwise (206, 304) has said so.
  if (response.status == 200) response.status = context.operation.success_status;
  add_request_id(context.service, context.request_id, response);
  const Shape* shape = context.operation.output;
  if (shape == nullptr) {
    response.no_content_length = response.status == 204;
    return;
  }
  write_bindings(*shape, value, response);
  response.no_content_length = response.status == 204 || response.status == 304;
  if (has_streaming_payload(shape)) return;
  write_body(context, value, response);
  if (!response.body.empty() && response.header("Content-Type").empty()) {
    response.add_header("Content-Type", content_type(*shape));
  }
}

void write_rest_xml_error(const FailureContext& context, http::Response& response) {
  const Error& error = context.error;
  response.status = context.info.status;
  add_request_id(context.service, context.request.request_id, response);
  if (!context.request.host_id.empty()) {
    response.add_header("x-amz-id-2", context.request.host_id);
  }
  response.no_content_length = response.status == 304;
  if (context.request.head || response.status == 304) return;
  response.add_header("Content-Type", "application/xml");
  std::string& out = response.body;
  out = kDeclaration;
  // S3 escapes the quotes of ETags in listings, not those of messages.
  const auto element = [&out](std::string_view name, std::string_view text) {
    codec::append_xml_element(name, text, out, codec::XmlQuotes::kPlain);
  };
  // Only S3 itself has its errors at the root.
  const bool is_wrapped = !is_s3(context.service);
  if (is_wrapped) {
    out += "<ErrorResponse xmlns=\"";
    codec::append_xml_attribute(context.service.xml_namespace, out);
    out += "\">";
  }
  out += "<Error>";
  element("Code", error.code);
  element("Message", error.message);
  for (const auto& field : error.fields) {
    element(field.name, field.value);
  }
  if (!context.request.resource.empty()) {
    element("Resource", context.request.resource);
  }
  if (is_wrapped) out += "</Error>";
  element("RequestId", context.request.request_id);
  element("HostId", context.request.host_id);
  out += is_wrapped ? "</ErrorResponse>" : "</Error>";
}

}  // namespace cumulite::wire
