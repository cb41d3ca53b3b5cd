#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "protocol/model/shape.h"

namespace cumulite::model {

enum class Protocol : std::uint8_t { kJson, kQuery, kRestXml, kRestJson };

/// An error shape of the model: which status and fault its code has.
struct ErrorShape {
  std::string_view name;          ///< Shape name: "QueueDoesNotExist".
  std::string_view code;          ///< Wire code if the model gives one, else the name.
  std::uint16_t http_status = 0;  ///< 0: the model does not say (400 for a sender's fault).
  bool receiver_fault = false;
  std::string_view message_name =
      {};  ///< Wire name of the member that carries the message, if any.
};

/// An operation of the model. `uri` is the request URI template with its query part
/// ("/{Bucket}/{Key+}?tagging"), which the router matches.
struct Operation {
  std::string_view name;
  std::string_view method;
  std::string_view uri;
  std::uint16_t success_status = 200;
  const Shape* input = nullptr;      ///< Null: no input.
  const Shape* output = nullptr;     ///< Null: no output.
  std::string_view input_root = {};  ///< REST-XML: locationName of the input element.
  std::string_view input_xml_namespace = {};
  std::string_view result_wrapper = {};  ///< Query: "<Op>Result".
  std::uint16_t index = 0;               ///< Position in ServiceModel::operations.
};

struct ServiceModel {
  std::string_view id;               ///< "s3", "sqs": also the folder and namespace name.
  std::string_view service_id;       ///< "DynamoDB Streams".
  std::string_view signing_name;     ///< In the credential scope: "dynamodb".
  std::string_view endpoint_prefix;  ///< Host prefix: "streams.dynamodb".
  std::string_view api_version;
  std::string_view target_prefix = {};  ///< JSON: "AmazonSQS".
  std::string_view json_version = {};
  std::string_view xml_namespace = {};
  Protocol protocol;
  bool query_compatible = false;  ///< JSON service that also answers old Query clients.
  std::span<const Operation> operations;
  std::span<const ErrorShape> errors;

  /// Operation by name, or null.
  const Operation* find(std::string_view name) const {
    for (const auto& operation : operations) {
      if (operation.name == name) return &operation;
    }
    return nullptr;
  }
};

/// Stands for the input or output of an operation that has none.
struct Unit {};

}  // namespace cumulite::model
