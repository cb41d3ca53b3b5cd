#include <algorithm>
#include <charconv>

#include "emulator/core/arn.h"
#include "emulator/core/helper_spaces.h"
#include "emulator/core/row_service.h"
#include "emulator/services/secretsmanager/service.h"
#include "emulator/services/ssm/operations.h"
#include "emulator/services/ssm/sealing.h"
#include "protocol/codec/base64.h"
#include "storage/kv/key_codec.h"

namespace cumulite::ssm {
namespace {

constexpr std::string_view kSecretPrefix = "/aws/reference/secretsmanager/";
constexpr std::int32_t kByPathDefault = 10;
constexpr std::int32_t kHistoryDefault = 50;

/// A parameter of one level has one ARN with and without its slash, and is read by either name.
std::optional<AskedName> other_spelling(AskedName asked) {
  std::string& name = asked.ref.name;
  if (name.find('/', 1) != std::string::npos) return std::nullopt;
  name = name.starts_with('/') ? name.substr(1) : "/" + name;
  return asked;
}

/// A secret read as a parameter.
/// https://docs.aws.amazon.com/systems-manager/latest/userguide/integration-ps-secretsmanager.html
Result<api::Parameter> read_secret(Context& ctx, const AskedName& asked, bool decrypt) {
  const std::string& name = asked.ref.name;
  if (!decrypt) {
    return errors::validation(
        "WithDecryption flag must be True for retrieving a Secret Manager secret.");
  }
  const auto secret = secretsmanager::find_referenced(
      ctx, std::string_view(name).substr(kSecretPrefix.size()), asked.selector);
  if (!secret) return errors::secret_not_found(name);
  api::Parameter shown;
  shown.Name = name;
  shown.Type = kSecureString;
  shown.Value = secret->text;
  shown.Version = 0;
  shown.SourceResult = secret->description;
  shown.LastModifiedDate = model::Timestamp{secret->created_ms};
  shown.ARN = asked.ref.arn();
  return shown;
}

Result<api::Parameter> read_parameter(Context& ctx, const std::string& name, bool decrypt) {
  const AskedName asked = parse_name(ctx, name);
  const std::string& path = asked.ref.name;
  const bool is_path = path.find('/') != std::string::npos;
  if ((is_path && !path.starts_with('/')) || path.find("//") != std::string::npos) {
    return errors::malformed_name();
  }
  api::Parameter shown;
  if (path.starts_with(kSecretPrefix)) {
    CUMULITE_ASSIGN(shown, read_secret(ctx, asked, decrypt));
  } else {
    auto version = load_version(ctx.env.store, asked);
    const auto other = other_spelling(asked);
    if (!version.ok() && other) {
      if (auto same = load_version(ctx.env.store, *other); same.ok()) version = std::move(same);
    }
    if (!version.ok()) return std::move(version).error();
    shown = show_parameter(ctx, asked.ref, *version, decrypt);
  }
  if (!asked.selector.empty()) shown.Selector = ":" + asked.selector;
  return shown;
}

Result<api::GetParameterResult> get_parameter(Context& ctx, const api::GetParameterRequest& req) {
  CUMULITE_ASSIGN(auto shown, read_parameter(ctx, *req.Name, req.WithDecryption.value_or(false)));
  return api::GetParameterResult{.Parameter = std::move(shown)};
}

Result<api::GetParametersResult> get_parameters(Context& ctx,
                                                const api::GetParametersRequest& req) {
  api::GetParametersResult answer;
  answer.Parameters.emplace();
  answer.InvalidParameters.emplace();
  for (const std::string& name : *req.Names) {
    auto shown = read_parameter(ctx, name, req.WithDecryption.value_or(false));
    if (shown.ok()) {
      answer.Parameters->push_back(std::move(*shown));
    } else if (shown.error().code == "ValidationException") {
      return std::move(shown).error();
    } else {
      answer.InvalidParameters->push_back(name);
    }
  }
  return answer;
}

/// Labels name versions: the filter picks the version that has one of them.
const api::ParameterStringFilter* label_filter(const api::GetParametersByPathRequest& req) {
  if (!req.ParameterFilters) return nullptr;
  const auto found = std::find_if(req.ParameterFilters->begin(), req.ParameterFilters->end(),
                                  [](const auto& filter) { return filter.Key == "Label"; });
  return found == req.ParameterFilters->end() ? nullptr : &*found;
}

std::optional<Version> labelled(const storage::Reader& reader, const ParameterRef& ref,
                                const std::vector<std::string>& labels) {
  for (Version& version : load_versions(reader, ref)) {
    const bool has = std::any_of(labels.begin(), labels.end(), [&](const std::string& label) {
      return std::find(version.labels.begin(), version.labels.end(), label) != version.labels.end();
    });
    if (has) return std::move(version);
  }
  return std::nullopt;
}

Result<void> check_path(const std::string& path) {
  if (path.starts_with('/') && path.find("//") == std::string::npos) return {};
  return errors::validation(
      "The parameter doesn't meet the parameter name requirements. The parameter name must begin "
      "with a forward slash \"/\". It can't be prefixed with \"aws\" or \"ssm\" "
      "(case-insensitive). It must use only letters, numbers, or the following symbols: . "
      "(period), - (hyphen), _ (underscore). Special characters are not allowed. All sub-paths, if "
      "specified, must use the forward slash symbol \"/\". Valid example: "
      "/get/parameters2-/by1./path0_.");
}

/// Whether a name is below the path; directly, unless recursively.
bool is_below(std::string_view name, std::string_view path, bool recursive) {
  if (path == "/") {
    if (name.starts_with('/')) name.remove_prefix(1);
  } else {
    if (!name.starts_with(path)) return false;
    name.remove_prefix(path.size());
    if (!name.starts_with('/')) return false;
    name.remove_prefix(1);
  }
  return recursive || name.find('/') == std::string_view::npos;
}

Result<api::GetParametersByPathResult> get_parameters_by_path(
    Context& ctx, const api::GetParametersByPathRequest& req) {
  CUMULITE_TRY(check_path(*req.Path));
  std::string path = *req.Path;
  if (path.size() > 1 && path.ends_with('/')) path.pop_back();
  std::vector<api::ParameterStringFilter> filters;
  if (req.ParameterFilters) filters = *req.ParameterFilters;
  const auto* labels = label_filter(req);
  std::erase_if(filters, [](const auto& filter) { return filter.Key == "Label"; });
  const std::string all = keys::parameters(ctx.caller.account_id, ctx.caller.region);
  std::optional<Error> refused;
  RowPageRequest asked{spaces::kSsm, all};
  asked.limit = static_cast<std::size_t>(req.MaxResults.value_or(kByPathDefault));
  asked.token = req.NextToken;
  asked.keep = [&](const storage::KeyValue& row) {
    const std::string name = row.key.substr(all.size());
    if (!is_below(name, path, req.Recursive.value_or(false))) return false;
    auto passed = passes(filters, name, decode_parameter(row.value));
    if (!passed.ok()) refused = passed.error();
    if (!passed.ok() || !*passed) return false;
    if (labels == nullptr) return true;
    return labelled(ctx.env.store, parameter_ref(ctx, name), *labels->Values).has_value();
  };
  auto page = read_row_page(ctx.env.store, asked);
  if (!page) return errors::invalid_token();
  if (refused) return std::move(*refused);
  api::GetParametersByPathResult answer;
  answer.Parameters.emplace();
  for (const auto& row : page->rows) {
    const ParameterRef ref = parameter_ref(ctx, row.key.substr(all.size()));
    Version version = decode_parameter(row.value).latest;
    if (labels != nullptr) version = *labelled(ctx.env.store, ref, *labels->Values);
    answer.Parameters->push_back(
        show_parameter(ctx, ref, version, req.WithDecryption.value_or(false)));
  }
  answer.NextToken = std::move(page->next_token);
  return answer;
}

api::ParameterHistory show_history(Context& ctx, const ParameterRef& ref, const Version& version,
                                   bool decrypt) {
  api::ParameterHistory shown;
  shown.Name = ref.name;
  shown.Type = version.type;
  if (!version.key_id.empty()) shown.KeyId = version.key_id;
  shown.LastModifiedDate = model::Timestamp{version.modified_ms};
  shown.LastModifiedUser = version.user;
  if (!version.description.empty()) shown.Description = version.description;
  shown.Value = show_value(ctx, version, decrypt);
  if (!version.pattern.empty()) shown.AllowedPattern = version.pattern;
  shown.Version = version.number;
  shown.Labels = version.labels;
  shown.Tier = version.tier;
  shown.Policies.emplace();
  shown.DataType = version.data_type;
  return shown;
}

Result<api::GetParameterHistoryResult> get_parameter_history(
    Context& ctx, const api::GetParameterHistoryRequest& req) {
  const ParameterRef ref = parameter_ref(ctx, *req.Name);
  if (!load(ctx.env.store, ref)) return errors::not_found();
  RowPageRequest asked{spaces::kSsm, keys::versions(ref)};
  asked.limit = static_cast<std::size_t>(req.MaxResults.value_or(kHistoryDefault));
  asked.token = req.NextToken;
  auto page = read_row_page(ctx.env.store, asked);
  if (!page) return errors::invalid_token();
  api::GetParameterHistoryResult answer;
  answer.Parameters.emplace();
  for (const auto& row : page->rows) {
    answer.Parameters->push_back(
        show_history(ctx, ref, decode_version(row.value), req.WithDecryption.value_or(false)));
  }
  answer.NextToken = std::move(page->next_token);
  return answer;
}

std::optional<std::int64_t> parse_number(const std::string& text) {
  std::int64_t number = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  if (parsed.ec != std::errc{} || parsed.ptr != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace

std::span<const OperationRow> read_rows() {
  static const OperationRow rows[] = {
      row<api::op::GetParameter, &get_parameter>(),
      row<api::op::GetParameterHistory, &get_parameter_history>(),
      row<api::op::GetParameters, &get_parameters>(),
      row<api::op::GetParametersByPath, &get_parameters_by_path>(),
  };
  return rows;
}

AskedName parse_name(const Context& ctx, const std::string& text) {
  AskedName asked{{ctx.caller.account_id, ctx.caller.region, text}, {}};
  if (auto arn = parse_arn(text); arn && arn->is_of("ssm")) {
    asked.ref.region = arn->region;
    asked.ref.account = arn->account;
    take_prefix(arn->resource, "parameter/");
    // Only the names of a hierarchy begin with a slash.
    asked.ref.name = arn->resource.find('/') == std::string_view::npos ? "" : "/";
    asked.ref.name += arn->resource;
  }
  const auto colon = asked.ref.name.rfind(':');
  if (colon == std::string::npos) return asked;
  asked.selector = asked.ref.name.substr(colon + 1);
  asked.ref.name.resize(colon);
  return asked;
}

ParameterRef parameter_ref(const Context& ctx, const std::string& text) {
  AskedName asked = parse_name(ctx, text);
  if (load(ctx.env.store, asked.ref)) return asked.ref;
  const auto other = other_spelling(asked);
  return other && load(ctx.env.store, other->ref) ? other->ref : asked.ref;
}

std::optional<Parameter> load(const storage::Reader& reader, const ParameterRef& ref) {
  const auto row = reader.get(spaces::kSsm, keys::parameter(ref));
  if (!row) return std::nullopt;
  return decode_parameter(*row);
}

std::vector<Version> load_versions(const storage::Reader& reader, const ParameterRef& ref) {
  const std::string prefix = keys::versions(ref);
  const auto page = reader.range(spaces::kSsm, prefix, storage::prefix_end(prefix));
  std::vector<Version> versions;
  for (const auto& row : page.rows) versions.push_back(decode_version(row.value));
  return versions;
}

Result<Version> load_version(const storage::Reader& reader, const AskedName& asked) {
  auto parameter = load(reader, asked.ref);
  if (!parameter) return errors::not_found();
  if (asked.selector.empty()) return std::move(parameter->latest);
  if (const auto number = parse_number(asked.selector)) {
    const auto row = reader.get(spaces::kSsm, keys::version(asked.ref, *number));
    if (!row) return errors::version_not_found(asked.ref.name, asked.selector);
    return decode_version(*row);
  }
  auto version = labelled(reader, asked.ref, {asked.selector});
  if (!version) return errors::label_not_found(asked.ref.name, asked.selector);
  return std::move(*version);
}

void store_version(storage::Txn& txn, const ParameterRef& ref, Parameter& parameter,
                   const Version& version) {
  txn.put(spaces::kSsm, keys::version(ref, version.number), encode_version(version));
  if (parameter.latest.number == version.number) parameter.latest = version;
  txn.put(spaces::kSsm, keys::parameter(ref), encode_parameter(parameter));
}

void erase(storage::Txn& txn, const ParameterRef& ref) {
  const std::string versions = keys::versions(ref);
  txn.del_range(spaces::kSsm, versions, storage::prefix_end(versions));
  txn.del(spaces::kSsm, keys::parameter(ref));
}

std::string show_value(Context& ctx, const Version& version, bool decrypt) {
  if (version.type != kSecureString) return version.value;
  if (!decrypt) return codec::base64_encode(version.value);
  return unseal(sealing_key(ctx.env.store, ctx.caller.account_id), version.value);
}

api::Parameter show_parameter(Context& ctx, const ParameterRef& ref, const Version& version,
                              bool decrypt) {
  api::Parameter shown;
  shown.Name = ref.name;
  shown.Type = version.type;
  shown.Value = show_value(ctx, version, decrypt);
  shown.Version = version.number;
  shown.LastModifiedDate = model::Timestamp{version.modified_ms};
  shown.ARN = ref.arn();
  shown.DataType = version.data_type;
  return shown;
}

}  // namespace cumulite::ssm
