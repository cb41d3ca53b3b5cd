#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/services/sns/message.h"
#include "protocol/result.h"

/// Data protection policies: what happens to messages with sensitive data.
/// https://docs.aws.amazon.com/sns/latest/dg/sns-message-data-protection-policies.html
namespace cumulite::sns {

enum class DataDirection : std::uint8_t { kInbound, kOutbound };
enum class DataOperation : std::uint8_t { kAudit, kMask, kRedact, kDeny };

struct DataStatement {
  DataDirection direction = DataDirection::kInbound;
  DataOperation operation = DataOperation::kAudit;
  std::vector<std::string> principals;
  std::vector<std::string> identifiers;  ///< "EmailAddress"
  char mask = '*';                       ///< kMask.
  int sample_rate = 0;                   ///< kAudit: messages of a hundred that are looked at.
  /// kAudit: where reports go, "S3:bucket", "CloudWatchLogs:group", "Firehose:stream".
  std::vector<std::string> findings_to;
  std::vector<std::string> no_findings_to;
};

/// How often which identifier was found.
using Findings = std::map<std::string, std::size_t>;

/// A policy as it is applied. Immutable, thread-safe.
class DataPolicy {
 public:
  /// Errors: InvalidParameter.
  static Result<std::shared_ptr<const DataPolicy>> parse(std::string_view text);

  explicit DataPolicy(std::vector<DataStatement> statements) : statements_(std::move(statements)) {}

  /// Whether a statement denies the message to (kOutbound) or from that principal, an ARN.
  bool denies(DataDirection direction, std::string_view principal, const Message& message) const;
  /// Masks and redacts in the message's texts; whether a statement applies to the principal at all.
  bool conceal(DataDirection direction, std::string_view principal, Message& message) const;
  /// The audit statement about messages from that principal; null if there is none.
  const DataStatement* audit(std::string_view principal) const;

  const std::vector<DataStatement>& statements() const { return statements_; }

 private:
  std::vector<DataStatement> statements_;
};

/// Whether the text may be a topic's policy; an empty one takes it away. Warns in the log of
/// identifiers that are valid, but not found here. Errors: InvalidParameter.
Result<void> check_data_policy(std::string_view text);

/// What the statement's identifiers find in the message's texts.
Findings find_in(const DataStatement& statement, const Message& message);

}  // namespace cumulite::sns
