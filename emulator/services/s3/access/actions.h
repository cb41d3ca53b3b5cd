#pragma once

#include <string>
#include <string_view>

#include "protocol/model/operation.h"

namespace cumulite::s3 {

/// What an operation asks for.
struct OperationAction {
  std::string action;          ///< "s3:GetObject".
  bool on_object = false;      ///< The resource is the object, else the bucket.
  std::string_view acl = {};   ///< The ACL permission that grants it too; empty: none does.
  bool acl_of_object = false;  ///< On the object's ACL, else on the bucket's.
};

/// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
OperationAction action_of(const model::Operation& operation, bool names_version);

}  // namespace cumulite::s3
