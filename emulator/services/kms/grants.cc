#include <algorithm>

#include <fmt/format.h>

#include "emulator/core/helper_spaces.h"
#include "emulator/core/ids.h"
#include "emulator/core/records/field_table.h"
#include "emulator/core/row_service.h"
#include "emulator/services/kms/grant.h"
#include "emulator/services/kms/operations.h"

namespace cumulite::kms {
void Grant::fields(auto& self, auto&& field) {
  field(1, self.id);
  field(2, self.token);
  field(3, self.key_id);
  field(4, self.name);
  field(5, self.grantee);
  field(6, self.retiring);
  field(7, self.issuer);
  field(8, self.created_ms);
  field(9, self.operations);
  field(10, self.context_subset);
  field(11, self.context_equals);
  field(12, self.source_arn);
}

namespace {

constexpr std::size_t kListGrantsDefault = 50;
constexpr std::size_t kGrantIdDigits = 64;

/// One grant of the place for which `is_it` holds.
std::optional<Grant> search_grant(const storage::Reader& reader, const Place& place,
                                  const std::function<bool(const Grant&)>& is_it) {
  RowPageRequest asked{spaces::kKms, keys::all_grants(place)};
  asked.limit = 1;
  asked.keep = [&](const storage::KeyValue& row) { return is_it(decode_fields<Grant>(row.value)); };
  const auto page = read_row_page(reader, asked);
  if (!page || page->rows.empty()) return std::nullopt;
  return decode_fields<Grant>(page->rows.front().value);
}

/// Whether the same was asked for before, but for what each call makes anew.
bool is_same_grant(const Grant& made, Grant asked) {
  asked.id = made.id;
  asked.token = made.token;
  asked.created_ms = made.created_ms;
  return encode_fields(made) == encode_fields(asked);
}

Grant grant_of(const Context& ctx, const api::CreateGrantRequest& req, const Key& key) {
  Grant grant;
  grant.id = ids::random_hex(kGrantIdDigits);
  grant.token = ids::random_base64url(96);
  grant.key_id = key.id;
  grant.name = req.Name.value_or("");
  grant.grantee = req.GranteePrincipal.value_or("");
  grant.retiring = req.RetiringPrincipal.value_or("");
  grant.issuer = fmt::format("arn:aws:iam::{}:root", ctx.caller.account_id);
  grant.created_ms = ctx.now_ms;
  grant.operations = *req.Operations;
  if (!req.Constraints) return grant;
  const auto& constraints = *req.Constraints;
  if (constraints.EncryptionContextSubset) {
    grant.context_subset = *constraints.EncryptionContextSubset;
  }
  if (constraints.EncryptionContextEquals) {
    grant.context_equals = *constraints.EncryptionContextEquals;
  }
  grant.source_arn = constraints.SourceArn.value_or("");
  return grant;
}

Result<api::CreateGrantResponse> create_grant(Context& ctx, const api::CreateGrantRequest& req) {
  if (req.GranteeServicePrincipal || req.RetiringServicePrincipal) {
    return not_implemented("CreateGrant for a service principal");
  }
  if (!req.GranteePrincipal) return errors::validation("GranteePrincipal is required.");
  CUMULITE_ASSIGN(const Found found, find_key(ctx, *req.KeyId, Named::kByKey));
  CUMULITE_TRY(check_usable(found));
  if (req.DryRun.value_or(false)) return errors::dry_run();
  Grant grant = grant_of(ctx, req, found.key);
  ctx.env.store.transact(place_domains(found.place), [&](storage::Txn& txn) {
    // A named grant is made once, however often it is asked for.
    const auto made = search_grant(txn, found.place, [&](const Grant& one) {
      return !grant.name.empty() && is_same_grant(one, grant);
    });
    if (made) {
      grant = *made;
      return;
    }
    txn.put(spaces::kKms, keys::grant(found.place, grant.id), encode_fields(grant));
  });
  return api::CreateGrantResponse{grant.token, grant.id};
}

api::GrantListEntry show_grant(const Place& place, const Grant& grant) {
  api::GrantListEntry entry;
  entry.KeyId = place.key_arn(grant.key_id);
  entry.GrantId = grant.id;
  if (!grant.name.empty()) entry.Name = grant.name;
  entry.CreationDate = model::Timestamp{grant.created_ms};
  entry.GranteePrincipal = grant.grantee;
  if (!grant.retiring.empty()) entry.RetiringPrincipal = grant.retiring;
  entry.IssuingAccount = grant.issuer;
  entry.Operations = grant.operations;
  api::GrantConstraints constraints;
  if (!grant.context_subset.empty()) constraints.EncryptionContextSubset = grant.context_subset;
  if (!grant.context_equals.empty()) constraints.EncryptionContextEquals = grant.context_equals;
  if (!grant.source_arn.empty()) constraints.SourceArn = grant.source_arn;
  if (constraints.EncryptionContextSubset || constraints.EncryptionContextEquals ||
      constraints.SourceArn) {
    entry.Constraints = std::move(constraints);
  }
  return entry;
}

struct GrantQuery {
  Place place;
  std::optional<std::int32_t> limit;
  std::optional<std::string> marker;
  std::function<bool(const Grant&)> keep;
};

Result<api::ListGrantsResponse> page_of_grants(Context& ctx, const GrantQuery& query) {
  RowPageRequest asked{spaces::kKms, keys::all_grants(query.place)};
  asked.limit = query.limit ? static_cast<std::size_t>(*query.limit) : kListGrantsDefault;
  asked.token = query.marker;
  asked.keep = [&](const storage::KeyValue& row) {
    return query.keep(decode_fields<Grant>(row.value));
  };
  auto page = read_row_page(ctx.env.store, asked);
  if (!page) return errors::invalid_marker();
  api::ListGrantsResponse answer;
  answer.Grants.emplace();
  for (const auto& row : page->rows) {
    answer.Grants->push_back(show_grant(query.place, decode_fields<Grant>(row.value)));
  }
  answer.Truncated = page->next_token.has_value();
  answer.NextMarker = std::move(page->next_token);
  return answer;
}

Result<api::ListGrantsResponse> list_grants(Context& ctx, const api::ListGrantsRequest& req) {
  CUMULITE_ASSIGN(const Found found, find_key(ctx, *req.KeyId, Named::kByKey));
  return page_of_grants(
      ctx, {found.place, req.Limit, req.Marker, [&](const Grant& grant) {
              return grant.key_id == found.key.id && grant.id == req.GrantId.value_or(grant.id) &&
                     grant.grantee == req.GranteePrincipal.value_or(grant.grantee);
            }});
}

Result<api::ListGrantsResponse> list_retirable_grants(Context& ctx,
                                                      const api::ListRetirableGrantsRequest& req) {
  if (!req.RetiringPrincipal) return errors::validation("RetiringPrincipal is required.");
  return page_of_grants(ctx, {place_of(ctx), req.Limit, req.Marker, [&](const Grant& grant) {
                                return grant.retiring == *req.RetiringPrincipal;
                              }});
}

Result<void> remove_grant(Context& ctx, const Found& found, const std::string& id) {
  return ctx.env.store.transact(place_domains(found.place), [&](storage::Txn& txn) -> Result<void> {
    const std::string row = keys::grant(found.place, id);
    const auto bytes = txn.get(spaces::kKms, row);
    if (!bytes || decode_fields<Grant>(*bytes).key_id != found.key.id) {
      return errors::grant_not_found(id);
    }
    txn.del(spaces::kKms, row);
    return {};
  });
}

Result<model::Unit> revoke_grant(Context& ctx, const api::RevokeGrantRequest& req) {
  CUMULITE_ASSIGN(const Found found, find_key(ctx, *req.KeyId, Named::kByKey));
  if (req.DryRun.value_or(false)) return errors::dry_run();
  CUMULITE_TRY(remove_grant(ctx, found, *req.GrantId));
  return model::Unit{};
}

Result<model::Unit> retire_grant(Context& ctx, const api::RetireGrantRequest& req) {
  const bool by_id = req.KeyId && req.GrantId;
  if (by_id == req.GrantToken.has_value()) {
    return errors::validation("Grant token OR (grant ID, key ID) must be specified");
  }
  if (by_id) {
    CUMULITE_ASSIGN(const Found found, find_key(ctx, *req.KeyId, Named::kByKey));
    if (req.DryRun.value_or(false)) return errors::dry_run();
    CUMULITE_TRY(remove_grant(ctx, found, *req.GrantId));
    return model::Unit{};
  }
  const Place place = place_of(ctx);
  const auto grant = search_grant(ctx.env.store, place,
                                  [&](const Grant& one) { return one.token == *req.GrantToken; });
  if (!grant) return errors::invalid_grant_token();
  if (req.DryRun.value_or(false)) return errors::dry_run();
  ctx.env.store.transact(place_domains(place), [&](storage::Txn& txn) {
    txn.del(spaces::kKms, keys::grant(place, grant->id));
  });
  return model::Unit{};
}

}  // namespace

void erase_grants_of(storage::Txn& txn, const Place& place, std::string_view key_id) {
  const auto of_key = [&](const Grant& one) { return one.key_id == key_id; };
  while (const auto grant = search_grant(txn, place, of_key)) {
    txn.del(spaces::kKms, keys::grant(place, grant->id));
  }
}

std::span<const OperationRow> grant_rows() {
  static const OperationRow rows[] = {
      row<api::op::CreateGrant, &create_grant>(),
      row<api::op::ListGrants, &list_grants>(),
      row<api::op::ListRetirableGrants, &list_retirable_grants>(),
      row<api::op::RetireGrant, &retire_grant>(),
      row<api::op::RevokeGrant, &revoke_grant>(),
  };
  return rows;
}

}  // namespace cumulite::kms
