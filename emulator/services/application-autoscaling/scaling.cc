#include "emulator/services/application-autoscaling/scaling.h"

#include <cstdlib>

#include <fmt/format.h>

#include "emulator/core/helper_spaces.h"
#include "emulator/core/ids.h"
#include "emulator/core/records/field_table.h"
#include "emulator/core/records/shape_codec.h"
#include "emulator/core/row_service.h"
#include "emulator/services/application-autoscaling/dimension.h"
#include "storage/kv/key_codec.h"

namespace cumulite::application_autoscaling {
namespace {

/// A target's row. Tags of fields are what is on disk: one that goes leaves a gap.
struct TargetRow {
  std::string shown;
  std::string uuid;
  tags::Tags tags;

  static void fields(auto& self, auto&& field) {
    field(1, self.shown);
    field(2, self.uuid);
    field(3, self.tags);
  }
};

/// Shape of what an operation lists.
const model::Shape& element_shape(const model::Operation& operation) {
  for (const model::Member& member : operation.output->members) {
    if (member.shape->element != nullptr) return *member.shape->element;
  }
  std::abort();  // The operations that this is asked for list something.
}

const model::Shape& target_shape() {
  return element_shape(api::op::DescribeScalableTargets::info());
}

const model::Shape& policy_shape() {
  return element_shape(api::op::DescribeScalingPolicies::info());
}

const model::Shape& action_shape() {
  return element_shape(api::op::DescribeScheduledActions::info());
}

std::string arn_row(const TargetName& name, const Target& target) {
  const std::string& arn = *target.shown.ScalableTargetARN;
  return keys::arn_id(name.account, name.region, arn.substr(arn.rfind('/') + 1));
}

void erase_below(storage::Txn& txn, const std::string& prefix) {
  txn.del_range(spaces::kApplicationAutoScaling, prefix, storage::prefix_end(prefix));
}

}  // namespace

namespace keys {

std::string scope(std::string_view account, std::string_view region) {
  std::string key = account_key(account);
  storage::append_part(key, region);
  return key;
}

std::string listed(char kind, const TargetName& name) {
  std::string key = scope_key(name.account, name.region, kind);
  for (const std::string& part : {name.service, name.resource, name.dimension}) {
    if (part.empty()) break;
    storage::append_part(key, part);
  }
  return key;
}

std::string target(const TargetName& name) {
  return listed('t', name);
}

std::string policies(const TargetName& name) {
  return listed('p', name);
}

std::string actions(const TargetName& name) {
  return listed('s', name);
}

std::string arn_id(std::string_view account, std::string_view region, std::string_view id) {
  return scope_key(account, region, 'a').append(id);
}

}  // namespace keys

storage::Domains scaling_domains(std::string_view account, std::string_view region) {
  return {
      storage::Domain::exclusive_on(spaces::kApplicationAutoScaling, keys::scope(account, region))};
}

std::string encode_target(const Target& target) {
  return encode_fields(
      TargetRow{encode_shape(target_shape(), &target.shown), target.uuid, target.tags});
}

Target decode_target(std::string_view bytes) {
  auto row = decode_fields<TargetRow>(bytes);
  Target target{{}, std::move(row.uuid), std::move(row.tags)};
  decode_shape(target_shape(), row.shown, &target.shown);
  return target;
}

std::string encode_policy(const api::ScalingPolicy& policy) {
  return encode_shape(policy_shape(), &policy);
}

api::ScalingPolicy decode_policy(std::string_view bytes) {
  api::ScalingPolicy policy;
  decode_shape(policy_shape(), bytes, &policy);
  return policy;
}

std::string encode_action(const api::ScheduledAction& action) {
  return encode_shape(action_shape(), &action);
}

api::ScheduledAction decode_action(std::string_view bytes) {
  api::ScheduledAction action;
  decode_shape(action_shape(), bytes, &action);
  return action;
}

std::optional<Target> load_target(const storage::Reader& reader, const TargetName& name) {
  const auto row = reader.get(spaces::kApplicationAutoScaling, keys::target(name));
  if (!row) return std::nullopt;
  return decode_target(*row);
}

std::optional<api::ScalingPolicy> load_policy(const storage::Reader& reader, const TargetName& name,
                                              std::string_view policy) {
  const auto row = reader.get(spaces::kApplicationAutoScaling, keys::policies(name).append(policy));
  if (!row) return std::nullopt;
  return decode_policy(*row);
}

std::optional<api::ScheduledAction> load_action(const storage::Reader& reader,
                                                const TargetName& name, std::string_view action) {
  const auto row = reader.get(spaces::kApplicationAutoScaling, keys::actions(name).append(action));
  if (!row) return std::nullopt;
  return decode_action(*row);
}

Target make_target(const TargetName& name, std::int64_t now_ms) {
  constexpr std::size_t kArnIdCharacters = 36;
  Target target;
  target.uuid = ids::uuid();
  target.shown.ServiceNamespace = name.service;
  target.shown.ResourceId = name.resource;
  target.shown.ScalableDimension = name.dimension;
  target.shown.CreationTime = model::Timestamp{now_ms};
  target.shown.SuspendedState = api::SuspendedState{false, false, false};
  target.shown.ScalableTargetARN =
      fmt::format("arn:aws:application-autoscaling:{}:{}:scalable-target/{}", name.region,
                  name.account, ids::random_hex(kArnIdCharacters));
  const std::string role = linked_role_arn(name.account, name.service);
  if (!role.empty()) target.shown.RoleARN = role;
  return target;
}

void store_target(storage::Txn& txn, const TargetName& name, const Target& target) {
  const std::string key = keys::target(name);
  txn.put(spaces::kApplicationAutoScaling, key, encode_target(target));
  txn.put(spaces::kApplicationAutoScaling, arn_row(name, target), key);
}

void erase_target(storage::Txn& txn, const TargetName& name, const Target& target) {
  txn.del(spaces::kApplicationAutoScaling, keys::target(name));
  txn.del(spaces::kApplicationAutoScaling, arn_row(name, target));
  erase_below(txn, keys::policies(name));
  erase_below(txn, keys::actions(name));
}

std::size_t count_rows(const storage::Reader& reader, std::string_view prefix, std::size_t most) {
  const std::string end = storage::prefix_end(prefix);
  std::string from(prefix);
  std::size_t count = 0;
  while (count < most) {
    const auto page =
        reader.range(spaces::kApplicationAutoScaling, from, end, {.limit = most - count});
    count += page.rows.size();
    if (!page.more) break;
    from = page.rows.back().key + '\0';
  }
  return count;
}

std::string part_arn(const TargetName& name, const Target& target, std::string_view kind,
                     std::string_view label, std::string_view part) {
  return fmt::format("arn:aws:autoscaling:{}:{}:{}:{}:resource/{}/{}:{}/{}", name.region,
                     name.account, kind, target.uuid, name.service, name.resource, label, part);
}

}  // namespace cumulite::application_autoscaling
