#include "emulator/services/s3/access/acl.h"

#include <algorithm>
#include <array>
#include <utility>

#include "emulator/core/records/fields.h"
#include "emulator/services/s3/errors.h"

namespace cumulite::s3 {

namespace {

constexpr std::uint8_t kOwner = 1;
constexpr std::uint8_t kGrant = 2;

bool is_canonical_id(std::string_view id) {
  return id.size() == 64 && std::all_of(id.begin(), id.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

bool is_group_uri(std::string_view uri) {
  return uri == kAllUsers || uri == kAuthenticatedUsers || uri == kLogDelivery;
}

bool is_permission(std::string_view name) {
  constexpr std::array<std::string_view, 5> kNames = {"FULL_CONTROL", "READ", "WRITE", "READ_ACP",
                                                      "WRITE_ACP"};
  return std::find(kNames.begin(), kNames.end(), name) != kNames.end();
}

Error unresolvable_email(std::string_view email) {
  return Error{"UnresolvableGrantByEmailAddress",
               "The e-mail address you provided does not match any account on record.", 400}
      .with("EmailAddress", email);
}

Result<Acl> canned_acl(const std::string& name, const std::string& owner,
                       const std::string& bucket_owner) {
  Acl acl{owner, {{owner, "FULL_CONTROL"}}};
  const auto add = [&](std::string_view grantee, std::string_view permission) {
    acl.grants.push_back({std::string(grantee), std::string(permission)});
  };
  if (name == "private" || name == "aws-exec-read") return acl;
  if (name == "public-read") {
    add(kAllUsers, "READ");
  } else if (name == "public-read-write") {
    add(kAllUsers, "READ");
    add(kAllUsers, "WRITE");
  } else if (name == "authenticated-read") {
    add(kAuthenticatedUsers, "READ");
  } else if (name == "log-delivery-write") {
    add(kLogDelivery, "WRITE");
    add(kLogDelivery, "READ_ACP");
  } else if (name == "bucket-owner-read") {
    if (owner != bucket_owner) add(bucket_owner, "READ");
  } else if (name == "bucket-owner-full-control") {
    if (owner != bucket_owner) add(bucket_owner, "FULL_CONTROL");
  } else {
    return errors::invalid_argument("", "x-amz-acl", name);
  }
  return acl;
}

/// One header: `id="...", uri="...", emailAddress="..."`.
Result<void> read_grant_header(std::string_view text, std::string_view header,
                               std::string_view permission, Acl& acl) {
  const std::string whole(text);
  while (!text.empty()) {
    const std::size_t comma = text.find(',');
    std::string_view item = text.substr(0, comma);
    text = comma == std::string_view::npos ? std::string_view{} : text.substr(comma + 1);
    while (item.starts_with(' ')) item.remove_prefix(1);
    while (item.ends_with(' ')) item.remove_suffix(1);
    const std::size_t equals = item.find('=');
    if (equals == std::string_view::npos) {
      return errors::invalid_argument("Argument format not recognized", header, whole);
    }
    const std::string_view kind = item.substr(0, equals);
    std::string_view value = item.substr(equals + 1);
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"') {
      value = value.substr(1, value.size() - 2);
    }
    if (kind == "id") {
      if (!is_canonical_id(value)) return errors::invalid_argument("Invalid id", "id", value);
    } else if (kind == "uri") {
      if (!is_group_uri(value)) return errors::invalid_argument("Invalid group uri", "uri", value);
    } else if (kind == "emailAddress") {
      return unresolvable_email(value);
    } else {
      return errors::invalid_argument("Argument format not recognized", header, whole);
    }
    acl.grants.push_back({std::string(value), std::string(permission)});
  }
  return {};
}

Result<std::string> grantee_of(const api::Grantee& grantee) {
  const std::string type = grantee.Type.value_or("");
  if (type == "CanonicalUser" && grantee.ID) {
    if (!is_canonical_id(*grantee.ID)) {
      return errors::invalid_argument("Invalid id", "CanonicalUser/ID", *grantee.ID);
    }
    return *grantee.ID;
  }
  if (type == "Group" && grantee.URI) {
    if (!is_group_uri(*grantee.URI)) {
      return errors::invalid_argument("Invalid group uri", "Group/URI", *grantee.URI);
    }
    return *grantee.URI;
  }
  if (type == "AmazonCustomerByEmail" && grantee.EmailAddress) {
    return unresolvable_email(*grantee.EmailAddress);
  }
  return Error{"MalformedACLError",
               "The XML you provided was not well-formed or did not validate against our published "
               "schema",
               400};
}

}  // namespace

std::string Acl::encode() const {
  FieldWriter writer;
  writer.text(kOwner, owner_id);
  for (const AclGrant& grant : grants) writer.pair(kGrant, grant.grantee, grant.permission);
  return writer.take();
}

Acl Acl::decode(std::string_view bytes, const std::string& owner_id) {
  if (bytes.empty()) return {owner_id, {{owner_id, "FULL_CONTROL"}}};
  Acl acl;
  FieldReader reader(bytes);
  while (reader.next()) {
    if (reader.tag() == kOwner) acl.owner_id = reader.text();
    if (reader.tag() == kGrant) {
      auto [grantee, permission] = reader.pair();
      acl.grants.push_back({std::move(grantee), std::move(permission)});
    }
  }
  return acl;
}

bool Acl::allows(std::string_view user_id, std::string_view permission, bool ignore_public) const {
  return std::any_of(grants.begin(), grants.end(), [&](const AclGrant& grant) {
    if (grant.permission != "FULL_CONTROL" && grant.permission != permission) return false;
    if (grant.grantee == kAllUsers) return !ignore_public;
    if (grant.grantee == kAuthenticatedUsers) return !ignore_public && !user_id.empty();
    return !user_id.empty() && grant.grantee == user_id;
  });
}

bool Acl::is_public() const {
  return std::any_of(grants.begin(), grants.end(), [](const AclGrant& grant) {
    return grant.grantee == kAllUsers || grant.grantee == kAuthenticatedUsers;
  });
}

Result<std::optional<Acl>> acl_from_headers(const AclRequest& req, const std::string& owner_id,
                                            const std::string& bucket_owner_id) {
  if (req.empty()) return std::optional<Acl>{};
  if (req.canned) {
    if (req.any_grant()) {
      return errors::invalid_request(
          "Specifying both Canned ACLs and Header Grants is not allowed");
    }
    CUMULITE_ASSIGN(Acl acl, canned_acl(*req.canned, owner_id, bucket_owner_id));
    return std::optional<Acl>(std::move(acl));
  }
  Acl acl{owner_id, {}};
  const auto read = [&](const std::optional<std::string>& text, std::string_view header,
                        std::string_view permission) -> Result<void> {
    if (!text) return {};
    return read_grant_header(*text, header, permission, acl);
  };
  CUMULITE_TRY(read(req.full_control, "x-amz-grant-full-control", "FULL_CONTROL"));
  CUMULITE_TRY(read(req.read, "x-amz-grant-read", "READ"));
  CUMULITE_TRY(read(req.write, "x-amz-grant-write", "WRITE"));
  CUMULITE_TRY(read(req.read_acp, "x-amz-grant-read-acp", "READ_ACP"));
  CUMULITE_TRY(read(req.write_acp, "x-amz-grant-write-acp", "WRITE_ACP"));
  return std::optional<Acl>(std::move(acl));
}

Result<Acl> acl_from_policy(const api::AccessControlPolicy& policy, const std::string& owner_id) {
  const Error malformed{"MalformedACLError",
                        "The XML you provided was not well-formed or did not validate against our "
                        "published schema",
                        400};
  if (!policy.Owner || !policy.Grants) return malformed;
  if (policy.Owner->ID && *policy.Owner->ID != owner_id) {
    if (!is_canonical_id(*policy.Owner->ID)) {
      return errors::invalid_argument("Invalid id", "CanonicalUser/ID", *policy.Owner->ID);
    }
    return errors::access_denied();
  }
  Acl acl{owner_id, {}};
  for (const api::Grant& grant : *policy.Grants) {
    if (!grant.Grantee || !grant.Permission || !is_permission(*grant.Permission)) return malformed;
    CUMULITE_ASSIGN(std::string grantee, grantee_of(*grant.Grantee));
    acl.grants.push_back({std::move(grantee), *grant.Permission});
  }
  return acl;
}

std::vector<api::Grant> write_grants(const Acl& acl) {
  std::vector<api::Grant> grants;
  for (const AclGrant& grant : acl.grants) {
    api::Grant& out = grants.emplace_back();
    api::Grantee& grantee = out.Grantee.emplace();
    grantee.Type = grant.is_group() ? "Group" : "CanonicalUser";
    (grant.is_group() ? grantee.URI : grantee.ID) = grant.grantee;
    out.Permission = grant.permission;
  }
  return grants;
}

}  // namespace cumulite::s3
