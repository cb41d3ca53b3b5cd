#include <utility>

#include <fmt/format.h>

#include "emulator/core/helper_spaces.h"
#include "emulator/core/ids.h"
#include "emulator/core/records/shape_codec.h"
#include "emulator/services/lambda/errors.h"
#include "emulator/services/lambda/handlers.h"
#include "emulator/services/lambda/layer/layer_names.h"
#include "emulator/services/lambda/policy/statements.h"

namespace cumulite::lambda {
namespace {

using Json = nlohmann::ordered_json;
using functions::FunctionId;
using PolicyOp = api::op::GetLayerVersionPolicy;
using LayerPolicy = api::GetLayerVersionPolicyResponse;

/// A layer version that exists, and where its policy is.
struct PolicyPlace {
  FunctionId layer;
  std::string arn;
  std::string key;
};

template <class Request>
Result<PolicyPlace> place_of(const Context& ctx, const Request& req) {
  const auto number = req.VersionNumber.value_or(0);
  PolicyPlace place = {.layer = layer_id(ctx, req.LayerName)};
  place.arn = fmt::format("{}:{}", layer_arn(place.layer), number);
  place.key = functions::rows::layer_policy_key(place.layer, static_cast<std::uint64_t>(number));
  if (!functions::find_layer(ctx.env.store, place.arn))
    return errors::resource_not_found(fmt::format("Layer version {} does not exist.", place.arn));
  return place;
}

std::optional<LayerPolicy> find_policy(const storage::Reader& reader, const PolicyPlace& place) {
  const auto row = reader.get(spaces::kLambda, place.key);
  if (!row) return std::nullopt;
  LayerPolicy policy;
  decode_shape(*PolicyOp::info().output, *row, &policy);
  return policy;
}

Json layer_statements(const std::optional<LayerPolicy>& policy) {
  return statements_in(policy ? policy->Policy : std::nullopt);
}

std::string put_policy(storage::Txn& txn, const PolicyPlace& place, const Json& statements) {
  LayerPolicy policy;
  policy.Policy = policy_text(statements);
  policy.RevisionId = ids::uuid();
  txn.put(spaces::kLambda, place.key, encode_shape(*PolicyOp::info().output, &policy));
  return *policy.RevisionId;
}

Result<void> check_layer_revision(const std::optional<std::string>& revision,
                                  const std::optional<LayerPolicy>& policy) {
  if (!revision || (policy && policy->RevisionId == revision)) return {};
  return Error{"PreconditionFailedException",
               "The Revision Id provided does not match the latest Revision Id. Call the "
               "GetLayerPolicy API to retrieve the latest Revision Id",
               412};
}

Json layer_statement(const api::AddLayerVersionPermissionRequest& req, const std::string& arn) {
  const auto& principal = *req.Principal;
  const bool is_account = principal.find_first_not_of("0123456789") == std::string::npos;
  Json statement = {{"Sid", *req.StatementId}, {"Effect", "Allow"}};
  if (principal == "*") {
    statement["Principal"] = "*";
  } else {
    statement["Principal"]["AWS"] =
        is_account ? fmt::format("arn:aws:iam::{}:root", principal) : principal;
  }
  statement["Action"] = *req.Action;
  statement["Resource"] = arn;
  if (req.OrganizationId)
    statement["Condition"]["StringEquals"]["aws:PrincipalOrgID"] = *req.OrganizationId;
  return statement;
}

}  // namespace

Result<api::AddLayerVersionPermissionResponse> add_layer_version_permission(
    Context& ctx, const api::AddLayerVersionPermissionRequest& req) {
  CUMULITE_ASSIGN(const auto place, place_of(ctx, req));
  if (req.OrganizationId && req.Principal != "*") {
    return errors::invalid_parameter(
        "Principal must be * when an OrganizationId is given: the permission is for all of it.");
  }
  return ctx.env.store.transact(
      layer_domains(place.layer),
      [&](storage::Txn& txn) -> Result<api::AddLayerVersionPermissionResponse> {
        const auto policy = find_policy(txn, place);
        CUMULITE_TRY(check_layer_revision(req.RevisionId, policy));
        auto statements = layer_statements(policy);
        for (const auto& statement : statements) {
          if (statement["Sid"] == *req.StatementId) {
            return errors::resource_conflict(
                fmt::format("The statement id ({}) provided already exists. Please provide a new "
                            "statement id, or remove the existing statement.",
                            *req.StatementId));
          }
        }
        statements.push_back(layer_statement(req, place.arn));
        api::AddLayerVersionPermissionResponse res;
        res.Statement = statements.back().dump();
        res.RevisionId = put_policy(txn, place, statements);
        return res;
      });
}

Result<api::GetLayerVersionPolicyResponse> get_layer_version_policy(
    Context& ctx, const api::GetLayerVersionPolicyRequest& req) {
  CUMULITE_ASSIGN(const auto place, place_of(ctx, req));
  auto policy = find_policy(ctx.env.store, place);
  if (!policy)
    return errors::resource_not_found("No policy is associated with the given resource.");
  return std::move(*policy);
}

Result<model::Unit> remove_layer_version_permission(
    Context& ctx, const api::RemoveLayerVersionPermissionRequest& req) {
  CUMULITE_ASSIGN(const auto place, place_of(ctx, req));
  return ctx.env.store.transact(
      layer_domains(place.layer), [&](storage::Txn& txn) -> Result<model::Unit> {
        const auto policy = find_policy(txn, place);
        CUMULITE_TRY(check_layer_revision(req.RevisionId, policy));
        CUMULITE_ASSIGN(const Json kept,
                        without_statement(layer_statements(policy), *req.StatementId));
        if (kept.empty()) {
          txn.del(spaces::kLambda, place.key);
        } else {
          put_policy(txn, place, kept);
        }
        return model::Unit{};
      });
}

}  // namespace cumulite::lambda
