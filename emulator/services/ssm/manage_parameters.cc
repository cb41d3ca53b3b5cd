#include <algorithm>

#include "emulator/core/helper_spaces.h"
#include "emulator/core/row_service.h"
#include "emulator/services/ssm/operations.h"

namespace cumulite::ssm {
namespace {

constexpr std::int32_t kDescribeDefault = 50;
constexpr std::size_t kTagsMax = 50;

Result<api::DeleteParameterResult> delete_parameter(Context& ctx,
                                                    const api::DeleteParameterRequest& req) {
  const ParameterRef ref = parameter_ref(ctx, *req.Name);
  CUMULITE_TRY(
      ctx.env.store.transact(parameter_domains(ref), [&](storage::Txn& txn) -> Result<void> {
        if (!load(txn, ref)) return errors::not_found();
        erase(txn, ref);
        return {};
      }));
  return api::DeleteParameterResult{};
}

Result<api::DeleteParametersResult> delete_parameters(Context& ctx,
                                                      const api::DeleteParametersRequest& req) {
  api::DeleteParametersResult answer;
  answer.DeletedParameters.emplace();
  answer.InvalidParameters.emplace();
  for (const std::string& name : *req.Names) {
    const bool deleted = delete_parameter(ctx, {.Name = name}).ok();
    (deleted ? *answer.DeletedParameters : *answer.InvalidParameters).push_back(name);
  }
  return answer;
}

bool below(const std::string& name, std::string path, bool recursive) {
  if (!path.ends_with('/')) path += '/';
  if (!name.starts_with(path)) return false;
  return recursive || name.find('/', path.size()) == std::string::npos;
}

std::string attribute(const std::string& key, const std::string& name, const Parameter& parameter) {
  if (key == "Name") return name;
  if (key == "Type") return parameter.latest.type;
  if (key == "KeyId") return parameter.latest.key_id;
  if (key == "Tier") return parameter.latest.tier;
  return parameter.latest.data_type;
}

bool matches(const std::string& option, const std::string& text, const std::string& value) {
  if (option == "BeginsWith") {
    // A name may be asked for with or without its first slash.
    return text.starts_with(value) || text.starts_with("/" + value);
  }
  if (option == "Contains") return text.find(value) != std::string::npos;
  return text == value;
}

Result<bool> passes_one(const api::ParameterStringFilter& filter, const std::string& name,
                        const Parameter& parameter) {
  constexpr std::string_view kTag = "tag:";
  const std::string& key = *filter.Key;
  const std::string option = filter.Option.value_or(key == "Path" ? "OneLevel" : "Equals");
  const std::vector<std::string> values = filter.Values.value_or(std::vector<std::string>());
  const auto any = [&](auto&& test) { return std::any_of(values.begin(), values.end(), test); };
  if (key == "Path") {
    if (option != "OneLevel" && option != "Recursive") {
      return errors::invalid_filter_option(option);
    }
    return any([&](const std::string& path) { return below(name, path, option == "Recursive"); });
  }
  if (key == "Label") return errors::invalid_filter_key(key);
  if (option != "Equals" && option != "BeginsWith" && option != "Contains") {
    return errors::invalid_filter_option(option);
  }
  if (key.starts_with(kTag)) {
    return std::any_of(parameter.tags.begin(), parameter.tags.end(), [&](const auto& tag) {
      if (tag.first != key.substr(kTag.size())) return false;
      return values.empty() ||
             any([&](const std::string& value) { return matches(option, tag.second, value); });
    });
  }
  const std::string text = attribute(key, name, parameter);
  return any([&](const std::string& value) { return matches(option, text, value); });
}

api::ParameterMetadata describe(const ParameterRef& ref, const Version& version) {
  api::ParameterMetadata shown;
  shown.Name = ref.name;
  shown.ARN = ref.arn();
  shown.Type = version.type;
  if (!version.key_id.empty()) shown.KeyId = version.key_id;
  shown.LastModifiedDate = model::Timestamp{version.modified_ms};
  shown.LastModifiedUser = version.user;
  if (!version.description.empty()) shown.Description = version.description;
  if (!version.pattern.empty()) shown.AllowedPattern = version.pattern;
  shown.Version = version.number;
  shown.Tier = version.tier;
  shown.Policies.emplace();
  shown.DataType = version.data_type;
  return shown;
}

/// Both forms of filters as one: the older compares beginnings.
std::vector<api::ParameterStringFilter> filters_of(const api::DescribeParametersRequest& req) {
  std::vector<api::ParameterStringFilter> filters;
  if (req.ParameterFilters) filters = *req.ParameterFilters;
  if (!req.Filters) return filters;
  for (const api::ParametersFilter& filter : *req.Filters) {
    filters.push_back({.Key = filter.Key, .Option = "BeginsWith", .Values = filter.Values});
  }
  return filters;
}

Result<api::DescribeParametersResult> describe_parameters(
    Context& ctx, const api::DescribeParametersRequest& req) {
  if (req.Filters && req.ParameterFilters) {
    return errors::validation(
        "You can use either Filters or ParameterFilters in a single request.");
  }
  const auto filters = filters_of(req);
  const std::string all = keys::parameters(ctx.caller.account_id, ctx.caller.region);
  std::optional<Error> refused;
  RowPageRequest asked{spaces::kSsm, all};
  asked.limit = static_cast<std::size_t>(req.MaxResults.value_or(kDescribeDefault));
  asked.token = req.NextToken;
  asked.keep = [&](const storage::KeyValue& row) {
    auto passed = passes(filters, row.key.substr(all.size()), decode_parameter(row.value));
    if (!passed.ok()) refused = passed.error();
    return passed.ok() && *passed;
  };
  auto page = read_row_page(ctx.env.store, asked);
  if (!page) return errors::invalid_token();
  if (refused) return std::move(*refused);
  api::DescribeParametersResult answer;
  answer.Parameters.emplace();
  for (const auto& row : page->rows) {
    const ParameterRef ref{ctx.caller.account_id, ctx.caller.region, row.key.substr(all.size())};
    answer.Parameters->push_back(describe(ref, decode_parameter(row.value).latest));
  }
  answer.NextToken = std::move(page->next_token);
  return answer;
}

Result<void> change_tags(Context& ctx, const std::string& type, const std::string& id,
                         const std::function<Result<void>(Parameter&)>& change) {
  if (type != "Parameter") return errors::invalid_resource_type();
  const ParameterRef ref = parameter_ref(ctx, id);
  return ctx.env.store.transact(parameter_domains(ref), [&](storage::Txn& txn) -> Result<void> {
    auto parameter = load(txn, ref);
    if (!parameter) return errors::invalid_resource_id();
    CUMULITE_TRY(change(*parameter));
    txn.put(spaces::kSsm, keys::parameter(ref), encode_parameter(*parameter));
    return {};
  });
}

Result<api::AddTagsToResourceResult> add_tags_to_resource(
    Context& ctx, const api::AddTagsToResourceRequest& req) {
  CUMULITE_TRY(change_tags(ctx, *req.ResourceType, *req.ResourceId,
                           [&](Parameter& parameter) { return merge_tags(*req.Tags, parameter); }));
  return api::AddTagsToResourceResult{};
}

Result<api::RemoveTagsFromResourceResult> remove_tags_from_resource(
    Context& ctx, const api::RemoveTagsFromResourceRequest& req) {
  CUMULITE_TRY(change_tags(
      ctx, *req.ResourceType, *req.ResourceId, [&](Parameter& parameter) -> Result<void> {
        std::erase_if(parameter.tags, [&](const auto& tag) {
          return std::find(req.TagKeys->begin(), req.TagKeys->end(), tag.first) !=
                 req.TagKeys->end();
        });
        return {};
      }));
  return api::RemoveTagsFromResourceResult{};
}

Result<api::ListTagsForResourceResult> list_tags_for_resource(
    Context& ctx, const api::ListTagsForResourceRequest& req) {
  if (*req.ResourceType != "Parameter") return errors::invalid_resource_type();
  const auto parameter = load(ctx.env.store, parameter_ref(ctx, *req.ResourceId));
  if (!parameter) return errors::invalid_resource_id();
  api::ListTagsForResourceResult answer;
  answer.TagList.emplace();
  for (const auto& [key, value] : parameter->tags) answer.TagList->push_back({key, value});
  return answer;
}

}  // namespace

std::span<const OperationRow> manage_rows() {
  static const OperationRow rows[] = {
      row<api::op::AddTagsToResource, &add_tags_to_resource>(),
      row<api::op::DeleteParameter, &delete_parameter>(),
      row<api::op::DeleteParameters, &delete_parameters>(),
      row<api::op::DescribeParameters, &describe_parameters>(),
      row<api::op::ListTagsForResource, &list_tags_for_resource>(),
      row<api::op::RemoveTagsFromResource, &remove_tags_from_resource>(),
  };
  return rows;
}

Result<bool> passes(const std::vector<api::ParameterStringFilter>& filters, const std::string& name,
                    const Parameter& parameter) {
  for (const auto& filter : filters) {
    CUMULITE_ASSIGN(const bool passed, passes_one(filter, name, parameter));
    if (!passed) return false;
  }
  return true;
}

Result<void> merge_tags(const std::vector<api::Tag>& added, Parameter& parameter) {
  for (const api::Tag& tag : added) {
    std::erase_if(parameter.tags, [&](const auto& old) { return old.first == *tag.Key; });
    parameter.tags.emplace_back(*tag.Key, *tag.Value);
  }
  if (parameter.tags.size() > kTagsMax) return errors::too_many_tags();
  return {};
}

}  // namespace cumulite::ssm
