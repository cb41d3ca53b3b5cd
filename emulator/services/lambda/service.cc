#include "emulator/services/lambda/service.h"

#include "api/lambda.h"
#include "emulator/core/admin_registry.h"
#include "emulator/core/helper_spaces.h"
#include "emulator/core/row_service.h"
#include "emulator/functions/functions.h"
#include "emulator/functions/store/function_rows.h"
#include "emulator/services/lambda/function/code_download.h"
#include "emulator/services/lambda/invoke/write_log.h"
#include "emulator/services/lambda/url/serve_url.h"
#include "emulator/services/s3/object_access.h"

namespace cumulite::lambda {
namespace {

std::vector<RowRange> rows_of_account(std::string_view account) {
  return {RowRange::below(spaces::kLambda, account_key(account))};
}

class SnapshotRows final : public SnapshotPart {
 public:
  std::vector<RowRange> rows_of(std::string_view account) override {
    return rows_of_account(account);
  }

  std::vector<storage::BlobRef> bodies_of(const RowRange& range,
                                          const storage::KeyValue& row) override {
    (void)range;
    const auto code = functions::rows::code_of(row.key, row.value);
    return code ? std::vector{*code} : std::vector<storage::BlobRef>{};
  }
};

class LambdaService final : public Service {
 public:
  explicit LambdaService(Environment& env) : env_(env) {}

  const model::ServiceModel& model() const override { return api::kModel; }

  std::span<const OperationRow> rows() const override { return operation_rows(); }

  bool has_target(std::string_view arn) override { return functions->has_function(arn); }

  void start() override {
    env_.admin.add_part(std::make_unique<SnapshotRows>());
    add_code_download(env_);
  }

  Invocation run_pseudo(Context& ctx, const route::Route& route) override {
    if (!route.label("UrlId").empty()) return serve_url(ctx, route);
    return Service::run_pseudo(ctx, route);
  }

  void drop_account(std::string_view account) override;

  Environment& env() { return env_; }

  functions::Functions* functions = nullptr;

 private:
  Environment& env_;
};

/// Rows and bodies go together, a page a transaction.
void LambdaService::drop_account(std::string_view account) {
  const auto prefix = account_key(account);
  const auto range = RowRange::below(spaces::kLambda, prefix);
  for (bool more = true; more;) {
    more = env_.store.transact(
        {storage::Domain::exclusive_on(spaces::kLambda, prefix)}, [&](storage::Txn& txn) {
          const auto page = txn.range(spaces::kLambda, range.from, range.to);
          for (const auto& row : page.rows) {
            if (const auto code = functions::rows::code_of(row.key, row.value))
              env_.blobs.release(txn, *code);
            txn.del(spaces::kLambda, row.key);
          }
          return page.more;
        });
  }
}

}  // namespace

std::unique_ptr<Service> make_service(Environment& env) {
  return std::make_unique<LambdaService>(env);
}

void connect(Service& service, functions::Functions& functions) {
  auto& own = static_cast<LambdaService&>(service);
  own.functions = &functions;
  functions.invoker().set_log_sink(
      [&env = own.env()](const functions::LogChunk& chunk) { write_log(env, chunk); });
  functions.async().set_object_writer(
      [&env = own.env()](const functions::AsyncDelivery::ObjectToWrite& object) -> Result<void> {
        auto body = env.blobs.make_spool();
        body->append(object.body);
        s3::BucketAccess access;
        access.account = object.account;
        access.region = object.region;
        access.bucket = object.bucket;
        CUMULITE_TRY(s3::store_object(
            env, access, {.key = object.key, .content_type = "application/json"}, std::move(body)));
        return {};
      });
}

functions::Functions& functions_of(const Context& ctx) {
  return *static_cast<LambdaService&>(ctx.service).functions;
}

}  // namespace cumulite::lambda
