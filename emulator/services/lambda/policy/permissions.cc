#include <utility>

#include <fmt/format.h>

#include "emulator/core/arn.h"
#include "emulator/core/ids.h"
#include "emulator/services/lambda/documents.h"
#include "emulator/services/lambda/errors.h"
#include "emulator/services/lambda/handlers.h"
#include "emulator/services/lambda/names.h"
#include "emulator/services/lambda/policy/statements.h"

namespace cumulite::lambda {
namespace {

using Json = nlohmann::ordered_json;
using functions::DocumentKind;
using functions::QualifiedId;

constexpr std::size_t kPolicyBytesMax = 20'480;

/// Names of services end with a domain of AWS.
bool is_principal(std::string_view principal) {
  if (principal.starts_with("arn:") || principal.find('.') == std::string_view::npos) return true;
  return principal.ends_with(".amazonaws.com") || principal.ends_with(".amazonaws.com.cn") ||
         principal.ends_with(".amazon.com");
}

/// Whom a statement lets in: a service, an account, a user's or role's ARN, everybody.
Json principal_of(const std::string& principal) {
  if (principal == "*") return "*";
  if (is_account_id(principal)) {
    return {{"AWS", fmt::format("arn:aws:iam::{}:root", principal)}};
  }
  return {{principal.starts_with("arn:") ? "AWS" : "Service", principal}};
}

Json conditions_of(const api::AddPermissionRequest& req) {
  Json conditions = Json::object();
  if (req.SourceAccount) conditions["StringEquals"]["AWS:SourceAccount"] = *req.SourceAccount;
  if (req.FunctionUrlAuthType)
    conditions["StringEquals"]["lambda:FunctionUrlAuthType"] = *req.FunctionUrlAuthType;
  if (req.PrincipalOrgID) conditions["StringEquals"]["aws:PrincipalOrgID"] = *req.PrincipalOrgID;
  if (req.EventSourceToken)
    conditions["StringEquals"]["lambda:EventSourceToken"] = *req.EventSourceToken;
  if (req.SourceArn) conditions["ArnLike"]["AWS:SourceArn"] = *req.SourceArn;
  return conditions;
}

Json statement_of(const api::AddPermissionRequest& req, const QualifiedId& name) {
  Json statement = {{"Sid", req.StatementId.value_or("")},
                    {"Effect", "Allow"},
                    {"Principal", principal_of(req.Principal.value_or(""))},
                    {"Action", req.Action.value_or("")},
                    {"Resource", qualified_arn(name)}};
  auto conditions = conditions_of(req);
  if (!conditions.empty()) statement["Condition"] = std::move(conditions);
  return statement;
}

Json statements_of(const std::optional<api::GetPolicyResponse>& policy) {
  return statements_in(policy ? policy->Policy : std::nullopt);
}

api::GetPolicyResponse policy_of(const Json& statements) {
  api::GetPolicyResponse res;
  res.Policy = policy_text(statements);
  res.RevisionId = ids::uuid();
  return res;
}

/// Until it has a policy, an alias or version has its own revision only.
bool is_own_revision(const storage::Reader& reader, const QualifiedId& name,
                     const std::string& revision) {
  if (const auto alias = functions::find_alias(reader, name.id, name.qualifier)) {
    return alias->RevisionId == revision;
  }
  const auto found = functions::resolve(reader, name, 1);
  return found && found->stored.configuration.RevisionId == revision;
}

Result<void> check_revision(const storage::Reader& reader, const QualifiedId& name,
                            const std::optional<std::string>& revision,
                            const std::optional<api::GetPolicyResponse>& policy) {
  if (!revision) return {};
  if (policy ? policy->RevisionId == revision : is_own_revision(reader, name, *revision)) return {};
  return Error{"PreconditionFailedException",
               "The Revision Id provided does not match the latest Revision Id. Call the GetPolicy "
               "API to retrieve the latest Revision Id",
               412};
}

Error no_policy() {
  return errors::resource_not_found("The resource you requested does not exist.");
}

}  // namespace

Result<api::AddPermissionResponse> add_permission(Context& ctx,
                                                  const api::AddPermissionRequest& req) {
  CUMULITE_ASSIGN(const auto name, resolve_name(ctx, req.FunctionName, req.Qualifier));
  if (name.qualifier == "$LATEST") {
    return errors::invalid_parameter("We currently do not support adding policies for $LATEST.");
  }
  if (!is_principal(req.Principal.value_or(""))) {
    return errors::invalid_parameter(
        "The provided principal was invalid. Please check the principal and try again.");
  }
  return ctx.env.store.transact(
      functions::rows::domains_of(name.id),
      [&](storage::Txn& txn) -> Result<api::AddPermissionResponse> {
        CUMULITE_TRY(require_qualified(txn, name));
        const auto policy = find_document<api::op::GetPolicy>(txn, name, DocumentKind::kPolicy);
        CUMULITE_TRY(check_revision(txn, name, req.RevisionId, policy));
        auto statements = statements_of(policy);
        for (const auto& statement : statements) {
          if (statement["Sid"] == *req.StatementId) {
            return errors::resource_conflict(
                fmt::format("The statement id ({}) provided already exists. Please provide a new "
                            "statement id, or remove the existing statement.",
                            *req.StatementId));
          }
        }
        statements.push_back(statement_of(req, name));
        api::AddPermissionResponse res;
        res.Statement = statements.back().dump();
        const auto changed = policy_of(statements);
        if (changed.Policy->size() > kPolicyBytesMax) {
          return Error{"PolicyLengthExceededException",
                       fmt::format("The final policy size ({}) is bigger than the limit ({}).",
                                   changed.Policy->size(), kPolicyBytesMax),
                       400};
        }
        put_document<api::op::GetPolicy>(txn, name, DocumentKind::kPolicy, changed);
        return res;
      });
}

Result<model::Unit> remove_permission(Context& ctx, const api::RemovePermissionRequest& req) {
  CUMULITE_ASSIGN(const auto name, resolve_name(ctx, req.FunctionName, req.Qualifier));
  return ctx.env.store.transact(
      functions::rows::domains_of(name.id), [&](storage::Txn& txn) -> Result<model::Unit> {
        if (!functions::rows::find_function(txn, name.id)) {
          return errors::resource_not_found("No policy found for: " + qualified_arn(name));
        }
        CUMULITE_TRY(require_qualified(txn, name));
        const auto policy = find_document<api::op::GetPolicy>(txn, name, DocumentKind::kPolicy);
        if (!policy)
          return errors::resource_not_found(
              "No policy is associated with the given "
              "resource.");
        CUMULITE_TRY(check_revision(txn, name, req.RevisionId, policy));
        CUMULITE_ASSIGN(const Json kept,
                        without_statement(statements_of(policy), *req.StatementId));
        if (kept.empty()) {
          txn.del(spaces::kLambda,
                  functions::rows::document_key(name.id, DocumentKind::kPolicy, name.qualifier));
        } else {
          put_document<api::op::GetPolicy>(txn, name, DocumentKind::kPolicy, policy_of(kept));
        }
        return model::Unit{};
      });
}

Result<api::GetPolicyResponse> get_policy(Context& ctx, const api::GetPolicyRequest& req) {
  CUMULITE_ASSIGN(const auto name, resolve_name(ctx, req.FunctionName, req.Qualifier));
  auto policy = find_document<api::op::GetPolicy>(ctx.env.store, name, DocumentKind::kPolicy);
  if (!policy) return no_policy();
  return std::move(*policy);
}

}  // namespace cumulite::lambda
