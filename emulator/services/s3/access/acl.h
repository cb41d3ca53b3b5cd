#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/s3.h"
#include "protocol/result.h"

/// Access control lists. https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html
namespace cumulite::s3 {

inline constexpr std::string_view kAllUsers = "http://acs.amazonaws.com/groups/global/AllUsers";
inline constexpr std::string_view kAuthenticatedUsers =
    "http://acs.amazonaws.com/groups/global/AuthenticatedUsers";
inline constexpr std::string_view kLogDelivery = "http://acs.amazonaws.com/groups/s3/LogDelivery";

struct AclGrant {
  std::string grantee;  ///< Canonical user id, or the URI of a group.
  std::string permission;

  bool is_group() const { return grantee.starts_with("http"); }
};

struct Acl {
  std::string owner_id;
  std::vector<AclGrant> grants;

  std::string encode() const;
  /// An empty text is the private ACL of the owner.
  static Acl decode(std::string_view bytes, const std::string& owner_id);

  /// Whether the user (empty: anonymous) has the permission, FULL_CONTROL included. With
  /// `ignore_public` grants to everybody do not count.
  bool allows(std::string_view user_id, std::string_view permission, bool ignore_public) const;
  /// Whether it grants anything to everybody.
  bool is_public() const;
};

/// How a request may state an ACL: a canned name or grant headers.
struct AclRequest {
  const std::optional<std::string>& canned;
  const std::optional<std::string>& full_control;
  const std::optional<std::string>& read;
  const std::optional<std::string>& read_acp;
  const std::optional<std::string>& write_acp;
  const std::optional<std::string>& write;

  bool any_grant() const { return full_control || read || read_acp || write_acp || write; }

  bool empty() const { return !canned && !any_grant(); }
};

/// nullopt: the request states none. Errors: InvalidArgument, InvalidRequest for both forms at
/// once, UnresolvableGrantByEmailAddress.
Result<std::optional<Acl>> acl_from_headers(const AclRequest& req, const std::string& owner_id,
                                            const std::string& bucket_owner_id);
/// From the XML form. Errors: MalformedACLError, InvalidArgument.
Result<Acl> acl_from_policy(const api::AccessControlPolicy& policy, const std::string& owner_id);

std::vector<api::Grant> write_grants(const Acl& acl);

template <class Request>
AclRequest acl_asked(const Request& req) {
  static const std::optional<std::string> kNone;
  if constexpr (requires { req.GrantWrite; }) {
    return {req.ACL,          req.GrantFullControl, req.GrantRead,
            req.GrantReadACP, req.GrantWriteACP,    req.GrantWrite};
  } else {
    return {req.ACL,          req.GrantFullControl, req.GrantRead,
            req.GrantReadACP, req.GrantWriteACP,    kNone};
  }
}

}  // namespace cumulite::s3
