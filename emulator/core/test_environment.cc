#include "emulator/core/test_environment.h"

#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "emulator/clock/clock_keeper.h"
#include "emulator/core/spaces.h"

namespace cumulite {

TemporaryDirectory::TemporaryDirectory() {
  path_ = (std::filesystem::temp_directory_path() / "cumulite-test-XXXXXX").string();
  if (mkdtemp(path_.data()) == nullptr) {
    throw std::runtime_error("cannot make a temporary directory");
  }
}

TemporaryDirectory::~TemporaryDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

TestCall::TestCall(Environment& env, Service& service, Caller by, std::int64_t now_ms)
    : caller(std::move(by)),
      ctx_{env,    service, caller, request, "00000000-0000-4000-8000-000000000000",
           now_ms, now_ms,  false,  &body,   response,
           nullptr} {
  request.method = "POST";
  request.target = "/";
  request.path = "/";
  request.headers = {{"Host", "localhost:4566"}};
  request.remote_address = "127.0.0.1";
}

TestEnvironment::TestEnvironment() {
  settings_.endpoint_url = "http://127.0.0.1:4566";
  settings_.data_directory = directory_.path();
  open();
  clock_->freeze();
  clock_->set(kStartMs);
}

TestEnvironment::~TestEnvironment() {
  close();
}

void TestEnvironment::open() {
  storage::StoreOptions options;
  options.directory = directory_.path();
  options.is_temporary = true;
  options.unguarded_spaces = spaces::unguarded();
  options.on_notify = [this](std::string_view topic) { wake_.notify(topic); };
  store_ = storage::open_rocksdb_store(std::move(options));
  blobs_ = storage::open_blob_store(*store_, spaces::kBlob, directory_.path(),
                                    storage::Durability::kProcess);
  clock_ = std::make_unique<Clock>();
  restore_clock(*store_, *clock_);
  due_ = std::make_unique<DueIndex>(*store_, *clock_, wake_);
  outbox_ = std::make_unique<Outbox>(*store_, *due_);
  captured_ = std::make_unique<Captured>(*store_);
  services_ = std::make_unique<ServiceRegistry>();
  env_ = std::make_unique<Environment>(Environment{settings_, *store_, *blobs_, *clock_, *due_,
                                                   *outbox_, wake_, settle_, *captured_, *services_,
                                                   admin_});
}

void TestEnvironment::close() {
  due_->stop();
  outbox_->stop();
  env_.reset();
  captured_.reset();
  outbox_.reset();
  due_.reset();
  blobs_.reset();
  store_.reset();
}

void TestEnvironment::add(Service& service) {
  services_->add(service);
  service.start();
}

void TestEnvironment::start() {
  due_->set_drain([this] { outbox_->wait_idle(5'000); });
  outbox_->start();
  due_->start();
}

void TestEnvironment::reopen() {
  persist_clock(*store_, *clock_);
  close();
  open();
}

std::unique_ptr<TestCall> TestEnvironment::call(Service& service, std::string_view account) {
  Caller caller;
  caller.account_id = account;
  caller.region = settings_.default_region;
  caller.access_key_id = "test";
  return std::make_unique<TestCall>(*env_, service, std::move(caller), clock_->now_ms(account));
}

}  // namespace cumulite
