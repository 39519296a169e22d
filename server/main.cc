// handraild: serves one directory from one folder.
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <system_error>
#include <vector>

#include "server/directory.h"
#include "server/logging/call_log.h"
#include "server/metrics/metrics.h"
#include "server/options.h"
#include "server/rpc/rpc_server.h"
#include "server/service_manager.h"
#include "server/source_ttls.h"
#include "storage/base/status.h"
#include "storage/journal/rocks_backup.h"
#include "storage/journal/rocks_journal.h"

namespace handrail::server {
namespace {

std::string Environment(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  return value == nullptr ? std::string() : std::string(value);
}

// SIGTERM and SIGINT, blocked in every thread and waited for here.
sigset_t StopSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  return signals;
}

// Waits for one of them. Says meanwhile that the process is alive, as often as
// the service manager wants to hear it: that is so while a snapshot can be had,
// without which nothing is answered.
void WaitForStop(const sigset_t& signals, Directory& directory) {
  const absl::Duration interval = AliveInterval();
  if (interval == absl::InfiniteDuration()) {
    int signal = 0;
    sigwait(&signals, &signal);
    return;
  }
  const timespec step = absl::ToTimespec(interval);
  while (sigtimedwait(&signals, nullptr, &step) < 0) {
    if (errno == EAGAIN && directory.state().snapshot() != nullptr) TellAlive();
  }
}

absl::Status MakeFolder(const std::string& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (!error) return absl::OkStatus();
  return absl::UnavailableError("cannot make the data folder " + folder + ": " +
                                error.message());
}

// Starts serving metrics where that is wanted; else null.
absl::StatusOr<std::unique_ptr<MetricsServer>> ServeMetrics(
    const Options& options, const Metrics& metrics) {
  if (options.metrics_listen.empty()) return nullptr;
  return MetricsServer::Start(options.metrics_listen, metrics);
}

// The one line that scripts wait for. What is new goes to its end.
void SayServing(const RpcServer& server, const MetricsServer* metrics,
                uint64_t revision) {
  std::string line = "serving grpc=" + server.address() +
                     " operator=" + server.operator_address() +
                     " revision=" + std::to_string(revision);
  if (metrics != nullptr) line += " metrics=" + metrics->address();
  std::printf("%s\n", line.c_str());
  std::fflush(stdout);
  LogEvent("serving", {{"revision", static_cast<int64_t>(revision)}});
  TellReady("Serving grpc=" + server.address());
}

RpcOptions RpcOptionsOf(const Options& options) {
  return {.listen = options.listen,
          .operator_listen = options.operator_listen,
          .message_bytes_max = options.message_bytes_max,
          .threads_max = options.threads_max,
          .unary_deadline = options.unary_deadline,
          .bulk_deadline = options.bulk_deadline};
}

absl::Status Serve(const Options& options) {
  if (!SetLogLevel(options.log_level)) {
    return absl::InvalidArgumentError("unknown --log-level");
  }
  HANDRAIL_ASSIGN_OR_RETURN(const matcher::TtlTable ttls,
                            ReadSourceTtls(options.ttls));
  HANDRAIL_RETURN_IF_ERROR(CheckLoopback("--listen", options.listen));
  HANDRAIL_RETURN_IF_ERROR(
      CheckLoopback("--operator-listen", options.operator_listen));
  if (!options.metrics_listen.empty()) {
    HANDRAIL_RETURN_IF_ERROR(
        CheckLoopback("--metrics-listen", options.metrics_listen));
  }
  // gRPC's own lines are no JSON and say nothing that ours do not.
  setenv("GRPC_VERBOSITY", "NONE", /*overwrite=*/0);
  // Before any thread starts, so that all of them have the signals blocked.
  const sigset_t signals = StopSignals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);

  HANDRAIL_RETURN_IF_ERROR(MakeFolder(options.data_dir));
  HANDRAIL_ASSIGN_OR_RETURN(
      const std::unique_ptr<storage::RocksJournal> journal,
      storage::RocksJournal::Open({.directory = options.data_dir}));
  HANDRAIL_ASSIGN_OR_RETURN(const std::unique_ptr<Directory> directory,
                            Directory::Open(*journal, absl::Now(), ttls));
  if (options.change_retention > absl::ZeroDuration()) {
    directory->KeepChangesFor(options.change_retention);
  }
  Metrics metrics(
      [&] { return ReadDirectory(*directory, *journal, absl::Now()); });
  RpcOptions rpc = RpcOptionsOf(options);
  rpc.metrics = &metrics;
  HANDRAIL_ASSIGN_OR_RETURN(const std::unique_ptr<RpcServer> server,
                            RpcServer::Start(rpc, *directory));
  HANDRAIL_ASSIGN_OR_RETURN(const std::unique_ptr<MetricsServer> served,
                            ServeMetrics(options, metrics));
  SayServing(*server, served.get(), directory->state().snapshot()->revision());

  WaitForStop(signals, *directory);
  TellStopping();
  LogEvent("draining");
  server->Drain(options.drain_grace);
  LogEvent("stopped");
  return absl::OkStatus();
}

// Makes the data folder from a backup.
absl::Status Restore(const Options& options) {
  const std::filesystem::path data =
      std::filesystem::absolute(options.data_dir).lexically_normal();
  // One slash less, so that its parent is its parent.
  const std::filesystem::path place =
      data.has_filename() ? data : data.parent_path();
  HANDRAIL_RETURN_IF_ERROR(MakeFolder(place.parent_path().string()));
  HANDRAIL_ASSIGN_OR_RETURN(
      const storage::BackupInfo backup,
      storage::RestoreBackup(std::filesystem::absolute(options.restore_from),
                             static_cast<uint32_t>(options.restore_id), place));
  const auto revision = backup.positions.find(storage::kDirectoryStream);
  std::printf("restored backup=%u revision=%llu data=%s\n", backup.id,
              static_cast<unsigned long long>(
                  revision == backup.positions.end() ? 0 : revision->second),
              place.c_str());
  return absl::OkStatus();
}

int Main(const std::vector<std::string>& arguments) {
  const absl::StatusOr<Options> options = ReadOptions(arguments, &Environment);
  if (options.ok() && !options->print.empty()) {
    std::fputs(options->print.c_str(), stdout);
    return 0;
  }
  absl::Status status = options.status();
  if (options.ok()) {
    status =
        options->restore_from.empty() ? Serve(*options) : Restore(*options);
  }
  if (status.ok()) return 0;
  std::fprintf(stderr, "handraild: %s\n", MessageOf(status).c_str());
  return 1;
}

}  // namespace
}  // namespace handrail::server

int main(int argc, char** argv) {
  return handrail::server::Main({argv + 1, argv + argc});
}
