/* The least that a plugin does: its event is its result. */
#include "cumulite_plugin.h"

uint32_t cumulite_plugin_abi(void) { return CUMULITE_PLUGIN_ABI; }

int cumulite_plugin_handle(const cumulite_context* context, const char* event, size_t size) {
  context->result(context, event, size);
  return 0;
}
