#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <ostream>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "clients/cli/commands.h"
#include "clients/cli/progress.h"
#include "clients/formats/export.h"
#include "handrail/v1/directory_service.grpc.pb.h"
#include "storage/base/status.h"

namespace handrail::cli {
namespace {

struct ExportFlags {
  std::string format = "hsds-ndjson";
  std::string out;
  std::string source;
};

// Writes every record of the stream: first what others refer to, services last.
grpc::Status WriteAll(Session& session, const ExportFlags& flags,
                      formats::Export& writer, absl::Status& written) {
  v1::ExportRecordsRequest request;
  request.set_source(flags.source);
  for (const v1::RecordType type :
       {v1::TAXONOMY, v1::TAXONOMY_TERM, v1::ORGANIZATION, v1::PROGRAM,
        v1::LOCATION, v1::SERVICE}) {
    request.add_types(type);
  }
  auto stub = v1::DirectoryService::NewStub(session.Channel());
  auto context = CallContext(kStreamDeadline);
  auto stream = stub->ExportRecords(context.get(), request);
  Progress progress(*session.err, session.terminal, "exporting", 0,
                    absl::Now());
  int64_t records = 0;
  v1::ExportRecordsResponse response;
  while (stream->Read(&response)) {
    for (const v1::DirectoryRecord& record : response.records()) {
      written.Update(writer.Add(record.record()));
      ++records;
    }
    progress.Update(0, records, absl::Now());
    if (!written.ok()) context->TryCancel();
  }
  if (written.ok()) written = writer.Finish();
  progress.Finish(records, absl::Now());
  return stream->Finish();
}

// A folder gets a file of its own, written aside and renamed when whole.
ExitCode RunExport(Session& session, const ExportFlags& flags) {
  std::ofstream file;
  std::filesystem::path path;
  std::filesystem::path aside;
  if (!flags.out.empty()) {
    std::error_code error;
    std::filesystem::create_directories(flags.out, error);
    path = std::filesystem::path(flags.out) /
           formats::ExportFileName(flags.format);
    aside = path;
    aside += ".part";
    file.open(aside, std::ios::binary | std::ios::trunc);
    if (!file) {
      return session.Usage(absl::StrCat("--out: cannot write ", path.string()));
    }
  }
  std::ostream& out = flags.out.empty() ? *session.out : file;
  const std::unique_ptr<formats::Export> writer =
      formats::NewExport(flags.format, [&out](std::string_view text) {
        out.write(text.data(), static_cast<std::streamsize>(text.size()));
        return out.good()
                   ? absl::OkStatus()
                   : absl::UnavailableError("the output cannot be written");
      });
  absl::Status written;
  const grpc::Status status = WriteAll(session, flags, *writer, written);
  if (!written.ok()) {
    *session.err << "handrail: " << MessageOf(written) << "\n";
    return ExitCode::kFailure;
  }
  if (!status.ok()) return session.Fail(status);
  if (file.is_open()) {
    file.close();
    std::error_code error;
    std::filesystem::rename(aside, path, error);
    if (!file || error) {
      *session.err << "handrail: cannot write " << path.string() << "\n";
      return ExitCode::kFailure;
    }
    *session.err << "wrote " << path.string() << "\n";
  }
  *session.err << writer->Summary() << "\n";
  return ExitCode::kOk;
}

}  // namespace

void AddExportCommand(CLI::App& app, Session& session, Run& run) {
  CLI::App* command = app.add_subcommand(
      "export", "The whole directory, as far as the caller may see it");
  auto flags = std::make_shared<ExportFlags>();
  command
      ->add_option("--format", flags->format,
                   "hsds-ndjson: HSDS 3.1 JSON, one service a line; hsds-json: "
                   "the same as one list; hsds-tabular: an HSDS 3.1 tabular "
                   "package (datapackage.json and CSV, zipped); "
                   "meeting-guide: support groups as a Meeting Guide feed")
      ->check(CLI::IsMember(formats::ExportFormats()).description(""))
      ->capture_default_str();
  command->add_option("--out", flags->out,
                      "Folder to write to; default standard output");
  command->add_option("--source", flags->source, "Only records of this source");
  command->footer(
      "Examples:\n  handrail export --format hsds-ndjson > directory.ndjson\n"
      "  handrail export --source bchd --out dump\n"
      "  handrail export --format meeting-guide --source marin > feed.json");
  command->callback([&session, &run, flags] {
    run = [&session, flags] { return RunExport(session, *flags); };
  });
}

}  // namespace handrail::cli
