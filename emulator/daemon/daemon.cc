#include "emulator/daemon/daemon.h"

#include <fstream>
#include <iterator>
#include <optional>
#include <stdexcept>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "emulator/admin/admin.h"
#include "emulator/clock/clock_keeper.h"
#include "emulator/core/admin_registry.h"
#include "emulator/core/authenticator.h"
#include "emulator/core/credentials.h"
#include "emulator/core/dispatcher.h"
#include "emulator/core/environment.h"
#include "emulator/core/log.h"
#include "emulator/core/settle.h"
#include "emulator/core/spaces.h"
#include "emulator/daemon/data_directory.h"
#include "emulator/daemon/services.h"
#include "emulator/events/captured.h"
#include "emulator/events/mail_sender.h"
#include "emulator/functions/functions.h"
#include "emulator/functions/functions_admin.h"
#include "emulator/functions/sources/dynamodb_stream_source.h"
#include "emulator/functions/sources/sqs_queue_source.h"
#include "emulator/services/dynamodb/table/transition_time.h"
#include "emulator/services/dynamodb/throttle/throttle.h"
#include "emulator/services/lambda/service.h"
#include "emulator/services/secretsmanager/service.h"
#include "emulator/snapshots/admin.h"
#include "emulator/snapshots/snapshots.h"
#include "storage/snapshot/state.h"

namespace cumulite {
namespace {

// An endpoint that hangs must not hold up an advancing clock for its whole time-out.
constexpr std::int64_t kDrainPatienceMs = 5'000;

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error(fmt::format("the file {} cannot be read", path));
  return {std::istreambuf_iterator<char>(file), {}};
}

CredentialStore load_credentials(const Config& config) {
  CredentialStore credentials(config.settings.default_account);
  if (config.credentials_file.empty()) return credentials;
  if (auto loaded = credentials.load(read_file(config.credentials_file)); !loaded.ok()) {
    throw std::runtime_error(
        fmt::format("{}: {}", config.credentials_file, loaded.error().message));
  }
  return credentials;
}

bool is_loopback(std::string_view address) {
  return address.starts_with("127.") || address == "::1";
}

std::string url_of(const Config& config, std::uint16_t port) {
  std::string host = config.address;
  if (host == "0.0.0.0" || host == "::") host = "127.0.0.1";
  if (host.find(':') != std::string::npos) host = fmt::format("[{}]", host);
  return fmt::format("http://{}:{}", host, port);
}

}  // namespace

/// Members stand in the order in which they are made; they go in reverse.
class Daemon::Implementation {
 public:
  explicit Implementation(Config given)
      : config(std::move(given)),
        directory(config.data_directory),
        credentials(load_credentials(config)),
        store(open_store()),
        blobs(storage::open_blob_store(*store, spaces::kBlob, directory.path(), config.durability)),
        due(*store, clock, wake),
        outbox(*store, due),
        captured(*store),
        env{config.settings, *store,   *blobs,   clock, due,         outbox, wake,
            settle,          captured, services, admin, &credentials},
        authenticator(config.settings, credentials, clock) {
    config.settings.data_directory = directory.path();
    config.settings.endpoint_url = url_of(config, config.port);
    restore_clock(*store, clock);
  }

  void start();
  void stop();

  Config config;
  DataDirectory directory;
  CredentialStore credentials;
  WakeHub wake;
  Clock clock;
  Settle settle;
  ServiceRegistry services;
  AdminRegistry admin;
  std::unique_ptr<storage::Store> store;
  std::unique_ptr<storage::BlobStore> blobs;
  DueIndex due;
  Outbox outbox;
  Captured captured;
  Environment env;
  Authenticator authenticator;
  std::vector<std::unique_ptr<Service>> made_services;
  std::optional<functions::Functions> functions;
  std::optional<snapshots::Snapshots> snapshots;
  std::optional<Dispatcher> dispatcher;
  std::unique_ptr<http::Server> server;
  bool is_running = false;

 private:
  std::unique_ptr<storage::Store> open_store();
  void configure_functions();
  void start_mail();
  void listen();
  void configure_snapshots();
};

std::unique_ptr<storage::Store> Daemon::Implementation::open_store() {
  storage::StoreOptions options;
  storage::finish_restore(directory.path());
  options.directory = directory.path();
  options.durability = config.durability;
  // Whoever asks for fsync gets it, even where it keeps nothing for long.
  options.is_temporary =
      directory.is_temporary() && config.durability != storage::Durability::kFsync;
  options.unguarded_spaces = spaces::unguarded();
  options.on_notify = [this](std::string_view topic) { wake.notify(topic); };
  return storage::open_rocksdb_store(std::move(options));
}

void Daemon::Implementation::start() {
  dynamodb::Throttle::set_default(config.dynamodb_throttle);
  dynamodb::TransitionTime::set_default_ms(config.dynamodb_table_ms);
  made_services = make_services(env);
  for (const auto& service : made_services) services.add(*service);
  settle.register_source("outbox events",
                         [this](std::string_view account) { return outbox.pending(account); });
  settle.register_source("due actions",
                         [this](std::string_view account) { return due.due_now(account); });
  register_admin(env);
  functions.emplace(env, functions::make_sqs_queue_source(env),
                    functions::make_dynamodb_stream_source(env));
  functions->configure_runtimes(config.runtimes);
  functions->attach();
  lambda::connect(*services.find("lambda"), *functions);
  secretsmanager::connect(*services.find("secretsmanager"), *functions);
  functions::register_admin(env, *functions);
  configure_functions();
  configure_snapshots();
  // What the functions file says is configuration, not state: it is there again after a reset.
  admin.on_reset([this](std::string_view account) {
    functions->reset(account);
    configure_functions();
  });
  for (const auto& service : made_services) service->start();
  start_mail();
  snapshots->recover();
  due.set_drain([this] { outbox.wait_idle(kDrainPatienceMs); });
  dispatcher.emplace(env, authenticator,
                     Dispatcher::Options{config.durability == storage::Durability::kFsync});
  // Before any thread runs, since all of them read the endpoint's URL.
  listen();
  is_running = true;
  outbox.start();
  due.start();
  server->start();
  functions->start();
}

void Daemon::Implementation::configure_functions() {
  if (config.functions_file.empty()) return;
  if (auto configured = functions->configure(read_file(config.functions_file)); !configured.ok()) {
    throw std::runtime_error(
        fmt::format("{}: {}", config.functions_file, configured.error().message));
  }
}

void Daemon::Implementation::start_mail() {
  MailSettings mail;
  mail.server = config.smtp_server;
  if (!config.smtp_sender.empty()) mail.sender = config.smtp_sender;
  if (auto started = send_mail(env, mail); !started.ok()) {
    throw std::runtime_error(fmt::format("--smtp {}: {}", mail.server, started.error().message));
  }
}

void Daemon::Implementation::configure_snapshots() {
  snapshots.emplace(env);
  snapshots->on_restored([this](std::string_view) {
    functions->read_again();
    configure_functions();
  });
  snapshots::register_admin(env, *snapshots);
}

void Daemon::Implementation::listen() {
  http::ServerOptions options = config.server;
  options.address = config.address;
  options.port = config.port;
  options.stalled = [this](const http::Request& request) { return dispatcher->stalled(request); };
  if (!is_loopback(options.address) && config.settings.auth != AuthMode::kEnforce) {
    log::warning(
        "LISTENING ON {} WITHOUT --auth=enforce: everyone who reaches this machine may read and "
        "change all data",
        options.address);
  }
  server = std::make_unique<http::Server>(
      options, [this](const http::Request& request) { return dispatcher->serve(request); },
      [this](int status, std::string_view reason) {
        return dispatcher->malformed(status, reason);
      });
  server->listen();
  config.settings.endpoint_url = url_of(config, server->port());
}

void Daemon::Implementation::stop() {
  if (!is_running) return;
  is_running = false;
  // Long polls answer now; the server then waits for them.
  wake.notify_all();
  if (server) server->stop();
  functions->stop();
  due.stop();
  outbox.stop();
  for (auto service = made_services.rbegin(); service != made_services.rend(); ++service) {
    (*service)->stop();
  }
}

Daemon::Daemon(Config config)
    : implementation_(std::make_unique<Implementation>(std::move(config))) {}

Daemon::~Daemon() {
  implementation_->stop();
}

void Daemon::start() {
  implementation_->start();
}

void Daemon::stop() {
  implementation_->stop();
}

const std::string& Daemon::endpoint_url() const {
  return implementation_->config.settings.endpoint_url;
}

const std::string& Daemon::data_directory() const {
  return implementation_->directory.path();
}

bool Daemon::is_data_temporary() const {
  return implementation_->directory.is_temporary();
}

}  // namespace cumulite
