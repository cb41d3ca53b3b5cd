#include <algorithm>
#include <cctype>
#include <iterator>
#include <regex>

#include <fmt/format.h>

#include "emulator/core/credentials.h"
#include "emulator/core/helper_spaces.h"
#include "emulator/services/ssm/operations.h"
#include "emulator/services/ssm/sealing.h"
#include "protocol/model/pattern.h"
#include "storage/kv/key_codec.h"

namespace cumulite::ssm {
namespace {

constexpr std::size_t kStandardMax = 4096;
constexpr std::size_t kAdvancedMax = 8192;
constexpr std::int64_t kVersionsMax = 100;
constexpr std::ptrdiff_t kLevelsMax = 15;
constexpr std::string_view kAdvanced = "Advanced";
constexpr std::string_view kStandard = "Standard";

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

Result<void> check_pattern(const std::string& pattern, const std::string& value) {
  if (pattern.empty()) return {};
  try {
    const std::regex expression(pattern);
    // std::regex recurses once for each character: longer values go unmatched.
    if (value.size() > model::kPatternTextMax || std::regex_search(value, expression)) return {};
  } catch (const std::regex_error&) {
    return errors::invalid_pattern(pattern);
  }
  return errors::pattern_mismatch(pattern);
}

Result<void> check_data_type(const std::string& type) {
  constexpr std::string_view kKnown[] = {"text", "aws:ec2:image", "aws:ssm:integration"};
  if (std::find(std::begin(kKnown), std::end(kKnown), type) != std::end(kKnown)) return {};
  return errors::validation(fmt::format(
      "The following data type is not supported: {} (Data type names are all lowercase.)", type));
}

Result<void> check_value(const std::string& value) {
  if (!value.empty()) return {};
  return errors::validation(
      "1 validation error detected: Value '' at 'value' failed to satisfy constraint: Member must "
      "have length greater than or equal to 1");
}

/// The tier that a value gets, from what is asked for and what the parameter has.
Result<std::string> pick_tier(const api::PutParameterRequest& req, const Parameter* old) {
  const std::size_t size = req.Value->size();
  const bool was_advanced = old != nullptr && old->latest.tier == kAdvanced;
  std::string tier = req.Tier.value_or(was_advanced ? "Advanced" : "Standard");
  if (tier == "Intelligent-Tiering") {
    tier = was_advanced || size > kStandardMax ? kAdvanced : kStandard;
  }
  if (tier == kStandard && was_advanced) {
    return errors::validation(
        "This parameter uses the advanced-parameter tier. You can't downgrade a parameter from the "
        "advanced-parameter tier to the standard-parameter tier. If necessary, you can delete the "
        "advanced parameter and recreate it as a standard parameter.");
  }
  if (tier == kStandard && size > kStandardMax) {
    return errors::validation(
        "Standard tier parameters support a maximum parameter value of 4096 characters. To create "
        "a larger parameter value, upgrade the parameter to use the advanced-parameter tier. For "
        "more information, see https://docs.aws.amazon.com/systems-manager/latest/userguide/"
        "parameter-store-advanced-parameters.html");
  }
  if (size > kAdvancedMax) {
    return errors::validation(
        "Advanced tier parameters support a maximum parameter value of 8192 characters.");
  }
  return tier;
}

std::string caller_arn(const Context& ctx) {
  if (ctx.env.credentials != nullptr) {
    if (const auto key = ctx.env.credentials->issued().find(ctx.caller.access_key_id)) {
      return key->arn;
    }
  }
  return fmt::format("arn:aws:iam::{}:root", ctx.caller.account_id);
}

/// What the request makes of the parameter. The old one's type and pattern hold unless they are
/// given anew.
Result<Version> next_version(Context& ctx, const api::PutParameterRequest& req,
                             const Parameter* old) {
  Version version;
  version.number = old == nullptr ? 1 : old->latest.number + 1;
  if (!req.Type && old == nullptr) {
    return errors::validation("A parameter type is required when you create a parameter.");
  }
  version.type = req.Type.value_or(old == nullptr ? "" : old->latest.type);
  if (old != nullptr && version.type != old->latest.type) return errors::type_mismatch();
  version.description = req.Description.value_or("");
  version.pattern = req.AllowedPattern.value_or("");
  CUMULITE_ASSIGN(version.tier, pick_tier(req, old));
  version.data_type = req.DataType.value_or("text");
  CUMULITE_TRY(check_data_type(version.data_type));
  CUMULITE_TRY(check_pattern(version.pattern, *req.Value));
  if (version.type == kSecureString) version.key_id = req.KeyId.value_or("alias/aws/ssm");
  version.user = caller_arn(ctx);
  version.modified_ms = ctx.now_ms;
  return version;
}

/// The oldest version makes room for the hundred and first.
Result<void> drop_oldest(storage::Txn& txn, const ParameterRef& ref) {
  const std::string prefix = keys::versions(ref);
  const auto page =
      txn.range(spaces::kSsm, prefix, storage::prefix_end(prefix), {.limit = kVersionsMax});
  if (static_cast<std::int64_t>(page.rows.size()) < kVersionsMax) return {};
  if (!decode_version(page.rows.front().value).labels.empty()) {
    return errors::oldest_is_labelled(ref.name);
  }
  txn.del(spaces::kSsm, page.rows.front().key);
  return {};
}

Result<void> check_request(const api::PutParameterRequest& req) {
  CUMULITE_TRY(check_name(*req.Name));
  CUMULITE_TRY(check_value(*req.Value));
  if (req.Policies && !req.Policies->empty() && *req.Policies != "[]") {
    return not_implemented("PutParameter with policies");
  }
  if (req.Overwrite.value_or(false) && req.Tags && !req.Tags->empty()) {
    return errors::validation(
        "Invalid request: tags and overwrite can't be used together. To create a parameter with "
        "tags, please remove overwrite flag. To update tags for an existing parameter, please use "
        "AddTagsToResource or RemoveTagsFromResource.");
  }
  return {};
}

Result<api::PutParameterResult> put_parameter(Context& ctx, const api::PutParameterRequest& req) {
  CUMULITE_TRY(check_request(req));
  const ParameterRef ref = parameter_ref(ctx, *req.Name);
  const std::string key = sealing_key(ctx.env.store, ref.account);
  const std::string sealed = seal(key, *req.Value);
  api::PutParameterResult answer;
  CUMULITE_TRY(
      ctx.env.store.transact(parameter_domains(ref), [&](storage::Txn& txn) -> Result<void> {
        const auto old = load(txn, ref);
        if (old && !req.Overwrite.value_or(false)) return errors::already_exists();
        CUMULITE_ASSIGN(Version version, next_version(ctx, req, old ? &*old : nullptr));
        if (auto done = drop_oldest(txn, ref); !done.ok()) return std::move(done).error();
        version.value = version.type == kSecureString ? sealed : *req.Value;
        Parameter parameter = old.value_or(Parameter{});
        if (req.Tags)
          if (auto done = merge_tags(*req.Tags, parameter); !done.ok())
            return std::move(done).error();
        parameter.latest = version;
        store_version(txn, ref, parameter, version);
        answer.Version = version.number;
        answer.Tier = version.tier;
        return {};
      }));
  return answer;
}

}  // namespace

std::span<const OperationRow> put_rows() {
  static const OperationRow rows[] = {row<api::op::PutParameter, &put_parameter>()};
  return rows;
}

Result<void> check_name(const std::string& name) {
  const std::string bare = lower(name.substr(name.starts_with('/') ? 1 : 0));
  if (bare.starts_with("aws")) return errors::reserved_name(name);
  const bool is_plain = std::all_of(name.begin(), name.end(), [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
           std::string_view("_.-/").find(c) != std::string_view::npos;
  });
  if (!is_plain || bare.empty() || bare.starts_with("ssm") || name.ends_with('/') ||
      name.find("//") != std::string::npos) {
    return errors::malformed_name();
  }
  const auto slashes = std::count(name.begin(), name.end(), '/');
  if (slashes > 0 && !name.starts_with('/')) {
    return errors::validation("Parameter name must be a fully qualified name.");
  }
  if (slashes > kLevelsMax) return errors::too_many_levels();
  return {};
}

}  // namespace cumulite::ssm
