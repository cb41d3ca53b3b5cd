#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "emulator/services/application-autoscaling/policy.h"
#include "emulator/services/application-autoscaling/scaling.h"
#include "protocol/result.h"

/// What DynamoDB's own calls about replicas read and change of scalable targets, so that both ways
/// to them lead to the same rows.
namespace cumulite::application_autoscaling {

/// What is scaled: the read or write units of a table, or of its global index.
struct Throughput {
  std::string account;
  std::string region;
  std::string table;
  std::string index = {};  ///< Empty: the table's own.
  bool writes = false;

  TargetName name() const;
};

/// Scaling of a throughput as it is registered.
struct TableScaling {
  api::ScalableTarget target;
  std::vector<api::ScalingPolicy> policies;  ///< That track a target.
};

/// Nullopt too for a target without such policies: nothing acts on it.
std::optional<TableScaling> read_scaling(const storage::Reader& reader, const Throughput& of);

/// What a call says of a throughput's scaling; what it does not say stays.
struct AskedScaling {
  bool disabled = false;  ///< The target goes, with its policies.
  std::optional<std::int64_t> least = {};
  std::optional<std::int64_t> most = {};
  std::optional<std::string> policy_name = {};
  /// Without a metric: it is the throughput's.
  std::optional<api::TargetTrackingScalingPolicyConfiguration> tracking = {};
};

/// A change with the ids that it needs: made before the transaction, which may run twice.
struct ScalingChange {
  TargetName name;
  AskedScaling asked;
  Target fresh;
  AlarmIds alarms;
};

ScalingChange prepare_change(const Throughput& of, AskedScaling asked, std::int64_t now_ms);
/// Within `scaling_domains` of the throughput's region. Errors: ValidationException.
Result<void> apply_change(storage::Txn& txn, const ScalingChange& change);

}  // namespace cumulite::application_autoscaling
