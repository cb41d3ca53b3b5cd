#pragma once

#include <string_view>
#include <utility>

#include "emulator/services/sqs/errors.h"
#include "emulator/services/sqs/queue.h"
#include "emulator/services/sqs/service.h"
#include "protocol/result.h"

namespace cumulite::sqs {

/// Checks a new queue's name. Errors: InvalidParameterValue.
Result<void> check_queue_name(std::string_view name, bool fifo);

/// Checks the redrive policy against the dead-letter queue that it names: same account and region,
/// there, of the same type, and allowing this source. Errors: InvalidParameterValue.
Result<void> check_dead_letter_queue(SqsService& service, const QueueConfig& config);

/// Stores a definition and, on commit, publishes it.
void store_definition(storage::Txn& txn, Queue& queue, QueueConfig config);

/// Runs `change(QueueConfig&)`, which returns a Result<void>, on a copy of the definition, stores
/// and publishes it. Errors: QueueDoesNotExist, and those of the function.
template <class Change>
Result<void> change_definition(storage::Store& store, Queue& queue, Change&& change) {
  // Message operations read the definition under the contents' domain: holding both, no send sees
  // half a change.
  return store.transact({queue.definition_domain(), queue.contents_domain()},
                        [&](storage::Txn& txn) -> Result<void> {
                          if (queue.is_deleted()) return errors::queue_does_not_exist();
                          QueueConfig config = *queue.config();
                          CUMULITE_TRY(change(config));
                          store_definition(txn, queue, std::move(config));
                          return {};
                        });
}

}  // namespace cumulite::sqs
