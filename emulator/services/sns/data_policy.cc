#include "emulator/services/sns/data_policy.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include <fmt/format.h>

#include "emulator/core/log.h"
#include "emulator/core/policy/policy.h"
#include "emulator/services/sns/data_identifiers.h"
#include "emulator/services/sns/errors.h"
#include "protocol/codec/json_document.h"

namespace cumulite::sns {
namespace {

using nlohmann::json;

constexpr std::size_t kPolicyBytesMax = 30'720;
constexpr std::string_view kVersion = "2021-06-01";
constexpr std::string_view kIdentifierPrefix = "arn:aws:dataprotection:";
constexpr std::string_view kIdentifierResource = ":data-identifier/";
constexpr int kSampleRateMax = 99;

Error refuse(std::string_view reason) {
  return errors::invalid_parameter("DataProtectionPolicy", reason);
}

const json* member(const json& object, const char* name) {
  const auto found = object.find(name);
  return found == object.end() ? nullptr : &*found;
}

Result<std::vector<std::string>> read_texts(const json& statement, const char* name) {
  const json* list = member(statement, name);
  if (list == nullptr || !list->is_array() || list->empty()) {
    return refuse(fmt::format("{} must be a list that is not empty", name));
  }
  std::vector<std::string> texts;
  for (const json& one : *list) {
    if (!one.is_string()) return refuse(fmt::format("{} must be a list of texts", name));
    texts.push_back(one.get<std::string>());
  }
  return texts;
}

Result<std::vector<std::string>> read_destinations(const json& audit, const char* name) {
  std::vector<std::string> destinations;
  const json* given = member(audit, name);
  if (given == nullptr) return destinations;
  constexpr std::pair<const char*, const char*> kKinds[] = {
      {"CloudWatchLogs", "LogGroup"}, {"Firehose", "DeliveryStream"}, {"S3", "Bucket"}};
  for (const auto& [kind, what] : kKinds) {
    const json* part = given->is_object() ? member(*given, kind) : nullptr;
    if (part == nullptr) continue;
    const json* target = part->is_object() ? member(*part, what) : nullptr;
    if (target == nullptr || !target->is_string()) {
      return refuse(fmt::format("{}.{} needs a {}", name, kind, what));
    }
    const auto text = target->get<std::string>();
    if (std::string_view(kind) == "CloudWatchLogs" && !text.starts_with("/aws/vendedlogs/")) {
      return refuse("LogGroup must begin with /aws/vendedlogs/");
    }
    destinations.push_back(fmt::format("{}:{}", kind, text));
  }
  if (destinations.empty()) return refuse(fmt::format("{} names no destination", name));
  return destinations;
}

/// A number, or a text with one.
std::optional<int> read_rate(const json* given) {
  if (given == nullptr) return std::nullopt;
  const std::string text = given->is_string() ? given->get<std::string>() : given->dump();
  int rate = -1;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), rate);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size()) return std::nullopt;
  if (rate < 0 || rate > kSampleRateMax) return std::nullopt;
  return rate;
}

Result<void> read_audit(const json& given, DataStatement& statement) {
  statement.operation = DataOperation::kAudit;
  if (statement.direction != DataDirection::kInbound) {
    return refuse("the Audit operation is for the DataDirection Inbound only");
  }
  const auto rate = read_rate(member(given, "SampleRate"));
  if (!rate) return refuse("SampleRate must be an integer from 0 to 99");
  statement.sample_rate = *rate;
  CUMULITE_ASSIGN(statement.findings_to, read_destinations(given, "FindingsDestination"));
  CUMULITE_ASSIGN(statement.no_findings_to, read_destinations(given, "NoFindingsDestination"));
  if (statement.findings_to.empty() && statement.no_findings_to.empty()) {
    return refuse("the Audit operation needs a FindingsDestination or a NoFindingsDestination");
  }
  return {};
}

Result<void> read_conceal(const json& given, DataStatement& statement) {
  const json* mask = member(given, "MaskConfig");
  const json* redact = member(given, "RedactConfig");
  if ((mask == nullptr) == (redact == nullptr)) {
    return refuse("the Deidentify operation needs either a MaskConfig or a RedactConfig");
  }
  statement.operation = mask != nullptr ? DataOperation::kMask : DataOperation::kRedact;
  if (mask == nullptr) return {};
  const json* character = mask->is_object() ? member(*mask, "MaskWithCharacter") : nullptr;
  if (character == nullptr) return {};
  const std::string text = character->is_string() ? character->get<std::string>() : "";
  if (text.size() != 1 || text[0] < ' ' || text[0] > '~') {
    return refuse("MaskWithCharacter must be one printable character");
  }
  statement.mask = text[0];
  return {};
}

Result<void> read_operation(const json& given, DataStatement& statement) {
  const json* operation = member(given, "Operation");
  if (operation == nullptr || !operation->is_object() || operation->size() != 1) {
    return refuse("Operation must be one of Audit, Deidentify and Deny");
  }
  const auto only = operation->begin();
  const std::string& name = only.key();
  const json& body = *only;
  if (!body.is_object()) return refuse(fmt::format("{} must be an object", name));
  if (name == "Audit") return read_audit(body, statement);
  if (name == "Deidentify") return read_conceal(body, statement);
  if (name != "Deny") return refuse("Operation must be one of Audit, Deidentify and Deny");
  statement.operation = DataOperation::kDeny;
  return {};
}

/// EmailAddress of arn:aws:dataprotection::aws:data-identifier/EmailAddress; SNS was seen to take a
/// Region there too (test_data_protection_policy_crud). Empty: not of this form.
std::string_view managed_name(std::string_view arn) {
  const std::size_t at = arn.find(kIdentifierResource);
  if (!arn.starts_with(kIdentifierPrefix) || at == std::string_view::npos) return {};
  return arn.substr(at + kIdentifierResource.size());
}

Result<DataStatement> read_statement(const json& given) {
  if (!given.is_object()) return refuse("a Statement must be an object");
  DataStatement statement;
  const std::string direction = given.value("DataDirection", json()).is_string()
                                    ? given.value("DataDirection", "")
                                    : std::string();
  if (direction != "Inbound" && direction != "Outbound") {
    return refuse("DataDirection must be Inbound or Outbound");
  }
  statement.direction = direction == "Inbound" ? DataDirection::kInbound : DataDirection::kOutbound;
  CUMULITE_ASSIGN(statement.principals, read_texts(given, "Principal"));
  CUMULITE_ASSIGN(const auto identifiers, read_texts(given, "DataIdentifier"));
  for (const std::string& identifier : identifiers) {
    const std::string_view name = managed_name(identifier);
    if (!is_managed_identifier(name)) {
      return refuse(fmt::format("{} is no managed data identifier", identifier));
    }
    statement.identifiers.emplace_back(name);
  }
  CUMULITE_TRY(read_operation(given, statement));
  return statement;
}

/// The fifth part of an ARN: only accounts are known here, so that a user's name stands for his.
std::string_view account_of(std::string_view arn) {
  for (int part = 0; part < 4; ++part) {
    const std::size_t colon = arn.find(':');
    if (colon == std::string_view::npos) return {};
    arn.remove_prefix(colon + 1);
  }
  return arn.substr(0, arn.find(':'));
}

bool is_about(const DataStatement& statement, DataDirection direction, std::string_view principal) {
  if (statement.direction != direction) return false;
  return std::any_of(
      statement.principals.begin(), statement.principals.end(), [&](const std::string& pattern) {
        return matches_wildcards(pattern, principal) ||
               (!account_of(pattern).empty() && account_of(pattern) == account_of(principal));
      });
}

/// All that the statement finds in a text, in order and apart.
std::vector<Span> spans_in(const DataStatement& statement, std::string_view text) {
  std::vector<Span> spans;
  for (const std::string& identifier : statement.identifiers) {
    const auto found = find_data(identifier, text);
    spans.insert(spans.end(), found.begin(), found.end());
  }
  std::sort(spans.begin(), spans.end(),
            [](const Span& left, const Span& right) { return left.begin < right.begin; });
  std::vector<Span> apart;
  for (const Span& span : spans) {
    if (!apart.empty() && span.begin < apart.back().end) {
      apart.back().end = std::max(apart.back().end, span.end);
    } else {
      apart.push_back(span);
    }
  }
  return apart;
}

void conceal_text(const DataStatement& statement, std::string& text) {
  const auto spans = spans_in(statement, text);
  for (auto span = spans.rbegin(); span != spans.rend(); ++span) {
    const std::size_t size = span->end - span->begin;
    text.replace(
        span->begin, size,
        std::string(statement.operation == DataOperation::kMask ? size : 0, statement.mask));
  }
}

/// Calls `visit` with each text of the message until it returns true.
template <class M, class Visit>
bool any_text(M& message, const Visit& visit) {
  if (visit(message.text)) return true;
  return std::any_of(message.texts.begin(), message.texts.end(),
                     [&](auto& own) { return visit(own.second); });
}

}  // namespace

Result<std::shared_ptr<const DataPolicy>> DataPolicy::parse(std::string_view text) {
  if (text.size() > kPolicyBytesMax) return refuse("the policy is longer than 30720 bytes");
  const json policy = json::parse(text, nullptr, false);
  if (!policy.is_object()) return refuse("failed to parse JSON");
  const json* name = member(policy, "Name");
  if (name == nullptr || !name->is_string() || name->get<std::string>().empty()) {
    return refuse("Name is required");
  }
  const json* version = member(policy, "Version");
  if (version == nullptr || *version != kVersion) return refuse("Version must be 2021-06-01");
  if (policy.contains("Configuration")) return refuse("custom data identifiers are not supported");
  const json* list = member(policy, "Statement");
  if (list == nullptr || !list->is_array() || list->empty()) return refuse("Statement is required");
  std::vector<DataStatement> statements;
  for (const json& given : *list) {
    CUMULITE_ASSIGN(DataStatement statement, read_statement(given));
    statements.push_back(std::move(statement));
  }
  const auto audits = std::count_if(statements.begin(), statements.end(), [](const auto& one) {
    return one.operation == DataOperation::kAudit;
  });
  if (audits > 1) return refuse("a policy can have one Audit statement only");
  return std::make_shared<const DataPolicy>(std::move(statements));
}

bool DataPolicy::denies(DataDirection direction, std::string_view principal,
                        const Message& message) const {
  return std::any_of(statements_.begin(), statements_.end(), [&](const DataStatement& statement) {
    return statement.operation == DataOperation::kDeny &&
           is_about(statement, direction, principal) && !find_in(statement, message).empty();
  });
}

bool DataPolicy::conceal(DataDirection direction, std::string_view principal,
                         Message& message) const {
  bool applies = false;
  for (const DataStatement& statement : statements_) {
    const bool conceals = statement.operation == DataOperation::kMask ||
                          statement.operation == DataOperation::kRedact;
    if (!conceals || !is_about(statement, direction, principal)) continue;
    applies = true;
    any_text(message, [&](std::string& text) {
      conceal_text(statement, text);
      return false;
    });
  }
  return applies;
}

const DataStatement* DataPolicy::audit(std::string_view principal) const {
  for (const DataStatement& statement : statements_) {
    if (statement.operation == DataOperation::kAudit &&
        is_about(statement, DataDirection::kInbound, principal)) {
      return &statement;
    }
  }
  return nullptr;
}

Result<void> check_data_policy(std::string_view text) {
  if (text.empty()) return {};
  CUMULITE_ASSIGN(const auto policy, DataPolicy::parse(text));
  for (const DataStatement& statement : policy->statements()) {
    for (const std::string& identifier : statement.identifiers) {
      if (is_found_here(identifier)) continue;
      log::warning("sns: the data identifier {} is stored, but finds nothing here", identifier);
    }
  }
  return {};
}

Findings find_in(const DataStatement& statement, const Message& message) {
  Findings findings;
  any_text(message, [&](const std::string& text) {
    for (const std::string& identifier : statement.identifiers) {
      const std::size_t count = find_data(identifier, text).size();
      if (count > 0) findings[identifier] += count;
    }
    return false;
  });
  return findings;
}

}  // namespace cumulite::sns
