#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "api/application_autoscaling.h"
#include "emulator/core/tags.h"
#include "storage/kv/store.h"

/// Scalable targets with their policies and scheduled actions: how they are named and kept.
namespace cumulite::application_autoscaling {

/// What a scalable target is called by: unique in an account's region.
struct TargetName {
  std::string account;
  std::string region;
  std::string service;    ///< The namespace: "dynamodb".
  std::string resource;   ///< "table/orders".
  std::string dimension;  ///< "dynamodb:table:ReadCapacityUnits".
};

struct Target {
  api::ScalableTarget shown;  ///< As it is described.
  std::string uuid;           ///< In the ARNs of its policies and actions.
  tags::Tags tags;
};

/// Keys of the service's space, made only here: account and region, then
///   t service resource dimension          a target
///   p service resource dimension NAME     a policy of it
///   s service resource dimension NAME     a scheduled action of it
///   a ID                                  the end of a target's ARN: the target's key
namespace keys {

/// Of all that an account has in a region: the domain of every transaction.
std::string scope(std::string_view account, std::string_view region);
std::string target(const TargetName& name);
/// Prefix of the policies, or actions, of a target.
std::string policies(const TargetName& name);
std::string actions(const TargetName& name);
std::string arn_id(std::string_view account, std::string_view region, std::string_view id);

/// Prefix of the rows of a kind ('t', 'p', 's') of a service, and of a resource and a dimension
/// where they are not empty.
std::string listed(char kind, const TargetName& name);

}  // namespace keys

/// For a transaction that changes anything in the region.
storage::Domains scaling_domains(std::string_view account, std::string_view region);

std::string encode_target(const Target& target);
/// Throws storage::StorageError on a corrupt row, as the others do.
Target decode_target(std::string_view bytes);
std::string encode_policy(const api::ScalingPolicy& policy);
api::ScalingPolicy decode_policy(std::string_view bytes);
std::string encode_action(const api::ScheduledAction& action);
api::ScheduledAction decode_action(std::string_view bytes);

std::optional<Target> load_target(const storage::Reader& reader, const TargetName& name);
std::optional<api::ScalingPolicy> load_policy(const storage::Reader& reader, const TargetName& name,
                                              std::string_view policy);
std::optional<api::ScheduledAction> load_action(const storage::Reader& reader,
                                                const TargetName& name, std::string_view action);
/// A target that nothing is known of but its name: with new ids, no capacities, nothing suspended.
Target make_target(const TargetName& name, std::int64_t now_ms);
void store_target(storage::Txn& txn, const TargetName& name, const Target& target);
/// With its policies and scheduled actions.
void erase_target(storage::Txn& txn, const TargetName& name, const Target& target);

/// Rows below a prefix, counted up to `most`.
std::size_t count_rows(const storage::Reader& reader, std::string_view prefix, std::size_t most);

/// "arn:aws:autoscaling:REGION:ACCOUNT:scalingPolicy:UUID:resource/SERVICE/RESOURCE:policyName/NAME"
/// and its like: `kind` is "scalingPolicy", `label` "policyName".
std::string part_arn(const TargetName& name, const Target& target, std::string_view kind,
                     std::string_view label, std::string_view part);

}  // namespace cumulite::application_autoscaling
