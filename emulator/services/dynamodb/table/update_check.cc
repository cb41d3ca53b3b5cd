#include "emulator/services/dynamodb/table/update_check.h"

#include <algorithm>

#include <fmt/format.h>

#include "emulator/services/dynamodb/errors.h"
#include "emulator/services/dynamodb/table/encryption.h"
#include "emulator/services/dynamodb/table/index_changes.h"
#include "emulator/services/dynamodb/table/schema_check.h"
#include "emulator/services/dynamodb/table/settings_check.h"
#include "emulator/services/dynamodb/vector/search_vectors.h"

namespace cumulite::dynamodb {
namespace {

/// What a request changes.
struct Concerns {
  bool units = false;    ///< Provisioned ones, or a billing mode that has them.
  bool billing = false;  ///< Another change of the billing mode.
  bool indexes = false;
  bool index_structure = false;  ///< An index is created or deleted.
  bool index_creation = false;
  bool stream = false;
  bool encryption = false;
  bool table_class = false;
  bool protection = false;
  bool on_demand = false;
  bool warm = false;
  bool replicas = false;

  int count() const {
    return units + billing + indexes + stream + encryption + table_class + protection + on_demand +
           warm + replicas;
  }
};

Concerns concerns_of(const api::UpdateTableInput& in) {
  Concerns out;
  out.units = in.ProvisionedThroughput || in.BillingMode == "PROVISIONED";
  out.billing = in.BillingMode && !out.units;
  out.stream = in.StreamSpecification.has_value();
  out.encryption = in.SSESpecification.has_value();
  out.table_class = in.TableClass.has_value();
  out.protection = in.DeletionProtectionEnabled.has_value();
  // Without members these count as absent.
  out.on_demand = in.OnDemandThroughput && (in.OnDemandThroughput->MaxReadRequestUnits ||
                                            in.OnDemandThroughput->MaxWriteRequestUnits);
  out.warm = in.WarmThroughput &&
             (in.WarmThroughput->ReadUnitsPerSecond || in.WarmThroughput->WriteUnitsPerSecond);
  out.replicas = in.ReplicaUpdates && !in.ReplicaUpdates->empty();
  if (!in.GlobalSecondaryIndexUpdates) return out;
  const auto& updates = *in.GlobalSecondaryIndexUpdates;
  out.indexes = !updates.empty();
  out.index_creation = std::any_of(updates.begin(), updates.end(),
                                   [](const auto& update) { return update.Create.has_value(); });
  out.index_structure = std::any_of(updates.begin(), updates.end(), [](const auto& update) {
    return update.Create.has_value() || update.Delete.has_value();
  });
  return out;
}

Result<void> check_any(const api::UpdateTableInput& in, const Concerns& concerns) {
  if (concerns.count() > 0 || in.OnDemandThroughput || in.WarmThroughput ||
      in.DisassociationProtectionEnabled || in.GlobalTableSettingsReplicationMode) {
    return {};
  }
  return errors::validation(fmt::format(
      "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, "
      "GlobalSecondaryIndexUpdates, SSESpecification, ReplicaUpdates, MultiAccountReplicaReady, "
      "ReplicaTransitRoleArn, {}DeletionProtectionEnabled, OnDemandThroughput, WarmThroughput or "
      "TableClass is required",
      // What was given is not asked for, though it is not enough.
      in.MultiRegionConsistency ? "" : "MultiRegionConsistency, "));
}

/// What is changed alone. The order is that in which the service finds a pair wrong.
Result<void> check_alone(const api::UpdateTableInput& in, const Concerns& concerns) {
  if (concerns.count() < 2) return {};
  if (concerns.replicas && (in.MultiRegionConsistency || in.GlobalTableWitnessUpdates)) {
    return errors::invalid_parameter(
        "Requests that modify replicas or witnesses must not also modify other fields");
  }
  const auto alone = [](std::string_view what) {
    return errors::invalid_parameter(
        fmt::format("{} must be the only operation in the request", what));
  };
  if (concerns.replicas) return alone("Replica modification");
  if (concerns.encryption) return alone("Server-Side Encryption modification");
  if (concerns.table_class) return alone("TableClass modification");
  if (concerns.protection) return alone("DeletionProtection modification");
  if (concerns.on_demand && (concerns.stream || concerns.warm)) {
    return errors::invalid_parameter(
        "OnDemandThroughput can only be combined with BillingMode in an UpdateTable request");
  }
  if (concerns.warm && concerns.index_creation) {
    return errors::invalid_parameter(
        "Create global secondary index cannot be specified when updating WarmThroughput");
  }
  const int with_indexes = concerns.indexes ? 2 : 1;
  if (concerns.warm && concerns.count() > with_indexes) return alone("WarmThroughput");
  return {};
}

/// These speak of a change under way, and mean one in the same request.
Result<void> check_pairs(const Concerns& concerns) {
  if (concerns.units && concerns.stream) {
    return errors::invalid_parameter("You cannot modify stream status while updating table IOPS");
  }
  if (concerns.units && concerns.index_structure) {
    return errors::invalid_parameter("You cannot create or delete index while updating table IOPS");
  }
  if (concerns.stream && concerns.index_structure) {
    return errors::invalid_parameter(
        "You cannot create or delete index while changing stream status");
  }
  return {};
}

}  // namespace

Result<void> check_update_request(const api::UpdateTableInput& in) {
  CUMULITE_TRY(check_no_vector_indexes(in.VectorIndexUpdates));
  const Concerns concerns = concerns_of(in);
  CUMULITE_TRY(check_any(in, concerns));
  if (in.GlobalSecondaryIndexUpdates && !concerns.indexes) {
    return errors::invalid_parameter("List of GlobalSecondaryIndexUpdates is empty");
  }
  CUMULITE_TRY(check_alone(in, concerns));
  CUMULITE_TRY(check_pairs(concerns));
  if (in.BillingMode == "PROVISIONED" && !in.ProvisionedThroughput) {
    return errors::invalid_parameter(
        "ProvisionedThroughput must be specified when BillingMode is PROVISIONED");
  }
  CUMULITE_TRY(check_throughput(in.ProvisionedThroughput));
  CUMULITE_TRY(check_stream_change(in.StreamSpecification));
  CUMULITE_TRY(check_encryption(in.SSESpecification));
  if (concerns.indexes) CUMULITE_TRY(check_index_updates(*in.GlobalSecondaryIndexUpdates));
  return {};
}

}  // namespace cumulite::dynamodb
