#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "emulator/core/context.h"
#include "emulator/services/ses/store.h"

/// Sending: into the outbox that people read (emulator/events/captured), and by `--smtp` for real.
/// Both versions of the API send through it.
namespace cumulite::ses {

struct Mail {
  std::string source;
  std::vector<std::string> to;
  std::vector<std::string> cc;
  std::vector<std::string> bcc;
  std::vector<std::string> reply_to;
  std::string subject;
  std::string text;
  std::string html;
  std::string raw;  ///< Instead of the three above: a whole message (RFC 5322).
  std::string template_name;
  std::string template_data;
  std::string configuration_set;  ///< Its events are published; empty: none.
  std::string operation;          ///< Which sends it, for those events.
  std::vector<std::pair<std::string, std::string>> tags;
};

/// How a version of the API calls a parameter that is wrong.
struct Wording {
  std::string_view invalid;  ///< "InvalidParameterValue", "BadRequestException".
  std::string_view no_set;   ///< "ConfigurationSetDoesNotExist", "NotFoundException".
};

/// Sends and answers the message's id. Errors: MessageRejected, and the wording's code.
Result<std::string> send(Context& ctx, const Wording& wording, Mail mail);

/// Fills subject, text and html of a mail from a template and its data (JSON). False: an attribute
/// is missing, for which SES sends nothing and tells nobody. Error: the data is no JSON object.
Result<bool> render_template(const Template& source, const Wording& wording, Mail& mail);

/// What a template makes of data.
struct Rendered {
  std::string subject;
  std::string text;
  std::string html;
  std::optional<std::string> missing;  ///< An attribute that the data lacks.
};

/// Error: the data is no JSON object.
Result<Rendered> render_parts(const Template& source, const Wording& wording,
                              const std::string& data);
/// The whole message of a rendered template, as TestRenderTemplate shows it.
std::string show_rendered(const Rendered& parts, std::int64_t now_ms);

/// What an account may send: that of one out of the sandbox.
inline constexpr double kSendsADay = 50'000;
inline constexpr double kSendsASecond = 14;
/// What a new identity is proved with elsewhere.
std::string verification_token();

/// Value of a header of a raw message, unfolded; empty if there is none.
std::string raw_header(std::string_view raw, std::string_view name);
/// The addresses of a list such as `A <a@x>, b@y`.
std::vector<std::string> addresses_of(std::string_view list);

}  // namespace cumulite::ses
