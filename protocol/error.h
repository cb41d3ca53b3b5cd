#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cumulite {

/// An extra member of an error answer beside code and message.
/// `value` is text; with `is_json` it is a JSON document written as it is (DynamoDB's
/// CancellationReasons, Item). XML formats write it as `<name>value</name>`, escaped.
struct ErrorField {
  std::string name;
  std::string value;
  bool is_json = false;
};

/// What an operation answers when it refuses or fails, before it has a wire form.
///
/// `code` is the model's error code (`NoSuchKey`, `ResourceNotFoundException`). The wire layer turns
/// it into HTTP status and sender/receiver fault by the service's error table; `http_status` other
/// than 0 overrides the table (for codes that the model does not list). `headers` are sent as they are.
struct Error {
  std::string code;
  std::string message;
  int http_status = 0;
  std::vector<ErrorField> fields = {};
  std::vector<std::pair<std::string, std::string>> headers = {};

  Error&& with(std::string_view name, std::string_view value) && {
    fields.push_back({std::string(name), std::string(value), false});
    return std::move(*this);
  }

  Error&& with_json(std::string_view name, std::string_view json) && {
    fields.push_back({std::string(name), std::string(json), true});
    return std::move(*this);
  }

  Error&& with_header(std::string_view name, std::string_view value) && {
    headers.emplace_back(name, value);
    return std::move(*this);
  }
};

/// 501, for an operation that the model knows and nobody built yet.
inline Error not_implemented(std::string_view operation) {
  return {"NotImplemented",
          "The operation " + std::string(operation) + " is not implemented by this endpoint.", 501};
}

/// 500. `what` must not carry secrets: it goes to the client.
inline Error internal_error(std::string_view what) {
  return {"InternalFailure", std::string(what), 500};
}

}  // namespace cumulite
