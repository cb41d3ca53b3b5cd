// Runs a fuzz target without libFuzzer: every file of the folders given, then mutants of them.
//
//   <target> [--runs N] [--seed N] FOLDER...
//
// The mutants are the same for the same seed, so a failure repeats. The input being run is kept in
// the file named by --save (default: fuzz-input.bin in the working folder) only when the target
// ends the process: build with -fsanitize=address,undefined to make it end at the first error.
#include <algorithm>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <string_view>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

constexpr std::size_t kInputBytesMax = 64 * 1024;

std::string current_input;
std::string save_path = "fuzz-input.bin";

/// Not strictly allowed in a signal handler, but the process is lost anyway and the input is worth
/// it.
void save_and_die(int signal) {
  if (std::FILE* file = std::fopen(save_path.c_str(), "wb")) {
    std::fwrite(current_input.data(), 1, current_input.size(), file);
    std::fclose(file);
  }
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

void run(const std::string& input) {
  current_input = input;
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(current_input.data()),
                         current_input.size());
}

/// One change of the kinds that break parsers: a bit, a byte, a length, an order, a joint.
void mutate(std::string& text, const std::vector<std::string>& seeds, std::mt19937_64& random) {
  static constexpr std::string_view kTelling =
      "\r\n\0 =&;,:/%+\"\\{}[]\xff"
      "0aZ-";
  const auto below = [&](std::size_t bound) { return bound == 0 ? 0 : random() % bound; };
  const std::size_t at = below(text.size());
  const std::size_t count = below(std::min<std::size_t>(text.size() - at, 64) + 1);
  switch (below(7)) {
    case 0:
      if (!text.empty()) text[at] = static_cast<char>(text[at] ^ (1 << below(8)));
      break;
    case 1:
      if (!text.empty()) text[at] = kTelling[below(kTelling.size())];
      break;
    case 2:
      text.insert(at, 1, kTelling[below(kTelling.size())]);
      break;
    case 3:
      text.erase(at, count);
      break;
    case 4:
      text.insert(below(text.size() + 1), text.substr(at, count));
      break;
    case 5:
      text.resize(at);
      break;
    default: {
      const std::string& other = seeds[below(seeds.size())];
      text = text.substr(0, at) + other.substr(below(other.size() + 1));
    }
  }
  if (text.size() > kInputBytesMax) text.resize(kInputBytesMax);
}

std::vector<std::string> read_folder(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());  // The order of a folder differs from machine to machine.
  std::vector<std::string> contents;
  for (const auto& path : paths) {
    std::ifstream file(path, std::ios::binary);
    contents.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  return contents;
}

}  // namespace

int main(int argc, char** argv) {
  std::uint64_t runs = 0;
  std::uint64_t seed = 1;
  std::vector<std::string> seeds;
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    const bool has_value = i + 1 < argc;
    if (argument == "--runs" && has_value) {
      runs = std::strtoull(argv[++i], nullptr, 10);
    } else if (argument == "--seed" && has_value) {
      seed = std::strtoull(argv[++i], nullptr, 10);
    } else if (argument == "--save" && has_value) {
      save_path = argv[++i];
    } else {
      const auto found = read_folder(std::filesystem::path(argument));
      seeds.insert(seeds.end(), found.begin(), found.end());
    }
  }
  for (const int signal : {SIGABRT, SIGSEGV, SIGILL, SIGFPE, SIGBUS}) {
    std::signal(signal, save_and_die);
  }
  for (const std::string& input : seeds) run(input);
  seeds.emplace_back();
  std::mt19937_64 random(seed);
  for (std::uint64_t i = 0; i < runs; ++i) {
    std::string input = seeds[random() % seeds.size()];
    for (std::uint64_t changes = 1 + random() % 4; changes > 0; --changes) {
      mutate(input, seeds, random);
    }
    run(input);
  }
  std::printf("%zu files, %llu mutants\n", seeds.size() - 1, static_cast<unsigned long long>(runs));
  return 0;
}
