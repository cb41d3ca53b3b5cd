#include "emulator/events/smtp_client.h"

#include <curl/curl.h>
#include <dlfcn.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include <fmt/format.h>

namespace cumulite {
namespace {

constexpr const char* kLibraryNames[] = {"libcurl.so.4", "libcurl-gnutls.so.4"};
constexpr long kConnectSeconds = 10;
constexpr long kSendSeconds = 30;
constexpr long kPermanentFailure = 500;

Error bad_configuration(std::string_view text) {
  return {"InvalidConfiguration", std::string(text)};
}

/// CURLOPT_READFUNCTION: hands out what is left of the message.
std::size_t read_some(char* out, std::size_t size, std::size_t count, void* data) {
  auto& rest = *static_cast<std::string_view*>(data);
  const std::size_t taken = std::min(rest.size(), size * count);
  std::memcpy(out, rest.data(), taken);
  rest.remove_prefix(taken);
  return taken;
}

}  // namespace

/// The functions of libcurl that are used.
struct SmtpClient::Library {
  void* handle = nullptr;
  decltype(&curl_global_init) global_init = nullptr;
  decltype(&curl_easy_init) easy_init = nullptr;
  decltype(&curl_easy_setopt) easy_setopt = nullptr;
  decltype(&curl_easy_perform) easy_perform = nullptr;
  decltype(&curl_easy_getinfo) easy_getinfo = nullptr;
  decltype(&curl_easy_cleanup) easy_cleanup = nullptr;
  decltype(&curl_easy_strerror) easy_strerror = nullptr;
  decltype(&curl_slist_append) slist_append = nullptr;
  decltype(&curl_slist_free_all) slist_free_all = nullptr;

  bool load() {
    for (const char* name : kLibraryNames) {
      handle = dlopen(name, RTLD_NOW | RTLD_LOCAL);
      if (handle != nullptr) break;
    }
    return handle != nullptr && find("curl_global_init", global_init) &&
           find("curl_easy_init", easy_init) && find("curl_easy_setopt", easy_setopt) &&
           find("curl_easy_perform", easy_perform) && find("curl_easy_getinfo", easy_getinfo) &&
           find("curl_easy_cleanup", easy_cleanup) && find("curl_easy_strerror", easy_strerror) &&
           find("curl_slist_append", slist_append) && find("curl_slist_free_all", slist_free_all) &&
           global_init(CURL_GLOBAL_ALL) == CURLE_OK;
  }

 private:
  template <class Function>
  bool find(const char* name, Function& function) {
    function = reinterpret_cast<Function>(dlsym(handle, name));
    return function != nullptr;
  }
};

SmtpClient::SmtpClient(std::unique_ptr<Library> library) : library_(std::move(library)) {}

// libcurl stays loaded: what it registered with the process cannot be taken back.
SmtpClient::~SmtpClient() = default;

Result<std::unique_ptr<SmtpClient>> SmtpClient::make(std::string_view address) {
  constexpr std::string_view kStartTls = "smtp+tls://";
  const bool has_scheme = address.find("://") != std::string_view::npos;
  const bool wants_tls = address.starts_with(kStartTls);
  const bool is_known =
      wants_tls || address.starts_with("smtp://") || address.starts_with("smtps://") || !has_scheme;
  if (address.empty() || !is_known) {
    return bad_configuration("it may be HOST:PORT or a URL of smtp, smtp+tls or smtps");
  }
  auto library = std::make_unique<Library>();
  if (!library->load()) return bad_configuration("libcurl (libcurl.so.4) is not installed");
  std::unique_ptr<SmtpClient> client(new SmtpClient(std::move(library)));
  client->needs_tls_ = wants_tls;
  if (wants_tls) address.remove_prefix(kStartTls.size());
  client->url_ = wants_tls || !has_scheme ? fmt::format("smtp://{}", address) : address;
  return client;
}

SmtpClient::Answer SmtpClient::send(const std::string& from, const std::string& to,
                                    std::string_view message) {
  const Library& curl = *library_;
  const std::string sender = fmt::format("<{}>", from);
  const std::string recipient = fmt::format("<{}>", to);
  CURL* handle = curl.easy_init();
  curl_slist* recipients = curl.slist_append(nullptr, recipient.c_str());
  if (handle == nullptr || recipients == nullptr) return {Outcome::kTryAgain, "out of memory"};
  curl.easy_setopt(handle, CURLOPT_URL, url_.c_str());
  curl.easy_setopt(handle, CURLOPT_MAIL_FROM, sender.c_str());
  curl.easy_setopt(handle, CURLOPT_MAIL_RCPT, recipients);
  curl.easy_setopt(handle, CURLOPT_UPLOAD, 1L);
  curl.easy_setopt(handle, CURLOPT_READFUNCTION, &read_some);
  curl.easy_setopt(handle, CURLOPT_READDATA, &message);
  curl.easy_setopt(handle, CURLOPT_CONNECTTIMEOUT, kConnectSeconds);
  curl.easy_setopt(handle, CURLOPT_TIMEOUT, kSendSeconds);
  curl.easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  if (needs_tls_) curl.easy_setopt(handle, CURLOPT_USE_SSL, static_cast<long>(CURLUSESSL_ALL));
  const CURLcode result = curl.easy_perform(handle);
  long status = 0;
  curl.easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
  curl.slist_free_all(recipients);
  curl.easy_cleanup(handle);
  if (result == CURLE_OK) return {Outcome::kAccepted};
  const std::string reason = fmt::format("{} ({})", curl.easy_strerror(result), status);
  return {status >= kPermanentFailure ? Outcome::kRefused : Outcome::kTryAgain, reason};
}

}  // namespace cumulite
