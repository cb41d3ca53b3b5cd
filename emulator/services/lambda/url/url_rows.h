#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "api/lambda.h"
#include "emulator/functions/store/function_rows.h"

/// Function URLs: ids, and how an id leads to its function.
namespace cumulite::lambda {

using UrlOp = api::op::GetFunctionUrlConfig;
using UrlConfig = UrlOp::Output;

/// A new id of 32 lower-case letters and digits. It holds the account, since a request to the URL
/// says nothing else of whose it is.
std::string make_url_id(std::string_view account);
/// "abc" of "http://abc.lambda-url.us-east-1.localhost:4566/".
std::string url_id_of(const UrlConfig& config);

/// Row that leads from the id to its function; empty if the id is none.
std::string url_key(std::string_view url_id, std::string_view region);
std::string encode_url_target(const functions::QualifiedId& target);
std::optional<functions::QualifiedId> find_url_target(const storage::Reader& reader,
                                                      std::string_view url_id,
                                                      std::string_view region);

}  // namespace cumulite::lambda
