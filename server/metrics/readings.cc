#include "server/metrics/readings.h"

#include <time.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <system_error>

#include "storage/journal/upkeep.h"

namespace handrail::server {
namespace {

double Seconds(clockid_t clock) {
  timespec now = {};
  clock_gettime(clock, &now);
  return absl::ToDoubleSeconds(absl::DurationFromTimespec(now));
}

// Since 1970, at which the machine began. Not from /proc/stat, which a service
// manager may hide.
double BootSeconds() {
  return Seconds(CLOCK_REALTIME) - Seconds(CLOCK_BOOTTIME);
}

// Fields of /proc/self/stat behind the name, which is in brackets and can hold
// anything. proc(5) counts from 1; the first behind the name is its third.
std::vector<double> StatFields() {
  std::ifstream stream("/proc/self/stat");
  const std::string text(std::istreambuf_iterator<char>(stream), {});
  std::istringstream behind(text.substr(text.rfind(')') + 1));
  std::string state;
  behind >> state;
  std::vector<double> fields = {0, 0, 0, 0};
  double number = 0;
  while (behind >> number) fields.push_back(number);
  return fields;
}

}  // namespace

Readings ReadDirectory(Directory& directory, storage::Journal& journal,
                       absl::Time now) {
  Readings readings;
  // A disk that cannot be read shows as revision 0.
  readings.directory_revision = directory.store().View().Revision().value_or(0);
  const auto snapshot = directory.state().snapshot();
  readings.snapshot_revision = snapshot->revision();
  readings.listings = static_cast<int64_t>(snapshot->rows().size());
  const BuildTimes built = directory.state().build_times();
  readings.snapshot_age = now - built.last_at;
  readings.last_build = built.last_took;
  readings.builds = built.count;
  readings.followers = directory.follow().followers();
  if (const storage::Upkeep* upkeep = journal.upkeep(); upkeep != nullptr) {
    const storage::Appended appended = upkeep->appended();
    readings.journal_appends = appended.appends;
    readings.journal_bytes = appended.bytes;
    readings.read_only = upkeep->read_only();
  }
  return readings;
}

ProcessReadings ReadProcess() {
  constexpr size_t kUserTime = 14, kSystemTime = 15, kStart = 22, kPages = 24;
  ProcessReadings readings;
  const std::vector<double> stat = StatFields();
  if (stat.size() <= kPages) return readings;
  const auto ticks = static_cast<double>(sysconf(_SC_CLK_TCK));
  readings.cpu_seconds = (stat[kUserTime] + stat[kSystemTime]) / ticks;
  readings.resident_bytes =
      stat[kPages] * static_cast<double>(sysconf(_SC_PAGESIZE));
  readings.start_seconds = BootSeconds() + stat[kStart] / ticks;
  std::error_code error;
  for (std::filesystem::directory_iterator file("/proc/self/fd", error), end;
       !error && file != end; file.increment(error)) {
    ++readings.open_files;
  }
  return readings;
}

}  // namespace handrail::server
