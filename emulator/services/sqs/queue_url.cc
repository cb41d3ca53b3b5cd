#include "emulator/services/sqs/queue_url.h"

#include <vector>

#include "emulator/core/arn.h"
#include "protocol/codec/text.h"

namespace cumulite::sqs {
namespace {

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (!text.empty()) {
    const auto end = text.find(separator);
    const auto part = text.substr(0, end);
    if (!part.empty()) parts.push_back(part);
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return parts;
}

// A host label such as us-east-1 or eu-central-2; "localhost" and "amazonaws" are none.
bool is_region(std::string_view label) {
  return label.find('-') != std::string_view::npos && codec::is_digit(label.back());
}

std::string_view region_of_host(std::string_view host) {
  const auto labels = split(host.substr(0, host.find(':')), '.');
  if (labels.size() < 2) return {};
  if (labels[0] == "sqs" && is_region(labels[1])) return labels[1];
  if (labels[1] == "queue" && is_region(labels[0])) return labels[0];
  return {};
}

}  // namespace

std::optional<QueueAddress> parse_queue_url(std::string_view url) {
  url = url.substr(0, url.find('?'));
  QueueAddress address;
  if (const auto scheme = url.find("://"); scheme != std::string_view::npos) {
    url.remove_prefix(scheme + 3);
    const auto path = url.find('/');
    address.region = region_of_host(url.substr(0, path));
    url = path == std::string_view::npos ? std::string_view() : url.substr(path);
  }
  const auto parts = split(url, '/');
  if (parts.empty()) return std::nullopt;
  address.name = parts.back();
  if (parts.size() >= 2 && is_account_id(parts[parts.size() - 2])) {
    address.account = parts[parts.size() - 2];
  }
  if (parts.size() == 4 && parts[0] == "queue") address.region = parts[1];
  return address;
}

std::optional<QueueAddress> parse_queue_arn(std::string_view text) {
  const auto arn = parse_arn(text);
  if (!arn || arn->service != "sqs" || arn->region.empty() || arn->account.empty() ||
      arn->resource.empty() || arn->resource.find(':') != std::string_view::npos) {
    return std::nullopt;
  }
  return QueueAddress{std::string(arn->account), std::string(arn->region),
                      std::string(arn->resource)};
}

}  // namespace cumulite::sqs
