#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "emulator/services/sqs/message_record.h"
#include "emulator/services/sqs/sqs_api.h"
#include "protocol/result.h"

/// Message attributes: their rules, their digest, and which of them a receive asks for.
/// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html
namespace cumulite::sqs {

/// Checks and converts the attributes of a send. Errors: InvalidParameterValue.
Result<std::vector<MessageAttribute>> read_message_attributes(
    const model::Map<api::MessageAttributeValue>& given);

/// The trace header of a send's system attributes (the only one there is), empty if none.
/// Errors: InvalidParameterValue.
Result<std::string> read_trace_header(const model::Map<api::MessageSystemAttributeValue>& given);

/// Hexadecimal MD5 over the attributes as SDKs check it; empty for none.
std::string md5_of_attributes(std::vector<MessageAttribute> attributes);

/// Bytes of the attributes as the limit of a message counts them: names, types and values.
std::size_t attribute_bytes(const std::vector<MessageAttribute>& attributes);

/// Whether MessageAttributeNames selects an attribute: "All", "*", ".*", "prefix.*" or its name.
bool selects_attribute(const std::vector<std::string>& names, std::string_view name);

/// Whether text consists of the characters that a message may contain.
bool has_valid_characters(std::string_view utf8);

}  // namespace cumulite::sqs
