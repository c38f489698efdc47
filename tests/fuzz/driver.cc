// Runs a fuzz target without libFuzzer: over the files it is given, then over mutations of them.
#include <fcntl.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "base/text.h"
#include "fuzz/fuzz.h"

namespace {

namespace fs = std::filesystem;

constexpr std::size_t kLongest = 4096;

struct Options {
  std::int64_t seconds = 10;
  std::int64_t seed = 1;
  std::vector<fs::path> inputs;
};

Options Parse(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (argument.starts_with("-seconds=")) {
      options.seconds = parley::ParseInteger(argument.substr(9)).value_or(options.seconds);
    } else if (argument.starts_with("-seed=")) {
      options.seed = parley::ParseInteger(argument.substr(6)).value_or(options.seed);
    } else {
      options.inputs.emplace_back(argument);
    }
  }
  return options;
}

std::string Contents(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<std::string> Corpus(const std::vector<fs::path>& inputs) {
  std::vector<std::string> corpus = {""};
  for (const fs::path& input : inputs) {
    if (!fs::is_directory(input)) {
      corpus.push_back(Contents(input));
      continue;
    }
    for (const auto& entry : fs::recursive_directory_iterator(input))
      if (entry.is_regular_file()) corpus.push_back(Contents(entry.path()));
  }
  return corpus;
}

void Run(const std::string& input) {
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(input.data()), input.size());
}

// Keeps what is being run in a file, so that it can be replayed when it ends the program.
class LastInput {
 public:
  LastInput() : file_(::open(kName, O_CREAT | O_TRUNC | O_WRONLY, 0644)) {}
  ~LastInput() {
    ::close(file_);
    fs::remove(kName);
  }
  bool Keep(const std::string& input) {
    return ::pwrite(file_, input.data(), input.size(), 0) == static_cast<ssize_t>(input.size()) &&
           ::ftruncate(file_, static_cast<off_t>(input.size())) == 0;
  }

 private:
  static constexpr const char* kName = "fuzz-last-input";
  int file_;
};

class Mutator {
 public:
  Mutator(const std::vector<std::string>& corpus, std::int64_t seed)
      : corpus_(corpus), random_(static_cast<std::uint64_t>(seed)) {}

  std::string Next() {
    std::string text = Pick();
    for (std::size_t edits = 1 + Below(6); edits > 0; --edits) Edit(text);
    if (text.size() > kLongest) text.resize(kLongest);
    return text;
  }

 private:
  void Edit(std::string& text) {
    const std::size_t at = Below(text.size() + 1);
    switch (Below(6)) {
      case 0:
        text.erase(at, 1 + Below(8));
        break;
      case 1:
        text.insert(at, 1, static_cast<char>(Below(256)));
        break;
      case 2:
        if (at < text.size()) text[at] = static_cast<char>(text[at] ^ (1 << Below(8)));
        break;
      case 3:
        text.insert(at, Piece(text));
        break;
      case 4:
        text.insert(at, Piece(Pick()));
        break;
      default: {
        const std::string piece = Piece(text);
        for (std::size_t times = Below(30); times > 0; --times) text.insert(at, piece);
      }
    }
  }

  std::string Piece(const std::string& text) { return text.substr(Below(text.size() + 1), 1 + Below(24)); }
  const std::string& Pick() { return corpus_[Below(corpus_.size())]; }
  std::size_t Below(std::size_t bound) { return random_() % bound; }

  const std::vector<std::string>& corpus_;
  std::mt19937_64 random_;
};

}  // namespace

int main(int argc, char** argv) {
  const Options options = Parse(argc, argv);
  const std::vector<std::string> corpus = Corpus(options.inputs);
  for (const std::string& input : corpus) Run(input);

  Mutator mutator(corpus, options.seed);
  LastInput last;
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(options.seconds);
  std::size_t runs = 0;
  for (; std::chrono::steady_clock::now() < end; ++runs) {
    const std::string input = mutator.Next();
    if (!last.Keep(input)) return 1;
    Run(input);
  }
  std::printf("%zu inputs and %zu mutations\n", corpus.size() - 1, runs);
}
