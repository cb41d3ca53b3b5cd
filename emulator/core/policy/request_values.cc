#include "emulator/core/policy/request_values.h"

#include <algorithm>
#include <cctype>

#include "protocol/codec/timestamp.h"

namespace cumulite {
namespace {

std::vector<std::string> one_or_none(std::string_view value) {
  if (value.empty()) return {};
  return {std::string(value)};
}

}  // namespace

std::vector<std::string> request_values(const Context& ctx, std::string_view given) {
  std::string key(given);
  std::transform(key.begin(), key.end(), key.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  const std::string_view account = ctx.caller.account_id;
  if (key == "aws:securetransport") return {ctx.request.tls ? "true" : "false"};
  if (key == "aws:sourceip") return one_or_none(ctx.request.remote_address);
  if (key == "aws:useragent") return one_or_none(ctx.request.header("User-Agent"));
  if (key == "aws:referer") return one_or_none(ctx.request.header("Referer"));
  if (key == "aws:epochtime") return {std::to_string(ctx.now_ms / 1000)};
  if (key == "aws:currenttime") {
    std::string text;
    codec::append_iso8601(model::Timestamp{ctx.now_ms}, false, text);
    return {text};
  }
  if (ctx.caller.anonymous) return {};
  // SourceOwner and SourceAccount of a call that no service makes are those of the caller.
  if (key == "aws:principalaccount" || key == "aws:userid" || key == "aws:sourceowner" ||
      key == "aws:sourceaccount") {
    return one_or_none(account);
  }
  if (key == "aws:principalarn") return {"arn:aws:iam::" + std::string(account) + ":root"};
  return {};
}

}  // namespace cumulite
