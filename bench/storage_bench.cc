#include <benchmark/benchmark.h>

#include <atomic>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "storage/blob/blob_store.h"
#include "storage/kv/key_codec.h"
#include "storage/kv/store.h"

namespace cumulite::storage {
namespace {

constexpr Space kRows = 1;
constexpr Space kBlobs = 2;
constexpr std::uint64_t kRowCount = 20'000;
constexpr std::size_t kPieceBytes = 256 * 1024;
constexpr std::size_t kBodyBytes = 64 * 1024 * 1024;

std::string key_of(std::uint64_t number) {
  std::string key;
  append_u64(key, number * 0x9E3779B97F4A7C15ULL);
  return key;
}

// A store in a directory of its own, removed afterwards.
struct Bench {
  Bench() {
    directory = std::filesystem::temp_directory_path().string() + "/cumulite_bench_XXXXXX";
    if (::mkdtemp(directory.data()) == nullptr) std::abort();
    store = open_rocksdb_store({.directory = directory, .unguarded_spaces = {kBlobs}});
    blobs = open_blob_store(*store, kBlobs, directory, Durability::kProcess);
  }

  ~Bench() {
    blobs.reset();
    store.reset();
    std::filesystem::remove_all(directory);
  }

  void put(std::uint64_t number) {
    const std::string key = key_of(number);
    store->transact({Domain::exclusive_on(kRows, key)},
                    [&](Txn& txn) { txn.put(kRows, key, std::string(400, 'v')); });
  }

  void fill() {
    for (std::uint64_t i = 0; i < kRowCount; ++i) put(i);
  }

  BlobRef put_body() {
    const auto spool = blobs->make_spool();
    const std::string piece(kPieceBytes, 'b');
    for (std::size_t i = 0; i < kBodyBytes / kPieceBytes; ++i) spool->append(piece);
    blobs->prepare(*spool);
    return store->transact({}, [&](Txn& txn) { return blobs->adopt(txn, *spool); });
  }

  std::string directory;
  std::unique_ptr<Store> store;
  std::unique_ptr<BlobStore> blobs;
};

// Shared by the threads of a benchmark: the first makes it, the last drops it.
std::unique_ptr<Bench> bench;
std::atomic<std::uint64_t> next_row = 0;

void start(const benchmark::State& /*state*/) {
  bench = std::make_unique<Bench>();
  bench->fill();
}

void stop(const benchmark::State& /*state*/) {
  bench.reset();
}

void put_row(benchmark::State& state) {
  for (auto _ : state) bench->put(kRowCount + next_row++);
  state.SetItemsProcessed(state.iterations());
}

BENCHMARK(put_row)->Setup(start)->Teardown(stop)->ThreadRange(1, 2)->UseRealTime();

// What a conditional update does: read, decide, write the item and one index row.
void read_modify_write(benchmark::State& state) {
  std::uint64_t number = static_cast<std::uint64_t>(state.thread_index());
  for (auto _ : state) {
    const std::string key = key_of(number = (number * 31 + 17) % kRowCount);
    bench->store->transact({Domain::exclusive_on(kRows, key)}, [&](Txn& txn) {
      std::string value = txn.get(kRows, key).value_or("");
      value.back() = static_cast<char>(value.back() + 1);
      txn.put(kRows, key, value);
      txn.put(kRows, key + "index", "x");
    });
  }
  state.SetItemsProcessed(state.iterations());
}

BENCHMARK(read_modify_write)->Setup(start)->Teardown(stop)->ThreadRange(1, 2)->UseRealTime();

void add_to_counter(benchmark::State& state) {
  for (auto _ : state) bench->store->transact({}, [](Txn& txn) { txn.add(kRows, "n", 1); });
  state.SetItemsProcessed(state.iterations());
}

BENCHMARK(add_to_counter)->Setup(start)->Teardown(stop)->ThreadRange(1, 2)->UseRealTime();

void get_row(benchmark::State& state) {
  std::uint64_t number = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(bench->store->get(kRows, key_of(++number % kRowCount)));
  }
  state.SetItemsProcessed(state.iterations());
}

BENCHMARK(get_row)->Setup(start)->Teardown(stop)->ThreadRange(1, 2)->UseRealTime();

void range_of_100_rows(benchmark::State& state) {
  std::uint64_t number = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        bench->store->range(kRows, key_of(++number % kRowCount), "", {.limit = 100}));
  }
}

BENCHMARK(range_of_100_rows)->Setup(start)->Teardown(stop)->UseRealTime();

void open_store(benchmark::State& state) {
  for (auto _ : state) {
    state.PauseTiming();
    auto fresh = std::make_unique<Bench>();
    fresh->blobs.reset();
    fresh->store.reset();
    state.ResumeTiming();
    fresh->store =
        open_rocksdb_store({.directory = fresh->directory, .is_temporary = state.range(0) == 1});
    fresh->blobs = open_blob_store(*fresh->store, kBlobs, fresh->directory, Durability::kProcess);
    state.PauseTiming();
    fresh.reset();
    state.ResumeTiming();
  }
}

// With and without what a temporary directory saves.
BENCHMARK(open_store)->Arg(0)->Arg(1)->Unit(benchmark::kMillisecond);

void put_body_64_mib(benchmark::State& state) {
  Bench fresh;
  for (auto _ : state) {
    const BlobRef blob = fresh.put_body();
    state.PauseTiming();
    fresh.store->transact({}, [&](Txn& txn) { fresh.blobs->release(txn, blob); });
    state.ResumeTiming();
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(kBodyBytes));
}

BENCHMARK(put_body_64_mib)->UseRealTime()->Unit(benchmark::kMillisecond);

void get_body_64_mib(benchmark::State& state) {
  Bench fresh;
  const BlobRef blob = fresh.put_body();
  std::vector<char> buffer(kPieceBytes);
  for (auto _ : state) {
    const auto reader = fresh.blobs->open(blob, 0, blob.size_bytes);
    while (reader->read(buffer.data(), buffer.size()) != 0) benchmark::ClobberMemory();
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(kBodyBytes));
}

BENCHMARK(get_body_64_mib)->UseRealTime()->Unit(benchmark::kMillisecond);

void put_and_get_inline_body(benchmark::State& state) {
  Bench fresh;
  const std::string body(1024, 'b');
  for (auto _ : state) {
    const BlobRef blob =
        fresh.store->transact({}, [&](Txn& txn) { return fresh.blobs->put_inline(txn, body); });
    benchmark::DoNotOptimize(fresh.blobs->read_all(blob));
  }
}

BENCHMARK(put_and_get_inline_body)->UseRealTime();

}  // namespace
}  // namespace cumulite::storage
