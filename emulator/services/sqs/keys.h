#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// All keys of SQS. Space kSqs holds queues and what belongs to their names; space kSqsMessages
/// holds, behind the eight bytes of a queue's id, everything inside that queue, so that one domain
/// covers it.
namespace cumulite::sqs::keys {

// --- space kSqs
/// "q|account|region|name": definition of a queue.
std::string queue(std::string_view account, std::string_view region, std::string_view name);
/// Prefix of the definitions of an account and region.
std::string queues(std::string_view account, std::string_view region);
/// Prefix of all definitions.
std::string all_queues();
/// "x|account|region|name": when a queue of that name was deleted.
std::string deletion(std::string_view account, std::string_view region, std::string_view name);
/// "t|account|region|source name|started|task id": a message move task.
std::string move_task(std::string_view queue_key_of_source, std::int64_t started_ms,
                      std::string_view task_id);
std::string move_tasks(std::string_view queue_key_of_source);

/// Prefixes of everything in this space that belongs to an account.
std::vector<std::string> of_account(std::string_view account);

// --- space kSqsMessages
/// The queue's domain: prefix of all rows inside the queue.
std::string contents(std::uint64_t queue_id);
std::string messages(std::uint64_t queue_id);
std::string message(std::uint64_t queue_id, std::uint64_t sequence);
/// Large messages: pieces of attributes and body.
std::string bodies(std::uint64_t queue_id);
std::string body(std::uint64_t queue_id, std::uint64_t sequence, std::uint32_t piece);
/// Prefix of all pieces of one message.
std::string body_pieces(std::uint64_t queue_id, std::uint64_t sequence);
std::string receipts(std::uint64_t queue_id);
std::string receipt(std::uint64_t queue_id, std::uint64_t sequence);
std::string deduplications(std::uint64_t queue_id);
/// `digest` is what deduplication_digest makes of scope and id.
std::string deduplication(std::uint64_t queue_id, std::string_view digest);
/// First sequence number that is not reserved yet.
std::string sequence_limit(std::uint64_t queue_id);

/// Sequence in the key of a message or receipt row.
std::uint64_t sequence_of(std::string_view key);
/// Digest in the key of a deduplication row.
std::string digest_of(std::string_view key);

}  // namespace cumulite::sqs::keys
