// The flags of handraild: command line over environment over file over default.
//
// Each flag --some-name has the environment name HANDRAIL_SOME_NAME and the
// TOML key some-name in the file that --config names.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "server/limits.h"

namespace handrail::server {

struct Options {
  std::string data_dir;
  std::string listen = "127.0.0.1:7460";
  std::string operator_listen = "127.0.0.1:7461";
  // Empty: no metrics are served.
  std::string metrics_listen;
  std::string log_level = "info";
  int message_bytes_max = kMessageBytesMax;
  int threads_max = kThreadsMax;
  absl::Duration unary_deadline = kUnaryDeadline;
  absl::Duration bulk_deadline = kBulkDeadline;
  absl::Duration drain_grace = kDrainGrace;
  // Zero: for ever.
  absl::Duration change_retention = kChangeRetention;

  // SOURCE:CLASS=DAYS, as ReadSourceTtls takes them.
  std::vector<std::string> ttls;

  // A folder of backups: the data directory is made from one of them, and
  // nothing is served. Which one; 0: the newest.
  std::string restore_from;
  int restore_id = 0;

  // Set for --help, --help-markdown and --version: what to print instead of
  // serving.
  std::string print;
};

// Reads the flags. `arguments` are those after the program's name, in order;
// `environment` finds a variable, empty where it is not set.
// Errors: INVALID_ARGUMENT with one clear line.
absl::StatusOr<Options> ReadOptions(
    const std::vector<std::string>& arguments,
    std::string (*environment)(const std::string& name));

}  // namespace handrail::server
