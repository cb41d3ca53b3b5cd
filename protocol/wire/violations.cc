#include "protocol/wire/violations.h"

#include <algorithm>
#include <string>
#include <utility>

#include "protocol/codec/query_reader.h"
#include "protocol/codec/xml_reader.h"

namespace cumulite::wire {
namespace {

using model::Constraint;
using model::Kind;
using model::Location;
using model::Place;
using model::ServiceModel;
using model::Violation;

using Violations = std::span<const Violation>;

std::string failure_text(const Violation& violation) {
  std::string text = "Value ";
  text += violation.constraint == Constraint::kRequired ? "null" : "'" + violation.value + "'";
  text += " at '" + violation.path + "' failed to satisfy constraint: ";
  const std::string constraint = model::constraint_text(violation);
  switch (violation.place) {
    case Place::kMember:
      return text + constraint;
    case Place::kListElement:
      return text + "Member must satisfy constraint: [" + constraint + "]";
    case Place::kMapKey:
      return text + "Map keys must satisfy constraint: [" + constraint + "]";
    case Place::kMapValue:
      return text + "Map value must satisfy constraint: [" + constraint + "]";
  }
  return text;
}

/// "2 validation errors detected: ...; ...": the words of AWS's service framework.
Error framework_error(std::string_view code, Violations violations) {
  std::string text = std::to_string(violations.size()) +
                     (violations.size() == 1 ? " validation error" : " validation errors") +
                     " detected: ";
  bool first = true;
  for (const Violation& violation : violations) {
    if (!first) text += "; ";
    first = false;
    text += failure_text(violation);
  }
  return {std::string(code), text, 400};
}

const Violation* find_missing(Violations violations) {
  const auto found = std::find_if(
      violations.begin(), violations.end(),
      [](const Violation& violation) { return violation.constraint == Constraint::kRequired; });
  return found == violations.end() ? nullptr : &*found;
}

std::optional<Error> sns_error(Violations violations) {
  const Violation* missing = find_missing(violations);
  if (missing != nullptr && missing->shape->kind == Kind::kString &&
      missing->member == missing->top) {
    return Error{"InvalidParameter",
                 "Invalid parameter: " + std::string(missing->member->name) +
                     " Reason: no value for required parameter",
                 400};
  }
  return framework_error("ValidationError", violations);
}

/// SQS's handlers know better about lists (EmptyBatchRequest) and names (InvalidAttributeName).
std::optional<Error> sqs_error(Violations violations) {
  for (const Violation& violation : violations) {
    const bool counts = violation.constraint == Constraint::kRequired &&
                        violation.shape->kind != Kind::kList && violation.member == violation.top;
    if (!counts) continue;
    return Error{"MissingRequiredParameterException",
                 "The request must contain the parameter " +
                     std::string(codec::query_name(*violation.member)) + ".",
                 400};
  }
  return std::nullopt;
}

/// Enumerations in S3's bodies whose unknown values have errors of their own, made by the handlers.
constexpr std::string_view kS3HandledEnums[] = {
    "BucketLocationConstraint", "Event",      "FilterRuleName",
    "ObjectLockRetentionMode",  "Permission", "Protocol",
    "ServerSideEncryption",     "Type"};

std::optional<Error> s3_error(Violations violations) {
  for (const Violation& violation : violations) {
    const bool in_body = violation.top->location == Location::kBody;
    if (violation.constraint == Constraint::kEnum) {
      const auto& names = kS3HandledEnums;
      const bool handled =
          std::find(std::begin(names), std::end(names), violation.shape->name) != std::end(names);
      if (in_body && !handled) return codec::malformed_xml();
      continue;
    }
    if (violation.constraint != Constraint::kRequired) continue;
    if (!in_body) {
      return Error{"InvalidArgument",
                   "Missing required parameter: " + std::string(violation.member->wire_name), 400}
          .with("ArgumentName", violation.member->wire_name);
    }
    if (violation.member == violation.top) {
      return Error{"MissingRequestBodyError", "Request Body is empty", 400};
    }
    return codec::malformed_xml();
  }
  return std::nullopt;
}

std::optional<Error> glacier_error(Violations violations) {
  const Violation* missing = find_missing(violations);
  if (missing != nullptr) {
    return Error{"MissingParameterValueException",
                 "Required parameter missing: " + std::string(missing->member->name), 400};
  }
  return Error{"InvalidParameterValueException",
               "Invalid parameter value: " + violations[0].path + ": " +
                   model::constraint_text(violations[0]),
               400};
}

/// Services that say what AWS's framework says under a code of their own.
constexpr std::pair<std::string_view, std::string_view> kFrameworkErrorCodes[] = {
    {"iam", "ValidationError"},
    {"logs", "InvalidParameterException"},
    {"ses", "ValidationError"},
    {"sesv2", "BadRequestException"},
    {"sts", "ValidationError"}};

std::string_view framework_code(const ServiceModel& service) {
  for (const auto& [id, code] : kFrameworkErrorCodes) {
    if (service.id == id) return code;
  }
  return "ValidationException";
}

}  // namespace

std::optional<Error> describe_violations(const ServiceModel& service, Violations violations) {
  if (violations.empty()) return std::nullopt;
  if (service.id == "sns") return sns_error(violations);
  if (service.id == "sqs") return sqs_error(violations);
  if (service.id == "s3") return s3_error(violations);
  if (service.id == "glacier") return glacier_error(violations);
  return framework_error(framework_code(service), violations);
}

}  // namespace cumulite::wire
