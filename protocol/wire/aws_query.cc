#include <algorithm>

#include "protocol/codec/json_writer.h"
#include "protocol/codec/query_json_writer.h"
#include "protocol/codec/query_reader.h"
#include "protocol/codec/xml_writer.h"
#include "protocol/wire/formats.h"

namespace cumulite::wire {
namespace {

constexpr std::string_view kUnknownOperation = "UnknownOperationException";

void add_head(std::string_view request_id, http::Response& response,
              std::string_view type = "text/xml") {
  response.add_header("x-amzn-RequestId", request_id);
  response.add_header("Content-Type", type);
}

std::string_view message_of(const FailureContext& context) {
  return context.info.query_message.empty() ? std::string_view(context.error.message)
                                            : context.info.query_message;
}

std::string result_name(const model::Operation& operation) {
  return operation.result_wrapper.empty() ? std::string(operation.name) + "Result"
                                          : std::string(operation.result_wrapper);
}

void append_json_member(std::string_view name, std::string_view text, std::string& out) {
  codec::append_json_string(name, out);
  out += ':';
  codec::append_json_string(text, out);
}

void open_document(const model::ServiceModel& service, std::string_view root, std::string& out) {
  // SQS declares XML, SNS does not.
  out = service.query_compatible ? "<?xml version=\"1.0\"?>" : "";
  out += '<';
  out += root;
  if (!service.xml_namespace.empty()) {
    out += " xmlns=\"";
    codec::append_xml_attribute(service.xml_namespace, out);
    out += '"';
  }
  out += '>';
}

/// Body of a POST and the query string together: SDKs send the one, curl and presigned URLs the
/// other.
Form parse_form(const Input& input) {
  Form form = http::parse_query(input.body);
  if (input.request.query.empty()) return form;
  Form query = http::parse_query(input.request.query);
  std::move(query.begin(), query.end(), std::back_inserter(form));
  return form;
}

/// Labels stand in for parameters that the client left out (QueueUrl on the queue's own path).
void apply_labels(const ReadContext& context, void* value) {
  if (context.input.labels == nullptr) return;
  for (const auto& [name, text] : *context.input.labels) {
    for (const auto& member : context.operation.input->members) {
      if (member.name != name || member.shape->kind != model::Kind::kString) continue;
      void* storage = static_cast<char*>(value) + member.offset;
      if (member.ops->get(storage) != nullptr) continue;
      *static_cast<std::string*>(member.ops->emplace(storage)) = text;
    }
  }
}

}  // namespace

Result<void> read_query_input(const ReadContext& context, void* value) {
  if (context.operation.input == nullptr) return {};
  if (context.input.form != nullptr) {
    CUMULITE_TRY(codec::read_query(*context.input.form, *context.operation.input, value));
  } else {
    CUMULITE_TRY(codec::read_query(parse_form(context.input), *context.operation.input, value));
  }
  apply_labels(context, value);
  return {};
}

void write_query_output(const WriteContext& context, const void* value, http::Response& response) {
  const std::string root = std::string(context.operation.name) + "Response";
  std::string& out = response.body;
  open_document(context.service, root, out);
  if (context.operation.output != nullptr) {
    const std::string wrapper = result_name(context.operation);
    const std::size_t before = out.size();
    out += '<' + wrapper + '>';
    const std::size_t opened = out.size();
    codec::write_xml_members(*context.operation.output, codec::XmlDialect::kQuery, value, out);
    if (out.size() == opened) {
      out.replace(before, out.size() - before, '<' + wrapper + "/>");
    } else {
      out += "</" + wrapper + '>';
    }
  }
  out += "<ResponseMetadata>";
  codec::append_xml_element("RequestId", context.request_id, out);
  out += "</ResponseMetadata></" + root + '>';
  response.status = context.operation.success_status;
  add_head(context.request_id, response);
}

void write_query_error(const FailureContext& context, http::Response& response) {
  std::string& out = response.body;
  if (context.error.code == kUnknownOperation) {
    // What asks for no action at all is answered before the service looks at it.
    out = "<UnknownOperationException/>\n";
    response.status = context.info.status;
    add_head(context.request.request_id, response);
    return;
  }
  open_document(context.service, "ErrorResponse", out);
  out += "<Error>";
  codec::append_xml_element("Type", context.info.receiver_fault ? "Receiver" : "Sender", out);
  codec::append_xml_element("Code", context.info.query_code, out);
  codec::append_xml_element("Message", message_of(context), out);
  for (const auto& field : context.error.fields) {
    codec::append_xml_element(field.name, field.value, out);
  }
  if (context.service.query_compatible) out += "<Detail/>";
  out += "</Error>";
  codec::append_xml_element("RequestId", context.request.request_id, out);
  out += "</ErrorResponse>";
  response.status = context.info.status;
  add_head(context.request.request_id, response);
}

void write_query_json_output(const WriteContext& context, const void* value,
                             http::Response& response) {
  std::string& out = response.body;
  out = "{\"" + std::string(context.operation.name) + "Response\":{";
  if (context.operation.output != nullptr) {
    out += '"' + result_name(context.operation) + "\":";
    codec::write_query_json(*context.operation.output, value, out);
    out += ',';
  }
  out += "\"ResponseMetadata\":{";
  append_json_member("RequestId", context.request_id, out);
  out += "}}}";
  response.status = context.operation.success_status;
  add_head(context.request_id, response, "application/json");
}

void write_query_json_error(const FailureContext& context, http::Response& response) {
  if (context.error.code == kUnknownOperation) return write_query_error(context, response);
  std::string& out = response.body;
  out = "{\"Error\":{";
  append_json_member("Code", context.info.query_code, out);
  out += ',';
  append_json_member("Message", message_of(context), out);
  out += ',';
  append_json_member("Type", context.info.receiver_fault ? "Receiver" : "Sender", out);
  out += "},";
  append_json_member("RequestId", context.request.request_id, out);
  out += '}';
  response.status = context.info.status;
  add_head(context.request.request_id, response, "application/json");
}

}  // namespace cumulite::wire
