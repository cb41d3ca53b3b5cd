#include "emulator/services/dynamodb/service.h"

#include "emulator/services/dynamodb/database.h"

namespace cumulite::dynamodb {

std::unique_ptr<Service> make_service(Environment& env) {
  return std::make_unique<Database>(env);
}

}  // namespace cumulite::dynamodb
