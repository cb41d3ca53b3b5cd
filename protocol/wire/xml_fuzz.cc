#include <cstdint>
#include <cstdlib>
#include <string>

#include "api/s3.h"
#include "protocol/codec/xml_reader.h"
#include "protocol/codec/xml_writer.h"
#include "protocol/wire/wire.h"

// Any text as an XML body of S3. A document that is read must be readable again when it is written.
namespace cumulite::wire {
namespace {

template <class T>
void read(const model::Operation& operation, std::string_view root, std::string_view body) {
  const model::Shape& shape = *operation.input->payload->shape;
  T value;
  if (!codec::read_xml(body, shape, root, &value).ok()) return;
  std::string text = "<" + std::string(root);
  codec::write_xml_attributes(shape, &value, text);
  text += '>';
  codec::write_xml_members(shape, codec::XmlDialect::kS3, &value, text);
  text += "</" + std::string(root) + ">";
  T again;
  // A byte that XML cannot carry is written as a reference, which is read back.
  if (!codec::read_xml(text, shape, root, &again).ok()) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace s3 = api::s3;
  const std::string body(reinterpret_cast<const char*>(data), size);
  read<s3::Delete>(s3::op::DeleteObjects::info(), "Delete", body);
  read<s3::AccessControlPolicy>(s3::op::PutBucketAcl::info(), "AccessControlPolicy", body);
  read<s3::NotificationConfiguration>(s3::op::PutBucketNotificationConfiguration::info(),
                                      "NotificationConfiguration", body);
  return 0;
}

}  // namespace cumulite::wire
