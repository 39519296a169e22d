#include <algorithm>
#include <fstream>
#include <memory>
#include <optional>
#include <ostream>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "clients/cli/bulk_loader.h"
#include "clients/cli/commands.h"
#include "clients/cli/load_view.h"
#include "clients/cli/progress.h"
#include "clients/cli/request_id.h"
#include "clients/cli/week_text.h"
#include "clients/formats/reader.h"
#include "storage/base/status.h"

namespace handrail::cli {
namespace {

// LoadEnd carries at most this many findings of our own into the history.
constexpr int kFindingsSentMax = 1000;

// The field that formats::Inspect names where a file is to blame.
constexpr char kInputField[] = "input";

struct LoadFlags {
  std::vector<std::string> paths;
  std::string format = "auto";
  std::string source;
  std::string as_of;
  std::string fellowship;
  std::string zone;
  std::string errors_file;
  bool dry_run = false;
  bool replace = false;
  bool strict = false;
};

// One load from the command line: findings go to the --errors file as they
// come, counts to the progress line, the report to the output.
class LoadRun {
 public:
  LoadRun(Session& session, const LoadFlags& flags)
      : session_(session), flags_(flags) {}

  ExitCode Run() {
    if (!flags_.errors_file.empty()) {
      errors_.open(flags_.errors_file, std::ios::binary | std::ios::trunc);
      if (!errors_) {
        return session_.Usage(
            absl::StrCat("--errors: cannot write ", flags_.errors_file));
      }
    }
    // What is wrong with the command line is said before files are read.
    if (const absl::Status wrong = ReadAsOf(); !wrong.ok()) {
      return session_.Usage(absl::StrCat("--as-of ", MessageOf(wrong)));
    }
    const auto plan = Inspect();
    if (!plan.ok()) return Refused(plan.status());
    return SendPlan(*plan);
  }

 private:
  absl::StatusOr<formats::ReadPlan> Inspect() {
    formats::ReadOptions options;
    options.source = flags_.source;
    options.format = formats::FormatOfName(flags_.format);
    options.fellowship = flags_.fellowship;
    options.zone = flags_.zone;
    options.on_finding = [this](const v1::Finding& finding) {
      Record(finding);
    };
    std::unique_ptr<Progress> progress;
    options.on_progress = [&](const formats::ReadProgress& now) {
      if (progress == nullptr) {
        progress =
            std::make_unique<Progress>(*session_.err, session_.terminal,
                                       "reading", now.bytes_total, absl::Now());
      }
      progress->Update(now.bytes_read, now.rows, absl::Now());
    };
    auto plan = formats::Inspect(flags_.paths, options);
    if (progress != nullptr && plan.ok()) {
      progress->Finish(plan->rows_read, absl::Now());
    }
    return plan;
  }

  // Nothing was sent.
  ExitCode Refused(const absl::Status& status) {
    *session_.err << "handrail: " << MessageOf(status) << "\n";
    ShowWithoutServer();
    const std::vector<FieldViolation> wrong = ViolationsOf(status);
    const bool file = !wrong.empty() && wrong.front().field == kInputField;
    return file ? ExitCode::kNothingLoaded : ExitCode::kUsage;
  }

  // A report with the findings ends the output also where the server has none
  // to give.
  void ShowWithoutServer() {
    v1::LoadReport report;
    report.set_source(flags_.source);
    report.set_validate_only(flags_.dry_run);
    report.set_finding_count(finding_count_);
    for (const v1::Finding& finding : findings_) {
      *report.add_findings() = finding;
    }
    Show(report);
  }

  absl::Status ReadAsOf() {
    if (flags_.as_of.empty()) return absl::OkStatus();
    HANDRAIL_ASSIGN_OR_RETURN(as_of_, ParseInstant(flags_.as_of));
    return absl::OkStatus();
  }

  v1::LoadStart Start(const formats::ReadPlan& plan) const {
    v1::LoadStart start;
    start.set_source(flags_.source);
    start.set_request_id(NewRequestId());
    start.set_validate_only(flags_.dry_run);
    start.set_replace(flags_.replace);
    start.set_report_changes(flags_.dry_run);
    start.set_format(std::string(formats::FormatName(plan.format)));
    for (const formats::PlannedFile& file : plan.files) {
      *start.add_files() = file.file;
    }
    if (as_of_.has_value()) *start.mutable_as_of() = *as_of_;
    return start;
  }

  ExitCode SendPlan(const formats::ReadPlan& plan) {
    for (const formats::PlannedFile& file : plan.files) {
      *session_.err << file.file.name() << ": " << file.why << "\n";
    }
    Progress progress(*session_.err, session_.terminal,
                      flags_.dry_run ? "checking" : "loading",
                      std::max<int64_t>(1, plan.rows_read - plan.rows_skipped),
                      absl::Now());
    BulkLoader loader(session_.Channel(), [&](const v1::BatchDone& done) {
      Note(done);
      progress.Update(done.rows_read(), done.rows_read(), absl::Now());
    });
    absl::Status status = loader.Start(Start(plan));
    if (status.ok()) {
      status = formats::Send(
          plan, [&](v1::Row row) { return loader.Add(std::move(row)); });
    }
    if (status.ok()) status = loader.Finish(End(plan));
    if (!status.ok()) return Broken(loader, status);
    progress.Finish(loader.report().rows_read(), absl::Now());
    return Done(loader.report());
  }

  v1::LoadEnd End(const formats::ReadPlan& plan) const {
    v1::LoadEnd end;
    for (v1::TableCount& table : plan.SkippedBeforeSending()) {
      *end.add_skipped_before_sending() = std::move(table);
    }
    for (const v1::Finding& finding : plan.findings) {
      if (end.findings_size() == kFindingsSentMax) break;
      *end.add_findings() = finding;
    }
    end.set_finding_count(plan.finding_count);
    return end;
  }

  ExitCode Broken(BulkLoader& loader, const absl::Status& status) {
    const ExitCode code = WhyBroken(loader, status);
    ShowWithoutServer();
    return code;
  }

  ExitCode WhyBroken(BulkLoader& loader, const absl::Status& status) {
    // A file that changed while it was read is ours to tell; else the server
    // ended the call and says why.
    if (status.code() != absl::StatusCode::kCancelled) {
      *session_.err << "handrail: " << MessageOf(status) << "\n";
      return ExitCode::kFailure;
    }
    const grpc::Status& why = loader.status();
    if (why.ok()) {
      *session_.err << "handrail: " << MessageOf(status) << "\n";
      return ExitCode::kFailure;
    }
    const ExitCode code = session_.Fail(why);
    if (!loader.load_id().empty() && !flags_.dry_run) {
      *session_.err << "Load " << loader.load_id()
                    << " broke off: what was acknowledged is in the "
                       "directory; load again to finish.\n";
    }
    return code;
  }

  ExitCode Done(v1::LoadReport report) {
    for (v1::RecordChange& change : changes_) {
      *report.add_changes() = std::move(change);
    }
    Show(report);
    if (report.records_loaded() == 0) return ExitCode::kNothingLoaded;
    if (flags_.strict && report.finding_count() > 0) {
      return ExitCode::kLoadedWithFindings;
    }
    return ExitCode::kOk;
  }

  void Show(const v1::LoadReport& report) {
    session_.Show(report, [&] {
      std::string text;
      for (const v1::RecordChange& change : report.changes()) {
        text += ViewChange(change);
      }
      return text + ViewReport(report, session_.columns);
    });
  }

  void Note(const v1::BatchDone& done) {
    for (const v1::Finding& finding : done.findings()) Record(finding);
    changes_.insert(changes_.end(), done.changes().begin(),
                    done.changes().end());
  }

  void Record(const v1::Finding& finding) {
    ++finding_count_;
    if (findings_.size() < kFindingsSentMax) findings_.push_back(finding);
    if (errors_.is_open()) errors_ << ToJson(finding, /*pretty=*/false);
  }

  Session& session_;
  const LoadFlags& flags_;
  std::optional<google::protobuf::Timestamp> as_of_;
  std::ofstream errors_;
  std::vector<v1::Finding> findings_;
  int64_t finding_count_ = 0;
  std::vector<v1::RecordChange> changes_;
};

}  // namespace

void AddLoadCommand(CLI::App& app, Session& session, Run& run) {
  CLI::App* load =
      app.add_subcommand("load", "Loads listings from files of one source");
  auto flags = std::make_shared<LoadFlags>();
  load->add_option("PATH", flags->paths,
                   "Files or folders; - for standard input")
      ->required();
  load->add_option("--source", flags->source,
                   "Name of the source: a-z 0-9 - _ .")
      ->required();
  std::vector<std::string> formats = {"auto"};
  for (const formats::Format format :
       {formats::Format::kHsds, formats::Format::kMeetingGuide,
        formats::Format::kZipCentroids}) {
    formats.emplace_back(formats::FormatName(format));
  }
  load->add_option("--format", flags->format,
                   "auto (recognised by content) or " + formats::FormatNames())
      ->check(CLI::IsMember(formats).description(""))
      ->capture_default_str();
  load->add_option("--as-of", flags->as_of,
                   "Day the source's data were checked; else facts are "
                   "undated");
  load->add_option("--fellowship", flags->fellowship,
                   "Fellowship of a meeting feed: aa, na, al-anon, ...");
  load->add_option("--zone", flags->zone,
                   "Zone of a meeting feed that names none: "
                   "America/New_York");
  load->add_flag("--dry-run", flags->dry_run,
                 "Say exactly what would change and write nothing");
  load->add_flag("--replace", flags->replace,
                 "Retire what the source no longer has");
  load->add_option("--errors", flags->errors_file,
                   "File for every finding, one JSON object a line");
  load->add_flag("--strict", flags->strict,
                 "Exit with 7 where there are findings");
  load->footer(
      "Examples:\n"
      "  handrail load services.ndjson --source bchd --as-of 2026-06-01\n"
      "  handrail load meetings.json --source marin --fellowship aa --zone "
      "America/Los_Angeles\n"
      "  handrail load centroids.csv --source census --format zip-centroids\n"
      "  handrail load services.ndjson --source bchd --replace --dry-run -o "
      "json");
  load->callback([&session, &run, flags] {
    run = [&session, flags] { return LoadRun(session, *flags).Run(); };
  });
}

}  // namespace handrail::cli
