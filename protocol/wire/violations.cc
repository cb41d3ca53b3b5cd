#include "protocol/wire/violations.h"

#include <algorithm>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "protocol/codec/query_reader.h"
#include "protocol/codec/xml_reader.h"

namespace cumulite::wire {
namespace {

using model::Constraint;
using model::Kind;
using model::Location;
using model::Operation;
using model::Place;
using model::ServiceModel;
using model::Violation;

using Violations = std::span<const Violation>;

std::string failure_text(const Violation& violation) {
  std::string text = "Value";
  if (violation.constraint == Constraint::kRequired) {
    text += " null";
  } else if (!violation.shape->sensitive) {
    text += " '" + violation.value + "'";
  }
  text += " at '" + violation.path + "' failed to satisfy constraint: ";
  if (violation.place == Place::kMember) {
    return text + model::constraint_text(*violation.shape, violation.constraint);
  }
  const std::string constraints = model::all_constraints_text(*violation.shape);
  switch (violation.place) {
    case Place::kListElement:
      return text + "Member must satisfy constraint: [" + constraints + "]";
    case Place::kMapKey:
      return text + "Map keys must satisfy constraint: [" + constraints + "]";
    default:
      return text + "Map value must satisfy constraint: [" + constraints + "]";
  }
}

std::string counted(std::size_t count) {
  return std::to_string(count) + (count == 1 ? " validation error" : " validation errors") +
         " detected: ";
}

/// "2 validation errors detected: ...; ...": the words of AWS's service framework.
Error framework_error(std::string_view code, Violations violations) {
  std::string text = counted(violations.size());
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

/// SNS looks at a call's ARNs before it misses its map of attributes: that is for its handlers.
std::optional<Error> sns_error(Violations violations) {
  const Violation* missing = find_missing(violations);
  if (missing != nullptr && missing->shape->kind == Kind::kMap && missing->member == missing->top) {
    return std::nullopt;
  }
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
constexpr std::string_view kS3HandledEnums[] = {"BucketAccelerateStatus",
                                                "BucketLocationConstraint",
                                                "BucketLogsPermission",
                                                "CompressionType",
                                                "Event",
                                                "ExpressionType",
                                                "FileHeaderInfo",
                                                "FilterRuleName",
                                                "JSONType",
                                                "ObjectLockLegalHoldStatus",
                                                "ObjectLockRetentionMode",
                                                "Permission",
                                                "Protocol",
                                                "QuoteFields",
                                                "ServerSideEncryption",
                                                "Type"};

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
    // A tagging without its set has no tags, a policy has words of its own for being empty, and an
    // encryption is looked at after its bucket.
    const std::string_view name = violation.member->name;
    const bool encryption = violation.top->name == "ServerSideEncryptionConfiguration";
    if (name == "TagSet" || name == "Policy" || (encryption && name == "Rules")) continue;
    if (violation.member == violation.top) {
      return Error{"MissingRequestBodyError", "Request Body is empty", 400};
    }
    return codec::malformed_xml();
  }
  return std::nullopt;
}

bool is_one_of(std::string_view name, std::initializer_list<std::string_view> names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// Operations whose handlers put an empty map or key schema into words of their own.
bool dynamodb_handles(const Operation& operation, const Violation& violation) {
  // Tags have words of their own.
  if (violation.path.starts_with("tags.") || violation.path.starts_with("tagKeys.")) return true;
  if (is_one_of(operation.name, {"BatchGetItem", "BatchWriteItem"})) {
    return violation.path == "requestItems" && violation.place == Place::kMember;
  }
  return operation.name == "CreateTable" && violation.path == "keySchema" &&
         violation.constraint == Constraint::kLengthMin;
}

/// Query and BatchGetItem count in the words of a newer framework, which names the member as the
/// model has it and leaves out the value.
bool has_newer_words(const Operation& operation, const Violation& violation) {
  const bool counts = violation.constraint != Constraint::kRequired &&
                      violation.constraint != Constraint::kPattern &&
                      violation.constraint != Constraint::kEnum;
  if (operation.name == "Query") return counts && violation.path == "limit";
  return operation.name == "BatchGetItem" && counts && violation.member->name == "Keys";
}

std::string newer_text(const Violation& violation) {
  constexpr std::string_view kMember = ".member.";
  std::string path = violation.path;
  const auto raise = [&path](std::size_t at) {
    if (path[at] >= 'a' && path[at] <= 'z') path[at] = static_cast<char>(path[at] - ('a' - 'A'));
  };
  raise(0);
  if (const auto at = path.rfind(kMember); at != std::string::npos) raise(at + kMember.size());
  return "1 validation error detected: Value at '" + path + "' failed to satisfy constraint: " +
         model::constraint_text(*violation.shape, violation.constraint);
}

/// The three writes of one item, and Query: the newer framework came to their enumerations, whose
/// text it does not put into the words of the rest.
bool is_item_write(const Operation& operation) {
  return is_one_of(operation.name, {"PutItem", "UpdateItem", "DeleteItem"});
}

/// UPDATE_NEW is AWS's own slip; it takes UPDATED_NEW.
std::string newer_enum_text(const Violation& violation) {
  const bool returns = violation.path == "returnValues";
  return std::string("Failed to satisfy constraint: Member must satisfy enum value set: [") +
         (returns ? "ALL_OLD, UPDATED_OLD, ALL_NEW, UPDATE_NEW, NONE" : "ALL, OR") + "]";
}

bool has_newer_enum(const Violation& violation) {
  return violation.constraint == Constraint::kEnum &&
         (violation.path == "returnValues" || violation.path == "conditionalOperator");
}

/// The place of a member among the violations of a write: recorded answers, not the model's order.
int write_rank(const Violation& violation) {
  if (violation.path == "returnConsumedCapacity") return 0;
  if (violation.path == "tableName") return 1;
  return violation.path == "returnValues" ? 2 : 3;
}

/// PutItem, UpdateItem and DeleteItem. A missing key or item leaves them to the older framework.
std::optional<Error> item_write_error(const Operation& operation, Violations violations) {
  std::vector<Violation> ordered(violations.begin(), violations.end());
  std::stable_sort(ordered.begin(), ordered.end(), [](const Violation& a, const Violation& b) {
    return write_rank(a) < write_rank(b);
  });
  if (find_missing(violations) != nullptr) {
    if (operation.name != "UpdateItem") return std::nullopt;
    return framework_error("ValidationException", ordered);
  }
  const auto refuse = [](std::string text) {
    return Error{"ValidationException", "1 validation error detected: " + std::move(text), 400};
  };
  for (const Violation& violation : ordered) {
    if (violation.path == "tableName" && violation.constraint == Constraint::kLengthMin) {
      return Error{"ValidationException", newer_text(violation), 400};
    }
    // UpdateItem stops at the first that it looks at.
    if (operation.name == "UpdateItem" && has_newer_enum(violation)) {
      return refuse(newer_enum_text(violation));
    }
  }
  if (std::none_of(ordered.begin(), ordered.end(), has_newer_enum)) return std::nullopt;
  std::string text;
  for (const Violation& violation : ordered) {
    if (!text.empty()) text += "; ";
    text += has_newer_enum(violation) ? newer_enum_text(violation) : failure_text(violation);
  }
  return Error{"ValidationException", counted(ordered.size()) + text, 400};
}

/// What the newer framework says of the operations that it came to; nullopt: the older one's words.
std::optional<Error> current_dynamodb_error(const Operation& operation, Violations violations) {
  if (is_item_write(operation)) return item_write_error(operation, violations);
  if (operation.name != "Query") return std::nullopt;
  for (const Violation& violation : violations) {
    if (violation.path == "conditionalOperator" && violation.constraint == Constraint::kEnum) {
      return Error{"ValidationException", newer_enum_text(violation), 400};
    }
  }
  return std::nullopt;
}

std::optional<Error> dynamodb_error(const Operation& operation, Violations violations) {
  const auto refuse = [](std::string text) { return Error{"ValidationException", text, 400}; };
  const auto handles = [&](const Violation& one) { return dynamodb_handles(operation, one); };
  if (std::all_of(violations.begin(), violations.end(), handles)) return std::nullopt;
  for (const Violation& violation : violations) {
    if (violation.constraint == Constraint::kRequired && violation.path == "resourceArn" &&
        is_one_of(operation.name, {"TagResource", "UntagResource", "ListTagsOfResource"})) {
      return refuse("Invalid TableArn");
    }
    // Calls about tables miss the name before they look at anything else.
    if (violation.constraint == Constraint::kRequired && violation.path == "tableName" &&
        is_one_of(operation.name, {"CreateTable", "DeleteTable", "DescribeTable", "UpdateTable",
                                   "DescribeTimeToLive"})) {
      return refuse("The parameter 'TableName' is required but was not present in the request");
    }
  }
  if (violations.size() == 1 && has_newer_words(operation, violations[0])) {
    return refuse(newer_text(violations[0]));
  }
  // A transaction's token is looked at before the rest.
  std::vector<Violation> ordered(violations.begin(), violations.end());
  std::stable_partition(ordered.begin(), ordered.end(), [](const Violation& violation) {
    return violation.path == "clientRequestToken";
  });
  return framework_error("ValidationException", ordered);
}

std::optional<Error> glacier_error(Violations violations) {
  const Violation* missing = find_missing(violations);
  if (missing != nullptr) {
    return Error{"MissingParameterValueException",
                 "Required parameter missing: " + std::string(missing->member->name), 400};
  }
  return Error{"InvalidParameterValueException",
               "Invalid parameter value: " + violations[0].path + ": " +
                   model::constraint_text(*violations[0].shape, violations[0].constraint),
               400};
}

/// The one member that the service itself looks at: what may stand there is more than the model's
/// list.
std::optional<Error> lambda_error(Violations violations) {
  const Violation& first = violations.front();
  const bool is_runtime = first.path == "runtime" && first.constraint == Constraint::kEnum;
  if (violations.size() > 1 || !is_runtime) {
    return framework_error("ValidationException", violations);
  }
  return Error{"InvalidParameterValueException",
               "Value " + first.value + " at 'runtime' failed to satisfy constraint: " +
                   model::constraint_text(*first.shape, first.constraint) + " or be a valid ARN",
               400};
}

/// Services that say what AWS's framework says under a code of their own.
constexpr std::pair<std::string_view, std::string_view> kFrameworkErrorCodes[] = {
    {"iam", "ValidationError"},       {"logs", "InvalidParameterException"},
    {"s3control", "InvalidRequest"},  {"ses", "ValidationError"},
    {"sesv2", "BadRequestException"}, {"sts", "ValidationError"}};

std::string_view framework_code(const ServiceModel& service) {
  for (const auto& [id, code] : kFrameworkErrorCodes) {
    if (service.id == id) return code;
  }
  return "ValidationException";
}

}  // namespace

std::optional<Error> describe_violations(const ServiceModel& service, const Operation& operation,
                                         Violations violations, bool current_words) {
  if (violations.empty()) return std::nullopt;
  if (service.id == "sns") return sns_error(violations);
  if (service.id == "sqs") return sqs_error(violations);
  if (service.id == "s3") return s3_error(violations);
  if (service.id == "glacier") return glacier_error(violations);
  if (service.id == "lambda") return lambda_error(violations);
  if (service.id == "dynamodb") {
    if (current_words) {
      if (auto error = current_dynamodb_error(operation, violations)) return error;
    }
    return dynamodb_error(operation, violations);
  }
  return framework_error(framework_code(service), violations);
}

}  // namespace cumulite::wire
