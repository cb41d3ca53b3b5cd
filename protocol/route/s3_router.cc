#include "protocol/route/s3_router.h"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "api/s3.h"

namespace cumulite::route {
namespace {

using model::Location;
using model::Member;
using model::Operation;

enum class Level : std::uint8_t { kService, kBucket, kObject };

using Parameters = std::vector<std::pair<std::string, std::string>>;

/// Operations whose request cannot be told from that of their successor, which is meant.
constexpr std::string_view kDeprecated[] = {
    "GetBucketLifecycle",
    "GetBucketNotification",
    "PutBucketLifecycle",
    "PutBucketNotification",
};

/// Sub-resources that S3 has or had and the model lacks.
constexpr std::string_view kUnmodelled[] = {"append",           "cloudFunction",
                                            "defaultObjectAcl", "inventoryStatus",
                                            "objectLambda",     "replicationMetrics"};

constexpr std::string_view kDirectoryBuckets = "ListDirectoryBuckets";
constexpr std::string_view kWriteGetObjectResponse = "WriteGetObjectResponse";

struct Entry {
  const Operation* operation;
  Level level;
  std::string_view subresource;                   ///< Of the template; empty if it has none.
  std::vector<std::string_view> query;            ///< All query members.
  std::vector<std::string_view> required_query;   ///< Those that the model requires.
  std::vector<std::string_view> required_header;  ///< Headers that the model requires.
};

Entry make_entry(const Operation& operation) {
  const auto question = operation.uri.find('?');
  const auto path = operation.uri.substr(0, question);
  Entry entry{&operation, Level::kService, {}, {}, {}, {}};
  if (path.find("{Key+}") != std::string_view::npos) {
    entry.level = Level::kObject;
  } else if (path.find("{Bucket}") != std::string_view::npos) {
    entry.level = Level::kBucket;
  }
  if (question != std::string_view::npos) {
    const auto name = operation.uri.substr(question + 1);
    entry.subresource = name.substr(0, name.find_first_of("=&"));
  }
  if (operation.input == nullptr) return entry;
  for (const Member& member : operation.input->members) {
    if (member.location == Location::kQuery) {
      entry.query.push_back(member.wire_name);
      if (member.required) entry.required_query.push_back(member.wire_name);
    } else if (member.location == Location::kHeader && member.required) {
      entry.required_header.push_back(member.wire_name);
    }
  }
  return entry;
}

/// Everything that is known of S3's operations for routing, made once from the model.
struct Table {
  std::vector<Entry> entries;
  std::set<std::string_view> subresources;
  std::set<std::string_view> query_names;     ///< Query members of any operation.
  std::set<std::string_view> discriminators;  ///< Query members that some operation requires.

  Table() {
    for (const Operation& operation : api::s3::kModel.operations) {
      entries.push_back(make_entry(operation));
      const Entry& entry = entries.back();
      if (!entry.subresource.empty()) subresources.insert(entry.subresource);
      query_names.insert(entry.query.begin(), entry.query.end());
      discriminators.insert(entry.required_query.begin(), entry.required_query.end());
    }
    subresources.insert(std::begin(kUnmodelled), std::end(kUnmodelled));
    query_names.insert({"x-id", "AWSAccessKeyId", "Signature", "Expires", "select-type"});
  }
};

const Table& table() {
  static const Table instance;
  return instance;
}

template <class Range>
bool contains(const Range& range, std::string_view name) {
  return std::find(range.begin(), range.end(), name) != range.end();
}

bool has_parameter(const Parameters& parameters, std::string_view name) {
  return std::any_of(parameters.begin(), parameters.end(),
                     [&](const auto& parameter) { return parameter.first == name; });
}

std::string_view parameter_value(const Parameters& parameters, std::string_view name) {
  for (const auto& [key, value] : parameters) {
    if (key == name) return value;
  }
  return {};
}

bool is_read(std::string_view method) {
  return method == "GET" || method == "HEAD";
}

bool is_deprecated(const Operation& operation) {
  return contains(std::span(kDeprecated), operation.name);
}

Error method_not_allowed(std::string_view method, std::string_view resource_type) {
  return Error{"MethodNotAllowed", "The specified method is not allowed against this resource.",
               405}
      .with("Method", method)
      .with("ResourceType", resource_type);
}

Error parameter_not_implemented(std::string_view name) {
  return Error{"NotImplemented",
               "A parameter you provided implies functionality that is not implemented", 501}
      .with("Parameter", name);
}

Error conflicting_parameters(std::string_view first, std::string_view second) {
  const std::string both = std::string(first) + ", " + std::string(second);
  return Error{"InvalidArgument", "Conflicting query string parameters: " + both, 400}
      .with("ArgumentName", "ResourceType")
      .with("ArgumentValue", second);
}

/// The one sub-resource that the query names, or an empty name.
Result<std::string_view> find_subresource(const Parameters& parameters) {
  std::string_view found;
  for (const auto& [name, value] : parameters) {
    const auto known = table().subresources.find(name);
    if (known == table().subresources.end() || *known == found) continue;
    if (!found.empty()) return conflicting_parameters(found, *known);
    found = *known;
  }
  if (found == "list-type" && parameter_value(parameters, "list-type") != "2") {
    return Error{"InvalidArgument", "Invalid List Type specified in Request", 400}
        .with("ArgumentName", "list-type")
        .with("ArgumentValue", parameter_value(parameters, "list-type"));
  }
  return found;
}

/// A name without a value is how a sub-resource is spelled: on a write, one that nobody knows must
/// not be taken for nothing.
Result<void> check_unknown_names(const http::Request& request, const Parameters& parameters) {
  if (is_read(request.method)) return {};
  for (const auto& [name, value] : parameters) {
    if (!value.empty() || table().subresources.contains(name)) continue;
    const bool known = table().query_names.contains(name) || name.starts_with("x-amz-") ||
                       name.starts_with("X-Amz-") || name.starts_with("response-");
    if (!known) return parameter_not_implemented(name);
  }
  return {};
}

/// Whether the operation has every parameter of the request that selects operations. On reads only
/// `uploadId` does: S3 ignores the others there, and nothing can be lost.
bool accepts_discriminators(const Entry& entry, const Parameters& parameters, bool read) {
  return std::all_of(parameters.begin(), parameters.end(), [&](const auto& parameter) {
    const bool selects =
        read ? parameter.first == "uploadId" : table().discriminators.contains(parameter.first);
    return !selects || contains(entry.query, parameter.first);
  });
}

class Selection {
 public:
  Selection(const http::Request& request, Level level, const Parameters& parameters)
      : request_(request), level_(level), parameters_(parameters) {}

  Result<const Operation*> select(std::string_view subresource) {
    const Entry* best = nullptr;
    for (const Entry& entry : table().entries) {
      if (entry.operation->method != request_.method || entry.level != level_) continue;
      if (entry.subresource != subresource || is_deprecated(*entry.operation)) continue;
      if (entry.operation->name == kDirectoryBuckets ||
          entry.operation->name == kWriteGetObjectResponse) {
        continue;
      }
      if (!accepts_discriminators(entry, parameters_, is_read(request_.method))) continue;
      if (subresource.empty() && missing(entry) > 0 && !shares_discriminator(entry)) continue;
      if (best == nullptr || better(entry, *best)) best = &entry;
    }
    if (best == nullptr) return refuse(subresource);
    return same_slot_by_id(*best);
  }

 private:
  std::size_t missing(const Entry& entry) const {
    const auto absent_query =
        std::count_if(entry.required_query.begin(), entry.required_query.end(),
                      [&](std::string_view name) { return !has_parameter(parameters_, name); });
    const auto absent_header =
        std::count_if(entry.required_header.begin(), entry.required_header.end(),
                      [&](std::string_view name) { return !request_.has_header(name); });
    return static_cast<std::size_t>(absent_query + absent_header);
  }

  /// Whether the request has one of the parameters that the operation requires: it is then meant,
  /// and its validation says what else is missing.
  bool shares_discriminator(const Entry& entry) const {
    return std::any_of(entry.required_query.begin(), entry.required_query.end(),
                       [&](std::string_view name) { return has_parameter(parameters_, name); });
  }

  static std::size_t required(const Entry& entry) {
    return entry.required_query.size() + entry.required_header.size();
  }

  bool better(const Entry& left, const Entry& right) const {
    const auto left_missing = missing(left);
    const auto right_missing = missing(right);
    if (left_missing != right_missing) return left_missing < right_missing;
    return required(left) > required(right);
  }

  /// `x-id` names the operation that the client means. One of the same method, level and
  /// sub-resource is believed; on a write, any other name is refused.
  Result<const Operation*> same_slot_by_id(const Entry& chosen) const {
    const auto id = parameter_value(parameters_, "x-id");
    if (id.empty() || id == chosen.operation->name) return chosen.operation;
    for (const Entry& entry : table().entries) {
      if (entry.operation->name == id && entry.operation->method == chosen.operation->method &&
          entry.level == chosen.level && entry.subresource == chosen.subresource) {
        return entry.operation;
      }
    }
    if (is_read(request_.method)) return chosen.operation;
    return parameter_not_implemented("x-id");
  }

  Error refuse(std::string_view subresource) const {
    constexpr std::string_view kTypes[] = {"SERVICE", "BUCKET", "OBJECT"};
    const auto type = kTypes[static_cast<std::size_t>(level_)];
    if (subresource.empty()) return method_not_allowed(request_.method, type);
    for (const Entry& entry : table().entries) {
      if (entry.subresource == subresource && entry.level == level_ &&
          entry.operation->method != request_.method) {
        return method_not_allowed(request_.method, subresource);
      }
    }
    return parameter_not_implemented(subresource);
  }

  const http::Request& request_;
  Level level_;
  const Parameters& parameters_;
};

/// Splits the path into bucket and key, and decodes each once; '+' stands for itself.
Level parse_path(const http::Request& request, const HostTarget& host, wire::Labels& labels) {
  std::string_view path = request.path;
  if (path.starts_with('/')) path.remove_prefix(1);
  if (!host.bucket.empty()) {
    labels.emplace_back("Bucket", host.bucket);
    if (path.empty()) return Level::kBucket;
    labels.emplace_back("Key", http::percent_decode(path));
    return Level::kObject;
  }
  if (path.empty()) return Level::kService;
  const auto slash = path.find('/');
  labels.emplace_back("Bucket", http::percent_decode(path.substr(0, slash)));
  if (slash == std::string_view::npos || slash + 1 == path.size()) return Level::kBucket;
  labels.emplace_back("Key", http::percent_decode(path.substr(slash + 1)));
  return Level::kObject;
}

/// Operations that a path or a host of their own selects.
const Operation* find_special(const http::Request& request, const HostTarget& host, Level level,
                              const Parameters& parameters) {
  if (request.method == "POST" && request.path == "/WriteGetObjectResponse" &&
      host.bucket.empty()) {
    return api::s3::kModel.find(kWriteGetObjectResponse);
  }
  const bool directory =
      host.directory_control || parameter_value(parameters, "x-id") == kDirectoryBuckets;
  if (request.method == "GET" && level == Level::kService && directory) {
    return api::s3::kModel.find(kDirectoryBuckets);
  }
  return nullptr;
}

}  // namespace

Result<void> route_s3(const http::Request& request, const HostTarget& host, Route& route) {
  route.website_host = host.website;
  const Level level = parse_path(request, host, route.labels);
  if (request.method == "OPTIONS") {
    route.kind = Kind::kPreflight;
    return {};
  }
  const Parameters parameters =
      request.query.empty() ? Parameters{} : http::parse_query(request.query);
  if (const Operation* special = find_special(request, host, level, parameters)) {
    if (special->name == kWriteGetObjectResponse) route.labels.clear();
    route.operation = special;
    return {};
  }
  CUMULITE_ASSIGN(const std::string_view subresource, find_subresource(parameters));
  CUMULITE_TRY(check_unknown_names(request, parameters));
  if (request.method == "POST" && level == Level::kBucket && subresource.empty()) {
    route.kind = Kind::kPostObject;
    return {};
  }
  CUMULITE_ASSIGN(route.operation, Selection(request, level, parameters).select(subresource));
  return {};
}

}  // namespace cumulite::route
