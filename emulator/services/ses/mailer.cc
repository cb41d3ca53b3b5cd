#include "emulator/services/ses/mailer.h"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>

#include "emulator/core/ids.h"
#include "emulator/core/log.h"
#include "emulator/events/captured.h"
#include "emulator/services/ses/configuration_sets.h"
#include "protocol/codec/base64.h"
#include "protocol/codec/json_document.h"
#include "protocol/codec/timestamp.h"

namespace cumulite::ses {
namespace {

using nlohmann::json;

constexpr std::size_t kRecipientsMax = 50;
constexpr std::size_t kMessageBytesMax = std::size_t{10} * 1024 * 1024;
/// What a row can hold of a message, with room for its other members.
constexpr std::size_t kKeptBytesMax = 384 * 1024;

std::string trim(std::string_view text) {
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.front())) != 0) {
    text.remove_prefix(1);
  }
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back())) != 0) {
    text.remove_suffix(1);
  }
  return std::string(text);
}

bool equals_ignoring_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
    return std::tolower(static_cast<unsigned char>(x)) ==
           std::tolower(static_cast<unsigned char>(y));
  });
}

/// "a@x" of "A <a@x>".
std::string bare_address(std::string_view address) {
  const auto open = address.rfind('<');
  const auto close = address.rfind('>');
  if (open == std::string_view::npos || close == std::string_view::npos || close < open) {
    return trim(address);
  }
  return trim(address.substr(open + 1, close - open - 1));
}

Result<void> check_address(const Wording& wording, std::string_view address) {
  const std::string bare = bare_address(address);
  const auto at = bare.rfind('@');
  if (at != std::string::npos && at > 0 && at + 1 < bare.size()) return {};
  return Error{std::string(wording.invalid), "Missing final '@domain'", 400};
}

Result<void> check_sender(Context& ctx, const std::string& source) {
  if (!requires_verification(ctx.env.store, ctx.caller.account_id)) return {};
  const std::string address = bare_address(source);
  const std::string domain = address.substr(address.rfind('@') + 1);
  if (load_identity(ctx, address) || load_identity(ctx, domain)) return {};
  std::string region = ctx.caller.region;
  for (char& c : region) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return Error{"MessageRejected",
               fmt::format("Email address is not verified. The following identities failed the "
                           "check in region {}: {}",
                           region, source),
               400};
}

std::string joined(const std::vector<std::string>& addresses) {
  std::string out;
  for (const std::string& address : addresses) out += (out.empty() ? "" : ", ") + address;
  return out;
}

std::string one_line(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](char c) { return c == '\r' || c == '\n'; }, ' ');
  return text;
}

std::string encoded(std::string_view text) {
  constexpr std::size_t kLine = 76;
  const std::string whole = codec::base64_encode(text);
  std::string lines;
  for (std::size_t at = 0; at < whole.size(); at += kLine)
    lines += whole.substr(at, kLine) + "\r\n";
  return lines;
}

std::string part_of(std::string_view type, std::string_view text) {
  return fmt::format(
      "Content-Type: {}; charset=UTF-8\r\nContent-Transfer-Encoding: base64\r\n\r\n{}", type,
      encoded(text));
}

/// The message as it goes over the wire: both forms of the body side by side.
std::string render_mime(const Mail& mail, const std::string& id, std::int64_t now_ms) {
  if (!mail.raw.empty()) return mail.raw;
  std::string date;
  codec::append_rfc822({now_ms}, date);
  std::string out =
      fmt::format("From: {}\r\nTo: {}\r\n", one_line(mail.source), one_line(joined(mail.to)));
  if (!mail.cc.empty()) out += fmt::format("Cc: {}\r\n", one_line(joined(mail.cc)));
  if (!mail.reply_to.empty())
    out += fmt::format("Reply-To: {}\r\n", one_line(joined(mail.reply_to)));
  out += fmt::format(
      "Subject: =?UTF-8?B?{}?=\r\nDate: {}\r\nMessage-ID: <{}@email.amazonses.com>\r\n"
      "MIME-Version: 1.0\r\n",
      codec::base64_encode(mail.subject), date, id);
  if (mail.html.empty()) return out + part_of("text/plain", mail.text);
  if (mail.text.empty()) return out + part_of("text/html", mail.html);
  const std::string border = "border-" + id;
  return out + fmt::format(
                   "Content-Type: multipart/alternative; boundary=\"{0}\"\r\n\r\n"
                   "--{0}\r\n{1}--{0}\r\n{2}--{0}--\r\n",
                   border, part_of("text/plain", mail.text), part_of("text/html", mail.html));
}

json text_or_null(const std::string& text) {
  return text.empty() ? json() : json(text);
}

/// The form in which LocalStack's `/_aws/ses` shows a message.
std::string render_shown(const Context& ctx, const Mail& mail, const std::string& id) {
  std::string time;
  codec::append_iso8601({ctx.now_ms}, false, time);
  json shown = {
      {"Id", id}, {"Region", ctx.caller.region}, {"Source", mail.source}, {"Timestamp", time}};
  json destination = {{"ToAddresses", mail.to}};
  if (!mail.cc.empty()) destination["CcAddresses"] = mail.cc;
  if (!mail.bcc.empty()) destination["BccAddresses"] = mail.bcc;
  shown["Destination"] = std::move(destination);
  if (!mail.template_name.empty()) {
    shown["Template"] = mail.template_name;
    shown["TemplateData"] = mail.template_data;
  }
  if (mail.raw.empty()) {
    shown["Subject"] = mail.subject;
    shown["Body"] = {{"text_part", text_or_null(mail.text.substr(0, kKeptBytesMax))},
                     {"html_part", text_or_null(mail.html.substr(0, kKeptBytesMax))}};
  } else {
    shown["RawData"] = mail.raw.substr(0, kKeptBytesMax);
  }
  return shown.dump(-1, ' ', false, json::error_handler_t::replace);
}

void capture(Context& ctx, storage::Txn& txn, const Mail& mail, const std::string& id) {
  CapturedMessage message;
  message.account = ctx.caller.account_id;
  message.region = ctx.caller.region;
  message.channel = "email";
  message.source = mail.source;
  message.subject = mail.raw.empty() ? mail.subject : raw_header(mail.raw, "Subject");
  const std::string& body = !mail.raw.empty()   ? mail.raw
                            : mail.text.empty() ? mail.html
                                                : mail.text;
  message.body = body.substr(0, kKeptBytesMax);
  message.sent_ms = ctx.now_ms;
  message.id = id;
  message.mime = render_mime(mail, id, ctx.now_ms);
  if (message.mime.size() > kKeptBytesMax && ctx.env.captured.is_forwarded()) {
    log::warning("the e-mail {} is too large to be sent by --smtp, and only kept", id);
    message.mime.clear();
  }
  for (const auto* list : {&mail.to, &mail.cc, &mail.bcc}) {
    for (const std::string& recipient : *list) {
      message.recipient = bare_address(recipient);
      ctx.env.captured.add(txn, message);
    }
  }
}

/// Value of "user.name" in the data; null if it is missing.
const json* attribute(const json& data, std::string_view path) {
  const json* at = &data;
  while (true) {
    const auto dot = path.find('.');
    const std::string name(path.substr(0, dot));
    if (!at->is_object() || !at->contains(name)) return nullptr;
    at = &(*at)[name];
    if (dot == std::string_view::npos) return at;
    path.remove_prefix(dot + 1);
  }
}

/// Fills in the source; answers the attribute that the data lacks.
std::optional<std::string> render(std::string_view source, const json& data, std::string& out) {
  while (true) {
    const auto open = source.find("{{");
    const auto close = source.find("}}", open == std::string_view::npos ? 0 : open);
    out += source.substr(0, open);
    if (open == std::string_view::npos || close == std::string_view::npos) {
      if (open != std::string_view::npos) out += source.substr(open);
      return std::nullopt;
    }
    const auto name = trim(source.substr(open + 2, close - open - 2));
    const json* value = attribute(data, name);
    if (value == nullptr) return name;
    out += value->is_string() ? value->get<std::string>() : value->dump();
    source.remove_prefix(close + 2);
  }
}

}  // namespace

std::string verification_token() {
  constexpr std::size_t kBytes = 32;
  return ids::random_base64url(kBytes);
}

std::string raw_header(std::string_view raw, std::string_view name) {
  std::string value;
  bool is_inside = false;
  while (!raw.empty()) {
    const auto end = raw.find('\n');
    std::string_view line = raw.substr(0, end);
    raw.remove_prefix(end == std::string_view::npos ? raw.size() : end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty()) break;
    if (line.front() == ' ' || line.front() == '\t') {
      if (is_inside) value += ' ' + trim(line);
      continue;
    }
    if (is_inside) break;
    const auto colon = line.find(':');
    is_inside =
        colon != std::string_view::npos && equals_ignoring_case(line.substr(0, colon), name);
    if (is_inside) value = trim(line.substr(colon + 1));
  }
  return value;
}

std::vector<std::string> addresses_of(std::string_view list) {
  std::vector<std::string> addresses;
  std::string address;
  bool is_quoted = false;
  for (const char c : list) {
    if (c == '"') is_quoted = !is_quoted;
    if (c == ',' && !is_quoted) {
      addresses.push_back(trim(address));
      address.clear();
    } else {
      address += c;
    }
  }
  addresses.push_back(trim(address));
  std::erase(addresses, "");
  return addresses;
}

Result<Rendered> render_parts(const Template& source, const Wording& wording,
                              const std::string& text) {
  const json data = json::parse(text, nullptr, false);
  if (!data.is_object()) {
    return Error{std::string(wording.invalid), "Template data is not a valid JSON object.", 400};
  }
  Rendered parts;
  parts.missing = render(source.subject, data, parts.subject);
  if (!parts.missing) parts.missing = render(source.text, data, parts.text);
  if (!parts.missing) parts.missing = render(source.html, data, parts.html);
  return parts;
}

std::string show_rendered(const Rendered& parts, std::int64_t now_ms) {
  std::string date;
  codec::append_rfc822({now_ms}, date);
  const std::string border = "border-" + ids::uuid();
  std::string out = fmt::format(
      "Date: {}\r\nSubject: {}\r\nMIME-Version: 1.0\r\n"
      "Content-Type: multipart/alternative; boundary=\"{}\"\r\n",
      date, one_line(parts.subject), border);
  for (const auto& [type, text] :
       {std::pair("plain", &parts.text), std::pair("html", &parts.html)}) {
    out += fmt::format(
        "\r\n--{}\r\nContent-Type: text/{}; charset=UTF-8\r\n"
        "Content-Transfer-Encoding: 8bit\r\n\r\n{}",
        border, type, *text);
  }
  return out + fmt::format("\r\n--{}--\r\n", border);
}

Result<bool> render_template(const Template& source, const Wording& wording, Mail& mail) {
  CUMULITE_ASSIGN(Rendered parts, render_parts(source, wording, mail.template_data));
  mail.template_name = source.name;
  if (parts.missing) {
    log::warning("an e-mail of the template {} is not sent: its data lacks an attribute",
                 source.name);
    return false;
  }
  mail.subject = std::move(parts.subject);
  mail.text = std::move(parts.text);
  mail.html = std::move(parts.html);
  return true;
}

Result<std::string> send(Context& ctx, const Wording& wording, Mail mail) {
  if (!mail.raw.empty()) {
    if (mail.source.empty()) mail.source = raw_header(mail.raw, "From");
    if (mail.to.empty() && mail.cc.empty() && mail.bcc.empty()) {
      mail.to = addresses_of(raw_header(mail.raw, "To"));
      mail.cc = addresses_of(raw_header(mail.raw, "Cc"));
      mail.bcc = addresses_of(raw_header(mail.raw, "Bcc"));
    }
  }
  const std::size_t recipients = mail.to.size() + mail.cc.size() + mail.bcc.size();
  if (recipients == 0) {
    return Error{std::string(wording.invalid), "Must have at least one recipient.", 400};
  }
  if (recipients > kRecipientsMax) {
    return Error{std::string(wording.invalid), "Recipient count exceeds 50.", 400};
  }
  CUMULITE_TRY(check_address(wording, mail.source));
  for (const auto* list : {&mail.to, &mail.cc, &mail.bcc}) {
    for (const std::string& recipient : *list) CUMULITE_TRY(check_address(wording, recipient));
  }
  if (mail.raw.size() + mail.text.size() + mail.html.size() > kMessageBytesMax) {
    return Error{std::string(wording.invalid), "Message length is more than 10485760 bytes long.",
                 400};
  }
  CUMULITE_TRY(check_sender(ctx, mail.source));
  CUMULITE_TRY(check_set(ctx, wording, mail));
  const std::string id = fmt::format("0100{:012x}-{}-000000", ctx.now_ms, ids::uuid());
  const SentMessage sent{id, ctx.now_ms, recipients, render_shown(ctx, mail, id)};
  ctx.env.store.transact(message_domains(ctx), [&](storage::Txn& txn) {
    add_message(ctx, txn, sent);
    capture(ctx, txn, mail, id);
    publish_events(ctx, txn, mail, id);
  });
  return id;
}

}  // namespace cumulite::ses
