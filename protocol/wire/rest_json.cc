#include <algorithm>

#include "protocol/codec/json_reader.h"
#include "protocol/codec/json_writer.h"
#include "protocol/wire/formats.h"
#include "protocol/wire/rest_bindings.h"

namespace cumulite::wire {
namespace {

using model::Kind;
using model::Member;
using model::Shape;

constexpr std::string_view kGlacier = "glacier";

Error refuse_value(const Member& member, std::string_view text) {
  return {"InvalidParameterValueException",
          "Invalid value for " + std::string(member.wire_name) + ": " + std::string(text), 400};
}

Result<void> read_payload(const ReadContext& context, const Member& payload,
                          const codec::JsonReadOptions& options, void* value) {
  const std::string_view body = context.input.body;
  if (payload.streaming || payload.event_stream || body.empty()) return {};
  void* storage = member_storage(payload, value);
  if (payload.shape->kind == Kind::kString || payload.shape->kind == Kind::kBlob) {
    static_cast<std::string*>(payload.ops->emplace(storage))->assign(body);
    return {};
  }
  return codec::read_json(body, *payload.shape, options, payload.ops->emplace(storage));
}

/// Glacier says null of what is absent, where the later services leave it out.
void write_document(const WriteContext& context, const Shape& shape, const void* value,
                    bool body_only, std::string& out) {
  if (context.service.id == kGlacier) {
    codec::write_json_with_nulls(shape, value, body_only, out);
  } else {
    codec::write_json(shape, value, body_only, out);
  }
}

void write_body(const WriteContext& context, const Shape& shape, const void* value,
                http::Response& response) {
  if (shape.payload == nullptr) {
    if (!has_body_members(shape)) return;
    response.add_header("Content-Type", "application/json");
    return write_document(context, shape, value, true, response.body);
  }
  const void* payload = member_value(*shape.payload, value);
  const Kind kind = shape.payload->shape->kind;
  if (kind != Kind::kString && kind != Kind::kBlob) {
    response.add_header("Content-Type", "application/json");
    if (payload == nullptr) {
      response.body = "{}";
    } else {
      write_document(context, *shape.payload->shape, payload, false, response.body);
    }
    return;
  }
  if (payload == nullptr) return;
  if (response.header("Content-Type").empty()) {
    response.add_header("Content-Type",
                        kind == Kind::kString ? "text/plain" : "application/octet-stream");
  }
  response.body = *static_cast<const std::string*>(payload);
}

}  // namespace

Result<void> read_rest_json_input(const ReadContext& context, void* value) {
  const Shape* shape = context.operation.input;
  if (shape == nullptr) return {};
  CUMULITE_TRY(read_bindings(context, refuse_value, value));
  codec::JsonReadOptions options;
  if (shape->payload != nullptr) return read_payload(context, *shape->payload, options, value);
  if (!has_body_members(*shape) || context.input.body.empty()) return {};
  options.body_only = true;
  return codec::read_json(context.input.body, *shape, options, value);
}

void write_rest_json_output(const WriteContext& context, const void* value,
                            http::Response& response) {
  response.status = context.operation.success_status;
  response.add_header("x-amzn-RequestId", context.request_id);
  const Shape* shape = context.operation.output;
  if (shape != nullptr) {
    write_bindings(*shape, value, response);
    if (!has_streaming_payload(shape)) write_body(context, *shape, value, response);
  }
  response.no_content_length = response.status == 204;
}

void write_rest_json_error(const FailureContext& context, http::Response& response) {
  const Error& error = context.error;
  response.status = context.info.status;
  response.add_header("x-amzn-RequestId", context.request.request_id);
  response.add_header("Content-Type", "application/json");
  std::string& out = response.body;
  const auto member = [&out](std::string_view name, std::string_view value) {
    out += out.empty() ? '{' : ',';
    codec::append_json_string(name, out);
    out += ':';
    codec::append_json_string(value, out);
  };
  // Glacier names the error in the body, the later services in a header.
  if (context.service.id == kGlacier) {
    member("code", error.code);
    member("message", error.message);
    member("type", context.info.receiver_fault ? "Server" : "Client");
  } else {
    response.add_header("x-amzn-ErrorType", error.code);
    if (context.service.id == "lambda") {
      member("Type", context.info.receiver_fault ? "Service" : "User");
    }
    member(context.info.message_name, error.message);
  }
  for (const auto& field : error.fields) {
    if (!field.is_json) {
      member(field.name, field.value);
      continue;
    }
    out += ',';
    codec::append_json_string(field.name, out);
    out += ':' + field.value;
  }
  out += '}';
  if (context.request.head) out.clear();
}

}  // namespace cumulite::wire
