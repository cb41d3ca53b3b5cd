#include <algorithm>
#include <cctype>

#include "emulator/services/ssm/operations.h"

namespace cumulite::ssm {
namespace {

constexpr std::size_t kLabelsMax = 10;

bool is_label(const std::string& label) {
  std::string start = label.substr(0, 3);
  for (char& c : start) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  if (label.empty() || start == "aws" || start == "ssm") return false;
  if (std::isdigit(static_cast<unsigned char>(label.front())) != 0) return false;
  return std::all_of(label.begin(), label.end(), [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
           std::string_view("_.-").find(c) != std::string_view::npos;
  });
}

bool has(const Version& version, const std::string& label) {
  return std::find(version.labels.begin(), version.labels.end(), label) != version.labels.end();
}

Result<api::LabelParameterVersionResult> label_parameter_version(
    Context& ctx, const api::LabelParameterVersionRequest& req) {
  const ParameterRef ref = parameter_ref(ctx, *req.Name);
  api::LabelParameterVersionResult answer;
  answer.InvalidLabels.emplace();
  std::vector<std::string> labels;
  for (const std::string& label : *req.Labels) {
    (is_label(label) ? labels : *answer.InvalidLabels).push_back(label);
  }
  CUMULITE_TRY(
      ctx.env.store.transact(parameter_domains(ref), [&](storage::Txn& txn) -> Result<void> {
        auto parameter = load(txn, ref);
        if (!parameter) return errors::not_found();
        const std::int64_t number = req.ParameterVersion.value_or(parameter->latest.number);
        auto versions = load_versions(txn, ref);
        const auto target =
            std::find_if(versions.begin(), versions.end(),
                         [&](const Version& each) { return each.number == number; });
        if (target == versions.end()) {
          return errors::version_not_found(ref.name, std::to_string(number));
        }
        // A label is on one version: it moves.
        for (Version& version : versions) {
          if (version.number == number) continue;
          const auto moved = std::erase_if(version.labels, [&](const std::string& label) {
            return std::find(labels.begin(), labels.end(), label) != labels.end();
          });
          if (moved != 0) store_version(txn, ref, *parameter, version);
        }
        for (const std::string& label : labels) {
          if (!has(*target, label)) target->labels.push_back(label);
        }
        if (target->labels.size() > kLabelsMax) return errors::too_many_labels();
        store_version(txn, ref, *parameter, *target);
        answer.ParameterVersion = number;
        return {};
      }));
  return answer;
}

Result<api::UnlabelParameterVersionResult> unlabel_parameter_version(
    Context& ctx, const api::UnlabelParameterVersionRequest& req) {
  const ParameterRef ref = parameter_ref(ctx, *req.Name);
  api::UnlabelParameterVersionResult answer;
  answer.RemovedLabels.emplace();
  answer.InvalidLabels.emplace();
  CUMULITE_TRY(
      ctx.env.store.transact(parameter_domains(ref), [&](storage::Txn& txn) -> Result<void> {
        auto parameter = load(txn, ref);
        if (!parameter) return errors::not_found();
        const std::string number = std::to_string(*req.ParameterVersion);
        CUMULITE_ASSIGN(Version version, load_version(txn, {ref, number}));
        for (const std::string& label : *req.Labels) {
          const bool removed = std::erase(version.labels, label) != 0;
          (removed ? *answer.RemovedLabels : *answer.InvalidLabels).push_back(label);
        }
        store_version(txn, ref, *parameter, version);
        return {};
      }));
  return answer;
}

}  // namespace

std::span<const OperationRow> label_rows() {
  static const OperationRow rows[] = {
      row<api::op::LabelParameterVersion, &label_parameter_version>(),
      row<api::op::UnlabelParameterVersion, &unlabel_parameter_version>(),
  };
  return rows;
}

}  // namespace cumulite::ssm
