#include "tests/layering/layering.h"

#include <initializer_list>

namespace handrail::layering {
namespace {

// A folder and the folders of ours that it may include from. The first entry
// whose folder is a prefix of the file's path holds.
struct FolderRule {
  std::string_view folder;
  std::vector<std::string_view> may_include;
};

const std::vector<FolderRule>& FolderRules() {
  static const std::vector<FolderRule> rules = {
      // The judge of the matcher shares nothing with it.
      {"tests/oracle/compare", {""}},
      {"tests/oracle/oracle_", {""}},
      {"tests/oracle/worked_", {""}},
      {"tests/oracle/", {"tests/oracle/", "tests/testing/"}},
      {"tests/", {""}},
      {"storage/base/", {"storage/base/"}},
      {"storage/", {"storage/"}},
      {"matcher/", {"matcher/", "storage/base/"}},
      {"server/", {"server/", "storage/", "matcher/"}},
      {"clients/", {"clients/", "storage/base/"}},
      {"proto/", {}},
  };
  return rules;
}

// A library's headers, the files that may include them, and why only those.
struct LibraryRule {
  std::vector<std::string_view> headers;
  std::vector<std::string_view> allowed;
  std::string_view why;
};

const std::vector<LibraryRule>& LibraryRules() {
  static const std::vector<LibraryRule> rules = {
      {{"rocksdb/"},
       {"storage/db/", "storage/journal/", "tests/"},
       "RocksDB stops in storage/db and storage/journal"},
      {{"grpc/", "grpcpp/", "grpc++/"},
       {"server/rpc", "clients/cli/", "tests/"},
       "gRPC stops in server/rpc and clients/cli"},
      {{"prometheus/"},
       {"server/metrics/", "tests/"},
       "prometheus-cpp stops in server/metrics"},
  };
  return rules;
}

// What the matcher must not know besides: it is arithmetic over its arguments.
constexpr std::string_view kMatcherForbidden[] = {
    "absl/time/clock.h",
    "chrono",
    "ctime",
    "time.h",
    "sys/time.h",
    "fstream",
    "iostream",
    "filesystem",
    "cstdio",
    "stdio.h",
    "fcntl.h",
    "unistd.h",
    "mutex",
    "shared_mutex",
    "thread",
    "storage/base/mutex.h",
    "random",
};

bool StartsWithAny(std::string_view text,
                   const std::vector<std::string_view>& prefixes) {
  for (const std::string_view prefix : prefixes) {
    if (text.starts_with(prefix)) return true;
  }
  return false;
}

bool IsOurs(std::string_view included) {
  return StartsWithAny(included, {"storage/", "matcher/", "server/", "clients/",
                                  "tests/", "proto/"});
}

bool IsGrpcStub(std::string_view included) {
  return included.ends_with(".grpc.pb.h");
}

std::optional<std::string> CheckFolder(std::string_view file,
                                       std::string_view included) {
  for (const FolderRule& rule : FolderRules()) {
    if (!file.starts_with(rule.folder)) continue;
    if (StartsWithAny(included, rule.may_include)) return std::nullopt;
    return std::string(rule.folder) + " may not include from " +
           std::string(included.substr(0, included.rfind('/') + 1));
  }
  return std::nullopt;
}

std::optional<std::string> CheckLibrary(std::string_view file,
                                        std::string_view included) {
  for (const LibraryRule& rule : LibraryRules()) {
    const bool covered =
        StartsWithAny(included, rule.headers) ||
        (IsGrpcStub(included) && StartsWithAny("grpcpp/", rule.headers));
    if (covered && !StartsWithAny(file, rule.allowed)) {
      return std::string(rule.why);
    }
  }
  return std::nullopt;
}

std::optional<std::string> CheckMatcher(std::string_view file,
                                        std::string_view included) {
  if (!file.starts_with("matcher/")) return std::nullopt;
  for (const std::string_view forbidden : kMatcherForbidden) {
    if (included == forbidden) {
      return "the matcher has no clock, no lock, no chance and no I/O";
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> CheckInclude(std::string_view file,
                                        std::string_view included) {
  if (IsOurs(included)) {
    if (const auto wrong = CheckFolder(file, included)) return wrong;
  }
  if (const auto wrong = CheckLibrary(file, included)) return wrong;
  return CheckMatcher(file, included);
}

std::vector<std::string> IncludesOf(std::string_view text) {
  std::vector<std::string> out;
  constexpr std::string_view kDirective = "#include";
  for (size_t at = text.find(kDirective); at != std::string_view::npos;
       at = text.find(kDirective, at + 1)) {
    const std::string_view line = text.substr(at, text.find('\n', at) - at);
    const size_t open = line.find_first_of("\"<");
    if (open == std::string_view::npos) continue;
    const size_t close = line.find_first_of("\">", open + 1);
    if (close == std::string_view::npos) continue;
    out.emplace_back(line.substr(open + 1, close - open - 1));
  }
  return out;
}

}  // namespace handrail::layering
