#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "emulator/services/sqs/errors.h"
#include "emulator/services/sqs/queue.h"
#include "emulator/services/sqs/service.h"
#include "protocol/result.h"

/// How an operation gets at the queue that its QueueUrl names.
namespace cumulite::sqs {

/// The queue of a QueueUrl, if the caller may do `action` ("SendMessage") to it: judged by the
/// queue's policy in `--auth=enforce` only. Outside of enforce a URL with a foreign account or
/// region that knows no such queue means the caller's own queue of that name: programs written
/// against a real account run unchanged.
/// Errors: MissingParameter, QueueDoesNotExist, AccessDenied.
Result<QueuePointer> find_queue(Context& ctx, const std::optional<std::string>& url,
                                std::string_view action);

/// The URL under which this client reaches the queue.
std::string url_of(const Context& ctx, const Queue& queue);

/// Runs `function(Txn&, const QueueConfig&)`, which returns a Result, in a transaction over the
/// queue's contents, with its mailbox open. Errors: QueueDoesNotExist, and those of the function.
template <class Function>
auto with_mailbox(storage::Store& store, Queue& queue, std::int64_t now_ms, Function&& function) {
  using Answer = decltype(function(std::declval<storage::Txn&>(), *queue.config()));
  return store.transact({queue.contents_domain()}, [&](storage::Txn& txn) -> Answer {
    if (queue.is_deleted()) return errors::queue_does_not_exist();
    const auto config = queue.config();
    queue.mailbox.open(txn, *config, now_ms);
    return function(txn, *config);
  });
}

}  // namespace cumulite::sqs
