// The least that a durable load of an NDJSON file could take here: its lines
// parsed by simdjson, every value looked at, and put into RocksDB as they are,
// synced every 500. No records, no index, no network, nothing checked.
//
//   load_floor FILE FOLDER
//
// Prints microseconds a line of the parser alone, of the database alone (CPU of
// its own threads included), and of both. FOLDER is made, and removed again.
#include <rocksdb/db.h>
#include <rocksdb/write_batch.h>
#include <simdjson.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace {

// As many rows as `handrail load` sends in one batch.
constexpr size_t kLinesPerWrite = 500;

struct Spent {
  double seconds = 0;
  double cpu = 0;
};

double CpuSeconds() {
  rusage usage = {};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
         static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) /
             1e6;
}

template <typename Work>
Spent Time(const Work& work) {
  using Clock = std::chrono::steady_clock;
  const auto began = Clock::now();
  const double cpu = CpuSeconds();
  work();
  return {std::chrono::duration<double>(Clock::now() - began).count(),
          CpuSeconds() - cpu};
}

// A number that depends on every value.
uint64_t LookAt(simdjson::dom::element element) {
  uint64_t sum = 1;
  if (element.is_object()) {
    for (const auto field : simdjson::dom::object(element)) {
      sum += field.key.size() + LookAt(field.value);
    }
  } else if (element.is_array()) {
    for (const auto value : simdjson::dom::array(element)) sum += LookAt(value);
  } else if (element.is_string()) {
    sum += element.get_string_length().value_unsafe();
  }
  return sum;
}

uint64_t ParseAll(const std::vector<std::string>& lines) {
  simdjson::dom::parser parser;
  uint64_t sum = 0;
  for (const std::string& line : lines) {
    simdjson::dom::element root;
    if (parser.parse(line).get(root) == simdjson::SUCCESS) sum += LookAt(root);
  }
  return sum;
}

bool StoreAll(const std::vector<std::string>& lines,
              const std::filesystem::path& folder) {
  rocksdb::Options options;
  options.create_if_missing = true;
  options.compression = rocksdb::kLZ4Compression;
  rocksdb::DB* raw = nullptr;
  if (!rocksdb::DB::Open(options, folder, &raw).ok()) return false;
  const std::unique_ptr<rocksdb::DB> db(raw);
  rocksdb::WriteOptions synced;
  synced.sync = true;
  for (size_t from = 0; from < lines.size(); from += kLinesPerWrite) {
    rocksdb::WriteBatch batch;
    for (size_t i = from; i < std::min(from + kLinesPerWrite, lines.size());
         ++i) {
      // Ids come in no order.
      batch.Put(std::to_string(std::hash<std::string>()(lines[i])), lines[i]);
    }
    if (!db->Write(synced, &batch).ok()) return false;
  }
  return db->Close().ok();
}

void Tell(const char* what, const Spent& spent, size_t lines) {
  const double n = static_cast<double>(lines);
  std::printf("%s: %.1f us a line, CPU %.1f us; %.0f lines a second\n", what,
              spent.seconds / n * 1e6, spent.cpu / n * 1e6, n / spent.seconds);
}

int Bench(const char* file, const std::filesystem::path& folder) {
  std::vector<std::string> lines;
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  if (lines.empty()) {
    std::fprintf(stderr, "%s: no lines\n", file);
    return 1;
  }
  uint64_t sum = 0;
  const Spent parse = Time([&] { sum = ParseAll(lines); });
  bool stored = false;
  const Spent store = Time([&] { stored = StoreAll(lines, folder); });
  std::filesystem::remove_all(folder);
  if (sum == 0 || !stored) {
    std::fprintf(stderr, "%s: could not be parsed or stored\n", file);
    return 1;
  }
  Tell("parser", parse, lines.size());
  Tell("database", store, lines.size());
  Tell("floor", {parse.seconds + store.seconds, parse.cpu + store.cpu},
       lines.size());
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: load_floor FILE FOLDER\n");
    return 2;
  }
  return Bench(argv[1], argv[2]);
}
