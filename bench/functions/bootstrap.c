/* The least that a bootstrap of runtime provided does: each event is its own result. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

static char buffer[1 << 20];

/* Sends a request and reads the whole answer; the offset of its body, and the body's size. */
static size_t exchange(int socket, const char* request, size_t size, size_t* body_size) {
  if (write(socket, request, size) != (ssize_t)size) exit(1);
  size_t got = 0;
  for (;;) {
    const ssize_t count = read(socket, buffer + got, sizeof buffer - 1 - got);
    if (count <= 0) exit(0); /* The daemon has gone. */
    got += (size_t)count;
    buffer[got] = 0;
    const char* end = strstr(buffer, "\r\n\r\n");
    const char* length = strcasestr(buffer, "content-length:");
    if (end == NULL || length == NULL) continue;
    *body_size = strtoul(length + 15, NULL, 10);
    const size_t body = (size_t)(end - buffer) + 4;
    if (got >= body + *body_size) return body;
  }
}

int main(void) {
  static char request[1 << 20];
  char host[64];
  snprintf(host, sizeof host, "%s", getenv("AWS_LAMBDA_RUNTIME_API"));
  char* port = strchr(host, ':');
  *port++ = 0;
  struct sockaddr_in place = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(port))};
  inet_pton(AF_INET, host, &place.sin_addr);
  const int api = socket(AF_INET, SOCK_STREAM, 0);
  const int on = 1;
  setsockopt(api, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (connect(api, (struct sockaddr*)&place, sizeof place) != 0) return 1;
  for (;;) {
    size_t size = 0;
    const char next[] = "GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: api\r\n\r\n";
    const size_t body = exchange(api, next, sizeof next - 1, &size);
    char id[64] = {0};
    sscanf(strcasestr(buffer, "lambda-runtime-aws-request-id:") + 30, " %63[^\r]", id);
    const int head = snprintf(request, sizeof request,
                              "POST /2018-06-01/runtime/invocation/%s/response HTTP/1.1\r\nHost: api\r\n"
                              "Content-Length: %zu\r\n\r\n", id, size);
    memcpy(request + head, buffer + body, size);
    exchange(api, request, (size_t)head + size, &size);
  }
}
