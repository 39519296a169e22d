#include "server/options.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <utility>

#include "CLI/CLI.hpp"
#include "server/options_reference.h"
#include "server/version.h"
#include "storage/base/status.h"

namespace handrail::server {
namespace {

constexpr char kFooter[] =
    "Examples:\n"
    "  handraild --data-dir /var/lib/handrail\n"
    "  handraild --data-dir ./data --listen 127.0.0.1:0 "
    "--operator-listen 127.0.0.1:0\n"
    "  HANDRAIL_DATA_DIR=./data handraild --config handraild.toml\n"
    "  handraild --restore-from /var/backups/handrail --data-dir ./restored\n"
    "\n"
    "Prints one line when ready:\n"
    "  serving grpc=HOST:PORT operator=HOST:PORT revision=N\n"
    "and, behind it, metrics=HOST:PORT where --metrics-listen is set.\n"
    "SIGTERM and SIGINT drain: running calls end, then the program exits 0.";

std::string VersionLine() { return std::string("handraild ") + kVersion; }

// The flag that may be repeated.
constexpr char kTtlFlag[] = "ttl";

bool HasFlag(const std::vector<std::string>& arguments,
             const std::string& flag) {
  const std::string name = "--" + flag;
  return std::any_of(
      arguments.begin(), arguments.end(), [&](const std::string& argument) {
        return argument == name || argument.starts_with(name + "=");
      });
}

// "30d", "12h", "90m", "45s" or "0". Nothing for other text.
std::optional<absl::Duration> ReadDuration(const std::string& text) {
  if (text == "0") return absl::ZeroDuration();
  static const std::map<char, absl::Duration> kUnits = {{'s', absl::Seconds(1)},
                                                        {'m', absl::Minutes(1)},
                                                        {'h', absl::Hours(1)},
                                                        {'d', absl::Hours(24)}};
  constexpr size_t kDigitsMax = 6;
  if (text.size() < 2 || text.size() > kDigitsMax + 1) return std::nullopt;
  const auto unit = kUnits.find(text.back());
  int64_t count = 0;
  for (const char digit : text.substr(0, text.size() - 1)) {
    if (digit < '0' || digit > '9') return std::nullopt;
    count = count * 10 + (digit - '0');
  }
  if (unit == kUnits.end() || count == 0) return std::nullopt;
  return count * unit->second;
}

// What is wrong with it; empty for nothing.
std::string CheckDuration(const std::string& text) {
  if (ReadDuration(text).has_value()) return "";
  return "must be a number with s, m, h or d, like 30d, or 0";
}

struct Flags {
  Options options;
  int deadline_seconds = static_cast<int>(absl::ToInt64Seconds(kUnaryDeadline));
  int bulk_deadline_seconds =
      static_cast<int>(absl::ToInt64Seconds(kBulkDeadline));
  std::string change_retention =
      std::to_string(absl::ToInt64Hours(kChangeRetention) / 24) + "d";
  int drain_seconds = static_cast<int>(absl::ToInt64Seconds(kDrainGrace));
};

std::vector<CLI::Option*> AddFlags(CLI::App& app, Flags& flags) {
  Options& options = flags.options;
  std::vector<CLI::Option*> added = {
      app.add_option(
          "--data-dir", options.data_dir,
          "Folder of the directory's data. Made if it is not there."),
      app.add_option("--listen", options.listen,
                     "HOST:PORT on loopback for callers; port 0 picks one.")
          ->capture_default_str(),
      app.add_option("--operator-listen", options.operator_listen,
                     "HOST:PORT on loopback for health, reflection, backups "
                     "and the doctor.")
          ->capture_default_str(),
      app.add_option("--metrics-listen", options.metrics_listen,
                     "HOST:PORT on loopback for Prometheus, which reads "
                     "/metrics there over HTTP; port 0 picks one. Empty: no "
                     "metrics are served."),
      app.add_option("--log-level", options.log_level,
                     "What goes to standard error.")
          ->check(CLI::IsMember({"debug", "info", "warning", "error", "off"}))
          ->capture_default_str(),
      app.add_option("--message-bytes-max", options.message_bytes_max,
                     "Largest message a caller may send, in bytes.")
          ->check(CLI::Range(64 << 10, 64 << 20))
          ->capture_default_str(),
      app.add_option("--threads-max", options.threads_max,
                     "Calls answered at a time.")
          ->check(CLI::Range(8, 1024))
          ->capture_default_str(),
      app.add_option("--deadline-seconds", flags.deadline_seconds,
                     "Longest time for one answer.")
          ->check(CLI::Range(1, 600))
          ->capture_default_str(),
      app.add_option("--bulk-deadline-seconds", flags.bulk_deadline_seconds,
                     "Longest time for one load or export.")
          ->check(CLI::Range(1, 86400))
          ->capture_default_str(),
      app.add_option("--drain-seconds", flags.drain_seconds,
                     "How long running calls may go on after SIGTERM.")
          ->check(CLI::Range(0, 600))
          ->capture_default_str(),
      app.add_option("--change-retention", flags.change_retention,
                     "How long changes are kept for followers and histories: a "
                     "number with s, m, h or d, like 30d; 0 keeps them for "
                     "ever.")
          ->check(&CheckDuration)
          ->capture_default_str(),
      app.add_option("--restore-from", options.restore_from,
                     "A folder of backups: restores one into --data-dir, which "
                     "must be empty or missing, and exits without serving."),
      app.add_option("--restore-id", options.restore_id,
                     "Number of the backup to restore; 0 is the newest.")
          ->check(CLI::NonNegativeNumber)
          ->capture_default_str(),
      app.add_option("--ttl", options.ttls,
                     "SOURCE:CLASS=DAYS, repeatable or with commas: how long "
                     "facts of a source are believed. CLASS: capacity, "
                     "waitlist, accepting-new, policy, meeting-time, "
                     "eligibility, address.")
          ->delimiter(','),
  };
  // A flag over the environment: the last one counts (see below).
  for (CLI::Option* option : added) {
    if (option->get_single_name() != kTtlFlag) {
      option->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
    }
    option->description(option->get_description() + " [" +
                        EnvironmentName(option->get_single_name()) + "]");
  }
  return added;
}

// The first line of the library's message, which can have several.
std::string FirstLine(const std::string& text) {
  return text.substr(0, text.find('\n'));
}

}  // namespace

absl::StatusOr<Options> ReadOptions(
    const std::vector<std::string>& arguments,
    std::string (*environment)(const std::string& name)) {
  CLI::App app("The Handrail server.", "handraild");
  app.footer(kFooter);
  app.set_version_flag("--version", VersionLine());
  Flags flags;
  const std::vector<CLI::Option*> known = AddFlags(app, flags);
  CLI::Option* config = app.set_config(
      "--config", "", "A TOML file with any of these flags. [HANDRAIL_CONFIG]");
  config->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  bool markdown = false;
  app.add_flag("--help-markdown", markdown,
               "Print the flags as a page of Markdown.")
      ->configurable(false)
      ->group("");
  app.allow_config_extras(false);

  // The library reads the file before the environment, which would turn their
  // order around. So the environment comes in as flags before the real ones.
  std::vector<std::string> all;
  const auto add = [&](const std::string& flag) {
    // A list on the command line stands instead of the environment's.
    if (flag == kTtlFlag && HasFlag(arguments, flag)) return;
    const std::string value = environment(EnvironmentName(flag));
    if (!value.empty()) all.push_back("--" + flag + "=" + value);
  };
  add("config");
  for (const CLI::Option* option : known) add(option->get_single_name());
  all.insert(all.end(), arguments.begin(), arguments.end());
  // It takes its vector from the back.
  std::reverse(all.begin(), all.end());
  try {
    app.parse(all);
  } catch (const CLI::CallForHelp&) {
    flags.options.print = app.help();
    return flags.options;
  } catch (const CLI::CallForVersion&) {
    flags.options.print = VersionLine() + "\n";
    return flags.options;
  } catch (const CLI::Error& error) {
    return absl::InvalidArgumentError(FirstLine(error.what()));
  }
  Options& options = flags.options;
  if (markdown) {
    options.print = ReferenceInMarkdown(known);
    return options;
  }
  if (options.data_dir.empty()) {
    return absl::InvalidArgumentError(
        "--data-dir is required: the folder of the directory's data");
  }
  options.unary_deadline = absl::Seconds(flags.deadline_seconds);
  options.bulk_deadline = absl::Seconds(flags.bulk_deadline_seconds);
  options.change_retention = *ReadDuration(flags.change_retention);
  options.drain_grace = absl::Seconds(flags.drain_seconds);
  return options;
}

}  // namespace handrail::server
