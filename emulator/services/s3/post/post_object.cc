#include "emulator/services/s3/post/post_object.h"

#include <algorithm>
#include <cctype>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "api/s3.h"
#include "emulator/core/credentials.h"
#include "emulator/services/s3/access/authorize.h"
#include "emulator/services/s3/bucket/load.h"
#include "emulator/services/s3/errors.h"
#include "emulator/services/s3/object/attributes.h"
#include "emulator/services/s3/object/object_url.h"
#include "emulator/services/s3/object/put.h"
#include "emulator/services/s3/post/form_data.h"
#include "emulator/services/s3/tagging/tags.h"
#include "protocol/sigv4/post_auth.h"
#include "protocol/wire/wire.h"

namespace cumulite::s3 {

namespace {

constexpr std::size_t kFileBufferBytes = 256 * 1024;

bool same_name(std::string_view left, std::string_view right) {
  return http::header_name_equals(left, right);
}

std::string field(const sigv4::PostForm& form, std::string_view name) {
  const std::string* value = form.find(name);
  return value == nullptr ? std::string() : *value;
}

std::string escape_xml(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '&') {
      out += "&amp;";
    } else if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else if (c == '"') {
      out += "&quot;";
    } else {
      out += c;
    }
  }
  return out;
}

/// Who sent the form: the owner of the key that signed its policy, or nobody.
Result<Caller> identify(const Context& ctx, const sigv4::PostForm& form) {
  const bool enforced = ctx.env.settings.auth == AuthMode::kEnforce;
  CUMULITE_ASSIGN(const sigv4::ParsedAuth auth, sigv4::parse_post_auth(form));
  Caller caller = ctx.caller;
  if (auth.kind == sigv4::AuthKind::kNone) {
    caller.anonymous = true;
    caller.access_key_id.clear();
    return caller;
  }
  caller.anonymous = false;
  caller.access_key_id = std::string(auth.access_key_id);
  if (ctx.env.credentials == nullptr) return caller;
  if (enforced) {
    CUMULITE_TRY(sigv4::verify_post(auth, form, [&](std::string_view id) {
      return ctx.env.credentials->find_credentials(id);
    }));
  }
  if (const Identity* identity = ctx.env.credentials->find(auth.access_key_id)) {
    caller.account_id = identity->account_id;
    caller.canonical_user_id = identity->canonical_user_id;
    caller.display_name = identity->display_name;
  }
  return caller;
}

Result<void> check_form(const Context& ctx, const FormData& data, const std::string& bucket,
                        std::uint64_t size) {
  const std::string* policy = data.form.find("policy");
  if (policy == nullptr) return {};
  CUMULITE_ASSIGN(const sigv4::PostPolicy parsed, sigv4::parse_policy(*policy));
  CUMULITE_TRY(sigv4::check_policy(parsed, data.form, bucket, ctx.now_ms));
  return sigv4::check_policy_size(parsed, size);
}

/// The file alone, spooled and hashed as a PUT's body is.
ReceivedBody take_file(const Context& ctx, const FormData& data, std::uint64_t end,
                       const std::vector<checksum::Algorithm>& digests) {
  ReceivedBody file;
  file.spool = ctx.env.blobs.make_spool();
  std::vector<std::unique_ptr<checksum::Hasher>> hashers;
  for (const auto algorithm : digests) hashers.push_back(checksum::make_hasher(algorithm));
  std::vector<char> buffer(kFileBufferBytes);
  for (std::uint64_t offset = data.file_offset; offset < end;) {
    const auto wanted = std::min<std::uint64_t>(buffer.size(), end - offset);
    const std::size_t count = ctx.body->spool->read_at(offset, buffer.data(), wanted);
    if (count == 0) break;
    const std::string_view bytes(buffer.data(), count);
    for (auto& hasher : hashers) hasher->update(bytes);
    file.spool->append(bytes);
    offset += count;
  }
  for (std::size_t i = 0; i < digests.size(); ++i) {
    file.digests.emplace_back(digests[i], hashers[i]->finish());
  }
  return file;
}

/// The form's fields as the headers of a PUT: the two have the same names.
http::Request as_put(const Context& ctx, const sigv4::PostForm& form) {
  http::Request request = ctx.request;
  request.method = "PUT";
  request.query = {};
  request.headers.clear();
  for (const auto& [name, value] : form.fields) {
    if (same_name(name, "tagging") || same_name(name, "policy") || same_name(name, "key")) continue;
    request.headers.push_back(
        {same_name(name, "acl") ? std::string_view("x-amz-acl") : std::string_view(name), value});
  }
  return request;
}

/// Tags come as the XML of a tag set.
Result<TextPairs> read_tags(const std::string& xml) {
  // S3 looks for the tag set in whatever document it gets, and finds none in another one.
  if (xml.starts_with('<') && xml.find("<Tagging") == std::string::npos) return TextPairs{};
  wire::Labels labels;
  http::Request request;
  request.method = "PUT";
  api::PutObjectTaggingRequest parsed;
  const wire::Input input{request, xml, &labels, nullptr, false};
  CUMULITE_TRY(wire::read_input(wire::Format::kRestXml, api::kModel,
                                api::op::PutObjectTagging::info(), input, &parsed));
  if (!parsed.Tagging || !parsed.Tagging->TagSet) return errors::malformed_xml();
  return read_tag_set(*parsed.Tagging->TagSet, TagOwner::kObject);
}

/// 303 to the form's address, with what was stored in its query; false if there is none.
bool redirect(Context& ctx, const sigv4::PostForm& form, const std::string& bucket,
              const std::string& key, const std::string& etag) {
  std::string target = field(form, "success_action_redirect");
  if (target.empty()) target = field(form, "redirect");
  if (!target.starts_with("http://") && !target.starts_with("https://")) return false;
  target += target.find('?') == std::string::npos ? '?' : '&';
  target += fmt::format("bucket={}&key={}&etag={}", http::percent_encode(bucket),
                        http::percent_encode(key), http::percent_encode(etag));
  ctx.response.status = 303;
  ctx.response.add_header("Location", target);
  return true;
}

void answer(Context& ctx, const sigv4::PostForm& form, const std::string& bucket,
            const std::string& key, const api::PutObjectOutput& out) {
  const std::string location = object_url(ctx, bucket, key);
  ctx.response.add_header("ETag", *out.ETag);
  if (out.VersionId) ctx.response.add_header("x-amz-version-id", *out.VersionId);
  if (out.ServerSideEncryption) {
    ctx.response.add_header("x-amz-server-side-encryption", *out.ServerSideEncryption);
  }
  for (const auto algorithm : kChecksumAlgorithms) {
    const auto& value = checksum_member(out, algorithm);
    if (value) ctx.response.add_header(checksum_header(algorithm), *value);
  }
  if (out.ChecksumType) ctx.response.add_header("x-amz-checksum-type", *out.ChecksumType);
  if (redirect(ctx, form, bucket, key, *out.ETag)) return;
  ctx.response.add_header("Location", location);
  const std::string status = field(form, "success_action_status");
  ctx.response.status = status == "200" ? 200 : status == "201" ? 201 : 204;
  ctx.response.no_content_length = ctx.response.status == 204;
  if (ctx.response.status != 201) return;
  ctx.response.add_header("Content-Type", "application/xml");
  ctx.response.body = fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<PostResponse><Location>{}</Location><Bucket>{}"
      "</Bucket><Key>{}</Key><ETag>{}</ETag></PostResponse>",
      escape_xml(location), bucket, escape_xml(key), escape_xml(*out.ETag));
}

/// Content headers have no UTF-8, which forms are made of.
void recode_headers(sigv4::PostForm& form) {
  constexpr std::string_view kNames[] = {"Cache-Control",    "Content-Disposition",
                                         "Content-Encoding", "Content-Language",
                                         "Content-Type",     "Expires"};
  for (auto& [name, value] : form.fields) {
    const bool content =
        std::any_of(std::begin(kNames), std::end(kNames),
                    [&, &given = name](std::string_view each) { return same_name(given, each); });
    if (content) value = latin1_header(value);
  }
}

Result<api::PutObjectOutput> store(Context& ctx, const Caller& caller, FormData& data,
                                   const BucketRecord& bucket, std::uint64_t end) {
  recode_headers(data.form);
  const http::Request request = as_put(ctx, data.form);
  const wire::Labels labels = {{"Bucket", bucket.name}, {"Key", field(data.form, "key")}};
  api::PutObjectRequest put;
  const wire::Input input{request, {}, &labels, nullptr, false};
  CUMULITE_TRY(wire::read_input(wire::Format::kRestXml, api::kModel, api::op::PutObject::info(),
                                input, &put));
  if (const std::string* tagging = data.form.find("tagging")) {
    CUMULITE_ASSIGN(const TextPairs tags, read_tags(*tagging));
    put.Tagging.emplace();
    for (const auto& [name, value] : tags) {
      if (!put.Tagging->empty()) *put.Tagging += '&';
      *put.Tagging += http::percent_encode(name) + '=' + http::percent_encode(value);
    }
  }
  CUMULITE_ASSIGN(const auto asked, requested_checksum(request));
  std::vector<checksum::Algorithm> digests = {checksum::Algorithm::kMd5};
  digests.push_back(asked ? asked->algorithm : checksum::Algorithm::kCrc64Nvme);
  ReceivedBody file = take_file(ctx, data, end, digests);
  Context inner{ctx.env,        ctx.service, caller, request,      ctx.request_id, ctx.now_ms,
                ctx.started_ms, true,        &file,  ctx.response, ctx.route};
  CUMULITE_TRY(authorize_object(inner, bucket, "s3:PutObject", *put.Key));
  return put_received(inner, bucket, put, "ObjectCreated:Post");
}

}  // namespace

Result<void> post_object(Context& ctx, const std::string& bucket_name) {
  const auto boundary = form_boundary(ctx.request.header("Content-Type"));
  if (!boundary) {
    return errors::precondition_failed(
        "Bucket POST must be of the enclosure-type multipart/form-data");
  }
  CUMULITE_ASSIGN(const BucketRecord bucket, load_bucket(ctx.env.store, bucket_name));
  CUMULITE_ASSIGN(FormData data, read_form(*ctx.body->spool, *boundary));
  if (data.form.find("key") == nullptr) {
    return errors::invalid_argument(
        "Bucket POST must contain a field named 'key'.  If it is specified, please check the order "
        "of the fields.",
        "key", "");
  }
  if (!data.has_file) {
    return errors::invalid_argument("POST requires exactly one file upload per request.", "file",
                                    "0");
  }
  sigv4::expand_filename(data.form, data.filename);
  if (field(data.form, "key").empty()) {
    return errors::invalid_argument("User key must have a length greater than 0.", "key", "");
  }
  const auto end = find_file_end(*ctx.body->spool, data);
  if (!end) {
    return Error{"MalformedPOSTRequest",
                 "The body of your POST request is not well-formed multipart/form-data.", 400};
  }
  CUMULITE_ASSIGN(const Caller caller, identify(ctx, data.form));
  CUMULITE_TRY(check_form(ctx, data, bucket.name, *end - data.file_offset));
  CUMULITE_ASSIGN(const api::PutObjectOutput out, store(ctx, caller, data, bucket, *end));
  answer(ctx, data.form, bucket.name, field(data.form, "key"), out);
  return {};
}

}  // namespace cumulite::s3
