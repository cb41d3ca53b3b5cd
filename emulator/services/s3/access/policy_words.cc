#include "emulator/services/s3/access/policy_words.h"

#include <algorithm>
#include <string>

#include "emulator/core/policy/policy.h"
#include "protocol/codec/text.h"

namespace cumulite::s3 {

namespace {

/// Of https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html what
/// is about objects, and what is about buckets.
constexpr std::string_view kObjectActions[] = {"abortmultipartupload",
                                               "bypassgovernanceretention",
                                               "deleteobject",
                                               "deleteobjectannotation",
                                               "deleteobjecttagging",
                                               "deleteobjectversion",
                                               "deleteobjectversiontagging",
                                               "getobject",
                                               "getobjectacl",
                                               "getobjectannotation",
                                               "getobjectattributes",
                                               "getobjectlegalhold",
                                               "getobjectretention",
                                               "getobjecttagging",
                                               "getobjecttorrent",
                                               "getobjectversion",
                                               "getobjectversionacl",
                                               "getobjectversionannotation",
                                               "getobjectversionattributes",
                                               "getobjectversionforreplication",
                                               "getobjectversiontagging",
                                               "getobjectversiontorrent",
                                               "initiatereplication",
                                               "listmultipartuploadparts",
                                               "listobjectannotations",
                                               "objectowneroverridetobucketowner",
                                               "putobject",
                                               "putobjectacl",
                                               "putobjectannotation",
                                               "putobjectlegalhold",
                                               "putobjectretention",
                                               "putobjecttagging",
                                               "putobjectversionacl",
                                               "putobjectversiontagging",
                                               "replicatedelete",
                                               "replicateobject",
                                               "replicatetags",
                                               "restoreobject",
                                               "updateobjectencryption"};

constexpr std::string_view kBucketActions[] = {"createbucket",
                                               "createbucketmetadataconfiguration",
                                               "createbucketmetadatatableconfiguration",
                                               "deletebucket",
                                               "deletebucketmetadataconfiguration",
                                               "deletebucketmetadatatableconfiguration",
                                               "deletebucketpolicy",
                                               "deletebucketwebsite",
                                               "getaccelerateconfiguration",
                                               "getanalyticsconfiguration",
                                               "getbucketabac",
                                               "getbucketacl",
                                               "getbucketcors",
                                               "getbucketlocation",
                                               "getbucketlogging",
                                               "getbucketmetadataconfiguration",
                                               "getbucketmetadatatableconfiguration",
                                               "getbucketnotification",
                                               "getbucketobjectlockconfiguration",
                                               "getbucketownershipcontrols",
                                               "getbucketpolicy",
                                               "getbucketpolicystatus",
                                               "getbucketpublicaccessblock",
                                               "getbucketrequestpayment",
                                               "getbuckettagging",
                                               "getbucketversioning",
                                               "getbucketwebsite",
                                               "getencryptionconfiguration",
                                               "getintelligenttieringconfiguration",
                                               "getinventoryconfiguration",
                                               "getlifecycleconfiguration",
                                               "getmetricsconfiguration",
                                               "getreplicationconfiguration",
                                               "listbucket",
                                               "listbucketmultipartuploads",
                                               "listbucketversions",
                                               "listtagsforresource",
                                               "pausereplication",
                                               "putaccelerateconfiguration",
                                               "putanalyticsconfiguration",
                                               "putbucketabac",
                                               "putbucketacl",
                                               "putbucketcors",
                                               "putbucketlogging",
                                               "putbucketnotification",
                                               "putbucketobjectlockconfiguration",
                                               "putbucketownershipcontrols",
                                               "putbucketpolicy",
                                               "putbucketpublicaccessblock",
                                               "putbucketrequestpayment",
                                               "putbuckettagging",
                                               "putbucketversioning",
                                               "putbucketwebsite",
                                               "putencryptionconfiguration",
                                               "putintelligenttieringconfiguration",
                                               "putinventoryconfiguration",
                                               "putlifecycleconfiguration",
                                               "putmetricsconfiguration",
                                               "putreplicationconfiguration",
                                               "tagresource",
                                               "untagresource",
                                               "updatebucketmetadataannotationtableconfiguration",
                                               "updatebucketmetadatainventorytableconfiguration",
                                               "updatebucketmetadatajournaltableconfiguration"};

/// Those before a "/" go on with the key of a tag.
constexpr std::string_view kConditionKeys[] = {"accessgrantscope",
                                               "accessgrantsinstancearn",
                                               "accessgrantslocationscope",
                                               "accesspointnetworkorigin",
                                               "accesspointtag",
                                               "authtype",
                                               "buckettag",
                                               "dataaccesspointaccount",
                                               "dataaccesspointarn",
                                               "delimiter",
                                               "destinationregion",
                                               "existingjoboperation",
                                               "existingjobpriority",
                                               "existingobjecttag",
                                               "if-match",
                                               "if-none-match",
                                               "inventoryaccessibleoptionalfields",
                                               "isreplicationpauserequest",
                                               "jobsuspendedcause",
                                               "locationconstraint",
                                               "max-keys",
                                               "object-lock-legal-hold",
                                               "object-lock-mode",
                                               "object-lock-remaining-retention-days",
                                               "object-lock-retain-until-date",
                                               "objectcreationoperation",
                                               "prefix",
                                               "requestjoboperation",
                                               "requestjobpriority",
                                               "requestobjecttag",
                                               "requestobjecttagkeys",
                                               "resourceaccount",
                                               "signatureage",
                                               "signatureversion",
                                               "tlsversion",
                                               "versionid",
                                               "x-amz-acl",
                                               "x-amz-bucket-namespace",
                                               "x-amz-content-sha256",
                                               "x-amz-copy-source",
                                               "x-amz-grant-full-control",
                                               "x-amz-grant-read",
                                               "x-amz-grant-read-acp",
                                               "x-amz-grant-write",
                                               "x-amz-grant-write-acp",
                                               "x-amz-metadata-directive",
                                               "x-amz-object-ownership",
                                               "x-amz-server-side-encryption",
                                               "x-amz-server-side-encryption-aws-kms-key-id",
                                               "x-amz-server-side-encryption-customer-algorithm",
                                               "x-amz-storage-class",
                                               "x-amz-website-redirect-location"};

template <class Names>
bool any_matches(const std::string& pattern, const Names& names) {
  return std::any_of(std::begin(names), std::end(names),
                     [&](std::string_view name) { return matches_wildcards(pattern, name); });
}

}  // namespace

ActionScope scope_of_action(std::string_view action) {
  constexpr std::string_view kService = "s3:";
  if (action == "*") return {true, true};
  const std::string lower = codec::lower(action);
  if (!lower.starts_with(kService)) return {};
  const std::string pattern = lower.substr(kService.size());
  return {any_matches(pattern, kObjectActions), any_matches(pattern, kBucketActions)};
}

bool is_condition_key(std::string_view key) {
  const std::string lower = codec::lower(key);
  const std::size_t colon = lower.find(':');
  if (colon == std::string::npos) return false;
  if (lower.substr(0, colon) != "s3") return true;
  const std::string name = lower.substr(colon + 1, lower.find('/') - colon - 1);
  return std::find(std::begin(kConditionKeys), std::end(kConditionKeys), name) !=
         std::end(kConditionKeys);
}

}  // namespace cumulite::s3
