/**
 * Plugins: processing functions as shared objects, behind a small C ABI (runtime "plugin").
 *
 * A plugin is a shared object that exports cumulite_plugin_abi and cumulite_plugin_handle, and,
 * when it needs them, cumulite_plugin_init and cumulite_plugin_shutdown. It is loaded into a
 * process of its own that serves one event at a time, many events one after the other; whatever it
 * does to that process (a crash, an endless loop, too much memory) is a failed invocation and
 * nothing else. This header is all that it needs; C and C++ read it. What a later version adds
 * comes behind what is here, and the number changes only when something here changes its meaning.
 *
 * What the function is told in its environment is as of every Lambda function: AWS_ENDPOINT_URL,
 * AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_LAMBDA_FUNCTION_NAME and its own
 * variables. Its working directory is that of its code. What it writes to stdout and stderr is its
 * log.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

/** The version of this ABI: what cumulite_plugin_abi returns. */
#define CUMULITE_PLUGIN_ABI 1

/** Makes a function visible to the host, also when the plugin hides its symbols. */
#define CUMULITE_PLUGIN_EXPORT __attribute__((visibility("default")))

#ifdef __cplusplus
extern "C" {
#endif

/** Bytes that belong to whoever made them; not ended by a NUL. */
typedef struct cumulite_bytes {
  const char* data;
  size_t size;
} cumulite_bytes;

/** A call of an AWS operation at the daemon. The host adds Host, date and signature (version 4). */
typedef struct cumulite_request {
  const char* service;        /**< As the signature names it: "s3", "sqs", "dynamodb". */
  const char* method;         /**< "GET", "PUT", "POST", ... */
  const char* target;         /**< Path and query, percent-encoded: "/bucket/some%20key". */
  const char* const* headers; /**< name, value, name, value, ..., NULL; NULL for none. */
  cumulite_bytes body;        /**< {NULL, 0} for none. */
} cumulite_request;

/** Its answer; all memory is the host's, and stays until the invocation ends. */
typedef struct cumulite_response {
  int status;                 /**< HTTP's: 200, 404, ... */
  const char* const* headers; /**< name, value, name, value, ..., NULL. */
  cumulite_bytes body;
} cumulite_response;

/** One invocation. Texts are NUL-terminated, never NULL, and stay until the invocation ends. */
typedef struct cumulite_context {
  uint32_t abi;                     /**< The host's CUMULITE_PLUGIN_ABI. */
  uint32_t memory_mb;               /**< The function's memory size. */
  const char* request_id;           /**< Empty in cumulite_plugin_init. */
  const char* invoked_function_arn; /**< With the qualifier that was asked for. */
  const char* function_name;
  const char* function_version; /**< "$LATEST" or a number. */
  const char* client_context;   /**< JSON, or empty. */
  const char* trace_id;         /**< X-Ray's header, or empty. */
  int64_t deadline_ms;          /**< Unix time at which the process is killed; 0 in init. */
  void* host;                   /**< The host's own. */

  /** Writes one line to the function's log; the line feed is added. */
  void (*log)(const struct cumulite_context* context, const char* text, size_t size);

  /** Sets the result: a JSON document of at most 6 MB, copied. The last call counts; none: null. */
  void (*result)(const struct cumulite_context* context, const char* json, size_t size);

  /** Makes the invocation fail with this type and message, whatever is returned; copied. */
  void (*error)(const struct cumulite_context* context, const char* type, const char* message);

  /**
   * Calls an operation with the function's own credentials. Returns 0 when it was answered, with
   * whatever status; else non-zero, and response->body says what went wrong.
   */
  int (*call)(const struct cumulite_context* context, const cumulite_request* request,
              cumulite_response* response);
} cumulite_context;

/** Required: returns CUMULITE_PLUGIN_ABI. A plugin of another version is not loaded. */
CUMULITE_PLUGIN_EXPORT uint32_t cumulite_plugin_abi(void);

/**
 * Optional: called once, before the first event. Non-zero: the process cannot serve, and the
 * invocation that started it fails (context->error says why).
 */
CUMULITE_PLUGIN_EXPORT int cumulite_plugin_init(const cumulite_context* context);

/**
 * Required: handles one event, a JSON document. Always called on the same thread, never two at a
 * time. 0: it succeeded. Non-zero, or a C++ exception that leaves it: the invocation failed, and
 * the process takes the next event all the same.
 */
CUMULITE_PLUGIN_EXPORT int cumulite_plugin_handle(const cumulite_context* context,
                                                  const char* event, size_t size);

/**
 * Optional: called when the process is no longer needed, between two events. Not called when it is
 * killed: after a time-out, a crash, or 200 ms of shutting down.
 */
CUMULITE_PLUGIN_EXPORT void cumulite_plugin_shutdown(void);

#ifdef __cplusplus
}
#endif
