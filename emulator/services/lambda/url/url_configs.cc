#include <utility>

#include <fmt/format.h>

#include "emulator/functions/iso_time.h"
#include "emulator/services/lambda/documents.h"
#include "emulator/services/lambda/errors.h"
#include "emulator/services/lambda/handlers.h"
#include "emulator/services/lambda/names.h"
#include "emulator/services/lambda/paging.h"
#include "emulator/services/lambda/url/url_rows.h"

namespace cumulite::lambda {
namespace {

using functions::DocumentKind;
using functions::QualifiedId;

Error no_url() {
  return errors::resource_not_found("The resource you requested does not exist.");
}

/// The function has its URL by its name or by an alias, never by a version.
Result<QualifiedId> url_name(const Context& ctx, const std::optional<std::string>& function,
                             const std::optional<std::string>& qualifier) {
  CUMULITE_ASSIGN(auto name, resolve_name(ctx, function, qualifier));
  if (!name.qualifier.empty() && functions::version_number(name.qualifier)) {
    return errors::constraint(name.qualifier, "qualifier",
                              "Member must satisfy regular expression pattern: "
                              "((?!^\\d+$)^[0-9a-zA-Z-_]+$)");
  }
  return name;
}

/// As operations that write say it, of an alias too.
Error no_such_function() {
  return errors::resource_not_found("Function does not exist");
}

/// "http://ID.lambda-url.REGION.localhost:4566/" for a client that reached us at localhost:4566.
/// Names below localhost lead to this machine; those below an address lead nowhere.
std::string url_of(const Context& ctx, std::string_view url_id) {
  const auto base = ctx.client_url();
  const auto host_begin = base.find("//") + 2;
  const auto port_begin = base.find(':', host_begin);
  const auto port = port_begin == std::string::npos ? std::string() : base.substr(port_begin);
  return fmt::format("{}{}.lambda-url.{}.localhost{}/", base.substr(0, host_begin), url_id,
                     ctx.caller.region, port);
}

/// The answers of these operations have the same members, but for one time.
template <class Answer>
Answer answer_of(const UrlConfig& config) {
  Answer answer;
  answer.FunctionUrl = config.FunctionUrl;
  answer.FunctionArn = config.FunctionArn;
  answer.AuthType = config.AuthType;
  answer.Cors = config.Cors;
  answer.CreationTime = config.CreationTime;
  answer.InvokeMode = config.InvokeMode;
  if constexpr (requires { answer.LastModifiedTime; })
    answer.LastModifiedTime = config.LastModifiedTime;
  return answer;
}

/// A mode that nobody gave is told by those that read, and not by those that write.
void show_mode(UrlConfig& config) {
  if (!config.InvokeMode) config.InvokeMode = "BUFFERED";
}

storage::Domains domains_of(const QualifiedId& name, const std::string& key) {
  auto domains = functions::rows::domains_of(name.id);
  domains.push_back(storage::Domain::exclusive_on(spaces::kLambda, key));
  return domains;
}

}  // namespace

Result<api::CreateFunctionUrlConfigResponse> create_function_url_config(
    Context& ctx, const api::CreateFunctionUrlConfigRequest& req) {
  CUMULITE_ASSIGN(const auto name, url_name(ctx, req.FunctionName, req.Qualifier));
  if (!functions::resolve(ctx.env.store, name, 1)) return no_such_function();
  const auto url_id = make_url_id(name.id.account);
  const auto key = url_key(url_id, name.id.region);
  UrlConfig config;
  config.FunctionUrl = url_of(ctx, url_id);
  config.FunctionArn = qualified_arn(name);
  config.AuthType = req.AuthType;
  config.Cors = req.Cors;
  config.CreationTime = functions::lambda_time(ctx.now_ms);
  config.LastModifiedTime = config.CreationTime;
  config.InvokeMode = req.InvokeMode;
  return ctx.env.store.transact(
      domains_of(name, key),
      [&](storage::Txn& txn) -> Result<api::CreateFunctionUrlConfigResponse> {
        if (find_document<UrlOp>(txn, name, DocumentKind::kUrl)) {
          return errors::resource_conflict(
              fmt::format("Failed to create function url config for [functionArn = {}]. Error "
                          "message:  FunctionUrlConfig exists for this Lambda function",
                          qualified_arn(name)));
        }
        put_document<UrlOp>(txn, name, DocumentKind::kUrl, config);
        txn.put(spaces::kLambda, key, encode_url_target(name));
        return answer_of<api::CreateFunctionUrlConfigResponse>(config);
      });
}

Result<api::UpdateFunctionUrlConfigResponse> update_function_url_config(
    Context& ctx, const api::UpdateFunctionUrlConfigRequest& req) {
  CUMULITE_ASSIGN(const auto name, url_name(ctx, req.FunctionName, req.Qualifier));
  return ctx.env.store.transact(
      functions::rows::domains_of(name.id),
      [&](storage::Txn& txn) -> Result<api::UpdateFunctionUrlConfigResponse> {
        if (!functions::resolve(txn, name, 1)) return no_such_function();
        auto config = find_document<UrlOp>(txn, name, DocumentKind::kUrl);
        if (!config) return no_url();
        if (req.AuthType) config->AuthType = req.AuthType;
        if (req.Cors) config->Cors = req.Cors;
        if (req.InvokeMode) config->InvokeMode = req.InvokeMode;
        config->LastModifiedTime = functions::lambda_time(ctx.now_ms);
        put_document<UrlOp>(txn, name, DocumentKind::kUrl, *config);
        return answer_of<api::UpdateFunctionUrlConfigResponse>(*config);
      });
}

Result<api::GetFunctionUrlConfigResponse> get_function_url_config(
    Context& ctx, const api::GetFunctionUrlConfigRequest& req) {
  CUMULITE_ASSIGN(const auto name, url_name(ctx, req.FunctionName, req.Qualifier));
  auto config = find_document<UrlOp>(ctx.env.store, name, DocumentKind::kUrl);
  if (!config) return no_url();
  show_mode(*config);
  return std::move(*config);
}

Result<model::Unit> delete_function_url_config(Context& ctx,
                                               const api::DeleteFunctionUrlConfigRequest& req) {
  CUMULITE_ASSIGN(const auto name, url_name(ctx, req.FunctionName, req.Qualifier));
  const auto config = find_document<UrlOp>(ctx.env.store, name, DocumentKind::kUrl);
  if (!config) return no_url();
  const auto key = url_key(url_id_of(*config), name.id.region);
  ctx.env.store.transact(domains_of(name, key), [&](storage::Txn& txn) {
    txn.del(spaces::kLambda,
            functions::rows::document_key(name.id, DocumentKind::kUrl, name.qualifier));
    txn.del(spaces::kLambda, key);
  });
  return model::Unit{};
}

Result<api::ListFunctionUrlConfigsResponse> list_function_url_configs(
    Context& ctx, const api::ListFunctionUrlConfigsRequest& req) {
  CUMULITE_ASSIGN(const auto id, resolve_unqualified(ctx, req.FunctionName));
  if (!functions::rows::find_function(ctx.env.store, id)) return no_such_function();
  CUMULITE_ASSIGN(const auto page,
                  read_page(ctx.env.store, functions::rows::documents_of(id, DocumentKind::kUrl),
                            req.Marker, req.MaxItems));
  api::ListFunctionUrlConfigsResponse res;
  res.FunctionUrlConfigs.emplace();
  for (const auto& row : page.rows) {
    UrlConfig config;
    decode_shape(*UrlOp::info().output, row.value, &config);
    show_mode(config);
    res.FunctionUrlConfigs->push_back(answer_of<api::FunctionUrlConfig>(config));
  }
  res.NextMarker = page.next_token;
  return res;
}

}  // namespace cumulite::lambda
