#include "emulator/services/sqs/redrive_policy.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "emulator/services/sqs/errors.h"
#include "protocol/codec/json_document.h"

namespace cumulite::sqs {
namespace {

using nlohmann::json;

constexpr std::int64_t kReceiveCountMax = 1'000;
constexpr std::size_t kSourceArnsMax = 10;

json parse(std::string_view text) {
  return json::parse(text, nullptr, false);
}

// AWS takes the number as text too.
std::optional<std::int64_t> integer_of(const json& value) {
  if (value.is_number_integer()) return value.get<std::int64_t>();
  if (!value.is_string()) return std::nullopt;
  const auto& text = value.get_ref<const std::string&>();
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

Error invalid_policy(std::string_view text, std::string_view name, std::string_view reason) {
  return errors::invalid_value(text, name, reason);
}

}  // namespace

bool RedriveAllowance::allows(std::string_view source_arn) const {
  switch (permission) {
    case Permission::kAllowAll:
      return true;
    case Permission::kDenyAll:
      return false;
    case Permission::kByQueue:
      return std::find(source_arns.begin(), source_arns.end(), source_arn) != source_arns.end();
  }
  return true;
}

Result<RedriveTarget> read_redrive_policy(std::string_view text) {
  constexpr std::string_view kName = "RedrivePolicy";
  const json policy = parse(text);
  if (!policy.is_object()) {
    return invalid_policy(text, kName, "Redrive policy is not a valid JSON map.");
  }
  for (const char* member : {"deadLetterTargetArn", "maxReceiveCount"}) {
    if (policy.contains(member)) continue;
    return invalid_policy(
        text, kName,
        fmt::format("Redrive policy does not contain mandatory attribute: {}.", member));
  }
  const auto& arn = policy["deadLetterTargetArn"];
  if (!arn.is_string() || arn.get_ref<const std::string&>().empty()) {
    return invalid_policy(text, kName, "Invalid value for deadLetterTargetArn.");
  }
  const auto count = integer_of(policy["maxReceiveCount"]);
  if (!count || *count < 1 || *count > kReceiveCountMax) {
    const std::string given = count ? std::to_string(*count) : policy["maxReceiveCount"].dump();
    return invalid_policy(text, kName,
                          fmt::format("Invalid value for maxReceiveCount: {}, valid values are "
                                      "from 1 to 1000 both inclusive.",
                                      given));
  }
  return RedriveTarget{arn.get<std::string>(), static_cast<std::uint32_t>(*count)};
}

std::optional<RedriveTarget> parse_redrive_target(std::string_view text) {
  if (text.empty()) return std::nullopt;
  auto target = read_redrive_policy(text);
  if (!target.ok()) return std::nullopt;
  return std::move(*target);
}

Result<RedriveAllowance> read_redrive_allow_policy(std::string_view text) {
  constexpr std::string_view kName = "RedriveAllowPolicy";
  const json policy = parse(text);
  if (!policy.is_object()) return invalid_policy(text, kName, "Not a valid JSON map.");
  const std::string permission = policy.value("redrivePermission", json()).is_string()
                                     ? policy["redrivePermission"].get<std::string>()
                                     : std::string();
  RedriveAllowance allowance;
  if (permission == "byQueue") {
    allowance.permission = RedriveAllowance::Permission::kByQueue;
  } else if (permission == "denyAll") {
    allowance.permission = RedriveAllowance::Permission::kDenyAll;
  } else if (permission != "allowAll") {
    return invalid_policy(text, kName,
                          "The redrivePermission parameter must be allowAll, denyAll or byQueue.");
  }
  const json arns = policy.value("sourceQueueArns", json());
  if (!arns.is_null()) {
    if (permission != "byQueue") {
      return invalid_policy(text, kName,
                            "The sourceQueueArns parameter can be specified only when the "
                            "redrivePermission parameter is set to byQueue.");
    }
    if (!arns.is_array() || arns.size() > kSourceArnsMax) {
      return invalid_policy(text, kName, "You can specify up to 10 source queue ARNs.");
    }
    for (const json& arn : arns) {
      if (!arn.is_string()) return invalid_policy(text, kName, "Not a valid ARN.");
      allowance.source_arns.push_back(arn.get<std::string>());
    }
  } else if (permission == "byQueue") {
    return invalid_policy(text, kName,
                          "The sourceQueueArns parameter must be specified when the "
                          "redrivePermission parameter is set to byQueue.");
  }
  return allowance;
}

bool is_json_object(std::string_view text) {
  return parse(text).is_object();
}

bool is_same_json(std::string_view left, std::string_view right) {
  if (left == right) return true;
  const json first = parse(left);
  const json second = parse(right);
  return !first.is_discarded() && !second.is_discarded() && first == second;
}

}  // namespace cumulite::sqs
