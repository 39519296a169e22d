#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <ostream>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "clients/cli/bulk_loader.h"
#include "clients/cli/commands.h"
#include "clients/cli/finding_file.h"
#include "clients/cli/load_view.h"
#include "clients/cli/progress.h"
#include "clients/cli/request_id.h"
#include "clients/cli/week_text.h"
#include "clients/formats/reader.h"
#include "clients/formats/suggest_mapping.h"
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
  std::string mapping;
  std::string suggest_mapping;
  std::string errors_file;
  std::string allow_retire;
  std::string resume;
  bool dry_run = false;
  bool replace = false;
  bool rekey = false;
  bool strict = false;
};

// One load from the command line: findings go to the --errors file as they
// come, counts to the progress line, the report to the output.
class LoadRun {
 public:
  LoadRun(Session& session, const LoadFlags& flags)
      : session_(session), flags_(flags) {}

  ExitCode Run() {
    // What is wrong with the command line is said before files are read.
    if (const absl::Status wrong = ReadFlags(); !wrong.ok()) {
      return session_.Usage(MessageOf(wrong));
    }
    if (!flags_.errors_file.empty() && !errors_.Open(flags_.errors_file)) {
      return session_.Usage(
          absl::StrCat("--errors: cannot write ", flags_.errors_file));
    }
    if (!flags_.resume.empty()) {
      if (const ExitCode code = FindResumed(); code != ExitCode::kOk) {
        return code;
      }
    }
    const auto plan = Inspect();
    if (!plan.ok()) return Refused(plan.status());
    if (const std::string other = OtherFile(*plan); !other.empty()) {
      return session_.Usage(absl::StrCat("--resume: ", other,
                                         " is not as the load ", flags_.resume,
                                         " had it: load it without --resume"));
    }
    return SendPlan(*plan);
  }

 private:
  absl::StatusOr<formats::ReadPlan> Inspect() {
    formats::ReadOptions options;
    options.source = Source();
    options.format = formats::FormatOfName(flags_.format);
    options.fellowship = flags_.fellowship;
    options.zone = flags_.zone;
    options.mapping = flags_.mapping;
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
    report.set_source(Source());
    report.set_validate_only(flags_.dry_run);
    report.set_finding_count(finding_count_);
    for (const v1::Finding& finding : findings_) {
      *report.add_findings() = finding;
    }
    Show(report);
  }

  absl::Status ReadFlags() {
    if (flags_.source.empty() && flags_.resume.empty()) {
      return InvalidField("--source",
                          "is needed: the name of who publishes the data");
    }
    if (!flags_.as_of.empty()) {
      auto as_of = ParseInstant(flags_.as_of);
      if (!as_of.ok()) {
        return InvalidField("--as-of", MessageOf(as_of.status()));
      }
      as_of_ = *as_of;
    }
    if (flags_.allow_retire.empty()) return absl::OkStatus();
    int32_t percent = 0;
    if (!absl::SimpleAtoi(absl::StripSuffix(flags_.allow_retire, "%"),
                          &percent) ||
        percent < 0 || percent > 100) {
      return InvalidField("--allow-retire",
                          "must be whole percent from 0 to 100: 40%");
    }
    allow_retire_ = percent;
    return absl::OkStatus();
  }

  // --- Going on with a load that broke off

  // Reads the load of --resume; what it was started with stands for flags that
  // are not given.
  ExitCode FindResumed() {
    v1::GetLoadRequest request;
    request.set_id(flags_.resume);
    v1::GetLoadResponse response;
    const grpc::Status status =
        session_.Call(&v1::IngestService::Stub::GetLoad, request, response);
    if (!status.ok()) return session_.Fail(status);
    resumed_ = std::move(*response.mutable_load());
    if (!flags_.source.empty() && flags_.source != resumed_->source()) {
      return session_.Usage(
          absl::StrCat("--resume: the load is of source ", resumed_->source()));
    }
    if (resumed_->state() == v1::UNDONE) {
      return session_.Usage(
          "--resume: the load was taken back: load without --resume");
    }
    return ExitCode::kOk;
  }

  const std::string& Source() const {
    return resumed_.has_value() ? resumed_->source() : flags_.source;
  }

  // The first file that is not one of the resumed load's, if any.
  std::string OtherFile(const formats::ReadPlan& plan) const {
    if (!resumed_.has_value()) return "";
    std::map<std::string, int> digests;
    for (const v1::LoadedFile& file : resumed_->files()) {
      ++digests[file.sha256()];
    }
    for (const formats::PlannedFile& file : plan.files) {
      if (--digests[file.file.sha256()] < 0) return file.file.name();
    }
    for (const v1::LoadedFile& file : resumed_->files()) {
      if (digests[file.sha256()] > 0) return file.name();
    }
    return "";
  }

  v1::LoadStart Start(const formats::ReadPlan& plan) const {
    v1::LoadStart start;
    start.set_source(Source());
    start.set_request_id(resumed_.has_value() ? resumed_->request_id()
                                              : NewRequestId());
    start.set_validate_only(flags_.dry_run);
    start.set_replace(flags_.replace ||
                      (resumed_.has_value() && resumed_->replace()));
    start.set_rekey(flags_.rekey);
    if (allow_retire_.has_value()) {
      start.set_allow_retire_percent(*allow_retire_);
    }
    start.set_report_changes(flags_.dry_run);
    start.set_format(std::string(formats::FormatName(plan.format)));
    for (const formats::PlannedFile& file : plan.files) {
      *start.add_files() = file.file;
    }
    if (as_of_.has_value()) {
      *start.mutable_as_of() = *as_of_;
    } else if (resumed_.has_value() && resumed_->has_as_of()) {
      *start.mutable_as_of() = resumed_->as_of();
    }
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
    do {
      if (status.ok()) {
        status = formats::SendBytes(
            plan, [&](std::string_view row) { return loader.Add(row); });
      }
      if (status.ok()) status = loader.Finish(End(plan));
    } while (status.ok() && loader.wants_rows_again());
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
                       "directory. Finish it with --resume "
                    << loader.load_id() << ", or take it back: handrail loads "
                    << "undo " << loader.load_id() << "\n";
    }
    return code;
  }

  ExitCode Done(v1::LoadReport report) {
    for (v1::RecordChange& change : changes_) {
      *report.add_changes() = std::move(change);
    }
    // What is about the load as a whole came with no batch.
    for (const v1::Finding& finding : report.findings()) {
      if (!finding.has_origin() && !IsRecorded(finding)) Record(finding);
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

  bool IsRecorded(const v1::Finding& finding) const {
    const std::string bytes = finding.SerializeAsString();
    return std::any_of(findings_.begin(), findings_.end(),
                       [&](const v1::Finding& known) {
                         return known.SerializeAsString() == bytes;
                       });
  }

  void Record(const v1::Finding& finding) {
    ++finding_count_;
    if (findings_.size() < kFindingsSentMax) findings_.push_back(finding);
    errors_.Add(finding);
  }

  Session& session_;
  const LoadFlags& flags_;
  std::optional<google::protobuf::Timestamp> as_of_;
  std::optional<int32_t> allow_retire_;
  // The load of --resume.
  std::optional<v1::Load> resumed_;
  FindingFile errors_;
  std::vector<v1::Finding> findings_;
  int64_t finding_count_ = 0;
  std::vector<v1::RecordChange> changes_;
};

// Prints a mapping for the table; needs no server.
ExitCode ProposeMapping(Session& session, const std::string& path) {
  const auto proposal = formats::SuggestMapping(path);
  if (!proposal.ok()) {
    *session.err << "handrail: " << MessageOf(proposal.status()) << "\n";
    return ExitCode::kUsage;
  }
  *session.out << *proposal;
  return ExitCode::kOk;
}

}  // namespace

void AddLoadCommand(CLI::App& app, Session& session, Run& run) {
  CLI::App* load =
      app.add_subcommand("load", "Loads listings from files of one source");
  auto flags = std::make_shared<LoadFlags>();
  load->add_option("PATH", flags->paths,
                   "Files, folders, zip, tar or gz; - for standard input");
  load->add_option("--source", flags->source,
                   "Name of the source: a-z 0-9 - _ .");
  std::vector<std::string> formats = {"auto"};
  for (const formats::Format format : formats::kFormats) {
    formats.emplace_back(formats::FormatName(format));
  }
  // Another name of hsds.
  formats.emplace_back("oruk");
  load->add_option("--format", flags->format,
                   "auto (recognised by content) or " + formats::FormatNames())
      ->check(CLI::IsMember(formats).description(""))
      ->capture_default_str();
  load->add_option("--as-of", flags->as_of,
                   "Day the source's data were checked; else facts are "
                   "undated");
  load->add_option("--fellowship", flags->fellowship,
                   "Fellowship of a meeting feed: aa, na, al-anon, ... "
                   "(of BMLT: na)");
  load->add_option("--zone", flags->zone,
                   "Zone of meetings and places that name none: "
                   "America/New_York");
  load->add_option("--mapping", flags->mapping,
                   "TOML file that says what the columns of a flat table are");
  load->add_option("--suggest-mapping", flags->suggest_mapping,
                   "Propose such a file for this table, print it and load "
                   "nothing");
  load->add_flag("--dry-run", flags->dry_run,
                 "Say exactly what would change and write nothing");
  load->add_flag("--replace", flags->replace,
                 "Retire what the source no longer has");
  load->add_flag("--rekey", flags->rekey,
                 "The source numbered its records anew: those that say what "
                 "one it had said keep the id they have here");
  load->add_option("--allow-retire", flags->allow_retire,
                   "Largest share of the source's records that --replace may "
                   "retire: 40% (20%)");
  load->add_option("--resume", flags->resume,
                   "Go on with this load of the same files, which broke off");
  load->add_option("--errors", flags->errors_file,
                   "File for every finding: .csv, or one JSON object a line");
  load->add_flag("--strict", flags->strict,
                 "Exit with 7 where there are findings");
  load->footer(
      "Examples:\n"
      "  handrail load services.ndjson --source bchd --as-of 2026-06-01\n"
      "  handrail load meetings.json --source marin --fellowship aa --zone "
      "America/Los_Angeles\n"
      "  handrail load search.json formats.json bodies.json --source nyna "
      "--format bmlt\n"
      "  handrail load locator.csv --source samhsa --format samhsa\n"
      "  handrail load --suggest-mapping providers.csv > map.toml\n"
      "  handrail load providers.csv --source kentucky --format csv --mapping "
      "map.toml\n"
      "  handrail load centroids.csv --source census --format zip-centroids\n"
      "  handrail load services.ndjson --source bchd --replace --dry-run -o "
      "json\n"
      "  handrail load renumbered.ndjson --source bchd --replace --rekey "
      "--dry-run\n"
      "  handrail load services.ndjson --resume "
      "5d2c7c0e-0000-4000-8000-000000000001");
  load->callback([&session, &run, flags] {
    run = [&session, flags] {
      if (!flags->suggest_mapping.empty()) {
        return ProposeMapping(session, flags->suggest_mapping);
      }
      if (flags->paths.empty()) return session.Usage("PATH is required");
      return LoadRun(session, *flags).Run();
    };
  });
}

}  // namespace handrail::cli
